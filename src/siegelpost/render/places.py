"""Where the Liquid tags of a page stand, in which context, and whether its blocks keep to one element."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from siegelpost.render.context import Context
from siegelpost.render.errors import LiquidAcross, LiquidMisplaced
from siegelpost.render.markup import Attribute, Event, scan
from siegelpost.render.tokens import Tag, Tags, literal

# Attributes that hold an address; srcset holds several, but a slot in it is refused before sending anyway.
_ADDRESSES: Final = frozenset(
    ["href", "src", "background", "action", "formaction", "cite", "poster", "srcset", "data", "longdesc", "lowsrc", "dynsrc", "xlink:href"]
)
_OWN_ADDRESSES: Final = re.compile(r"^\{\{ (?:unsubscribe_url|preferences_url|web_version_url) \}\}$")


@dataclass(frozen=True, slots=True)
class Place:
    """One word in a page.

    start, end  what to replace by the Liquid: the word, or the comment that holds nothing else
    parent      the same number for places in the same element, attribute or comment
    element     name of the element, with `attribute` if it stands in one
    """

    start: int
    end: int
    tag: Tag
    context: Context
    parent: int
    element: str
    attribute: str = ""


def places(page: str, tags: Tags) -> Iterator[Place]:
    """All words of `page`, in order.

    Raises LiquidMisplaced for a word among the attributes or in the name of an element.
    """
    for event in scan(page):
        if event.kind == "open":
            yield from _in_element(page, event, tags)
        elif event.kind == "comment" and (match := tags.pattern.fullmatch(page[event.start + 4 : event.end - 3])):
            yield Place(event.start, event.end, tags.found[int(match.group(1))], Context.TEXT, event.around, event.name)
        elif event.kind != "close":
            parent = event.start if event.kind == "comment" else event.around
            context = {"style": Context.STYLE, "script": Context.SCRIPT}.get(event.name, Context.TEXT)
            for start, end, tag in tags.words(page[event.start : event.end], event.start):
                yield Place(start, end, tag, context, parent, "" if event.kind == "comment" else event.name)


def _in_element(page: str, event: Event, tags: Tags) -> Iterator[Place]:
    expected = 0
    for attribute in event.attributes:
        for start, end, tag in tags.words(attribute.raw, attribute.start):
            context = _context(attribute, start - attribute.start, end - attribute.start, tags)
            yield Place(start, end, tag, context, attribute.start, event.name, attribute.name)
            expected += 1
    every = list(tags.words(page[event.start : event.end]))
    if len(every) > expected:
        tag = every[0][2]
        raise LiquidMisplaced(tag=tag.liquid, line=tag.line, part=tag.part)


def _context(attribute: Attribute, start: int, end: int, tags: Tags) -> Context:
    if attribute.name == "style":
        return Context.STYLE
    if attribute.name.startswith("on"):
        return Context.SCRIPT
    if attribute.name not in _ADDRESSES:
        return Context.ATTRIBUTE
    before, after = attribute.raw[:start], attribute.raw[end:]
    words = list(tags.words(before))
    at_start = not tags.pattern.sub("", before).strip()
    if at_start and _OWN_ADDRESSES.match(next(tags.words(attribute.raw[start:end]))[2].liquid):
        return Context.URL  # our own address, even when something is added to it
    branch = bool(words) and words[-1][1] == len(before) and words[-1][2].between
    ends = not after.strip() or bool((match := tags.pattern.match(after)) and tags.found[int(match.group(1))].name)
    return Context.URL if (at_start or branch) and ends else Context.URL_PART


def check_blocks(found: list[Place]) -> list[tuple[int, int]]:
    """Return where the outermost blocks begin and end.

    A finished page is well-formed, so a block whose tags all stand in one element holds whole elements only, and each
    way through it gives a well-formed page again. Raises LiquidAcross for a block that does not.
    """
    opened: list[Place] = []
    blocks: list[tuple[int, int]] = []
    for place in found:
        if place.tag.step > 0:
            opened.append(place)
        elif (place.tag.step < 0 or place.tag.between) and opened:
            if opened[-1].parent != place.parent:
                raise LiquidAcross(tag=opened[-1].tag.liquid, line=opened[-1].tag.line, part=opened[-1].tag.part)
            if place.tag.step < 0:
                begin = opened.pop()
                if not opened:
                    blocks.append((begin.start, place.end))
    return blocks


def with_liquid(page: str, found: list[Place]) -> tuple[str, dict[int, Place]]:
    """Return the page as a Liquid source, and each place by where the parser will say that its tag begins."""
    parts: list[str] = []
    where: dict[int, Place] = {}
    at = size = 0
    for place in found:
        fixed = literal(page[at : place.start])
        size += len(fixed)
        where[size + (len("{% ") if place.tag.name else 0)] = place
        parts += [fixed, place.tag.liquid]
        size += len(place.tag.liquid)
        at = place.end
    return "".join([*parts, literal(page[at:])]), where
