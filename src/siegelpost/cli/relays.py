"""`siegelpost relay …`"""

import sys
from dataclasses import asdict

import typer

from siegelpost.base import clock
from siegelpost.base.actor import Actor
from siegelpost.base.i18n import marked as _
from siegelpost.base.i18n import translate as t
from siegelpost.base.settings import process_settings
from siegelpost.cli.app import App
from siegelpost.cli.context import installation, tenant_of
from siegelpost.cli.output import as_json, say, table
from siegelpost.delivery.signing import MOST
from siegelpost.flows import routing
from siegelpost.flows.routing import KnownRelay

app = App(t(_("Add relays and choose by which of them mail goes.")))

JSON = typer.Option(False, "--json", help=t(_("Print JSON.")))


@app.command(help=t(_("Make a relay known, or change its address. The sending processes know it within seconds.")))
def add(
    name: str,
    url: str = typer.Argument("-", help=t(_("smtp://user:password@host:port?tls=required or smtps://…; - reads it from standard input."))),
    profile: str = typer.Option("", help=t(_("A known kind of relay: ses; none takes the profile away."))),
    unsigned_header: list[str] = typer.Option([], help=t(_("A header that it rewrites, so that we do not sign it; may be said again."))),
    signatures: int | None = typer.Option(None, min=0, max=MOST, help=t(_("So many of our signatures it accepts."))),
    json: bool = JSON,
) -> None:
    """Exit 4 for a name, an address or a profile that cannot be used. What is signed stays as it was where nothing is said of it."""
    installation()
    signing = routing.signing_of(profile, unsigned_header, signatures)
    address = sys.stdin.readline().strip() if url == "-" else url
    routing.set_relay(name, address, settings=process_settings(), now=clock.now(), signing=signing)
    _list(json)


@app.command(help=t(_("Forget a relay.")))
def remove(name: str, json: bool = JSON) -> None:
    """Exit 3 while mail goes by it, 4 for an unknown one."""
    installation()
    routing.remove_relay(name, now=clock.now())
    _list(json)


@app.command("list", help=t(_("Show all relays.")))
def list_relays(json: bool = JSON) -> None:
    """`default` is that of SIEGELPOST_RELAY_URL. Passwords are not shown."""
    installation()
    _list(json)


@app.command(help=t(_("Let a tenant's mail go by the first of these relays that works; without one by that of SIEGELPOST_RELAY_URL.")))
def use(
    slug: str,
    relays: list[str] = typer.Argument(None, help=t(_("Names in the order of choice; `default` is that of SIEGELPOST_RELAY_URL."))),
    domain: str = typer.Option("", help=t(_("Only mailings of this sender domain."))),
    json: bool = JSON,
) -> None:
    """Exit 4 for an unknown relay or sender domain."""
    tenant = tenant_of(slug)
    routing.use(tenant, domain, relays or (), actor=Actor.operator(), now=clock.now())
    _routes(slug, json)


@app.command(help=t(_("Show by which relays a tenant's mail goes.")))
def routes(slug: str, json: bool = JSON) -> None:
    """Exit 4 for an unknown tenant."""
    _routes(slug, json)


def _list(json: bool) -> None:
    found = routing.relays(process_settings())
    if json:
        as_json([asdict(one) for one in found])
    else:
        columns = [_("Name"), _("Host"), _("User"), _("TLS"), _("Works"), _("Signatures"), _("Not signed")]
        table(columns, [_line(one) for one in found])


def _line(one: KnownRelay) -> tuple[object, ...]:
    return one.name, f"{one.host}:{one.port}", one.user, one.tls, "✓" if one.works else "", one.signatures, ", ".join(one.unsigned)


def _routes(slug: str, json: bool) -> None:
    found = routing.routes_of(tenant_of(slug))
    if json:
        as_json([{"domain": domain, "relays": names} for domain, names in found.items()])
    elif not found:
        say(_("All mail of this tenant goes by the relay of SIEGELPOST_RELAY_URL."))
    else:
        table([_("Sender domain"), _("Relays")], [(domain or t(_("all others")), ", ".join(names)) for domain, names in found.items()])
