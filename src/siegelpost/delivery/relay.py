"""The relay that takes our mail, and what can be wrong with it."""

import ssl
from dataclasses import dataclass, field
from functools import cache
from typing import ClassVar, Final
from urllib.parse import parse_qs, unquote, urlsplit

from siegelpost.base.errors import DoneInPart
from siegelpost.base.i18n import marked as _
from siegelpost.delivery.signing import ALL, Signing
from siegelpost.tenancy.relays import WITH_TLS

TLS_MODES: Final = ("required", "opportunistic", "off")


class RelayFault(DoneInPart):
    """The relay does not take our mail; the mailing waits, nothing is lost."""

    code = "relay.fault"
    message = _("The relay does not take our mail.")
    hint = _("Look at the relay; we call it again by ourselves, with growing pauses.")
    nothing = _("Nothing is lost: mailings wait and go on when the relay works again.")
    first_pause: ClassVar[int] = 5
    """Seconds until the relay is called again; doubles with each call in vain."""
    at_once: ClassVar[bool] = False
    """Whether trying again within seconds cannot help."""

    @property
    def said(self) -> str:
        """Reply code and enhanced status of the relay, "" where it said nothing that could be read."""
        return str(self.facts.get("said", ""))


class RelayUnreachable(RelayFault):
    """No connection, or it ends before the greeting."""

    code = "relay.unreachable"
    message = _("The relay cannot be reached.")
    hint = _("Check SIEGELPOST_RELAY_URL and whether the relay runs; we call it again by ourselves, with growing pauses.")


class LoginRefused(RelayFault):
    """Name or password are wrong, or login is not offered."""

    code = "relay.login_refused"
    message = _("The relay refuses our login.")
    hint = _("Check user and password in SIEGELPOST_RELAY_URL and start the program again.")
    first_pause = 60  # a relay may shut out whoever tries a wrong password often
    at_once = True


class TlsMissing(RelayFault):
    """TLS is demanded and absent or not to be trusted."""

    code = "relay.tls_missing"
    message = _("The relay offers no trustworthy TLS, and a password or tls=required demands it.")
    hint = _("Mend the relay's TLS or its certificate; we call it again by ourselves, with growing pauses.")
    at_once = True


class RelayRefuses(RelayFault):
    """The relay greets with a refusal, hangs up, does not speak SMTP, or takes mail of nobody."""

    code = "relay.refuses"
    message = _("The relay refuses our mail.")
    hint = _("Look into the relay's log; we call it again by ourselves, with growing pauses.")


class NoRelay(RelayFault):
    """A route that names only relays that nobody knows, or that a test system must not reach."""

    code = "relay.none_left"
    message = _("No relay is left by which this mail may go.")
    hint = _(
        "Its route names only relays that are not known here, or that a test system must not reach: `siegelpost relay use` chooses others."
    )
    nothing = _("Nothing is lost, and nothing goes elsewhere: mailings wait until another relay is chosen.")


FAULTS: Final = {one.code: one for one in (RelayFault, RelayUnreachable, LoginRefused, TlsMissing, RelayRefuses, NoRelay)}


@dataclass(frozen=True, slots=True)
class Relay:
    """Where to connect and how. `password` never shows in a `repr`."""

    host: str
    port: int
    user: str = ""
    password: str = field(default="", repr=False)
    tls: str = "opportunistic"
    """required (checked certificate), opportunistic (taken where offered, unchecked) or off."""
    implicit: bool = False
    """TLS from the first byte (smtps, RFC 8314 section 3.3)."""
    label: str = ""
    """Its name in commands, "" for that of SIEGELPOST_RELAY_URL."""
    signing: Signing = ALL

    @classmethod
    def parse(cls, url: str, label: str = "", signing: Signing = ALL) -> "Relay":
        """Read smtp://user:password@host:port?tls=… (CONTRACT); it was checked before."""
        parts = urlsplit(url)
        implicit = parts.scheme == "smtps"
        wanted = parse_qs(parts.query).get("tls", ["required" if implicit else "opportunistic"])[0]
        tls = wanted if wanted in TLS_MODES else "required"  # a misspelt wish for TLS must not fail open
        port = parts.port or (465 if implicit else 25)
        return cls(parts.hostname or "", port, unquote(parts.username or ""), unquote(parts.password or ""), tls, implicit, label, signing)

    @property
    def name(self) -> str:
        """Under this name its state is kept."""
        return self.label or f"{self.host}:{self.port}"

    @property
    def address(self) -> str:
        """Where mail goes, as the register of outflows has it."""
        return f"{self.host}:{self.port}"

    @property
    def name_with_tls(self) -> str:
        """Under this name is kept that it works, but not for mail that demands TLS."""
        return self.name + WITH_TLS

    def context(self) -> ssl.SSLContext:
        """TLS >= 1.2; the certificate is checked where TLS is required."""
        return tls_context(self.tls == "required")


@cache
def tls_context(verified: bool) -> ssl.SSLContext:
    """Made once: reading the certificates of the system takes some 20 ms. OpenSSL's SSL_CERT_FILE names others."""
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if not verified:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context
