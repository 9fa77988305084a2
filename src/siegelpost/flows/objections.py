"""Staff enter objections that came by letter or telephone: of several people at once, whether anybody here has their addresses or not."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from siegelpost.audience.addresses import address_reader
from siegelpost.audience.leaving import hold_lists
from siegelpost.audience.reads import find_by_email
from siegelpost.base.actor import Actor
from siegelpost.base.errors import BadInput
from siegelpost.base.i18n import marked as _
from siegelpost.evidence.services import append
from siegelpost.flows.leaving import Leaver, Leaving, leave
from siegelpost.sign.addresses import address_key
from siegelpost.tenancy.handle import TenantDB

LETTER: Final = "letter"
CALL: Final = "call"
IN_PERSON: Final = "in-person"
OTHER_MAIL: Final = "other-mail"
WAYS: Final = (LETTER, CALL, IN_PERSON, OTHER_MAIL)
MOST: Final = 200
"""Addresses of one entry: each is a transaction's worth of writing, and nobody types more."""
ENTERED: Final = "opt_out.objections_entered"


class DayWrong(BadInput):
    """Tomorrow, or long ago."""

    code = "opt_out.day_wrong"
    message = _("The objection cannot have come in on that day.")
    hint = _("Give the day of the letter's arrival or of the call; it is not after today.")
    nothing = _("Nothing was entered.")


class WayUnknown(BadInput):
    """None of WAYS."""

    code = "opt_out.way_unknown"
    message = _("There is no such way for an objection.")
    hint = _("Choose letter, call, in-person or other-mail.")
    nothing = _("Nothing was entered.")


class TooMany(BadInput):
    """More lines than one entry takes."""

    code = "opt_out.too_many"
    message = _("That is more than 200 addresses.")
    hint = _("Enter them in several parts, or import them as a file: `siegelpost suppression import --source optout`.")
    nothing = _("Nothing was entered.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Objections:
    """What came in.

    lines        one address each
    list_ids     None: of everything
    way          of WAYS
    received_on  the day on which it came, which may lie before today
    """

    lines: Sequence[str]
    list_ids: tuple[int, ...] | None
    way: str
    received_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered:
    """What became of the lines: `new` opt-outs, those that had objected `before`, and (line from 1, text, code) of what is no address."""

    new: int
    before: int
    wrong: tuple[tuple[int, str, str], ...]


def enter_objections(tenant: TenantDB, said: Objections, *, today: date, actor: Actor, now: datetime) -> Entered:
    """Opt everybody out whom the lines name, all in one transaction; lines that are no address are given back and stop nobody else.

    today  in the time zone of whoever enters

    Raises DayWrong, WayUnknown, TooMany, ListUnknown; then nothing is written.

    Source: Art. 21(2) and (3) GDPR: an objection has no form, and works from the moment it arrives.
    """
    if said.way not in WAYS:
        raise WayUnknown
    if said.received_on > today or (today - said.received_on).days > 366:
        raise DayWrong
    addresses, wrong = _read(said.lines)
    if len(addresses) + len(wrong) > MOST:
        raise TooMany
    with tenant.atomic(durable=True):
        if said.list_ids is not None:
            hold_lists(tenant, said.list_ids)
        new = sum(_object(tenant, one, said, actor, now) for one in addresses)
        details = {
            "way": said.way, "received_on": said.received_on.isoformat(), "new": new, "addresses": len(addresses),
            "lists": None if said.list_ids is None else sorted(said.list_ids),
        }  # fmt: skip
        append(tenant, ENTERED, details=details, actor=actor, at=now)
    return Entered(new=new, before=len(addresses) - new, wrong=tuple(wrong))


def _read(lines: Iterable[str]) -> tuple[list[str], list[tuple[int, str, str]]]:
    read, addresses, wrong = address_reader(), dict[str, None](), []
    for number, line in enumerate(lines, start=1):
        if text := line.strip().strip(",;").strip():
            judged = read(text)
            if judged.reason:
                wrong.append((number, text, judged.reason))
            else:
                addresses[judged.address] = None
    return list(addresses), wrong


def _object(tenant: TenantDB, email: str, said: Objections, actor: Actor, now: datetime) -> bool:
    person = find_by_email(tenant, email)
    who = Leaver.of(person) if person else Leaver(address_key(email, tenant.keys.addresses), email)
    return leave(tenant, who, Leaving(said.list_ids, said.way, said.received_on), actor=actor, now=now)
