"""`siegelpost measuring …`"""

import typer

from siegelpost.base import clock
from siegelpost.base.actor import Actor
from siegelpost.base.i18n import marked as _
from siegelpost.base.i18n import translate as t
from siegelpost.cli.app import App
from siegelpost.cli.context import tenant_of
from siegelpost.cli.held import held
from siegelpost.cli.output import as_json, facts, say
from siegelpost.cli.reports import MODES
from siegelpost.flows.measuring import choose_measuring, standing_of
from siegelpost.flows.singly import Wanted, confirm_duties, open_singly
from siegelpost.measure.singly.certificates import certificates as certificates_of
from siegelpost.measure.singly.openings import NewDuties, Open, opening

app = App(t(_("Choose how opens and clicks are measured.")))

JSON = typer.Option(False, "--json", help=t(_("Print JSON.")))
YES_NO = {True: _("yes"), False: _("no")}


@app.command(help=t(_("Show how a tenant and its lists are measured, and whether anybody has chosen yet.")))
def show(slug: str, json: bool = JSON) -> None:
    """Exit 4 for an unknown tenant."""
    _tell(slug, json)


@app.command(help=t(_("Choose for everything that is launched from now on: for the tenant, or more strictly for one list.")))
def choose(
    slug: str,
    mode: str = typer.Option(..., help=t(_("off, anonymous, opens, clicks; for a list also as-tenant."))),
    list_name: str = typer.Option("", "--list", help=t(_("Only for what goes to this list."))),
    people: bool = typer.Option(False, "--people/--no-people", help=t(_("Estimate how many different people they were."))),
    json: bool = JSON,
) -> None:
    """Exit 2 for an unknown mode, 3 for one that cannot be had, 4 for an unknown tenant or list."""
    choose_measuring(tenant_of(slug), mode, list_name=list_name, people=people, actor=Actor.operator(), now=clock.now())
    _tell(slug, json)


@app.command(help=t(_("Let mailings to these lists measure each person who agreed to it, by an instruction and with a second person.")))
@held
def personalise(
    slug: str,
    instruction: int = typer.Option(help=t(_("Number of the instruction “personalised-measuring”; it must have an end within a year."))),
    purpose: str = typer.Option(help=t(_("What for, in a sentence, as the instruction says."))),
    figures: list[str] = typer.Option(..., "--figure", help=t(_("opens or clicks, as the instruction says; may be repeated."))),
    lists: list[str] = typer.Option(..., "--list", help=t(_("A list that the instruction names; may be repeated."))),
    json: bool = JSON,
) -> None:
    """Exit 3 without instruction, confirmed duties or approval; 4 where the instruction names nothing in particular."""
    wanted = Wanted(instruction_id=instruction, purpose=purpose, figures=figures, lists=lists)
    open_singly(tenant_of(slug), wanted, actor=Actor.operator(), now=clock.now())
    _tell(slug, json)


@app.command(help=t(_("Confirm for a year that the tenant keeps its duties towards people who are measured singly.")))
def duties(
    slug: str,
    by: str = typer.Option(help=t(_("Who confirms it; somebody entitled, unless the operator itself is the controller."))),
    information: str = typer.Option(help=t(_("Where people are told of the measuring, as an address."))),
    consent_text: str = typer.Option(help=t(_("Where the declaration stands to which they agree."))),
    ground: str = typer.Option(help=t(_("The legal ground."))),
    contact: str = typer.Option(help=t(_("Whom they can ask."))),
    json: bool = JSON,
) -> None:
    """Exit 3 where the person is not entitled, 4 where something is missing or too long."""
    new = NewDuties(confirmed_by=by, information=information, consent_text=consent_text, ground=ground, contact=contact)
    until = confirm_duties(tenant_of(slug), new, actor=Actor.operator(), now=clock.now())
    if json:
        as_json({"until": until})
        return
    say(_("Confirmed until {day}."), day=f"{until:%Y-%m-%d}")


@app.command(help=t(_("Print the certificates that what was personal is anonymous for good, the newest first.")))
def certificates(slug: str, json: bool = JSON) -> None:
    """Exit 4 for an unknown tenant."""
    found = certificates_of(tenant_of(slug))
    if json:
        as_json(found)
        return
    for one in found:
        facts({_("Done at"): one["done_at"], _("Rows before"): one["rows_before"], _("Keys destroyed"): one["keys_destroyed"]})


def _tell(slug: str, json: bool) -> None:
    tenant = tenant_of(slug)
    found, open_now = standing_of(tenant), opening(tenant)
    if json:
        as_json(
            {
                "measure": found.chosen.mode,
                "chosen_at": found.chosen.at,
                "people": found.chosen.people,
                "lists": found.by_name,
                "personalised": _opened(open_now),
            }
        )
        return
    facts({
        _("Measuring"): t(MODES[found.chosen.mode]),
        _("Chosen"): f"{found.chosen.at:%Y-%m-%d %H:%M} UTC" if found.chosen.at else t(_("not yet")),
        _("People are estimated"): t(YES_NO[found.chosen.people]),
        **{name: t(MODES[mode]) for name, mode in found.by_name.items()},
        **({_("Single people who agreed"): t(MODES[open_now.mode]) + f" ({open_now.until:%Y-%m-%d})"} if open_now else {}),
    })  # fmt: skip
    if not found.chosen.at:
        say(_("Choose how you measure: also anonymous measuring may need consent (§ 25 TDDDG). That is for you to judge."))


def _opened(found: Open | None) -> dict[str, object] | None:
    if found is None:
        return None
    return {
        "instruction": found.instruction_id,
        "measure": found.mode,
        "lists": sorted(found.list_ids),
        "until": found.until,
        "asleep": found.asleep,
    }
