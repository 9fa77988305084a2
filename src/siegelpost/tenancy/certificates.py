"""The TLS certificates of this installation's own hosts: what a browser sees of them, and when somebody has to act."""

import ssl
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final

from cryptography import x509

from siegelpost.tenancy.models import HostCertificate
from siegelpost.tenancy.starttls import NotOffered, connect
from siegelpost.tenancy.tls_scan import Transport, scan

DAYS: Final = (30, 14, 7, 1)
"""Days before its end on which a certificate asks for attention, each time more urgently."""
SECONDS: Final = 2.5
"""To connect and greet; a host that needs longer counts as not reached."""
EXPIRED: Final = "expired"
WRONG_NAME: Final = "wrong_name"
UNTRUSTED: Final = "untrusted"
UNREACHABLE: Final = "unreachable"
IN_CLEAR: Final = "in_clear"
_FAULTS: Final = {10: EXPIRED, 62: WRONG_NAME, 63: WRONG_NAME, 64: WRONG_NAME}
"""Numbers of OpenSSL, X509_V_ERR_… in x509_vfy.h; all others are reasons not to trust."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """What is known about one host.

    valid_until  None where no certificate was ever seen
    fault        "" where browsers trust it; expired, wrong_name, untrusted; in_clear: a mail host without STARTTLS;
                 unreachable: nothing was seen at the last look
    looked_at    when that was
    transport    versions and ciphers, as they were seen last; None where they never were
    """

    host: str
    port: int
    valid_until: datetime | None
    fault: str
    looked_at: datetime
    transport: Transport | None = None

    def days_left(self, now: datetime) -> int | None:
        """Whole days until it ends, negative afterwards; None where it is not known."""
        return None if self.valid_until is None else (self.valid_until - now) // timedelta(days=1)

    def stage(self, now: datetime) -> int | None:
        """The day of DAYS that has been reached last, 0 from its end on or where browsers refuse it; None while all is well."""
        if self.fault in (EXPIRED, WRONG_NAME, UNTRUSTED, IN_CLEAR):
            return 0
        left = self.days_left(now)
        if left is None:
            return None
        return 0 if left < 0 else min((day for day in DAYS if left < day), default=None)


def look(host: str, port: int, *, smtp: bool = False, now: datetime) -> Certificate:
    """Greet a host as a browser does, then as a browser of the past would; each greeting takes at most SECONDS.

    smtp  it takes mail: TLS begins with STARTTLS
    """
    until: datetime | None = None
    fault = ""
    try:
        until = _end_of(host, port, smtp, ssl.create_default_context())
    except ssl.SSLCertVerificationError as refused:
        fault = _FAULTS.get(refused.verify_code, UNTRUSTED)
        until = _end_whoever_vouches(host, port, smtp)
    except NotOffered:
        fault = IN_CLEAR
    except (OSError, ValueError):
        fault = UNREACHABLE
    seen = Certificate(host, port, until, fault, now)
    return seen if fault in (UNREACHABLE, IN_CLEAR) else replace(seen, transport=_transport(host, port, smtp))


def _transport(host: str, port: int, smtp: bool) -> Transport | None:
    try:
        return scan(host, port, seconds=SECONDS, smtp=smtp)
    except (OSError, ValueError):
        return None


def _end_whoever_vouches(host: str, port: int, smtp: bool) -> datetime | None:
    anybody = ssl.create_default_context()
    anybody.check_hostname, anybody.verify_mode = False, ssl.CERT_NONE  # only its date is read; nothing is said or believed
    try:
        return _end_of(host, port, smtp, anybody)
    except (OSError, ValueError):
        return None


def _end_of(host: str, port: int, smtp: bool, context: ssl.SSLContext) -> datetime:
    with connect(host, port, seconds=SECONDS, smtp=smtp) as line, context.wrap_socket(line, server_hostname=host) as secured:
        seen = secured.getpeercert(binary_form=True)
    if seen is None:
        raise ssl.SSLError("no certificate")
    return x509.load_der_x509_certificate(seen).not_valid_after_utc


def known() -> list[Certificate]:
    """All hosts that were looked at, by name."""
    return [_as_fact(row) for row in HostCertificate.objects.order_by("host", "port")]


def keep(seen: Certificate) -> Certificate:
    """Store a look and return what is known now: a host that was not reached keeps what was seen before."""
    row = HostCertificate.objects.filter(host=seen.host, port=seen.port).first() or HostCertificate(host=seen.host, port=seen.port)
    row.valid_until = _second(seen.valid_until) if seen.valid_until else row.valid_until
    row.fault, row.looked_at = seen.fault, _second(seen.looked_at)
    if seen.fault != UNREACHABLE:
        row.transport = asdict(seen.transport) if seen.transport else {}
    row.save()
    return _as_fact(row)


def newly_reached(found: Certificate, *, now: datetime) -> int | None:
    """The stage of a host if nobody was told of it yet, and note that somebody is told now; None otherwise.

    Each stage is told once, by the first of several processes; a new certificate begins anew.
    """
    stage = found.stage(now)
    rows = HostCertificate.objects.filter(host=found.host, port=found.port)
    if stage is None:
        rows.exclude(told=None).update(told=None)
        return None
    new = rows.filter(told=None).update(told=stage) or rows.filter(told__gt=stage).update(told=stage)
    return stage if new else None


def forget_other_hosts(hosts: tuple[tuple[str, int], ...]) -> None:
    """Hosts that are not in the settings any more."""
    for row in HostCertificate.objects.all():
        if (row.host, row.port) not in hosts:
            row.delete()


def _as_fact(row: HostCertificate) -> Certificate:
    until = datetime.fromtimestamp(row.valid_until, UTC) if row.valid_until is not None else None
    transport = Transport(**row.transport) if row.transport else None
    return Certificate(row.host, row.port, until, row.fault, datetime.fromtimestamp(row.looked_at, UTC), transport)


def _second(moment: datetime) -> int:
    return int(moment.timestamp())
