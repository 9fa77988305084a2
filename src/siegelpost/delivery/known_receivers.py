"""Domains and mail hosts of providers that many people use, so that a limit can be set by a provider's name.

The usual ones in German and English speaking countries, not all: whoever needs others names them. Mail hosts are what the providers
tell their customers to publish as MX, cut to the part that all of them share. Of Microsoft's two platforms, the one for private
mailboxes and the one for companies, each has limits of its own.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Provider:
    """Domains of its own, and the ends of the names of the hosts that take mail for domains of its customers."""

    domains: tuple[str, ...]
    hosts: tuple[str, ...] = ()


PROVIDERS: Final[Mapping[str, Provider]] = {
    # aspmx.l.google.com, aspmx2.googlemail.com, smtp.google.com: support.google.com/a/answer/174125
    "gmail": Provider(("gmail.com", "googlemail.com"), ("google.com", "googlemail.com")),
    # mx00.gmx.net, mx-ha02.web.de: as the DNS says of the domains here
    "gmx": Provider(
        ("gmx.at", "gmx.ch", "gmx.com", "gmx.de", "gmx.eu", "gmx.info", "gmx.net", "gmx.org", "web.de"), ("gmx.net", "web.de")
    ),
    # hotmail-com.olc.protection.outlook.com: as the DNS says of the domains here
    "outlook": Provider(
        (
            "hotmail.co.uk", "hotmail.com", "hotmail.de", "hotmail.fr", "live.at", "live.com", "live.de", "msn.com", "outlook.at",
            "outlook.com", "outlook.de", "outlook.fr",
        ),
        ("olc.protection.outlook.com",),
    ),
    # example-com.mail.protection.outlook.com, with DNSSEC example-com.a-v1.mx.microsoft:
    # learn.microsoft.com/microsoft-365/enterprise/external-domain-name-system-records
    "microsoft365": Provider((), ("mail.protection.outlook.com", "mx.microsoft")),
    # mta5.am0.yahoodns.net: as the DNS says of the domains here
    "yahoo": Provider(
        ("aol.com", "aol.de", "rocketmail.com", "yahoo.co.uk", "yahoo.com", "yahoo.de", "yahoo.fr", "ymail.com"), ("yahoodns.net",)
    ),
    # mx00.t-online.de: as the DNS says of the domains here
    "t-online": Provider(("magenta.de", "t-online.de"), ("t-online.de",)),
    # mx01.mail.icloud.com: support.apple.com/102374
    "icloud": Provider(("icloud.com", "mac.com", "me.com"), ("mail.icloud.com",)),
    # mx.freenet.de: as the DNS says of the domain here
    "freenet": Provider(("freenet.de",), ("freenet.de",)),
    # mx00.ionos.de, formerly mx00.kundenserver.de: ionos.de/hilfe, "MX-Record"
    "ionos": Provider((), ("ionos.de", "kundenserver.de")),
    # smtpin.rzone.de: strato.de/faq, "MX-Record"
    "strato": Provider((), ("rzone.de",)),
}  # fmt: skip
_BY_DOMAIN: Final = {domain: name for name, one in PROVIDERS.items() for domain in one.domains}


def provider_of(domain: str) -> str:
    """The name of the provider that takes the mail of a domain, the domain itself where none is known."""
    return _BY_DOMAIN.get(domain, domain)
