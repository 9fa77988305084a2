"""Every setting with its default, and which of two values is more private. Pure, but for the file that it reads.

Source: Art. 25(2) GDPR; controls 4.3-00 and 4.3-01.
"""

import hashlib
import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

SCOPES: Final = ("installation", "tenant", "list", "mailing", "form", "import", "export")
HIGHER: Final = "higher"
LOWER: Final = "lower"
ANY: Final = "any"


class ManifestWrong(ValueError):
    """The file contradicts itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One setting.

    scope, name  where it is set, and what the code calls it
    default      what holds while nobody has said anything
    ranks        its values, the most private first; () for a number, a list or a text
    more         HIGHER or LOWER: in which direction a number is less private; ANY: nothing at all is the most private
    best         the most private value
    because      why the default is another
    demands      kind of the instruction on which a less private value must rest; "" for none
    neutral      why it says nothing about how much is done with people's data; "" where it does
    """

    scope: str
    name: str
    default: Any = None
    ranks: tuple[Any, ...] = ()
    more: str = ""
    best: Any = None
    because: str = ""
    demands: str = ""
    neutral: str = ""

    @property
    def key(self) -> str:
        """ "tenant.measuring"."""
        return f"{self.scope}.{self.name}"

    def rank(self, value: Any) -> float:
        """How private a value is: the lower, the more. A value that nobody has named is less private than all that are."""
        if self.ranks:
            return self.ranks.index(value) if value in self.ranks else len(self.ranks)
        if self.more == ANY:
            return float(bool(value))
        return float(value) if self.more == HIGHER else -float(value)

    def is_less_private(self, value: Any) -> bool:
        """Whether a value does more with people's data than the default does."""
        return not self.neutral and self.rank(value) > self.rank(self.default)


@cache
def manifest() -> Mapping[str, Setting]:
    """All settings by key. Raises ManifestWrong."""
    return read(tomllib.loads(_text()))


def read(kept: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> dict[str, Setting]:
    """What the file says. Raises ManifestWrong for a setting whose ranks, default and best do not fit each other."""
    found = {}
    for scope, settings in kept.items():
        for name, said in settings.items():
            facts: dict[str, Any] = {key: tuple(value) if key == "ranks" else value for key, value in said.items()}
            one = Setting(scope=scope, name=name, **{"best": facts.get("default"), **facts})
            _check(one)
            found[one.key] = one
    return found


def _check(one: Setting) -> None:
    if one.scope not in SCOPES:
        raise ManifestWrong(f"{one.key}: no such scope")
    if one.neutral:
        if one.ranks or one.more or one.demands:
            raise ManifestWrong(f"{one.key}: neutral, and with ranks")
        return
    if bool(one.ranks) == bool(one.more) or one.more not in ("", HIGHER, LOWER, ANY):
        raise ManifestWrong(f"{one.key}: it takes ranks or a direction")
    if one.ranks and not {one.default, one.best} <= set(one.ranks):
        raise ManifestWrong(f"{one.key}: default and best are among its values")
    if (one.ranks and one.best != one.ranks[0]) or one.rank(one.best) > one.rank(one.default):
        raise ManifestWrong(f"{one.key}: the best value is not the most private one")
    if one.rank(one.best) < one.rank(one.default) and not one.because:
        raise ManifestWrong(f"{one.key}: the default is not the most private value, and nothing says why")


def of_scope(scope: str) -> list[Setting]:
    """The settings of one scope, in the order of the file."""
    return [one for one in manifest().values() if one.scope == scope]


def fingerprint() -> str:
    """SHA-256 of the file, in hex."""
    return hashlib.sha256(_text().encode()).hexdigest()


def digest_of(values: Mapping[str, Any]) -> str:
    """SHA-256, in hex, of settings as JSON: sorted keys, no blanks, UTF-8."""
    return hashlib.sha256(json.dumps(values, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()).hexdigest()


def _text() -> str:
    return (files("siegelpost.governance.defaults") / "manifest.toml").read_text(encoding="utf-8")
