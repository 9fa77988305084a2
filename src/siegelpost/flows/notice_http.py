"""Posts a signed message to a program of a tenant's: https, to the address that was looked at, following nobody, answering to nobody.

Source: Standard Webhooks 1.0 (headers, signature, 410); OWASP, server-side request forgery (the network is judged, not the name).
"""

import base64
import hmac
import socket
import ssl
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from http.client import HTTPConnection, HTTPException
from ipaddress import ip_address
from typing import Final
from urllib.parse import SplitResult, urlsplit

from siegelpost.base.errors import BadInput
from siegelpost.base.i18n import marked as _
from siegelpost.base.loopback import LOOPBACK
from siegelpost.base.settings import Settings

PATIENCE: Final = 5.0
"""Seconds for each step of an answer."""
GONE: Final = 410
"""The receiver wants no more of them (Standard Webhooks, delivery)."""
LONGEST: Final = 1 << 16
"""Bytes of an answer that are read before the connection is closed."""


class AddressRefused(BadInput):
    """No https, or a network that is not anybody's to reach from here."""

    code = "notice.address_refused"
    message = _("Notices cannot go to this address: it is not https, does not exist, or lies in a network of this house.")
    hint = _("Give an https address in the public network. Operators open single networks with SIEGELPOST_NOTICE_NETWORKS.")
    nothing = _("Nothing was saved or sent.")


@dataclass(frozen=True, slots=True)
class Signed:
    """One message: `name` is the same in every try, so that a receiver knows it again."""

    name: str
    body: bytes
    secret: bytes


def ensure_allowed(url: str, settings: Settings) -> None:
    """Raise AddressRefused for an address that `deliver` would not post to now."""
    _reachable(_parts(url), settings)


def deliver(url: str, message: Signed, settings: Settings, *, now: datetime) -> int:
    """Post once and return the status, 0 where nothing answered in time. Redirects are not followed: they are a status like any other.

    Raises AddressRefused; then nothing was sent.
    """
    parts = _parts(url)
    connection = _Pinned(parts, _reachable(parts, settings))
    heads = {"Content-Type": "application/json", "User-Agent": "Siegelpost", **signature(message, now)}
    try:
        connection.request("POST", (parts.path or "/") + (f"?{parts.query}" if parts.query else ""), message.body, heads)
        answer = connection.getresponse()
        answer.read(LONGEST)
        return answer.status
    except (OSError, HTTPException):
        return 0
    finally:
        connection.close()


def signature(message: Signed, now: datetime) -> dict[str, str]:
    """Headers by which the receiver knows that a message is ours and fresh (Standard Webhooks, symmetric signature v1)."""
    second = str(int(now.timestamp()))
    mac = hmac.digest(message.secret, f"{message.name}.{second}.".encode() + message.body, sha256)
    return {"webhook-id": message.name, "webhook-timestamp": second, "webhook-signature": f"v1,{base64.b64encode(mac).decode()}"}


class _Pinned(HTTPConnection):
    """A connection to the very address that was judged: a name that answers otherwise a moment later leads nowhere else."""

    def __init__(self, parts: SplitResult, address: str) -> None:
        super().__init__(parts.hostname or "", _port(parts), timeout=PATIENCE)
        self._address, self._secure = address, parts.scheme == "https"

    def connect(self) -> None:
        """Open it; the certificate is that of the name."""
        self.sock = socket.create_connection((self._address, self.port), PATIENCE)
        if self._secure:
            self.sock = ssl.create_default_context().wrap_socket(self.sock, server_hostname=self.host)


def _parts(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        raise AddressRefused from None
    plain = parts.scheme == "http" and parts.hostname in LOOPBACK
    if not (parts.scheme == "https" or plain) or not parts.hostname or parts.username is not None or not url.isascii():
        raise AddressRefused
    return parts


def _port(parts: SplitResult) -> int:
    return parts.port or (443 if parts.scheme == "https" else 80)


def _reachable(parts: SplitResult, settings: Settings) -> str:
    """The first address of the host. Raises AddressRefused where any of its addresses lies in a network that is not open."""
    try:
        found = socket.getaddrinfo(parts.hostname, _port(parts), type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise AddressRefused from None
    addresses = [str(one[4][0]).partition("%")[0] for one in found]
    if not addresses or not all(_is_open(one, settings) for one in addresses):
        raise AddressRefused
    return addresses[0]


def _is_open(address: str, settings: Settings) -> bool:
    one = ip_address(address)
    one = getattr(one, "ipv4_mapped", None) or one
    if any(one.version == network.version and one in network for network in settings.notice_networks):
        return True
    return one.is_global and not one.is_multicast and settings.environment != "test"
