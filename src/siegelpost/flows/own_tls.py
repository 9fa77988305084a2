"""Our own certificate and key, looked at before anybody is served with them: a wrong one is told now and not by each browser."""

import ssl
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

from siegelpost.base.errors import BadInput
from siegelpost.base.i18n import marked as _
from siegelpost.base.settings import Settings
from siegelpost.flows.tls_pair import Pair, server_context

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
    ours, key = _certificate(pair.certificate), _key(pair.key)
    if _bytes(key.public_key()) != _bytes(ours.public_key()):
        raise TlsWrongKey
    if not ours.not_valid_before_utc <= now < ours.not_valid_after_utc:
        raise TlsNotValidNow(since=ours.not_valid_before_utc.date(), until=ours.not_valid_after_utc.date())
    for host in hosts:
        if not names(ours, host):
            raise TlsWrongName(host=host)
    try:
        server_context(pair)
    except (ssl.SSLError, OSError):  # what OpenSSL finds too weak
        raise TlsUnreadable(name=CERTIFICATE) from None
    return pair


def fault_of(settings: Settings, *, now: datetime) -> str:
    """What is wrong with the files for both addresses, as the code of an error; "" where nothing is, or none are named."""
    hosts = tuple(urlsplit(url).hostname or "" for url in (settings.staff_url, settings.public_url))
    try:
        own_pair(settings, hosts, now=now)
    except BadInput as fault:
        return fault.code
    return ""


def names(certificate: x509.Certificate, host: str) -> bool:
    """Whether browsers take it for this host (RFC 9525 section 6.3): by its alternative names alone, `*` for one label."""
    try:
        said = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return False
    known = {one.lower() for one in said.get_values_for_type(x509.DNSName)} | {str(one) for one in said.get_values_for_type(x509.IPAddress)}
    return host.lower() in known or f"*.{host.lower().partition('.')[2]}" in known


def _read(file: Path, name: str) -> bytes:
    try:
        return file.read_bytes()
    except OSError:
        raise TlsUnreadable(name=name) from None


def _certificate(text: bytes) -> x509.Certificate:
    try:
        return x509.load_pem_x509_certificates(text)[0]
    except ValueError:
        raise TlsUnreadable(name=CERTIFICATE) from None


def _key(text: bytes) -> Any:
    try:
        return load_pem_private_key(text, password=None)
    except (ValueError, TypeError):  # TypeError: it has a password
        raise TlsUnreadable(name=KEY) from None


def _bytes(key: Any) -> bytes:
    found: bytes = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return found
