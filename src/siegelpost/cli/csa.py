"""`siegelpost csa`"""

import typer

from siegelpost.base import clock
from siegelpost.base.i18n import marked as _
from siegelpost.base.i18n import translate as t
from siegelpost.base.settings import process_settings
from siegelpost.cli.app import App
from siegelpost.cli.context import tenant_of
from siegelpost.cli.output import as_json, say, table
from siegelpost.flows.csa import WORDS, check_list

app = App()

KEPT = {True: _("kept"), False: _("not kept"), None: _("for you to judge")}


@app.command(help=t(_("Show which criteria of the Certified Senders Alliance a tenant keeps, by live figures.")))
def csa(slug: str, json: bool = typer.Option(False, "--json", help=t(_("Print JSON.")))) -> None:
    """Exit 4 for an unknown tenant. Keeping the criteria makes nobody a member: SIEGELPOST_CSA_UNTIL says until when one is."""
    found = check_list(tenant_of(slug), settings=process_settings(), now=clock.now())
    text, facts = found.verdict()
    if json:
        lines = [{"criterion": one.key, "kept": one.kept, "facts": one.facts} for one in found.criteria]
        as_json({"criteria": lines, "kept": not found.broken, "member_until": found.member_until, "verdict": t(text).format(**facts)})
        return
    table([_("Criterion"), _("State"), _("Figures")], [(t(WORDS[one.key]), t(KEPT[one.kept]), one.facts) for one in found.criteria])
    say(text, **facts)
