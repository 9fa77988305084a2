"""Reads caught messages with Python's own parsers."""

import json
import re
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import cached_property
from html.parser import HTMLParser
from pathlib import Path


@dataclass(frozen=True)
class Caught:
    """One message with its envelope."""

    number: int
    sender: str
    recipient: str
    raw: bytes = field(repr=False)
    message: EmailMessage = field(repr=False)

    @cached_property
    def plain(self) -> str:
        """Text of the plain part."""
        return self._part("plain")

    @cached_property
    def html(self) -> str:
        """Text of the HTML part."""
        return self._part("html")

    @cached_property
    def page(self) -> "Page":
        """The HTML part, read."""
        return Page(self.html)

    @cached_property
    def urls(self) -> frozenset[str]:
        """All web addresses in both parts."""
        return frozenset(re.findall(r"https?://[^\s\"'<>]+", self.plain + " " + self.html))

    def _part(self, kind: str) -> str:
        body = self.message.get_body((kind,))
        assert body is not None, f"message {self.number} has no {kind} part"
        return str(body.get_content())

    def header(self, name: str) -> str:
        """The header's value as it stands in the file, unfolded; it must be there once."""
        head = self.raw.partition(b"\r\n\r\n")[0].decode("ascii")
        found = re.findall(rf"^{re.escape(name)}: ([^\r\n]*(?:\r\n[ \t][^\r\n]*)*)", head, re.MULTILINE | re.IGNORECASE)
        assert len(found) == 1, f"message {self.number} has {len(found)} headers {name}"
        return re.sub(r"\r\n[ \t]+", " ", found[0])


def caught_below(folder: Path) -> list[Caught]:
    """All messages that the catcher filed, in the order of arrival."""
    found = []
    for path in sorted((folder / "mails" / "messages").glob("*/*.json")):
        envelope, raw = json.loads(path.read_bytes()), path.with_suffix(".eml").read_bytes()
        (recipient,) = envelope["recipients"]
        message = message_from_bytes(raw, policy=policy.default)
        found.append(Caught(envelope["number"], envelope["sender"], recipient, raw, message))
    return found


class Page(HTMLParser):
    """What a browser would load from a page, where its links lead, what it says.

    loads  addresses that are fetched without anybody's click
    links  address -> words
    """

    LOADING = frozenset({"src", "srcset", "background", "poster", "data", "archive", "codebase", "manifest", "action", "formaction"})

    def __init__(self, html: str) -> None:
        super().__init__()
        self.loads: list[str] = re.findall(r"url\(\s*['\"]?([^'\")]+)", html) + re.findall(r"@import\s+['\"]([^'\"]+)", html)
        self.links: dict[str, str] = {}
        self.text = ""
        self._link: str | None = None
        self._silent = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what is loaded and linked."""
        values = {name: value or "" for name, value in attrs}
        self.loads += [value for name, value in values.items() if name in self.LOADING or (name == "href" and tag in ("link", "base"))]
        self._silent += tag in ("style", "script", "title")
        if tag == "a":
            self._link = values.get("href", "")
            self.links.setdefault(self._link, "")

    def handle_endtag(self, tag: str) -> None:
        """Leave what is hidden, and links."""
        self._silent -= tag in ("style", "script", "title")
        if tag == "a":
            self._link = None

    def handle_data(self, data: str) -> None:
        """Collect visible words."""
        if not self._silent:
            self.text += data
            if self._link is not None:
                self.links[self._link] += data
