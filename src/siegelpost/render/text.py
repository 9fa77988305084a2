"""The plain-text part: derived from the page, as a Liquid source that can be edited."""

import re
from collections.abc import Iterator
from html import escape
from typing import Final

from inscriptis import get_text
from inscriptis.css_profiles import CSS_PROFILES
from inscriptis.model.config import ParserConfig

from siegelpost.render.markup import Event, scan
from siegelpost.render.tokens import Tags

_CONFIG: Final = ParserConfig(css=CSS_PROFILES["strict"].copy(), display_images=False, display_links=False)
_DROPPED: Final = frozenset(("style", "script", "title", "head", "noscript", "template"))
_CELLS: Final = frozenset(("td", "th"))
_TABLES: Final = frozenset(("table", "tbody", "thead", "tfoot", "tr", "caption", "center"))
_TAGS_ALONE: Final = re.compile(r"(?:\{% (?:(?!%\}).)*%\}\s*)+")
_END: Final = "\n"
_INVISIBLE: Final = re.compile("[\u00ad\u034f\u200b\u200c\u2060\ufeff]+")


def derive(page: str, tags: Tags) -> str:
    """Return the words of a finished page as a Liquid source in plain text: links as `words <address>`, pictures as
    their alternative text, tables line by line.
    """
    text = get_text(_simplified(page, tags), _CONFIG)
    text = _INVISIBLE.sub("", text).replace("\xa0", " ")
    lines = [re.sub(r"[ \t]{2,}", " ", line).strip() for line in text.splitlines()]
    return "\n".join(_laid_out([tags.show(line) for line in lines])).strip() + "\n"


def _laid_out(lines: list[str]) -> Iterator[str]:
    """No two empty lines in a row; a block tag alone on its line eats what follows it, or it would leave an empty line in
    the message, and the empty line of its neighbourhood stands before it, where each way through the block meets it.
    """
    waiting: list[str] = []
    empty = False
    for line in [*lines, _END]:
        if not line:
            empty = True
        elif _TAGS_ALONE.fullmatch(line):
            waiting.append(line.replace(" %}", " -%}"))
        else:
            yield from [""] * empty
            yield from waiting
            if line is not _END:
                yield line
            waiting, empty = [], False


def _simplified(page: str, tags: Tags) -> str:
    # Tables lay out what is text here, and inscriptis would draw them; so rows become blocks and cells words in a line.
    return "".join(_Simplifier(page, tags).parts())


class _Simplifier:
    def __init__(self, page: str, tags: Tags) -> None:
        self.page, self.tags = page, tags
        self.links: list[tuple[str, int]] = []  # address and where its words begin
        self.cells: list[str] = []  # per open table: what its cells become
        self.hidden: list[int] = []  # opening tags of elements that nobody sees

    def parts(self) -> Iterator[str]:
        for event in scan(self.page):
            if event.around < -1:
                continue  # for Outlook alone: the others' text says the same
            if event.kind == "close" and self.hidden and event.depth < self.hidden[-1]:
                self.hidden.pop()
            if self.hidden or event.name in _DROPPED:
                continue
            yield self.part(event)

    def part(self, event: Event) -> str:
        inside = self.page[event.start : event.end]
        if event.kind == "comment":
            match = self.tags.pattern.fullmatch(inside[4:-3])
            return match.group() if match else ""
        if event.kind == "open":
            return self.opened(event, inside)
        if event.kind == "close":
            return self.closed(event, inside)
        return inside

    def opened(self, event: Event, inside: str) -> str:
        style = event.get("style")
        if style and re.search(r"display\s*:\s*none", style.value, re.IGNORECASE):
            self.hidden.append(event.depth + 1)
            return ""
        if event.name == "a":
            target = event.get("href")
            self.links.append((target.value.strip() if target else "", event.end))
            return ""
        if event.name == "img":
            alt = event.get("alt")
            return escape(alt.value) if alt else ""
        if event.name == "table":
            role = event.get("role")
            # MJML and careful writers mark the tables of the layout: their cells are paragraphs.
            self.cells.append("p" if role and role.value == "presentation" else "div")
        if event.name == "th" and self.cells:
            self.cells[-1] = ""  # a table with headings is data: its cells stay in one line
        if event.name in _CELLS:
            return self.cell("<{}>")
        return "<div>" if event.name in _TABLES else inside

    def cell(self, form: str) -> str:
        return form.format(self.cells[-1]) if self.cells and self.cells[-1] else " "

    def closed(self, event: Event, inside: str) -> str:
        if event.name == "a":
            address, begin = self.links.pop() if self.links else ("", 0)
            words = re.sub(r"<[^>]*>", "", self.page[begin : event.start]).strip()
            shown = address if address.lower().startswith(("http://", "https://", "mailto:")) or self.tags.pattern.search(address) else ""
            return f" &lt;{escape(shown)}&gt;" if shown and shown.removeprefix("mailto:") != words else ""
        if event.name == "table" and self.cells:
            self.cells.pop()
        if event.name in _CELLS:
            return self.cell("</{}>")
        return "</div>" if event.name in _TABLES else inside
