"""The DNS records that the owner of a sender domain publishes, and the public halves of its keys. Pure."""

import base64
from dataclasses import dataclass
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from siegelpost.base.i18n import marked as _
from siegelpost.sign.dkim import own_key

TXT_STRING: Final = 255  # bytes of one string in a TXT record, RFC 1035 section 3.3.14
RSA_NOTE: Final = _("DKIM, RSA: every mail is signed with it.")
ED_NOTE: Final = _("DKIM, Ed25519: a second, shorter signature.")
DMARC_NOTE: Final = _("DMARC, if the domain has none yet: large providers ask for one. Tighten p=none once the reports are clean.")
MX_NOTE: Final = _("Bounces come here; the sender's own domain keeps its MX, so that replies arrive.")
SPF_NOTE: Final = _("SPF is asked of the envelope sender. Name the hosts from which the relay sends, if they are others.")
TLS_NOTE: Final = _("TLS-RPT: other servers report when they could not deliver encrypted mail to this domain.")


@dataclass(frozen=True, slots=True)
class Record:
    """One DNS record as its owner types it.

    name    without the dot at the end
    value   one text, for forms of DNS providers; `strings` are its pieces for zone files
    note    an English msgid: what it is for
    needed  False for advice
    """

    name: str
    type: str
    value: str
    note: str
    needed: bool = True

    @property
    def strings(self) -> tuple[str, ...]:
        """The value in pieces of at most 255 characters; readers join them without spaces (RFC 6376 section 3.6.2.2)."""
        return tuple(self.value[at : at + TXT_STRING] for at in range(0, len(self.value), TXT_STRING))

    @property
    def zone_line(self) -> str:
        """The record as a zone file holds it."""
        value = " ".join(f'"{part}"' for part in self.strings) if self.type == "TXT" else self.value
        return f"{self.name}. IN {self.type} {value}"


def dkim_records(domain: str, selectors: tuple[str, str], values: tuple[str, str]) -> tuple[Record, Record]:
    """The records of a pair of keys, RSA before Ed25519. Source: RFC 6376 section 3.6.1."""
    names = [f"{selector}._domainkey.{domain}" for selector in selectors]
    return Record(names[0], "TXT", values[0], RSA_NOTE), Record(names[1], "TXT", values[1], ED_NOTE)


def host_records(domain: str, *, bounce_domain: str, mail_host: str, relay_host: str, reports: str = "") -> tuple[Record, ...]:
    """What a domain publishes beside its keys: DMARC, the way of bounces, SPF, TLS-RPT.

    bounce_domain  domain of the envelope sender
    mail_host      host name under which this installation receives mail
    relay_host     name or address of the host that sends, "" takes `mail_host`
    reports        where reports about the domain's mail are read, "" for its postmaster

    Source: RFC 9989 section 4.7 (before it RFC 7489 section 6.3), RFC 7208 section 4.5, RFC 8460 section 3.
    """
    to = reports or f"postmaster@{domain}"
    sends = relay_host or mail_host
    term = f"ip6:{sends}" if ":" in sends else f"ip4:{sends}" if sends.replace(".", "").isdigit() else f"a:{sends}"
    return (
        Record(f"_dmarc.{domain}", "TXT", f"v=DMARC1; p=none; rua=mailto:{to}", DMARC_NOTE, needed=False),
        Record(bounce_domain, "MX", f"10 {mail_host}.", MX_NOTE, needed=False),
        Record(bounce_domain, "TXT", f"v=spf1 {term} ~all", SPF_NOTE),
        Record(f"_smtp._tls.{domain}", "TXT", f"v=TLSRPTv1; rua=mailto:{to}", TLS_NOTE, needed=False),
    )


def dkim_value(private: bytes) -> str:
    """The text that DNS holds for a private key of ours. Source: RFC 6376 section 3.6.1, RFC 8463 section 4.2 (raw 32 bytes)."""
    key = own_key(private)
    if isinstance(key, Ed25519PrivateKey):
        kind, public = "ed25519", key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    else:
        kind, public = "rsa", key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return f"v=DKIM1; k={kind}; p={base64.b64encode(public).decode()}"
