"""The work: whether somebody does it, what waits, whether uploads are scanned, and which controls are red."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from siegelpost.base.controls import RED
from siegelpost.base.i18n import marked as _
from siegelpost.delivery.outgoing import oldest_waiting
from siegelpost.flows.brought_certificates import SOON
from siegelpost.flows.controls.standing import standings
from siegelpost.flows.doctor.finding import FAULT, FINE, WARNING, Finding, Looking
from siegelpost.flows.worker import somebody_works
from siegelpost.governance.handover.clamd import fresh_scanner
from siegelpost.governance.handover.errors import ScannerSilent
from siegelpost.mailings.reads import domains_of
from siegelpost.tenancy.home import Home
from siegelpost.tenancy.host_keys import all_brought
from siegelpost.tenancy.registry import all_tenants
from siegelpost.tenancy.relays import broken_relays

LONG: Final = timedelta(minutes=15)
"""A mail of the system is sent within seconds, and tried again after a minute."""
NAMED: Final = 10


def brought_certificates(look: Looking) -> Iterator[Finding]:
    """What tenants brought for their own names; by a proxy in front nobody sees it."""
    for one in all_brought().values():
        days = one.days_left(look.now)
        facts = {"host": one.host, "days": days}
        if look.settings.tls_certificate is None:
            do = _("Give `serve` a certificate of its own, or take this one away: the proxy answers for this name.")
            yield Finding("doctor.brought_certificate", WARNING, _("Nobody sees the certificate that was brought for {host}."), do, facts)
        elif days < SOON:
            do = _("Have the tenant bring another (page “Own addresses”, or `siegelpost host bring`).")
            what = _("The certificate that was brought for {host} ends in {days} days.")
            yield Finding("doctor.brought_certificate", FAULT if days < 0 else WARNING, what, do, facts)


def worker(look: Looking) -> Iterator[Finding]:
    """A lock says it, which dies with the process."""
    place = Home(look.settings.home)
    if (place.root / "worker.lock").exists() and somebody_works(place):
        yield Finding("doctor.worker", FINE, _("The work is being done."))
    else:
        do = _("Start `siegelpost serve`, or `siegelpost worker` beside it.")
        yield Finding("doctor.worker", FAULT, _("Nobody does the work: nothing is sent, and nothing is watched."), do)


def queue(look: Looking) -> Iterator[Finding]:
    """Mails of the system that wait; relays that do not take any."""
    oldest = {}
    for tenant in all_tenants():
        since = oldest_waiting(tenant)
        tenant.close()
        if since is not None and look.now - since > LONG:
            oldest[tenant.slug] = int((look.now - since) / timedelta(minutes=1))
    for slug, minutes in oldest.items():
        do = _("Look at the relay and at what `siegelpost serve` writes; `siegelpost relay list` shows which relays work.")
        facts = {"slug": slug, "minutes": minutes}
        yield Finding("doctor.queue", FAULT, _("In the tenant {slug} a mail of the system has waited for {minutes} minutes."), do, facts)
    for relay in broken_relays():
        facts = {"relay": relay.name, "code": relay.code}
        do = _("docs/errors.md explains it; it is called again by itself.")
        yield Finding("doctor.relay_broken", FAULT, _("The relay {relay} takes no mail at the moment: {code}"), do, facts)
    if not oldest:
        yield Finding("doctor.queue", FINE, _("No mail of the system waits for long."))


def sender_domains(look: Looking) -> Iterator[Finding]:
    """As the last look at the DNS found them."""
    found = [(tenant.slug, one) for tenant in all_tenants() for one in domains_of(tenant) if one.senders]
    bad = [(slug, one) for slug, one in found if not one.verified]
    for slug, one in bad:
        what = _("The DNS of the sender domain {domain} ({slug}) was never found right.")
        do = _("`siegelpost sender check {slug} {domain}` says which records are missing.")
        yield Finding("doctor.sender_domain", WARNING if one.unverified_ok else FAULT, what, do, {"domain": one.domain, "slug": slug})
    if not found:
        what, do = _("No tenant has a sender yet."), _("`siegelpost sender add SLUG 'Name <address>'` makes one.")
        yield Finding("doctor.sender_domain", WARNING, what, do)
    elif not bad:
        yield Finding("doctor.sender_domain", FINE, _("The DNS of all sender domains is right ({n})."), facts={"n": len(found)})


def scanner(look: Looking) -> Iterator[Finding]:
    """ClamAV, and how old its signatures are."""
    if not look.settings.clamav:
        what = _("No virus scanner is set up: what staff upload to hand over is held.")
        yield Finding("doctor.scanner", WARNING, what, _("Start ClamAV's clamd and name its socket in SIEGELPOST_CLAMAV."))
        return
    try:
        found = fresh_scanner(look.settings.clamav, look.now)
    except ScannerSilent as fault:
        do = _("Start clamd, let freshclam update it, and look at SIEGELPOST_CLAMAV.")
        yield Finding("doctor.scanner", FAULT, _("The virus scanner cannot be relied on: {why}."), do, {"why": fault.facts["why"]})
    else:
        facts = {"version": found.version, "day": found.signatures.date().isoformat()}
        yield Finding("doctor.scanner", FINE, _("The virus scanner answers: {version}, signatures of {day}."), facts=facts)


def controls(look: Looking) -> Iterator[Finding]:
    """Those that are red, as the worker saw them last."""
    red = [one.control.id for one in standings(all_tenants(), now=look.now) if one.state == RED]
    if red:
        facts = {"n": len(red), "names": ", ".join(red[:NAMED])}
        yield Finding("doctor.controls", FAULT, _("{n} controls are red: {names}"), _("`siegelpost controls` says what was found."), facts)
    else:
        yield Finding("doctor.controls", FINE, _("No control is red."))
