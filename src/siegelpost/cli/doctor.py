"""`siegelpost doctor`"""

from collections import Counter
from pathlib import Path

import typer

from siegelpost.base import clock
from siegelpost.base.i18n import marked as _
from siegelpost.base.i18n import translate as t
from siegelpost.base.settings import process_settings
from siegelpost.cli.app import App
from siegelpost.cli.output import as_json, number, say
from siegelpost.flows.doctor.examine import examine
from siegelpost.flows.doctor.finding import FAULT, FINE, STATES, UNKNOWN, WARNING, Finding, Looking

app = App()

NOT_WELL = 5
NAMES = {FAULT: _("fault"), WARNING: _("warning"), UNKNOWN: _("not known"), FINE: _("fine")}


@app.command(help=t(_("Look at the whole installation and say what is wrong and what to do; changes nothing.")))
def doctor(
    proxy_config: list[Path] = typer.Option(
        [], "--proxy-config", help=t(_("A configuration file of your nginx or Caddy to look at; may be given several times."))
    ),
    inbound_port: int = typer.Option(8025, help=t(_("Port for bounces, complaints and unsubscribes by mail."))),
    json: bool = typer.Option(False, "--json", help=t(_("Print JSON."))),
) -> None:
    """Exit 0 where nothing is at fault (warnings may be), 5 where something is; it is listed."""
    look = Looking(process_settings(), clock.now(), tuple(proxy_config), inbound_port)
    found = sorted(examine(look), key=lambda one: STATES.index(one.state))
    if json:
        as_json([_plain(one) for one in found])
    else:
        _tell(found)
    if any(one.state == FAULT for one in found):
        raise typer.Exit(NOT_WELL)


def _tell(found: list[Finding]) -> None:
    for one in found:
        what, do = one.words()
        print(f"{t(NAMES[one.state])}: {what}  [{one.code}]")
        if do:
            print(f"    {do}")
    counts = Counter(one.state for one in found)
    parts = [f"{t(NAMES[state])} {number(counts[state])}" for state in STATES if counts[state]]
    say(_("{n} findings: {parts}"), n=number(len(found)), parts=", ".join(parts))


def _plain(one: Finding) -> dict[str, str]:
    what, do = one.words()
    return {"code": one.code, "state": one.state, "what": what, "do": do}
