"""Reads HTML or MJML without changing a byte of it: where elements, attributes, texts and comments begin and end.

Made for finding places (slots, links, what a mail loads), not for building a tree. Conditional comments of Outlook are
read through: what stands inside them is seen by somebody.
"""

import re
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from functools import lru_cache
from html import unescape
from typing import Final

DEPTH_LIMIT: Final = 200  # MJML's output is 40 deep; the parsers in Rust overflow their stack from about 10,000 on
VOID: Final = frozenset(["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"])
# End tags that most people leave out: another one of the same name ends the one before.
_UNCLOSED: Final = frozenset(["p", "li", "td", "th", "tr", "dt", "dd", "option"])
# Left open, these come back in each later block (HTML standard, "active formatting elements") and nest there.
_FORMATTING: Final = frozenset(["a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"])
RAW: Final = frozenset(("style", "script", "title", "textarea", "mj-style", "mj-title", "mj-preview"))

_TAG: Final = re.compile(r"""<(/?)([a-zA-Z][^\s/>]*)((?:[^>"']|"[^"]*"|'[^']*')*)>""")
_ATTRIBUTE: Final = re.compile(r"""([^\s=>/"']+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?""")
_CONDITION: Final = re.compile(r"<!--\[if[^\]]*\]>(?:<!-->|-->)?|<!\[if[^\]]*\]>")
_CONDITION_END: Final = re.compile(r"(?:<!--)?<!\[endif\]-->|<!\[endif\]>|<!--\[endif\]-->")


@dataclass(frozen=True, slots=True)
class Attribute:
    """One attribute; `start` and `end` enclose the value in the source, quotes left out."""

    name: str
    raw: str
    start: int
    end: int

    @property
    def value(self) -> str:
        """The value with character references resolved."""
        return unescape(self.raw)


@dataclass(frozen=True, slots=True)
class Event:
    """One thing in the source, from `start` to `end`.

    kind    "open", "close", "text", "raw" (inside style, script, title …), "comment"
    name    of the element; of a text or comment: of the element around it ("" at the top)
    around  where the opening tag of the element around it begins, -1 at the top; inside a conditional comment
            where that comment begins, as a negative number below -1
    depth   elements around it in any parser's tree, rather too many than too few
    """

    kind: str
    name: str
    start: int
    end: int
    around: int
    depth: int
    attributes: tuple[Attribute, ...] = ()

    def get(self, name: str) -> Attribute | None:
        """The attribute of that name (lower case), if there is one."""
        return next((one for one in self.attributes if one.name == name), None)


def attributes_of(tag: str, offset: int) -> tuple[Attribute, ...]:
    """The attributes in the inside of a tag that begins at `offset`."""
    found = []
    for match in _ATTRIBUTE.finditer(tag):
        group = next((number for number in (2, 3, 4) if match.group(number) is not None), 0)
        start, end = match.span(group) if group else (match.end(), match.end())
        found.append(Attribute(match.group(1).lower(), tag[start:end], offset + start, offset + end))
    return tuple(found)


class _Reader:
    def __init__(self, source: str) -> None:
        self.source = source
        self.stack: list[tuple[str, int]] = []
        self.left_open = 0
        self.condition = 0  # where the conditional comment that is being read begins, plus 2; 0 = none

    def event(self, kind: str, start: int, end: int, name: str = "", attributes: tuple[Attribute, ...] = ()) -> Event:
        around = self.stack[-1][1] if self.stack else -1
        inside = name or (self.stack[-1][0] if self.stack else "")
        return Event(kind, inside, start, end, -self.condition if self.condition else around, len(self.stack) + self.left_open, attributes)

    def read(self) -> Iterator[Event]:
        source, at = self.source, 0
        while at < len(source):
            mark = source.find("<", at)
            if mark < 0:
                break
            if mark > at:
                yield self.event("text", at, mark)
            at = mark
            if source.startswith("<!", at):
                at = yield from self._declaration(at)
            elif match := _TAG.match(source, at):
                at = yield from self._tag(match)
            elif re.match(r"</?[a-zA-Z]", source[at : at + 3]):
                return  # a tag that never ends: parsers drop the rest too
            else:
                yield self.event("text", at, at + 1)
                at += 1
        if at < len(source):
            yield self.event("text", at, len(source))

    def _declaration(self, at: int) -> Generator[Event, None, int]:
        source = self.source
        if match := _CONDITION_END.match(source, at):
            self.condition = 0
            return match.end()
        if match := _CONDITION.match(source, at):
            if not match.group().endswith("-->"):
                self.condition = at + 2
            return match.end()
        end = source.find("-->", at + 4) if source.startswith("<!--", at) else source.find(">", at)
        stop = len(source) if end < 0 else end + (3 if source.startswith("<!--", at) else 1)
        if source.startswith("<!--", at):
            yield self.event("comment", at, stop)
        return stop

    def _tag(self, match: re.Match[str]) -> Generator[Event, None, int]:
        name, end = match.group(2).lower(), match.end()
        if match.group(1):
            self._close(name)
            yield self.event("close", match.start(), end, name)
            return end
        if name in _UNCLOSED and self.stack and self.stack[-1][0] == name and not self.condition:
            self.stack.pop()
        attributes = attributes_of(match.group(3), match.start(3))
        yield self.event("open", match.start(), end, name, attributes)
        if name in RAW and not match.group(3).endswith("/"):
            close = re.compile(rf"</{re.escape(name)}\s*>", re.IGNORECASE).search(self.source, end)
            stop = close.start() if close else len(self.source)
            self.stack.append((name, match.start()))
            yield self.event("raw", end, stop)
            self.stack.pop()
            return close.end() if close else stop
        if not self.condition and name not in VOID and not match.group(3).endswith("/"):
            self.stack.append((name, match.start()))
        return end

    def _close(self, name: str) -> None:
        # An end tag without its beginning is ignored; one that skips others closes them, as parsers do.
        if not self.condition and any(open_name == name for open_name, _ in reversed(self.stack)):
            while (passed := self.stack.pop()[0]) != name:
                self.left_open += passed in _FORMATTING


@lru_cache(maxsize=4)
def scan(source: str) -> tuple[Event, ...]:
    """All events of `source` in order. Never fails: what no parser would read is left out.

    Stops at the first event that is deeper than DEPTH_LIMIT; whoever takes sources in looks for it. The last few are
    remembered, because one page is looked at for several things.
    """
    found = []
    for event in _Reader(source).read():
        found.append(event)
        if event.depth > DEPTH_LIMIT:
            break
    return tuple(found)


def attribute_text(text: str) -> str:
    """`text` for a double-quoted attribute."""
    return text.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")
