"""Our own certificate and key, looked at before anybody is served with them: a wrong one is told now and not by each browser."""

from datetime import datetime
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from siegelpost.base.errors import BadInput
from siegelpost.base.i18n import marked as _
from siegelpost.base.settings import Settings
from siegelpost.flows.certificate_rules import Fault, chain_of, fault_in, names
from siegelpost.flows.tls_pair import Pair

CERTIFICATE: Final = "SIEGELPOST_TLS_CERTIFICATE_FILE"
KEY: Final = "SIEGELPOST_TLS_KEY_FILE"


class TlsUnreadable(BadInput):
    """A file that is not there, not ours to read, or nothing that we can use."""

    code = "tls.unreadable"
    message = _("The file that {name} names cannot be used.")
    hint = _("It must be readable for the user that runs the system, and hold PEM; the key has no password and at least 2,048 bits (RSA).")
    nothing = _("Nothing was started.")


class TlsWrongKey(BadInput):
    """Certificate and key of two different pairs."""

    code = "tls.wrong_key"
    message = _("The key in SIEGELPOST_TLS_KEY_FILE does not belong to the first certificate in SIEGELPOST_TLS_CERTIFICATE_FILE.")
    hint = _("Name the key that the certificate was made for; our own certificate stands before those who vouch for it.")
    nothing = _("Nothing was started.")


class TlsNotValidNow(BadInput):
    """Too old, or from tomorrow."""

    code = "tls.not_valid_now"
    message = _("The certificate in SIEGELPOST_TLS_CERTIFICATE_FILE is valid from {since} to {until} only.")
    hint = _("Have it renewed, or look at the clock of this machine.")
    nothing = _("Nothing was started.")


class TlsWrongName(BadInput):
    """Made for another name than ours."""

    code = "tls.wrong_name"
    message = _("The certificate in SIEGELPOST_TLS_CERTIFICATE_FILE was not made for {host}.")
    hint = _("It must name the hosts of SIEGELPOST_STAFF_URL and SIEGELPOST_PUBLIC_URL.")
    nothing = _("Nothing was started.")


def own_pair(settings: Settings, hosts: tuple[str, ...], *, now: datetime) -> Pair | None:
    """The certificate for these hosts with its key, None where the settings name none.

    Raises TlsUnreadable, TlsWrongKey, TlsNotValidNow, TlsWrongName.
    """
    if settings.tls_certificate is None or settings.tls_key is None:
        return None
    pair = Pair(_read(settings.tls_certificate, CERTIFICATE), _read(settings.tls_key, KEY))
    fault = fault_in(pair, hosts, now=now)
    if fault in (Fault.CERTIFICATE, Fault.WEAK):
        raise TlsUnreadable(name=CERTIFICATE)
    if fault is Fault.KEY:
        raise TlsUnreadable(name=KEY)
    if fault is Fault.TWO_PAIRS:
        raise TlsWrongKey
    if fault is not None:
        ours = chain_of(pair.certificate)[0]
        if fault is Fault.NOT_NOW:
            raise TlsNotValidNow(since=ours.not_valid_before_utc.date(), until=ours.not_valid_after_utc.date())
        raise TlsWrongName(host=next(host for host in hosts if not names(ours, host)))
    return pair


def fault_of(settings: Settings, *, now: datetime) -> str:
    """What is wrong with the files for both addresses, as the code of an error; "" where nothing is, or none are named."""
    hosts = tuple(urlsplit(url).hostname or "" for url in (settings.staff_url, settings.public_url))
    try:
        own_pair(settings, hosts, now=now)
    except BadInput as fault:
        return fault.code
    return ""


def _read(file: Path, name: str) -> bytes:
    try:
        return file.read_bytes()
    except OSError:
        raise TlsUnreadable(name=name) from None
