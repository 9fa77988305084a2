"""How a mailing is measured, decided once at launch: what of it, and one address per link and variant for everybody. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Protocol
from urllib.parse import quote, urlsplit, urlunsplit

from siegelpost.measure.modes import OFF, Modes
from siegelpost.sign.keys import TenantKeys
from siegelpost.sign.tokens import make_token

PIXEL: Final = 0
"""Position of the pixel among a variant's targets; links count from 1."""
ANY_LINK: Final = -1
"""Position under which people are estimated who clicked any link of a variant."""

_MAX_URL: Final = 2000  # longer ones are cut by some mail programs; they stay as written, unmeasured
_HOST: Final = re.compile(r"[a-z0-9._-]+|[0-9a-f:.]+")  # names after IDNA, IPv4, IPv6 without brackets
_PLAIN: Final = "!#$%&'()*+,/:;=?@[]~"  # reserved by RFC 3986 section 2.2, and % of what is encoded already


class KnownTenant(Protocol):
    """The part of a tenant's handle that links need."""

    @property
    def number(self) -> int:
        """1.."""

    @property
    def keys(self) -> TenantKeys:
        """The tenant's keys."""


@dataclass(frozen=True, slots=True)
class VariantTargets:
    """The measured addresses of one variant, the same for each of its recipients.

    pixel  address of the image that tells of an open, "" where opens are not measured
    links  pairs (address as written, measured address); the position of a link is its place here, from 1
    """

    pixel: str
    links: tuple[tuple[str, str], ...] = ()

    def measured(self) -> dict[str, str]:
        """From each address as written to the measured one; what cannot be measured is not among them."""
        return dict(self.links)


@dataclass(frozen=True, slots=True)
class MeasurePlan:
    """The frozen decision: mode, and per variant what to write into the mail. Empty `variants` where nothing is measured.

    people  whether people are estimated
    why     what each of those said who have a say, for the record
    """

    mode: str
    mailing_id: int
    variants: Mapping[int, VariantTargets] = field(default_factory=dict)
    people: bool = False
    why: Mapping[str, Any] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """The plan as JSON keeps it."""
        variants = {str(number): {"pixel": v.pixel, "links": [list(pair) for pair in v.links]} for number, v in self.variants.items()}
        kept = {"mode": self.mode, "mailing_id": self.mailing_id, "variants": variants}
        return {**kept, "people": self.people, "why": dict(self.why)}

    @classmethod
    def from_dict(cls, kept: Mapping[str, Any]) -> "MeasurePlan":
        """The plan that `as_dict` wrote."""
        variants = {
            int(number): VariantTargets(v["pixel"], tuple((written, measured) for written, measured in v["links"]))
            for number, v in kept["variants"].items()
        }
        return cls(kept["mode"], kept["mailing_id"], variants, kept.get("people", True), kept.get("why", {}))


def plan(tenant: KnownTenant, mailing_id: int, links_by_variant: Mapping[int, Sequence[str]], *, public_url: str, mode: str) -> MeasurePlan:
    """Say what to write into each variant of a mailing.

    links_by_variant  variant id -> addresses as they stand in its template, in order; repetitions count once
    public_url        address of the public pages, without a slash at the end
    mode              a word of `modes.WORDS`

    Addresses that `location_of` cannot use stay unmeasured. Raises ModeUnknown. Whether single people may be measured was asked before:
    their addresses are made from these, for each of them who agreed, when the message is made.
    """
    modes = Modes.of(mode)
    if mode == OFF:
        return MeasurePlan(OFF, mailing_id)
    made = {variant_id: _targets(tenant, variant_id, links, public_url, modes) for variant_id, links in links_by_variant.items()}
    return MeasurePlan(mode, mailing_id, made)


def _targets(tenant: KnownTenant, variant_id: int, links: Sequence[str], public_url: str, modes: Modes) -> VariantTargets:
    key = tenant.keys.tokens
    pixel = f"{public_url}/o/{make_token('o', tenant.number, (variant_id,), key)}.gif" if modes.opens != OFF else ""
    usable = [url for url in dict.fromkeys(links) if location_of(url) is not None and modes.clicks != OFF]
    measured = [f"{public_url}/c/{make_token('c', tenant.number, (variant_id, place), key)}" for place in range(1, len(usable) + 1)]
    return VariantTargets(pixel, tuple(zip(usable, measured, strict=True)))


def location_of(url: str) -> str | None:
    """Return `url` as a Location header may carry it (ASCII, RFC 9110 section 10.2.2), or None if it must not be one.

    Only whole http and https addresses without control characters, spaces, backslashes or a user name qualify.
    """
    if not url.isprintable() or " " in url or "\\" in url or len(url) > _MAX_URL:
        return None
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").encode("idna").decode("ascii")
        port = f":{parts.port}" if parts.port is not None else ""
    except ValueError:  # UnicodeError of a host that IDNA refuses is one, too
        return None
    if parts.scheme not in ("http", "https") or not _HOST.fullmatch(host) or "@" in parts.netloc:
        return None
    host = f"[{host}]" if ":" in host else host
    rest = (quote(part, safe=_PLAIN) for part in (parts.path, parts.query, parts.fragment))
    return urlunsplit((parts.scheme, host + port, *rest))
