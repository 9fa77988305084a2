"""The ways to us and from us: both addresses as strangers reach them, inbound mail, the relays."""

import http.client
import smtplib
import socket
import ssl
from collections.abc import Iterator, Mapping
from contextlib import closing
from typing import Final
from urllib.parse import urlsplit

from siegelpost.base.i18n import marked as _
from siegelpost.base.loopback import LOOPBACK, is_loopback
from siegelpost.base.proxies import is_among
from siegelpost.delivery.relay import TLS_MODES, Relay
from siegelpost.flows.certificates import inbound_hosts
from siegelpost.flows.doctor.finding import FAULT, FINE, UNKNOWN, WARNING, Finding, Looking
from siegelpost.flows.routing import routing

SECONDS: Final = 5.0
"""For each answer."""
REQUIRED, OPPORTUNISTIC, OFF = TLS_MODES
WHO: Final = "/healthz?client"
NOBODY: Final = "192.0.2.77"
"""Nobody has it (RFC 5737)."""
UNREACHED: Final = _("{url} cannot be reached from here ({kind}).")
START: Final = _("Start `siegelpost serve` and the proxy, and look at the DNS of the name and at the firewall.")


def addresses(look: Looking) -> Iterator[Finding]:
    """Of the staff and of the public, by https, and with the client's own address."""
    for code, url, path, wanted in (
        ("doctor.staff_url", look.settings.staff_url, WHO, 200),
        ("doctor.public_url", look.settings.public_url, "/u/doctor", 404),
    ):
        host = urlsplit(url).hostname or ""
        try:
            status, body = _get(url, path)
        except ssl.SSLCertVerificationError as fault:
            facts = {"url": url, "why": fault.verify_message}
            what = _("The certificate of {url} is refused by browsers: {why}")
            yield Finding(code, FAULT, what, _("`siegelpost certificates` shows what was seen."), facts)
            continue
        except (OSError, http.client.HTTPException) as fault:
            yield Finding(code, FAULT, UNREACHED, START, {"url": url, "kind": type(fault).__name__})
            continue
        if status != wanted:
            what = _("{url} answers with {status} where we would say {wanted}: somebody else answers, or the proxy does not pass Host on.")
            do = _("Look at the proxy: each site answers by the name of its own address only.")
            yield Finding(code, FAULT, what, do, {"url": url, "status": status, "wanted": wanted})
        elif host in LOOPBACK:
            what = _("{url} is reached from this machine only.")
            yield Finding(code, WARNING, what, _("Set it to the name that people use, with https."), {"url": url})
        else:
            yield Finding(code, FINE, _("{url} answers, by https."), facts={"url": url})
        if path == WHO and status == wanted:
            yield from _client(look, url, host, body.strip())


def _client(look: Looking, url: str, host: str, seen: str) -> Iterator[Finding]:
    """Whose address the site saw: ours, or that of a proxy that does not say who asks."""
    itself = {str(one[4][0]) for one in socket.getaddrinfo(host, None)}
    facts = {"url": url, "seen": seen}
    if not is_among(seen, look.settings.proxies) and (seen not in itself or _is_ours(seen)):
        yield Finding("doctor.client_address", FINE, _("The client's address arrives at {url}."), facts=facts)
        yield from _forged(url)
    elif all(is_loopback(one) for one in itself):
        what = _("Whether the client's address arrives cannot be seen from here: {url} leads to this machine.")
        yield Finding("doctor.client_address", UNKNOWN, what, facts=facts)
    else:
        what = _("At {url} everybody looks like {seen}: limits per address would shut out all at once.")
        do = _("Let the proxy append to X-Forwarded-For, and name one on another machine in SIEGELPOST_TRUSTED_PROXIES.")
        yield Finding("doctor.client_address", FAULT, what, do, facts)


def _forged(url: str) -> Iterator[Finding]:
    """Whether visitors can say who they are. We take no name with underscores; a proxy may turn one into the real one."""
    for name in ("X-Forwarded-For", "X_Forwarded_For"):
        facts = {"url": url, "name": name}
        try:
            _status, seen = _get(url, WHO, {name: NOBODY})
        except (OSError, http.client.HTTPException) as fault:
            yield Finding("doctor.client_forged", UNKNOWN, UNREACHED, START, {"url": url, "kind": type(fault).__name__})
            return
        if seen.strip() == NOBODY:
            what = _("At {url} visitors choose their address by the header {name}: limits per address hold nobody back.")
            do = _("Let the proxy append to X-Forwarded-For, and pass on nothing else under that name.")
            yield Finding("doctor.client_forged", FAULT, what, do, facts)


def inbound(look: Looking) -> Iterator[Finding]:
    """Where bounces come in: by the name that others know, else on this machine."""
    known = inbound_hosts(look.settings)
    host, port = known[0] if known else ("127.0.0.1", look.inbound_port)
    facts = {"place": f"{host}:{port}"}
    try:
        with closing(smtplib.SMTP(host, port, timeout=SECONDS)) as peer:
            peer.ehlo("doctor.invalid")
            offers = peer.has_extn("starttls")
    except (OSError, smtplib.SMTPException) as fault:
        what = _("Inbound mail cannot be reached at {place} ({kind}): bounces and unsubscribes by mail do not arrive.")
        do = _("Start `siegelpost serve` and lead port 25 of the bounce domain to it.")
        yield Finding("doctor.inbound", FAULT, what, do, {**facts, "kind": type(fault).__name__})
        return
    if known and not offers:
        do = _("Give `serve` a certificate, or the mail server in front.")
        yield Finding("doctor.inbound", FAULT, _("{place} takes mail in clear text alone."), do, facts)
    else:
        yield Finding("doctor.inbound", FINE, _("Inbound mail answers at {place}."), facts=facts)
    if not known:
        what = _("How other mail servers reach inbound mail is not known, so nobody watches it.")
        yield Finding("doctor.inbound_host", WARNING, what, _("Set SIEGELPOST_INBOUND_HOST."))


def relays(look: Looking) -> Iterator[Finding]:
    """Greeted, and asked for TLS; nobody logs in and nothing is sent."""
    for relay in routing(look.settings).relays:
        yield _relay(relay)


def _relay(relay: Relay) -> Finding:
    facts = {"relay": relay.address}
    try:
        secured = _greet(relay)
    except ssl.SSLError as fault:
        do = _("Mend the relay's certificate, or the name by which it is called.")
        what = _("The TLS of the relay {relay} cannot be trusted: {why}")
        return Finding("doctor.relay_tls", FAULT, what, do, {**facts, "why": getattr(fault, "verify_message", "") or "TLS"})
    except (OSError, smtplib.SMTPException) as fault:
        what, do = _("The relay {relay} does not answer ({kind})."), _("Look at SIEGELPOST_RELAY_URL and whether the relay runs.")
        return Finding("doctor.relay", FAULT, what, do, {**facts, "kind": type(fault).__name__})
    if secured and relay.tls == REQUIRED:
        return Finding("doctor.relay", FINE, _("The relay {relay} answers, with TLS that was checked."), facts=facts)
    if relay.host in LOOPBACK:
        return Finding("doctor.relay", FINE, _("The relay {relay} on this machine answers."), facts=facts)
    if not secured and relay.tls == REQUIRED:
        what = _("The relay {relay} offers no TLS, and it is demanded.")
        return Finding("doctor.relay_tls", FAULT, what, _("Mend the relay's TLS."), facts)
    what, do = _("Mail to the relay {relay} goes without TLS that was checked."), _("Add ?tls=required to its address.")
    return Finding("doctor.relay_tls", WARNING, what, do, facts)


def _greet(relay: Relay) -> bool:
    """Whether TLS was spoken."""
    if relay.implicit:
        with closing(smtplib.SMTP_SSL(relay.host, relay.port, timeout=SECONDS, context=relay.context())) as peer:
            peer.ehlo()
            return True
    with closing(smtplib.SMTP(relay.host, relay.port, timeout=SECONDS)) as peer:
        peer.ehlo()
        if relay.tls == OFF or not peer.has_extn("starttls"):
            return False
        peer.starttls(context=relay.context())
        return True


def _get(url: str, path: str, heads: Mapping[str, str] | None = None) -> tuple[int, str]:
    parts = urlsplit(url)
    make = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    with closing(make(parts.hostname or "", parts.port, timeout=SECONDS)) as connection:
        connection.request("GET", path, headers=heads or {})
        answer = connection.getresponse()
        return answer.status, answer.read(200).decode("ascii", "replace")


def _is_ours(address: str) -> bool:
    """Whether this machine has the address."""
    try:
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.bind((address, 0))
    except OSError:
        return False
    return True
