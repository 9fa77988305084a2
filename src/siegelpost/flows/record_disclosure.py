"""Record data that went out past the system, to an authority for example: whoever asks for a person finds it like anything else."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Final

from siegelpost.audience.addresses import read_address
from siegelpost.audience.reads import find_by_email, find_subscriber
from siegelpost.base.actor import Actor
from siegelpost.base.i18n import marked as _
from siegelpost.base.i18n import translate as t
from siegelpost.evidence.services import append
from siegelpost.governance.disclosures.errors import NobodyNamed, NotRecordable, PeopleUnreadable
from siegelpost.governance.disclosures.roll import Roll
from siegelpost.governance.disclosures.rules import BY_HAND, CATEGORIES, WAYS, tidy
from siegelpost.governance.disclosures.services import Given, Outflow, record
from siegelpost.tenancy.handle import TenantDB

ACT: Final = "disclosures.happened"
SOME: Final = "subscribers"
"""Whose data it was: told by marks."""
MOST: Final = 100_000
"""People in one entry: each is looked up."""
SHOWN: Final = 10
"""Numbers of lines that an error names."""
WORDS: Final = {
    "kind": _("kind"),
    "recipient": _("recipient"),
    "ground": _("legal ground"),
    "purpose": _("purpose"),
    "categories": _("kinds of data"),
    "way": _("way"),
    "day": _("day"),
}
"""Part of an entry -> what it is called."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """What somebody says of it.

    kind        one of BY_HAND
    ground      legal ground: an article, a court order
    purpose     what for; a file number of the authority
    categories  some of CATEGORIES
    way         one of WAYS
    day         UTC; None for today
    """

    kind: str
    recipient: str
    ground: str
    purpose: str
    categories: tuple[str, ...]
    way: str
    day: date | None = None


def record_disclosure(tenant: TenantDB, said: Happened, people: Iterable[str], *, actor: Actor, now: datetime) -> int:
    """Record it and return the number of the entry.

    people  lines, each with an address (of anybody) or the number of a subscriber; empty ones count for nothing

    Raises NotRecordable, PeopleUnreadable, NobodyNamed. Source: Art. 15(1)(c), Art. 5(2), Art. 6(1)(c) GDPR.
    """
    at = _judged(said, now)
    roll = _roll(tenant, people)
    given = Given(recipient=said.recipient, purpose=said.purpose, ground=said.ground)
    outflow = Outflow(
        kind=said.kind, categories=tuple(one for one in CATEGORIES if one in said.categories), records=roll.people, people=SOME,
        channel=said.way, act=ACT, given=given, roll=roll, at=at,
    )  # fmt: skip
    with tenant.atomic():
        number = record(tenant, outflow, actor=actor, now=now)
        details = {"kind": said.kind, "people": roll.people, "disclosure": number}
        append(tenant, ACT, subject=f"disclosure:{number}", details=details, actor=actor, at=now)
    return number


def _judged(said: Happened, now: datetime) -> datetime:
    """When it happened: noon of that day, for nobody knows it better."""
    today = now.astimezone(UTC).date()
    wrong = {
        "kind": said.kind not in BY_HAND,
        "recipient": not tidy(said.recipient),
        "ground": not tidy(said.ground),
        "purpose": not tidy(said.purpose),
        "categories": not said.categories or not set(said.categories) <= set(CATEGORIES),
        "way": said.way not in WAYS,
        "day": said.day is not None and said.day > today,
    }
    if any(wrong.values()):
        raise NotRecordable(what=", ".join(t(WORDS[one]) for one, is_wrong in wrong.items() if is_wrong))
    return min(now, datetime.combine(said.day or today, time(12), UTC))


def _roll(tenant: TenantDB, lines: Iterable[str]) -> Roll:
    roll, seen, unread = Roll(tenant), set[tuple[int | None, str]](), list[int]()
    for place, person in _people(tenant, lines):
        if person is None:
            unread.append(place)
        elif person not in seen:
            seen.add(person)
            roll.add(*person)
        if len(seen) > MOST:
            raise NobodyNamed(most=MOST)
    if unread:
        raise PeopleUnreadable(lines=", ".join(map(str, unread[:SHOWN])) + (" …" if len(unread) > SHOWN else ""))
    if not seen:
        raise NobodyNamed(most=MOST)
    return roll


def _people(tenant: TenantDB, lines: Iterable[str]) -> Iterator[tuple[int, tuple[int | None, str] | None]]:
    """Place of a line from 1, number and address of whom it names; None for a line that names nobody."""
    for place, line in enumerate(lines, 1):
        if word := line.strip().lstrip("\ufeff").strip():
            yield place, _person(tenant, word)


def _person(tenant: TenantDB, word: str) -> tuple[int | None, str] | None:
    if word.isascii() and word.isdigit():
        found = find_subscriber(tenant, int(word)) if len(word) < 19 else None
        return (found.id, found.email) if found else None
    address = read_address(word).address
    if not address:
        return None
    found = find_by_email(tenant, address)
    return (found.id, found.email) if found else (None, address)
