"""`siegelpost sender …`"""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any, Final

import typer

from siegelpost.base import clock
from siegelpost.base.actor import Actor
from siegelpost.base.i18n import marked as _
from siegelpost.base.i18n import translate as t
from siegelpost.base.settings import process_settings
from siegelpost.cli.app import App
from siegelpost.cli.context import tenant_of
from siegelpost.cli.held import held
from siegelpost.cli.output import as_json, say
from siegelpost.flows.add_sender import add_sender, domain_named, sender_records
from siegelpost.flows.check_domain import check_domain
from siegelpost.flows.rotate_keys import PREPARED, SWITCHED, WAITING, ensure_switched, rotate_keys
from siegelpost.mailings.domain_checks import Checked, last_check
from siegelpost.mailings.domain_findings import ADVICE, BLOCK, OK, PASSED, REFUSED, UNKNOWN, WARN, Finding, by_severity
from siegelpost.mailings.domain_records import Record
from siegelpost.tenancy.handle import TenantDB

app = App(t(_("Add senders, check the DNS of their domains, change their keys.")))

JSON = typer.Option(False, "--json", help=t(_("Print JSON.")))
LEVELS: Final = {BLOCK: _("blocks"), WARN: _("warning"), ADVICE: _("advice"), OK: _("good")}
STATES: Final = {
    PASSED: _("The DNS of {domain} is in order."),
    REFUSED: _("The DNS of {domain} is not in order."),
    UNKNOWN: _("The DNS of {domain} could not be checked in full."),
    "": _("The DNS of {domain} was never checked."),
}
STEPS: Final = {
    PREPARED: _("New keys for {domain} are ready. Publish their records, then run this command again."),
    WAITING: _("The new keys of {domain} are not published yet."),
    SWITCHED: _("Mail from {domain} is signed with the new keys now."),
}
NOT_FIT: Final = 3


@app.command(help=t(_("Add a sender, 'Name <address>', look its domain up in the DNS, and print what to publish.")))
def add(
    slug: str,
    mailbox: str,
    unverified_ok: bool = typer.Option(False, "--unverified-ok", help=t(_("Permit sending whatever the DNS says; this is written down."))),
    json: bool = JSON,
) -> None:
    """Exit 4 for what is no name and address. Adding a sender again may add the permission."""
    tenant, settings, now = tenant_of(slug), process_settings(), clock.now()
    found = add_sender(tenant, mailbox, settings=settings, unverified_ok=unverified_ok, actor=Actor.operator(), now=now)
    if json:
        known = last_check(tenant, found.domain_id)
        as_json({**asdict(found), **_plain_check(known), "records": _plain_records(_records(tenant, found.domain_id))})
        return
    say(_("Sender {id} is ready: {name} <{email}>, {code} in Feedback-ID."), **asdict(found))
    if found.verified:
        return
    if found.unverified_ok:
        say(_("The DNS of {domain} has not passed the check; sending is permitted all the same."), domain=found.domain)
    else:
        say(_("The DNS of {domain} has not passed the check; nothing is sent from it before it does."), domain=found.domain)
    _show(_records(tenant, found.domain_id))


@app.command(help=t(_("Check the DNS of a sender domain and print what to publish.")))
def check(slug: str, domain: str, json: bool = JSON) -> None:
    """Exit 4 for a domain that no sender uses, 3 where nothing may be sent from it."""
    tenant, settings, now = tenant_of(slug), process_settings(), clock.now()
    found = check_domain(tenant, domain_named(tenant, domain).id, settings=settings, actor=Actor.operator(), now=now)
    _answer(tenant, found, json)
    if not (found.counts(now) or found.unverified_ok):
        raise typer.Exit(NOT_FIT)


@app.command(help=t(_("Change the DKIM keys of a sender domain: run it once for new keys, and again when they are published.")))
@held
def rotate(
    slug: str,
    domain: str,
    unverified_ok: bool = typer.Option(
        False, "--unverified-ok", help=t(_("Sign with the new keys although nobody saw them published; this is written down."))
    ),
    json: bool = JSON,
) -> None:
    """Exit 4 for a domain that no sender uses, 3 where the new keys are not published yet."""
    tenant, settings, now = tenant_of(slug), process_settings(), clock.now()
    number = domain_named(tenant, domain).id
    step, found = rotate_keys(tenant, number, settings=settings, permitted=unverified_ok, actor=Actor.operator(), now=now)
    keys = [one for one in found.findings if one.topic == "dkim"]
    if json:
        records = [one for one in _records(tenant, number) if "._domainkey." in one.name]
        as_json({"domain": found.domain, "step": step, "findings": _plain_findings(keys), "records": _plain_records(records)})
    else:
        say(STEPS[step], domain=found.domain)
        _show_findings(keys)
    ensure_switched(step, found)


def _answer(tenant: TenantDB, found: Checked, json: bool) -> None:
    if json:
        as_json({**_plain_check(found), "records": _plain_records(_records(tenant, found.domain_id))})
        return
    say(STATES[found.state], domain=found.domain)
    if found.stale:
        say(_("An earlier check passed and counts until seven days have gone by."))
    if found.unverified_ok:
        say(_("The operator has permitted sending whatever the DNS says."))
    _show_findings(found.findings)


def _records(tenant: TenantDB, domain_id: int) -> list[Record]:
    return sender_records(tenant, domain_id, process_settings(), now=clock.now())


def _plain_check(found: Checked) -> dict[str, Any]:
    """`checked` says whether every look-up that is needed was answered."""
    return {
        "domain": found.domain,
        "state": found.state,
        "checked": bool(found.state) and not any(one.unchecked and one.severity == BLOCK for one in found.findings),
        "checked_at": found.at,
        "verified": found.verified_at is not None,
        "verified_at": found.verified_at,
        "unverified_ok": found.unverified_ok,
        "findings": _plain_findings(found.findings),
    }


def _plain_findings(findings: Iterable[Finding]) -> list[dict[str, Any]]:
    return [
        {
            "code": one.code,
            "severity": one.severity,
            "text": one.text(),
            "facts": dict(one.facts),
            "published": one.published,
            "publish": _plain_records(one.publish),
        }
        for one in findings
    ]


def _plain_records(records: Iterable[Record]) -> list[dict[str, object]]:
    return [{**asdict(one), "note": t(one.note), "strings": one.strings} for one in records]


def _show_findings(findings: Iterable[Finding]) -> None:
    """What is wrong first; below each the lines of a zone file that mend it, ready to be pasted."""
    for one in by_severity(findings):
        print(f"  {t(LEVELS[one.severity])}  {one.code}  {one.text()}")
        for text in one.published if one.severity != OK else ():
            print(f"    {t(_('published:'))} {text}")
        for record in one.publish:
            print(f"    {record.zone_line}")


def _show(records: list[Record]) -> None:
    """Lines of a zone file, each below what it is for."""
    for needed, heading in ((True, _("Publish these DNS records:")), (False, _("Advice:"))):
        print()
        say(heading)
        for one in records:
            if one.needed is needed:
                print(f"; {t(one.note)}\n{one.zone_line}")
