"""Who does what. No chance: the hash of an address decides, so that every run of the same list plays the same.

A script file (JSON) may change the shares and name what single addresses do:

    {"shares": {"open": 0.35}, "at_most": {"complaint": 2}, "addresses": {"ann@example.org": ["open", "click"]}}
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from mailcatcher.store import ACTS

# Those who leave or whose mailbox is gone do one thing only, the first of these that falls to them.
LAST_ACTS = ("hard_bounce", "complaint", "mailto", "one_click")

SHARES = {"open": 0.35, "click": 0.12, "one_click": 0.01, "hard_bounce": 0.01}
AT_MOST = {"complaint": 1, "mailto": 1}


class ScriptWrong(ValueError):
    """The script names an act that nobody knows, or a share that is none."""


@dataclass(frozen=True, slots=True)
class Script:
    """What share of the people does an act, or how many at most do it; and what single people do.

    shares     by act, 0 to 1
    at_most    by act, number of people in the whole folder
    addresses  by address in small letters: the acts of this person, whatever the shares say
    """

    shares: Mapping[str, float] = field(default_factory=lambda: dict(SHARES))
    at_most: Mapping[str, int] = field(default_factory=lambda: dict(AT_MOST))
    addresses: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def cast(self, addresses: Iterable[str], done: Mapping[str, int] | None = None) -> dict[str, list[str]]:
        """Return the acts of each of `addresses`, in the order in which they are played.

        done  how many people did an act already; they count against `at_most`
        """
        people = sorted({address.lower() for address in addresses})
        parts: dict[str, list[str]] = {person: list(self.addresses.get(person, ())) for person in people}
        free = [person for person in people if person not in self.addresses]
        last = self._last_acts(free, done or {})
        for person in free:
            if last.get(person) == "hard_bounce":
                parts[person] = ["hard_bounce"]
                continue
            parts[person] = [act for act in ("open", "click") if place(act, person) < self.shares.get(act, 0)]
            if person in last:
                parts[person].append(last[person])
        return {person: acts for person, acts in parts.items() if acts}

    def _last_acts(self, people: list[str], done: Mapping[str, int]) -> dict[str, str]:
        chosen: dict[str, str] = {}
        for act in LAST_ACTS:
            free = [person for person in people if person not in chosen]
            if act in self.at_most:
                left = max(self.at_most[act] - done.get(act, 0), 0)
                taken = sorted(free, key=lambda person, act=act: place(act, person))[:left]  # type: ignore[misc]
            else:
                taken = [person for person in free if place(act, person) < self.shares.get(act, 0)]
            chosen |= dict.fromkeys(taken, act)
        return chosen


def place(act: str, address: str) -> float:
    """Return where `address` stands among all people for `act`: 0 (first to do it) up to 1."""
    digest = sha256(f"{act}:{address.lower()}".encode()).digest()
    return int.from_bytes(digest[:8]) / 2**64


def read_script(path: Path | None) -> Script:
    """Read a script file; without one the usual shares hold. Raises ScriptWrong, OSError."""
    if path is None:
        return Script()
    try:
        told: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        script = Script(
            shares=SHARES | told.get("shares", {}),
            at_most=AT_MOST | told.get("at_most", {}),
            addresses={address.lower(): tuple(acts) for address, acts in told.get("addresses", {}).items()},
        )
    except (json.JSONDecodeError, TypeError, AttributeError) as fault:
        raise ScriptWrong(f"not a script: {fault}") from fault
    named = {*script.shares, *script.at_most, *(act for acts in script.addresses.values() for act in acts)}
    if unknown := named - set(ACTS):
        raise ScriptWrong(f"unknown acts {sorted(unknown)}; there are {', '.join(ACTS)}")
    if not all(0 <= share <= 1 for share in script.shares.values()):
        raise ScriptWrong("a share is a number from 0 to 1")
    return script
