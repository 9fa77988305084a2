"""The 134 technical and organisational measures, in our words: data beside this file, one file for each section."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

SECTIONS: Final = ("0", "1.1", "1.2", "1.3", "1.4", "1.5", "2.1", "2.2", "3", "4.1", "4.2", "4.3", "4.4")


@dataclass(frozen=True, slots=True)
class Words:
    """A control in one language."""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Control:
    """One measure.

    id       section and number, "2.2-01"
    kind     T technical, E evidenced by records, D declared by a person, or two of them: "T+E"
    scope    whose it is: P the product, O the operator, T the tenant, or two of them: "P+O"
    article  of the GDPR, then of other laws
    words    by language, de and en
    """

    id: str
    kind: str
    scope: str
    article: str
    words: Mapping[str, Words]

    @property
    def section(self) -> str:
        """One of SECTIONS."""
        return self.id.partition("-")[0]


@cache
def catalogue() -> dict[str, Control]:
    """All controls by id, in the order of the sections."""
    folder = files("siegelpost.governance") / "catalogue"
    return {
        one["id"]: Control(one["id"], one["kind"], one["scope"], one["article"], {name: Words(**one[name]) for name in ("de", "en")})
        for section in SECTIONS
        for one in tomllib.loads((folder / f"{section}.toml").read_text(encoding="utf-8"))["control"]
    }
