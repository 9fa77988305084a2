"""Search the access log for a person: asked by one, agreed to by another; both prove who they are by their passwords."""

import sys

import typer

from siegelpost.accounts.reads import Person, names_of
from siegelpost.base import clock
from siegelpost.base.i18n import marked as _
from siegelpost.base.i18n import translate as t
from siegelpost.cli.output import as_json, moment, say, table
from siegelpost.evidence.access import Access
from siegelpost.evidence.person_search import AGREED, OVER, REFUSED, WAITING, RequestView, requests, sealed
from siegelpost.flows import person_search
from siegelpost.tenancy.handle import Logged

STATES = {WAITING: _("waits for a second person"), AGREED: _("agreed, open for a day"), REFUSED: _("refused"), OVER: _("over")}


def who() -> Person:
    """Whoever types; asked for on standard error, so that the answer stays clean. Raises NotProved."""
    email, password = _asked(_("Your e-mail address")), _asked(_("Your password"), hidden=True)
    return person_search.proved(email, password, now=clock.now())


def _asked(text: str, *, hidden: bool = False) -> str:
    """A line from whoever sits there; from a pipe without being asked."""
    if sys.stdin.isatty():
        return str(typer.prompt(t(text), hide_input=hidden, err=True))
    return sys.stdin.readline().rstrip("\r\n")


def ask(whose: Logged, email: str, reason: str, *, json: bool) -> None:
    """Ask, and say what comes next."""
    number = person_search.ask(whose, email, reason, asker=who(), now=clock.now())
    if json:
        as_json({"request": number})
        return
    say(_("Request {id} waits for a second person: `siegelpost log agree SLUG {id}`, or the page “Access log”."), id=number)


def answer(whose: Logged, number: int, *, agreed: bool, json: bool) -> None:
    """Agree or refuse."""
    person_search.answer(whose, number, agreed=agreed, by=who(), now=clock.now())
    if json:
        as_json({"request": number, "agreed": agreed})
    else:
        say(_("Agreed: whoever asked can read it for 24 hours.") if agreed else _("Refused."))


def show(whose: Logged, number: int, *, json: bool) -> None:
    """What was found, for whoever asked."""
    found = person_search.result(whose, number, reader=who(), now=clock.now())
    if json:
        as_json([_plain(one) for one in found])
        return
    if n := sealed(whose, now=clock.now()):
        say(
            _("{n} accesses of all people cannot be opened, and may have been by this person: their key is not in this copy of the data."),
            n=n,
        )
    table(
        [_("Time"), _("Who"), _("Area"), _("Activity"), _("Result")],
        [(moment(one.at.isoformat()), one.who, one.area, one.verb, one.result) for one in found],
    )


def show_all(whose: Logged, *, json: bool) -> None:
    """All requests, with names."""
    found = requests(whose, now=clock.now())
    if json:
        as_json([_as_data(one) for one in found])
        return
    names = names_of([number for one in found for number in (one.person_id, one.asked_by, one.answered_by) if number is not None])
    table(
        [_("No."), _("Person"), _("Asked by"), _("State"), _("Reason")],
        [(str(one.id), names.get(one.person_id, "?"), names.get(one.asked_by, "?"), t(STATES[one.state]), one.reason) for one in found],
    )


def _plain(one: Access) -> dict[str, object]:
    return {"at": one.at, "who": one.who, "area": one.area, "verb": one.verb, "result": one.result}


def _as_data(one: RequestView) -> dict[str, object]:
    return {
        "id": one.id, "person": one.person_id, "reason": one.reason, "asked_by": one.asked_by, "asked_at": one.asked_at,
        "state": one.state, "answered_by": one.answered_by, "answered_at": one.answered_at,
    }  # fmt: skip
