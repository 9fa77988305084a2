"""The class of device behind a request, as coarse as is still useful. Pure."""

import re
from collections.abc import Mapping
from typing import Final

DESKTOP: Final = "desktop"
PHONE: Final = "phone"
TABLET: Final = "tablet"
PROXY: Final = "proxy"
BOT: Final = "bot"
UNKNOWN: Final = "unknown"
DEVICES: Final = (DESKTOP, PHONE, TABLET, PROXY, BOT, UNKNOWN)

# Image proxies fetch for a person whose device they hide: Gmail, Yahoo; Apple's privacy protection says "Mozilla/5.0" only.
_PROXIES: Final = re.compile(r"googleimageproxy|ggpht\.com|yahoomailproxy|duckduckgo-?image|^mozilla/5\.0$", re.IGNORECASE)
# Programs that follow links by themselves: crawlers, previews of messengers, scanners of mail gateways, libraries.
_BOTS: Final = re.compile(
    r"bot\b|crawl|spider|slurp|preview|scan(?:ner)?\b|barracuda|proofpoint|mimecast|safelinks|symantec|trendmicro|sophos"
    r"|headless|curl/|wget/|python-|libwww|go-http-client|java/|okhttp|axios|node-fetch|facebookexternalhit|whatsapp|monitor",
    re.IGNORECASE,
)
_TABLETS: Final = re.compile(r"ipad|tablet|kindle|silk/|android(?!.*mobile)", re.IGNORECASE)
_PHONES: Final = re.compile(r"iphone|ipod|android|mobile|windows phone", re.IGNORECASE)
_DESKTOPS: Final = re.compile(r"windows nt|macintosh|x11|linux|cros|microsoft outlook|thunderbird", re.IGNORECASE)

_IN_ORDER: Final = ((_PROXIES, PROXY), (_BOTS, BOT), (_TABLETS, TABLET), (_PHONES, PHONE), (_DESKTOPS, DESKTOP))
_MAX_AGENT: Final = 400  # what tells the class stands in front; a longer text is not searched


def device_of(agent: str) -> str:
    """Return one of DEVICES for the text of a User-Agent header; no header at all is a program."""
    if not agent.strip():
        return BOT
    start = agent.strip()[:_MAX_AGENT]
    return next((device for pattern, device in _IN_ORDER if pattern.search(start)), UNKNOWN)


def is_prefetch(environ: Mapping[str, object]) -> bool:
    """Whether a browser only loads ahead, without a person's click (Sec-Purpose, Purpose, X-Moz)."""
    said = (str(environ.get(name, "")) for name in ("HTTP_SEC_PURPOSE", "HTTP_PURPOSE", "HTTP_X_PURPOSE", "HTTP_X_MOZ"))
    return any("prefetch" in value.lower() or "preview" in value.lower() for value in said)
