"""`siegelpost controls`"""

from collections import Counter
from enum import StrEnum

import typer

from siegelpost.base import clock
from siegelpost.base.actor import Actor
from siegelpost.base.controls import AMBER, RED
from siegelpost.base.i18n import current_language
from siegelpost.base.i18n import marked as _
from siegelpost.base.i18n import translate as t
from siegelpost.base.settings import process_settings
from siegelpost.cli.app import App
from siegelpost.cli.context import installation
from siegelpost.cli.output import as_json, number, say, table
from siegelpost.flows.controls.judge import FAULT
from siegelpost.flows.controls.rounds import run_all
from siegelpost.flows.controls.standing import Standing, standings
from siegelpost.flows.controls.words import STATES, found
from siegelpost.tenancy.registry import all_tenants

app = App()

NOT_ALL = 5


class Act(StrEnum):
    """What to do beside showing."""

    CHECK = "check"


@app.command(help=t(_("Show of each control whether it is kept, and what was found.")))
def controls(
    act: Act | None = typer.Argument(None, help=t(_("Make all checks now, not only those that are due."))),
    json: bool = typer.Option(False, "--json", help=t(_("Print JSON."))),
) -> None:
    """With `check`, exit 5 where a control is not kept or a check failed; they are listed."""
    installation()
    tenants, now = all_tenants(), clock.now()
    if act is Act.CHECK:
        run_all(tenants, process_settings(), actor=Actor.operator(), now=now)
    seen = standings(tenants, now=now)
    bad = [one for one in seen if one.state in (RED, AMBER)]
    if json:
        as_json([_plain(one) for one in seen])
    else:
        _tell(bad if act is Act.CHECK else seen)
        _sum_up(seen)
    if act is Act.CHECK and any(one.state == RED or FAULT in one.evidence for one in bad):
        raise typer.Exit(NOT_ALL)


def _tell(seen: list[Standing]) -> None:
    table([_("Control"), _("State"), _("What it is about")], [(one.control.id, t(STATES[one.state]), _title(one)) for one in seen])
    for one in seen:
        if one.state in (RED, AMBER):
            print(f"{one.control.id}  " + "; ".join(f"{what}: {how}" for what, how in found(one.evidence)))


def _sum_up(seen: list[Standing]) -> None:
    counts = Counter(one.state for one in seen)
    parts = [f"{t(STATES[state])} {number(counts[state])}" for state in STATES if counts[state]]
    say(_("{n} controls: {parts}"), n=number(len(seen)), parts=", ".join(parts))


def _title(one: Standing) -> str:
    return one.control.words[current_language()].title


def _plain(one: Standing) -> dict[str, object]:
    return {
        "id": one.control.id,
        "kind": one.control.kind,
        "state": one.state,
        "checked_at": one.checked_at,
        "evidence": one.evidence,
        "scope": one.control.scope,
        "title": _title(one),
        "basis": one.basis,
        "whole": one.whole,
        "since": one.since,
        "tenants": one.tenants,
    }
