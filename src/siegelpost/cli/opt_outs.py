"""`siegelpost opt-out …`"""

from datetime import date
from pathlib import Path

import typer

from siegelpost.audience.leaving import labels
from siegelpost.audience.reads import list_by_name
from siegelpost.base import clock
from siegelpost.base.actor import Actor
from siegelpost.base.i18n import marked as _
from siegelpost.base.i18n import translate as t
from siegelpost.cli.app import App
from siegelpost.cli.context import tenant_of
from siegelpost.cli.given import FOR, TO, given
from siegelpost.cli.output import as_json, facts, number, say, table
from siegelpost.consent.opt_outs import Wish, page_of
from siegelpost.consent.words import way
from siegelpost.flows.objections import DayWrong, Objections, enter_objections
from siegelpost.flows.opt_out_file import write_opt_outs
from siegelpost.governance.instructions.services import today

app = App(t(_("See who left which list, export that, and enter objections that came by letter or telephone.")))
JSON = typer.Option(False, "--json", help=t(_("Print JSON.")))
LIST = typer.Option("", "--list", help=t(_("Only of this list; otherwise of everything.")))


@app.command("list", help=t(_("Show the opt-out lists, the latest line first; an address only until it is anonymised.")))
def show(
    slug: str, list_name: str = LIST, limit: int = typer.Option(50, min=1, max=1000, help=t(_("So many lines."))), json: bool = JSON
) -> None:
    """Exit 4 for a list that does not exist."""
    tenant, now = tenant_of(slug), clock.now()
    wish = Wish(list_id=list_by_name(tenant, list_name).id) if list_name else Wish()
    lines, total = page_of(tenant, wish, now=now, offset=0, limit=limit)
    names = labels(tenant, {one.list_id for one in lines if one.list_id is not None})
    rows = [
        {
            "at": one.at, "list": None if one.list_id is None else names[one.list_id], "way": one.how, "received_on": one.received_on,
            "email": one.email or None, "stands": one.stands, "actor": one.actor,
        }
        for one in lines
    ]  # fmt: skip
    if json:
        as_json({"total": total, "lines": rows})
        return
    everything, gone = t(_("everything")), t(_("anonymised"))
    columns = [_("When"), _("List"), _("How"), _("Address")]
    table(
        columns,
        [
            [f"{one.at:%Y-%m-%d %H:%M:%S}", row["list"] or everything, way(one.how), one.email or gone]
            for one, row in zip(lines, rows, strict=True)
        ],
    )
    say(_("Lines: {total}"), total=number(total))


@app.command(help=t(_("Write all opt-outs into a CSV file, readable for its owner only; it can be imported again.")))
def export(slug: str, file: Path, recipient: str = TO, purpose: str = FOR, json: bool = JSON) -> None:
    """Exit 4 where the folder of the file does not exist."""
    lines = write_opt_outs(tenant_of(slug), file, given=given(recipient, purpose), actor=Actor.operator(), now=clock.now())
    if json:
        as_json({"lines": lines, "file": str(file)})
        return
    say(_("Opt-outs in {file}: {lines}"), lines=number(lines), file=file)


@app.command("enter", help=t(_("Enter objections that came by letter, call or in person: they work at once.")))
def enter(
    slug: str,
    emails: list[str],
    came: str = typer.Option(..., "--way", help=t(_("letter, call, in-person or other-mail"))),
    received: str = typer.Option("", "--received", help=t(_("Day on which it came, like 2026-12-31; otherwise today."))),
    list_name: str = typer.Option("", "--list", help=t(_("Only this list; otherwise everything."))),
    json: bool = JSON,
) -> None:
    """Exit 4 for a day, a way or a list that cannot be; addresses that are none are counted and stop nobody else."""
    tenant, now = tenant_of(slug), clock.now()
    about = (list_by_name(tenant, list_name).id,) if list_name else None
    said = Objections(lines=emails, list_ids=about, way=came, received_on=_day(received) if received else today(now))
    entered = enter_objections(tenant, said, today=today(now), actor=Actor.operator(), now=now)
    if json:
        as_json({"new": entered.new, "before": entered.before, "wrong": [number for number, _text, _code in entered.wrong]})
        return
    facts({_("New objections"): entered.new, _("Had objected before"): entered.before, _("No addresses"): len(entered.wrong)})


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise DayWrong from None
