"""`siegelpost certificates`"""

from dataclasses import asdict

import typer

from siegelpost.base import clock
from siegelpost.base.i18n import marked as _
from siegelpost.base.i18n import translate as t
from siegelpost.base.settings import process_settings
from siegelpost.cli.app import App
from siegelpost.cli.context import installation
from siegelpost.cli.output import as_json, say, table
from siegelpost.flows.certificates import look_now, what_is_wrong
from siegelpost.tenancy.certificates import UNREACHABLE, Certificate

app = App()


@app.command(help=t(_("Look at the TLS certificates of our own addresses: how long they are valid, and whether browsers trust them.")))
def certificates(json: bool = typer.Option(False, "--json", help=t(_("Print JSON.")))) -> None:
    """The worker does the same twice a day; it writes to the operator 30, 14, 7 and 1 days before the end."""
    installation()
    now = clock.now()
    found = look_now(process_settings(), now=now)
    if json:
        as_json([_plain(one) for one in found])
        return
    if not found:
        say(_("None of our addresses begins with https: there is no certificate to watch."))
        return
    rows = [(f"{one.host}:{one.port}", one.valid_until.date() if one.valid_until else "", _spoken(one), _words(one)) for one in found]
    table([_("Host"), _("Valid until"), _("TLS"), _("What was seen")], rows)


def _spoken(one: Certificate) -> str:
    if one.transport is None:
        return ""
    admitted = ", ".join((*one.transport.older, *one.transport.weak))
    return (
        one.transport.protocol
        if not admitted
        else t(_("{best}, but it admits {worst}")).format(best=one.transport.protocol, worst=admitted)
    )


def _words(one: Certificate) -> str:
    now = one.looked_at
    if one.fault == UNREACHABLE:
        return t(_("It could not be reached from here."))
    return t(_("Browsers trust it.")) if one.stage(now) is None else what_is_wrong(one, now=now)


def _plain(one: Certificate) -> dict[str, object]:
    return {
        "host": one.host,
        "port": one.port,
        "valid_until": one.valid_until,
        "days_left": one.days_left(one.looked_at),
        "fault": one.fault,
        "tls": asdict(one.transport) if one.transport else None,
        "needs_attention": one.stage(one.looked_at) is not None,
    }
