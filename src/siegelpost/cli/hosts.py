"""`siegelpost host add | list | check | use | remove | bring | take-away`"""

from pathlib import Path

import typer

from siegelpost.base import clock
from siegelpost.base.actor import Actor
from siegelpost.base.i18n import marked as _
from siegelpost.base.i18n import translate as t
from siegelpost.base.settings import process_settings
from siegelpost.cli.app import App
from siegelpost.cli.context import tenant_of
from siegelpost.cli.output import as_json, say, table
from siegelpost.flows import public_hosts as flow
from siegelpost.flows.brought_certificates import MOST_BYTES
from siegelpost.flows.brought_certificates import bring as bring_certificate
from siegelpost.flows.brought_certificates import take_away as take_certificate_away
from siegelpost.flows.tls_pair import Pair
from siegelpost.tenancy.public_hosts import HostView, hosts_of

app = App(t(_("Give a tenant names of its own for its public pages.")))

JSON = typer.Option(False, "--json", help=t(_("Print JSON.")))
CHAIN = typer.Option(
    ..., "--certificate", exists=True, dir_okay=False, help=t(_("File in PEM: the certificate, then those who vouch for it."))
)
KEY = typer.Option(..., "--key", exists=True, dir_okay=False, help=t(_("File in PEM: its key, without a password.")))
NUMBER = typer.Argument(..., help=t(_("Number of the name, as `siegelpost host list` shows it.")))


@app.command(help=t(_("Note a name and print what its owner publishes in the DNS.")))
def add(slug: str, host: str, json: bool = JSON) -> None:
    """Exit 4 for a name that can be none, or is there already."""
    one = flow.add_host(tenant_of(slug), host, settings=process_settings(), actor=Actor.operator(), now=clock.now())
    _show([one], json)


@app.command("list", help=t(_("Show the names of a tenant.")))
def list_hosts(slug: str, json: bool = JSON) -> None:
    """Exit 0; 4 for an unknown tenant."""
    _show(hosts_of(tenant_of(slug)), json)


@app.command(help=t(_("Look at the DNS of a name now.")))
def check(slug: str, number: int = NUMBER, json: bool = JSON) -> None:
    """Exit 3 where another tenant has proved it, 4 for one that does not exist."""
    one = flow.check_host(tenant_of(slug), number, settings=process_settings(), actor=Actor.operator(), now=clock.now())
    _show([one], json)


@app.command(help=t(_("Let links begin with a name; without one, with that of the installation.")))
def use(slug: str, number: int | None = typer.Argument(None), json: bool = JSON) -> None:
    """Exit 3 for one that is not proved, 4 for one that does not exist. What was launched keeps its links."""
    tenant = tenant_of(slug)
    flow.use_host(tenant, number, actor=Actor.operator(), now=clock.now())
    _show(hosts_of(tenant), json)


@app.command(help=t(_("Give a name up: links that begin with it lead nowhere.")))
def remove(slug: str, number: int = NUMBER, json: bool = JSON) -> None:
    """Exit 4 for one that does not exist."""
    tenant = tenant_of(slug)
    flow.remove_host(tenant, number, actor=Actor.operator(), now=clock.now())
    if json:
        as_json([_plain(one) for one in hosts_of(tenant)])
    else:
        say(_("The name has been given up."))


@app.command(help=t(_("Bring a certificate with its key for a name, in place of the one before; our own TLS answers with it.")))
def bring(slug: str, number: int = NUMBER, chain_file: Path = CHAIN, key_file: Path = KEY, json: bool = JSON) -> None:
    """Exit 4 for files that cannot be used and a name that does not exist, 3 for one that is not proved."""
    pair = Pair(_read(chain_file), _read(key_file))
    found = bring_certificate(tenant_of(slug), number, pair, actor=Actor.operator(), now=clock.now())
    if json:
        as_json({"host": found.host, "fingerprint": found.fingerprint, "valid_until": found.valid_until})
    else:
        say(_("{host} answers with it within half a minute; it is valid until {day}."), host=found.host, day=found.valid_until.date())


@app.command("take-away", help=t(_("Take the certificate of a name away, and forget its key.")))
def take_away(slug: str, number: int = NUMBER, json: bool = JSON) -> None:
    """Exit 4 for a name that has none."""
    tenant = tenant_of(slug)
    take_certificate_away(tenant, number, actor=Actor.operator(), now=clock.now())
    if json:
        as_json([_plain(one) for one in hosts_of(tenant)])
    else:
        say(_("The certificate has been taken away."))


def _read(file: Path) -> bytes:
    with file.open("rb") as content:
        return content.read(MOST_BYTES)


def _show(found: list[HostView], json: bool) -> None:
    if json:
        as_json([_plain(one) for one in found])
        return
    rows = [(str(one.id), one.host, one.seen or "–", t(_("yes")) if one.in_links else "") for one in found]
    table([_("No."), _("Host"), _("Seen"), _("In links")], rows)
    for one in found:
        for name, kind, value in flow.records_of(one, process_settings()):
            print(f"{name}.  {kind}  {value}")


def _plain(one: HostView) -> dict[str, object]:
    records = [{"name": name, "type": kind, "value": value} for name, kind, value in flow.records_of(one, process_settings())]
    return {
        "id": one.id, "host": one.host, "seen": one.seen, "looked_at": one.looked_at, "verified_at": one.verified_at,
        "in_links": one.in_links, "records": records,
    }  # fmt: skip
