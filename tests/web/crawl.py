"""Follows every link that somebody is shown, one page for each route."""

import re
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin, urlsplit

from django.urls import resolve

from tests.web.visiting import Visitor

SPOKEN = ("aria-label", "placeholder", "title", "alt")


@dataclass
class Seen:
    """One page: its address, status, text nodes and spoken attributes, and the answer that they were read from."""

    url: str
    status: int
    answer: Any = None
    texts: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    forms: list[str] = field(default_factory=list)
    """Where its forms send to."""


class _Reader(HTMLParser):
    def __init__(self, seen: Seen) -> None:
        super().__init__()
        self._seen = seen
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self._silent += tag in ("script", "style", "template", "textarea", "code", "pre")
        if tag == "a" and found.get("href"):
            self._seen.links.append(found["href"] or "")
        if tag == "form" and (found.get("method") or "").lower() == "post":
            self._seen.forms.append(urljoin(self._seen.url, found.get("action") or ""))
        self._seen.texts += [text for name in SPOKEN if (text := found.get(name))]

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in ("script", "style", "template", "textarea", "code", "pre")

    def handle_data(self, data: str) -> None:
        if self._silent <= 0 and (text := re.sub(r"\s+", " ", unescape(data)).strip()):
            self._seen.texts.append(text)


def look(client: Visitor, url: str) -> Seen:
    """Open one page."""
    answer = client.get(url)
    seen = Seen(url, answer.status_code, answer)
    if answer.status_code == 303:  # a page that leads to another one by what there is to see
        return Seen(url, 200, links=[answer.headers["location"]])
    if answer.headers.get("content-type", "").startswith("text/html"):
        _Reader(seen).feed(answer.content.decode())
    return seen


def crawl(client: Visitor, start: str) -> dict[str, Seen]:
    """Route name -> the first page found of it, beginning at `start`, by links that are shown on pages below /t/."""
    found: dict[str, Seen] = {}
    waiting = [start]
    while waiting:
        url = waiting.pop(0)
        route = resolve(urlsplit(url).path).url_name or url
        if route in found:
            continue
        found[route] = look(client, url)
        ours = (urljoin(url, link) for link in found[route].links)
        waiting += [link for link in ours if urlsplit(link).path.startswith("/t/") and not urlsplit(link).netloc]
    return found
