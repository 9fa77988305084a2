"""Who asked, as coarse as is still useful: a class of device, a family of mail clients, or a machine of a known kind. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

DESKTOP: Final = "desktop"
PHONE: Final = "phone"
TABLET: Final = "tablet"
PROXY: Final = "proxy"
UNKNOWN: Final = "unknown"
DEVICES: Final = (DESKTOP, PHONE, TABLET, PROXY, UNKNOWN)

APPLE: Final = "apple"
OUTLOOK: Final = "outlook"
GMAIL: Final = "gmail"
YAHOO: Final = "yahoo"
THUNDERBIRD: Final = "thunderbird"
BROWSER: Final = "browser"
OTHER: Final = "other"
FAMILIES: Final = (APPLE, OUTLOOK, GMAIL, YAHOO, THUNDERBIRD, BROWSER, OTHER)

PRIVACY: Final = "privacy"
SCANNER: Final = "scanner"
PREFETCH: Final = "prefetch"
MACHINES: Final = (PRIVACY, SCANNER, PREFETCH, OTHER)

# Image proxies fetch when a person opens, and hide the person's device: Gmail, Yahoo, DuckDuckGo.
_PROXIES: Final = re.compile(r"googleimageproxy|ggpht\.com|yahoomailproxy|duckduckgo-?image", re.IGNORECASE)
# Apple's privacy protection fetches everything whether anybody looks or not, and says "Mozilla/5.0" and nothing else.
_PRIVACY: Final = re.compile(r"^mozilla/5\.0$", re.IGNORECASE)
# Programs that follow links by themselves: crawlers, previews of messengers, scanners of mail gateways, libraries.
_BOTS: Final = re.compile(
    r"bot\b|crawl|spider|slurp|preview|scan(?:ner)?\b|barracuda|proofpoint|mimecast|safelinks|symantec|trendmicro|sophos"
    r"|headless|curl/|wget/|python-|libwww|go-http-client|java/|okhttp|axios|node-fetch|facebookexternalhit|whatsapp|monitor",
    re.IGNORECASE,
)
_TABLETS: Final = re.compile(r"ipad|tablet|kindle|silk/|android(?!.*mobile)", re.IGNORECASE)
_PHONES: Final = re.compile(r"iphone|ipod|android|mobile|windows phone", re.IGNORECASE)
_DESKTOPS: Final = re.compile(r"windows nt|macintosh|x11|linux|cros|microsoft outlook|thunderbird", re.IGNORECASE)

_DEVICES: Final = ((_PROXIES, PROXY), (_TABLETS, TABLET), (_PHONES, PHONE), (_DESKTOPS, DESKTOP))
_FAMILIES: Final = (
    (re.compile(r"googleimageproxy|ggpht\.com", re.IGNORECASE), GMAIL),
    (re.compile(r"yahoomailproxy", re.IGNORECASE), YAHOO),
    (re.compile(r"microsoft outlook|ms-office|outlook-(?:ios|android)", re.IGNORECASE), OUTLOOK),
    (re.compile(r"thunderbird", re.IGNORECASE), THUNDERBIRD),
    (re.compile(r"chrome/|firefox/|edg/|opr/|version/[\d.]+ .*safari", re.IGNORECASE), BROWSER),
    # Apple Mail shows itself as WebKit without the name of a browser
    (re.compile(r"(?:macintosh|iphone|ipad).*applewebkit", re.IGNORECASE), APPLE),
)
_MAX_AGENT: Final = 400  # what tells the class stands in front; a longer text is not searched


@dataclass(frozen=True, slots=True)
class Kind:
    """What asked: one of DEVICES and one of FAMILIES, or of MACHINES where no person did ("" otherwise)."""

    device: str = UNKNOWN
    family: str = OTHER
    machine: str = ""

    @property
    def behind_proxy(self) -> bool:
        """Whether people behind it look alike: those of unknown device, too, since small classes hide there."""
        return self.device in (PROXY, UNKNOWN)


def kind_of(agent: str, environ: Mapping[str, object]) -> Kind:
    """What the text of a User-Agent header and the other headers say; no User-Agent at all is a program."""
    start = agent.strip()[:_MAX_AGENT]
    if is_prefetch(environ):
        return Kind(machine=PREFETCH)
    if _PRIVACY.search(start):
        return Kind(machine=PRIVACY)
    if not start or (_BOTS.search(start) and not _PROXIES.search(start)):
        return Kind(machine=SCANNER)
    device = next((name for pattern, name in _DEVICES if pattern.search(start)), UNKNOWN)
    return Kind(device, next((name for pattern, name in _FAMILIES if pattern.search(start)), OTHER))


def coarser(kind: Kind, *, device: bool, family: bool) -> Kind:
    """The same without what only a few share: `device` and `family` say whether those may be named."""
    if kind.machine:
        return kind if device else replace(kind, machine=OTHER)
    return replace(kind, device=kind.device if device else UNKNOWN, family=kind.family if family else OTHER)


def is_prefetch(environ: Mapping[str, object]) -> bool:
    """Whether a browser only loads ahead, without a person's click (Sec-Purpose, Purpose, X-Moz)."""
    said = (str(environ.get(name, "")) for name in ("HTTP_SEC_PURPOSE", "HTTP_PURPOSE", "HTTP_X_PURPOSE", "HTTP_X_MOZ"))
    return any("prefetch" in value.lower() or "preview" in value.lower() for value in said)
