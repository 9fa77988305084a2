"""Checks of the ways that data take: our addresses, their certificates, and the relays."""

from collections import Counter
from datetime import timedelta
from typing import Final
from urllib.parse import urlsplit

from siegelpost.base.controls import INSTALLATION, TENANT, Around, Finding, check, finding
from siegelpost.base.i18n import marked as _
from siegelpost.base.loopback import LOOPBACK
from siegelpost.delivery.relay import TLS_MODES
from siegelpost.flows.certificates import inbound_hosts, own_hosts, tenants_hosts
from siegelpost.flows.own_tls import fault_of
from siegelpost.flows.routing import routing
from siegelpost.mailings.reads import domains_of
from siegelpost.tenancy.certificates import UNREACHABLE, known
from siegelpost.tenancy.handle import TenantDB

SEEN_WITHIN: Final = timedelta(days=2)
"""The worker looks twice a day."""
OPPORTUNISTIC, OFF = TLS_MODES[1:]
LOCAL: Final = "local"
SOON: Final = 14
"""Days before its end at which a certificate asks for somebody."""


@check(
    "2.1-02",
    _("Both addresses begin with https, or are reached from this machine only; browsers trust their certificates."),
    every=timedelta(hours=1),
    limit=10,
    scope=INSTALLATION,
)
def pages_are_encrypted(around: Around) -> Finding:
    """By the settings, and by what the worker saw when it greeted the addresses as a browser does."""
    addresses = {"staff": around.settings.staff_url, "public": around.settings.public_url}
    clear = sorted(name for name, url in addresses.items() if not (url.startswith("https://") or urlsplit(url).hostname in LOOPBACK))
    hosts = set(own_hosts(around.settings))
    faults = {one.host: one.fault for one in known() if (one.host, one.port) in hosts and one.fault}
    refused = [fault for fault in faults.values() if fault != UNREACHABLE]
    return finding(red=clear or refused, amber=faults, in_clear=clear, certificates=faults, https=len(hosts))


@check(
    "1.2-03",
    _(
        "The certificates of our addresses are good for at least 14 days and were looked at within two days. "
        "Whoever answers there refuses everything before TLS 1.2, and ciphers that are broken or without forward secrecy. "
        "The files of our own certificate can be used: a renewed one that is wrong is not taken up."
    ),
    every=timedelta(minutes=10),
    limit=10,
    scope=INSTALLATION,
    whole=False,
)
def our_addresses_are_safe(around: Around) -> Finding:
    """Red where browsers refuse one, it ends within a day, or what is old or weak is admitted.

    Amber where there is none to look at: then nothing is proven.
    """
    hosts = {*own_hosts(around.settings), *tenants_hosts(around.settings), *inbound_hosts(around.settings)}
    wrong_files = fault_of(around.settings, now=around.now)
    seen = {(one.host, one.port): one for one in known() if (one.host, one.port) in hosts}
    days = {one.host: one.days_left(around.now) for one in seen.values()}
    stages = [stage for one in seen.values() if (stage := one.stage(around.now)) is not None]
    unseen = [host for host, port in hosts if (host, port) not in seen or not seen[host, port].valid_until]
    old = [one.host for one in seen.values() if around.now - one.looked_at > SEEN_WITHIN or one.fault == UNREACHABLE]
    ends_now, ends_soon = min(stages, default=SOON + 1) <= 1, min(stages, default=SOON + 1) <= SOON
    spoken = {one.host: one.transport for one in seen.values() if one.transport}
    admitted = {host: [*one.older, *one.weak] for host, one in spoken.items() if one.older or one.weak}
    silent = [one.host for one in seen.values() if not one.transport]
    return finding(
        red=ends_now or admitted or wrong_files,
        amber=ends_soon or unseen or old or silent or not hosts,
        days_left=days,
        not_seen=sorted({*unseen, *old, *silent}),
        spoken={host: f"{one.protocol} {one.cipher}" for host, one in spoken.items()},
        admitted=admitted,
        certificate_files=wrong_files,
    )


@check(
    "1.2-03",
    _("Mail goes to the relays with verified TLS or not at all. How each message went on from there is not known."),
    every=timedelta(hours=1),
    limit=10,
    scope=TENANT,
    whole=False,
)
def relays_demand_tls(tenant: TenantDB, around: Around) -> Finding:
    """All relays by which system mails and mail of the sender domains may go; what one on this machine does with it nobody knows."""
    ways = routing(around.settings)
    relays = {one for name in ("", *(one.domain for one in domains_of(tenant) if one.senders)) for one in ways.route(tenant.number, name)}
    kinds = Counter(LOCAL if one.tls == OFF and one.host in LOOPBACK else one.tls for one in relays)
    if tenant.demands_tls:
        return finding(tls_demanded=True, relays=dict(kinds))
    return finding(red=kinds[OFF], amber=kinds[OPPORTUNISTIC] + kinds[LOCAL], tls_demanded=False, relays=dict(kinds))


CHECKS = (pages_are_encrypted, our_addresses_are_safe, relays_demand_tls)
