"""`siegelpost sender …`"""

from dataclasses import asdict

import typer

from siegelpost.base import clock
from siegelpost.base.actor import Actor
from siegelpost.base.i18n import marked as _
from siegelpost.base.i18n import translate as t
from siegelpost.base.settings import process_settings
from siegelpost.cli.app import App
from siegelpost.cli.context import tenant_of
from siegelpost.cli.output import as_json, say
from siegelpost.flows.add_sender import add_sender, sender_records
from siegelpost.mailings.domains import Record

app = App(t(_("Add senders and see the DNS records that their domains need.")))

JSON = typer.Option(False, "--json", help=t(_("Print JSON.")))


@app.command(help=t(_("Add a sender, 'Name <address>', and print the DNS records to publish.")))
def add(
    slug: str,
    mailbox: str,
    unverified_ok: bool = typer.Option(
        False, "--unverified-ok", help=t(_("Permit sending although the DNS was not checked; this is written down."))
    ),
    json: bool = JSON,
) -> None:
    """Exit 4 for what is no name and address. Adding a sender again may add the permission."""
    tenant = tenant_of(slug)
    found = add_sender(tenant, mailbox, unverified_ok=unverified_ok, actor=Actor.operator(), now=clock.now())
    records = sender_records(tenant, found.domain, process_settings())
    if json:
        as_json({**asdict(found), "records": [_plain(one) for one in records]})
        return
    say(_("Sender {id} is ready: {name} <{email}>, {code} in Feedback-ID."), **asdict(found))
    if found.verified:
        return
    if found.unverified_ok:
        say(_("The DNS of {domain} was not checked; sending is permitted all the same."), domain=found.domain)
    else:
        say(_("The DNS of {domain} was not checked: this version cannot do that yet."), domain=found.domain)
        say(_("Mailings from it are refused until you permit it: add the sender again with --unverified-ok."))
    _show(records)


@app.command(help=t(_("Print the DNS records of a sender domain again.")))
def check(slug: str, domain: str, json: bool = JSON) -> None:
    """Exit 4 for a domain that no sender uses."""
    records = sender_records(tenant_of(slug), domain, process_settings())
    if json:
        as_json({"checked": False, "records": [_plain(one) for one in records]})
        return
    say(_("Not checked: this version does not ask the DNS yet. These records should be there:"))
    _show(records)


def _plain(one: Record) -> dict[str, object]:
    return {**asdict(one), "note": t(one.note), "strings": one.strings}


def _show(records: list[Record]) -> None:
    """Lines of a zone file, ready to be pasted, each below what it is for."""
    for needed, heading in ((True, _("Publish these DNS records:")), (False, _("Advice:"))):
        print()
        say(heading)
        for one in records:
            if one.needed is needed:
                print(f"; {t(one.note)}\n{one.zone_line}")
