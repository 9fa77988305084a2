"""`siegelpost measuring …`"""

import typer

from siegelpost.base import clock
from siegelpost.base.actor import Actor
from siegelpost.base.i18n import marked as _
from siegelpost.base.i18n import translate as t
from siegelpost.cli.app import App
from siegelpost.cli.context import tenant_of
from siegelpost.cli.output import as_json, facts, say
from siegelpost.cli.reports import MODES
from siegelpost.flows.measuring import choose_measuring, standing_of

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


def _tell(slug: str, json: bool) -> None:
    found = standing_of(tenant_of(slug))
    if json:
        as_json({"measure": found.chosen.mode, "chosen_at": found.chosen.at, "people": found.chosen.people, "lists": found.by_name})
        return
    facts({
        _("Measuring"): t(MODES[found.chosen.mode]),
        _("Chosen"): f"{found.chosen.at:%Y-%m-%d %H:%M} UTC" if found.chosen.at else t(_("not yet")),
        _("People are estimated"): t(YES_NO[found.chosen.people]),
        **{name: t(MODES[mode]) for name, mode in found.by_name.items()},
    })  # fmt: skip
    if not found.chosen.at:
        say(_("Choose how you measure: also anonymous measuring may need consent (§ 25 TDDDG). That is for you to judge."))
