"""When an act needs a second person, who can be one, and how long what they say holds. Pure.

A second person is another human, who was here before the request was made, may decide about it, has just shown that it is them,
and neither gains by the act nor asks for the same thing themselves. What no program can tell (two people who know each other's
passwords, one human under two addresses that nothing connects) is said in the decision.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from siegelpost.accounts.stay_rules import FRESH

LIFE: Final = timedelta(days=7)
"""From the request on: asked, decided and done within it, or it is over (control 1.3-06)."""
REASON: Final = range(10, 501)
"""Characters."""

WAITING: Final = "waiting"
AGREED: Final = "agreed"
REFUSED: Final = "refused"
DONE: Final = "done"
ENDED: Final = "ended"
"""Taken back, replaced, or its asker left."""
EXPIRED: Final = "expired"
OPEN: Final = (WAITING, AGREED)
STATES: Final = (WAITING, AGREED, REFUSED, DONE, ENDED, EXPIRED)

OVER, PROGRAM, OWN, CONCERNED, CIRCLE, NEWCOMER, HELPED, UNENTITLED, UNPROVED = (
    "over", "program", "own", "concerned", "circle", "newcomer", "helped", "unentitled", "unproved",
)  # fmt: skip
"""Why somebody cannot be the second person: see `why_not`."""
REASONS_WHY_NOT: Final = (OVER, PROGRAM, OWN, CONCERNED, CIRCLE, NEWCOMER, HELPED, UNENTITLED, UNPROVED)


@dataclass(frozen=True, slots=True)
class Human:
    """Somebody who can be told from others.

    number   of the person in the control database
    mailbox  address without what stands behind a plus: `anna+2@example.org` is nobody else than `anna@example.org`
    """

    number: int
    mailbox: str

    def is_also(self, other: "Human") -> bool:
        """Whether both are one human, as far as that can be seen."""
        return self.number == other.number or bool(self.mailbox and self.mailbox == other.mailbox)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request, as far as it matters for who may decide.

    by         the human who asks; for a token its owner
    at         when
    concerned  humans to whom the act gives something: nobody agrees to what they get themselves, under whatever address
    rivals     humans who ask for the same matter and whose request is open or was agreed to and used: two who agree to each other
               go in a circle, and in every circle, however long, whoever decides also asks
    """

    by: Human
    at: datetime
    concerned: tuple[Human, ...] = ()
    rivals: tuple[Human, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Second:
    """Whoever wants to decide.

    human       None for a program and for a command line that does not know who sits there
    entitled    may decide, and is not blocked, at this moment
    here_since  since when they have a role here; an account made after the request may be the asker's own
    linked      whether the asker made a one-time link for them that could be opened since the request, or shortly before it: it opens
                this account for whoever holds it
    proved_at   when they last showed password or passkey; None for never
    """

    human: Human | None
    entitled: bool
    here_since: datetime
    linked: bool = False
    proved_at: datetime | None = None


def why_not(asked: Asked, second: Second, *, now: datetime) -> str:
    """Why somebody cannot decide about a request, "" where they can. UNPROVED comes last: it alone can be mended at once."""
    human = second.human
    if not is_open(asked.at, now=now):
        return OVER
    if human is None:
        return PROGRAM
    found = {
        OWN: human.is_also(asked.by),
        CONCERNED: any(human.is_also(one) for one in asked.concerned),
        CIRCLE: any(human.is_also(rival) for rival in asked.rivals),
        NEWCOMER: second.here_since > asked.at,
        HELPED: second.linked,
        UNENTITLED: not second.entitled,
        UNPROVED: second.proved_at is None or not timedelta(0) <= now - second.proved_at < FRESH,
    }
    return next((reason for reason, stands in found.items() if stands), "")


def is_open(asked_at: datetime, *, now: datetime) -> bool:
    """Whether a request still lives. With a clock that was set back it does not: nothing lives longer by it."""
    return asked_at <= now < asked_at + LIFE


def state_of(asked_at: datetime, *, agreed: bool | None, done: bool, ended: bool, now: datetime) -> str:
    """The state of a request.

    agreed  what was decided, None for nothing yet
    done    what was asked for was carried out
    ended   it was taken back or replaced
    """
    if done:
        return DONE
    if agreed is False:
        return REFUSED
    if ended:
        return ENDED
    if not is_open(asked_at, now=now):
        return EXPIRED
    return AGREED if agreed else WAITING


def mailbox_of(address: str) -> str:
    """An address without case and without what stands behind a plus (RFC 5233), which most hosts deliver to the same human."""
    local, _at, domain = address.strip().lower().rpartition("@")
    return f"{local.partition('+')[0]}@{domain}" if local else ""


def tidy_reason(text: str) -> str:
    """A reason as one line; "" where it is too short or too long to be one."""
    tidy = " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
    return tidy if len(tidy) in REASON else ""


def next_in_line(candidates: Iterable[int], asked_by: int, leaver: int) -> list[int]:
    """Who of those named could take over a request: neither the one who leaves nor the one who asked."""
    return [one for one in dict.fromkeys(candidates) if one not in (asked_by, leaver)]
