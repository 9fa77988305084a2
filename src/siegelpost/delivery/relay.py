"""The relay that takes our mail, and what can be wrong with it."""

import ssl
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import parse_qs, unquote, urlsplit

from siegelpost.base.errors import DoneInPart
from siegelpost.base.i18n import marked as _

TLS_MODES: Final = ("required", "opportunistic", "off")


class RelayFault(DoneInPart):
    """The relay does not take our mail; the mailing waits, nothing is lost."""

    code = "relay.fault"
    message = _("The relay does not take our mail.")
    hint = _("Look at the relay, then run `siegelpost mailing resume`.")
    nothing = _("The mailing was paused; whoever has no mail yet still waits for it.")


class RelayUnreachable(RelayFault):
    """No connection, or it ends before the greeting."""

    code = "relay.unreachable"
    message = _("The relay cannot be reached.")
    hint = _("Check SIEGELPOST_RELAY_URL and whether the relay runs, then run `siegelpost mailing resume`.")


class LoginRefused(RelayFault):
    """Name or password are wrong, or login is not offered."""

    code = "relay.login_refused"
    message = _("The relay refuses our login.")
    hint = _("Check user and password in SIEGELPOST_RELAY_URL, then run `siegelpost mailing resume`.")


class TlsMissing(RelayFault):
    """TLS is demanded and absent or not to be trusted."""

    code = "relay.tls_missing"
    message = _("The relay offers no trustworthy TLS, and tls=required demands it.")
    hint = _("Mend the relay's TLS or its certificate, then run `siegelpost mailing resume`.")


class RelayRefuses(RelayFault):
    """The relay greets with a refusal, or does not speak SMTP."""

    code = "relay.refuses"
    message = _("The relay refuses the connection.")
    hint = _("Look into the relay's log, then run `siegelpost mailing resume`.")


FAULTS: Final = {one.code: one for one in (RelayFault, RelayUnreachable, LoginRefused, TlsMissing, RelayRefuses)}


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

    @classmethod
    def parse(cls, url: str) -> "Relay":
        """Read smtp://user:password@host:port?tls=… (CONTRACT); settings were checked before."""
        parts = urlsplit(url)
        implicit = parts.scheme == "smtps"
        wanted = parse_qs(parts.query).get("tls", ["required" if implicit else "opportunistic"])[0]
        tls = wanted if wanted in TLS_MODES else "required"  # a misspelt wish for TLS must not fail open
        port = parts.port or (465 if implicit else 25)
        return cls(parts.hostname or "", port, unquote(parts.username or ""), unquote(parts.password or ""), tls, implicit)

    def context(self) -> ssl.SSLContext:
        """TLS >= 1.2; the certificate is checked where TLS is required."""
        context = ssl.create_default_context()
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        if self.tls != "required":
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        return context
