"""What a mail reader would fetch when it shows a page: from which addresses, and where that stands."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from typing import Final
from urllib.parse import urlsplit

from siegelpost.render.markup import Attribute, Event, scan

# href loads on every element but these; base changes what all the others mean, so it counts as loading.
_LINKS: Final = frozenset(("a", "area"))
LOADING: Final = frozenset(("src", "background", "poster", "data", "lowsrc", "dynsrc", "icon", "manifest", "xlink:href"))
_LISTS: Final = frozenset(("srcset", "imagesrcset"))
# Any quoted text with "//" counts too: image-set() and what comes after it take addresses without url().
_STYLE_ADDRESS: Final = re.compile(
    r"""(?:url|image|src)\(\s*(?:"([^"]*)"|'([^']*)'|([^"')\s]+))|@import\s+["']([^"']*)|["']([^"']*//[^"']*)["']""", re.IGNORECASE
)
_STYLE_ESCAPE: Final = re.compile(r"\\([0-9a-fA-F]{1,6})\s?")
_REFRESH: Final = re.compile(r"url\s*=\s*['\"]?([^'\"]+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Load:
    """One address that would be fetched; `element` and `attribute` say by what ("style" and "" for a style sheet)."""

    address: str
    element: str
    attribute: str

    @property
    def host(self) -> str:
        """The host in lower case, "" for an address that names none (data:, cid:, relative)."""
        address = self.address.strip().replace("\\", "/")
        if address.startswith("//"):
            address = f"https:{address}"
        try:
            parts = urlsplit(address)
            return "" if parts.scheme in ("data", "cid", "mailto", "about") else (parts.hostname or "")
        except ValueError:
            return address[:60]  # nobody knows what a reader makes of it: name it rather than let it pass

    @property
    def relative(self) -> bool:
        """Whether the address means nothing in a mail, because there is no page that it belongs to."""
        return not self.host and bool(self.address.strip()) and not re.match(r"\s*(?:[a-z][a-z0-9+.-]*:|#)", self.address, re.IGNORECASE)


def loads(page: str) -> Iterator[Load]:
    """Everything that `page` would load, Outlook's conditional comments included."""
    for event in scan(page):
        if event.kind == "raw" and event.name == "style":
            yield from (Load(address, "style", "") for address in style_addresses(page[event.start : event.end]))
        elif event.kind == "open":
            for attribute in event.attributes:
                yield from (Load(address, event.name, attribute.name) for address in _addresses(event, attribute))


def is_loaded(element: str, attribute: str) -> bool:
    """Whether the address in this attribute of this element is fetched without a click."""
    return attribute in LOADING or attribute in _LISTS or (attribute == "href" and element not in _LINKS)


def _addresses(event: Event, attribute: Attribute) -> list[str]:
    value = attribute.value
    if attribute.name == "style":
        return style_addresses(value)
    if attribute.name in _LISTS:
        return [part.split()[0] for part in re.split(r",\s+|,(?=https?:|//)", value) if part.strip()]
    if event.name == "meta" and attribute.name == "content":
        return _REFRESH.findall(value)
    return [value] if is_loaded(event.name, attribute.name) and value.strip() else []


def style_addresses(style: str) -> list[str]:
    """The addresses in a style sheet or a style attribute, written plainly or with escapes."""
    style = _STYLE_ESCAPE.sub(lambda match: chr(min(int(match.group(1), 16), 0x10FFFF)), unescape(style))
    style = re.sub(r"/\*.*?\*/", "", style, flags=re.DOTALL)
    return [next(filter(None, groups), "") for groups in _STYLE_ADDRESS.findall(style)]
