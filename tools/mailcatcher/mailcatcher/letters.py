"""Reads a message as a mail program does: what it would load, where its links lead, what its headers offer."""

import re
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from html.parser import HTMLParser
from urllib.parse import urlsplit

PIXEL_PATH = "/o/"
LINK_PATH = "/c/"

_BRACKETED = re.compile(r"<([^<>]+)>")


@dataclass(frozen=True, slots=True)
class Letter:
    """What a recipient finds in one message.

    content      the message as it came in
    pixels       addresses of images below /o/
    links        addresses of links below /c/
    one_click    https or http address for RFC 8058, "" if the message does not offer it as the RFC asks
    mailto       "mailto:…" of List-Unsubscribe, "" for none
    complaints   address that X-CSA-Complaints names, "" for none
    why_not      why there is no one_click
    """

    content: bytes
    message: EmailMessage
    pixels: tuple[str, ...]
    links: tuple[str, ...]
    one_click: str
    mailto: str
    complaints: str
    why_not: str = ""


class _Html(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.images: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note images and links."""
        values = dict(attrs)
        if tag == "img" and (source := values.get("src")):
            self.images.append(source)
        elif tag == "a" and (target := values.get("href")):
            self.links.append(target)


def read_letter(content: bytes) -> Letter:
    """Read one message (RFC 5322, CRLF)."""
    message = message_from_bytes(content, policy=policy.default)
    assert isinstance(message, EmailMessage)
    html = _Html()
    part = message.get_body(("html",))
    if part is not None:
        html.feed(part.get_content())
    ways = _BRACKETED.findall(str(message.get("List-Unsubscribe", "")).replace("\r\n", ""))
    web = next((way for way in ways if urlsplit(way).scheme in ("https", "http")), "")
    why_not = _why_no_one_click(message, web)
    return Letter(
        content=content,
        message=message,
        pixels=tuple(image for image in html.images if urlsplit(image).path.startswith(PIXEL_PATH)),
        links=tuple(link for link in html.links if urlsplit(link).path.startswith(LINK_PATH)),
        one_click="" if why_not else web,
        mailto=next((way for way in ways if way.lower().startswith("mailto:")), ""),
        complaints=str(message.get("X-CSA-Complaints", "")).strip().strip("<>"),
        why_not=why_not,
    )


def _why_no_one_click(message: EmailMessage, web: str) -> str:
    """RFC 8058 section 4: the header must say so, and both headers must be signed (the signature itself is not checked here)."""
    if not web:
        return "List-Unsubscribe has no web address"
    if "".join(str(message.get("List-Unsubscribe-Post", "")).split()) != "List-Unsubscribe=One-Click":
        return "List-Unsubscribe-Post does not offer One-Click"
    wanted = {"list-unsubscribe", "list-unsubscribe-post"}
    for signature in message.get_all("DKIM-Signature", []):
        tags = dict(tag.strip().split("=", 1) for tag in str(signature).split(";") if "=" in tag)
        if wanted <= {name.strip().lower() for name in tags.get("h", "").split(":")}:
            return ""
    return "no DKIM signature covers List-Unsubscribe and List-Unsubscribe-Post"
