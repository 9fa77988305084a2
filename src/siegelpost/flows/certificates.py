"""Watches the certificates of our own hosts and tells the operator in time."""

from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

from siegelpost.base.actor import Actor
from siegelpost.base.i18n import marked as _
from siegelpost.base.i18n import translate
from siegelpost.base.settings import Settings
from siegelpost.delivery.outgoing import SystemMail
from siegelpost.flows.post import post
from siegelpost.mailings.browse import senders
from siegelpost.tenancy.certificates import (
    EXPIRED,
    IN_CLEAR,
    UNTRUSTED,
    WRONG_NAME,
    Certificate,
    forget_other_hosts,
    keep,
    known,
    look,
    newly_reached,
)  # fmt: skip
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.installation import operator_email
from siegelpost.tenancy.public_hosts import owners

HTTPS: Final = 443
EVERY: Final = timedelta(hours=12)
"""Between two looks at a host whose certificate is good; at others the worker looks each hour."""
SUBJECT: Final = _("The certificate of {host} needs you")
BODY: Final = _("{what}\n\nRenew it at the web server or proxy that answers for {host}. `siegelpost certificates` shows what was seen.\n")
ENDS: Final = _("The TLS certificate of {host} is valid until {day}: {days} days.")
FAULTS: Final = {
    EXPIRED: _("The TLS certificate of {host} has expired: browsers and mail programs refuse its pages."),
    WRONG_NAME: _("The TLS certificate at {host} was made for another name: browsers refuse its pages."),
    IN_CLEAR: _("{host} takes mail in clear text alone: it offers no STARTTLS."),
    UNTRUSTED: _("Nobody whom browsers trust vouches for the TLS certificate of {host}: they refuse its pages."),
}


def own_hosts(settings: Settings) -> tuple[tuple[str, int], ...]:
    """Hosts and ports of the addresses with https that this installation answers for."""
    parts = (urlsplit(url) for url in (settings.public_url, settings.staff_url))
    return tuple(dict.fromkeys((one.hostname or "", one.port or HTTPS) for one in parts if one.scheme == "https"))


def tenants_hosts(settings: Settings) -> tuple[tuple[str, int], ...]:
    """Those of tenants' own names, where ours answer by https."""
    public = urlsplit(settings.public_url)
    return tuple((host, public.port or HTTPS) for host in sorted(owners())) if public.scheme == "https" else ()


def inbound_hosts(settings: Settings) -> tuple[tuple[str, int], ...]:
    """Where other mail servers reach inbound mail, if the settings say so; there TLS begins with STARTTLS."""
    host, _colon, port = settings.inbound_host.rpartition(":")
    return ((host.strip("[]"), int(port)),) if host else ()


def watch(settings: Settings, tenants: list[TenantDB], *, now: datetime) -> None:
    """Look at the hosts whose turn it is, and write to the operator where a stage is reached; called every hour."""
    mail = inbound_hosts(settings)
    hosts = (*own_hosts(settings), *tenants_hosts(settings), *mail)
    forget_other_hosts(hosts)
    before = {(one.host, one.port): one for one in known()}
    for host in hosts:
        last = before.get(host)
        if last and last.stage(now) is None and not last.fault and now - last.looked_at < EVERY:
            continue
        found = keep(look(*host, smtp=host in mail, now=now))
        if newly_reached(found, now=now) is not None:
            _tell(found, tenants, now=now)


def look_now(settings: Settings, *, now: datetime) -> list[Certificate]:
    """Look at all of them at once; nobody is written to."""
    mail = inbound_hosts(settings)
    return [keep(look(*host, smtp=host in mail, now=now)) for host in (*own_hosts(settings), *tenants_hosts(settings), *mail)]


def worrying(tenant: TenantDB, *, now: datetime) -> list[Certificate]:
    """Those that somebody must see to, by what is known: the installation's, and of names of tenants' own those of this one."""
    of_others = {host for host, number in owners().items() if number != tenant.number}
    return [one for one in known() if one.stage(now) is not None and one.host not in of_others]


def what_is_wrong(found: Certificate, language: str | None = None, *, now: datetime) -> str:
    """A sentence about a certificate that has a stage."""
    gone = EXPIRED if (found.days_left(now) or 0) < 0 else found.fault
    facts = {"host": found.host, "days": found.days_left(now), "day": found.valid_until.date().isoformat() if found.valid_until else ""}
    return translate(FAULTS.get(gone, ENDS), language).format(**facts)


def _tell(found: Certificate, tenants: list[TenantDB], *, now: datetime) -> None:
    """By a mail of the operator's own tenant; without one the pages and the command say it."""
    to = operator_email()
    for tenant in tenants:
        if to and tenant.own and senders(tenant):
            language = tenant.language
            subject = translate(SUBJECT, language).format(host=found.host)
            text = translate(BODY, language).format(host=found.host, what=what_is_wrong(found, language, now=now))
            post(tenant, SystemMail(kind="notice", to=to, subject=subject, text=text), actor=Actor.system("worker"), now=now)
            return
