"""`siegelpost disclosures`"""

from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

import typer

from siegelpost.accounts.command_rules import OF_ONE
from siegelpost.base import clock
from siegelpost.base.actor import Actor
from siegelpost.base.i18n import marked as _
from siegelpost.base.i18n import translate as t
from siegelpost.cli.app import App
from siegelpost.cli.context import tenant_of
from siegelpost.cli.output import as_json, moment, number, say, table
from siegelpost.flows.disclosed import asked_for, named, told_to, whole_register, write_register
from siegelpost.governance.disclosures.reads import DisclosureView
from siegelpost.governance.disclosures.rules import KINDS, POSSIBLE, SURE

app = App()

DAYS = ["%Y-%m-%d"]
HOW = {SURE: _("yes"), POSSIBLE: _("possibly")}


@app.command(help=t(_("Show to whom data of this tenant went, or who received data of one person.")))
def disclosures(
    slug: str,
    email: str = typer.Option("", help=t(_("Only what held data of the person with this address, also after erasure."))),
    first: datetime | None = typer.Option(None, "--from", formats=DAYS, help=t(_("First day, UTC."))),
    last: datetime | None = typer.Option(None, "--to", formats=DAYS, help=t(_("Last day, UTC."))),
    csv: Path | None = typer.Option(None, help=t(_("File to write."))),
    json: bool = typer.Option(False, "--json", help=t(_("Print JSON."))),
) -> None:
    """Exit 3 for a person of another controller's tenant while no access is open; 4 for what is no address or no period."""
    asked = asked_for(first.date() if first else None, last.date() if last else None)
    tenant, how, silent = tenant_of(slug, also=OF_ONE if email else ""), dict[int, str](), 0
    if email:
        found = told_to(tenant, email, asked, actor=Actor.operator(), now=clock.now())
        lines, silent = [one.one for one in found.answers], found.silent
        how = {one.one.id: one.how for one in found.answers}
    else:
        lines = whole_register(tenant, asked, actor=Actor.operator(), now=clock.now())
    if csv:
        write_register(tenant, csv, lines, actor=Actor.operator(), now=clock.now())
    if json:
        as_json([_plain(one, how) for one in lines])
    elif csv:
        say(_("Lines in {file}: {n}"), n=number(len(lines)), file=csv)
    else:
        _tell(lines, how)
    if silent and not json:
        say(_("Outflows too old to say whose data they held: {n}"), n=number(silent))


def _plain(one: DisclosureView, how: dict[int, str]) -> dict[str, Any]:
    return {**asdict(one), **({"certainty": how[one.id]} if how else {})}


def _tell(lines: list[DisclosureView], how: dict[int, str]) -> None:
    if not lines:
        say(_("No data went out."))
        return
    head = [_("No."), _("Time"), _("Kind"), _("Recipient"), _("Records"), *([_("This person")] if how else [])]
    table(head, [_cells(one, how) for one in lines])


def _cells(one: DisclosureView, how: dict[int, str]) -> list[object]:
    cells = [str(one.id), moment(one.at.isoformat()), named(KINDS, one.kind), one.recipient, one.records]
    return [*cells, t(HOW[how[one.id]])] if how else cells
