"""MJML to HTML: our own list of tags, nothing included, nothing loaded that the writer did not name."""

import re
from functools import partial
from typing import Final

import mrml

from siegelpost.render.errors import LiquidAroundMjml, MjmlBroken, MjmlIconMissing, MjmlInclude, MjmlUnknownTag
from siegelpost.render.liquid import line_of
from siegelpost.render.markup import Event, scan
from siegelpost.render.tokens import Tag, Tags

_HEAD: Final = frozenset(
    [
        "mjml",
        "mj-head",
        "mj-attributes",
        "mj-all",
        "mj-class",
        "mj-breakpoint",
        "mj-font",
        "mj-preview",
        "mj-style",
        "mj-title",
        "mj-raw",
        "mj-body",
    ]
)
# Take components only; the text between them is lost, so Liquid must not stand there …
_STRUCTURE: Final = frozenset(
    [
        "mjml",
        "mj-head",
        "mj-attributes",
        "mj-body",
        "mj-wrapper",
        "mj-section",
        "mj-group",
        "mj-column",
        "mj-hero",
        "mj-social",
        "mj-navbar",
        "mj-accordion",
        "mj-accordion-element",
        "mj-carousel",
    ]
)
# … except where mj-raw may take a tag without disturbing the frame that Outlook sees (measured: not in mj-wrapper).
_TAKES_RAW: Final = frozenset(("mj-body", "mj-section", "mj-group", "mj-column", "mj-hero"))
_CONTENT: Final = frozenset(
    [
        "mj-text",
        "mj-button",
        "mj-image",
        "mj-divider",
        "mj-spacer",
        "mj-table",
        "mj-social-element",
        "mj-navbar-link",
        "mj-accordion-title",
        "mj-accordion-text",
        "mj-carousel-image",
    ]
)
_KNOWN: Final = _HEAD | _STRUCTURE | _CONTENT
# Without these attributes MJML takes pictures from servers of its makers.
_OWN_PICTURES: Final = {
    "mj-social-element": ("src",),
    "mj-accordion": ("icon-wrapped-url", "icon-unwrapped-url"),
    "mj-carousel": ("left-icon", "right-icon"),
}
_POSITION: Final = re.compile(r"\s*(?:in root template)?\s*(?:at position (\d+):\d+)?$")


def to_html(source: str, tags: Tags, *, preview: bool = True) -> str:
    """Return the HTML of an MJML source whose Liquid tags are words already.

    preview  False leaves mj-preview out, because the mailing has a preheader of its own

    Raises MjmlUnknownTag, MjmlInclude, MjmlIconMissing, LiquidAroundMjml, MjmlBroken.
    """
    source = _with_raw(source if preview else _without_preview(source), tags)
    try:
        # mrml by default links fonts of Google and icons of Mailjet; comments carry our words and what Outlook reads.
        parsing = mrml.ParserOptions(include_loader=mrml.noop_loader())
        drawing = mrml.RenderOptions(disable_comments=False, social_icon_origin="", fonts={})
        return str(mrml.to_html(source, parsing, drawing).content)
    except OSError as fault:
        raise _broken(str(fault), source) from fault


def _without_preview(source: str) -> str:
    for event in scan(source):
        if event.kind == "raw" and event.name == "mj-preview":
            return source[: event.start] + source[event.end :]
    return source


def _broken(reason: str, source: str) -> MjmlBroken:
    match = _POSITION.search(reason)
    index = int(match.group(1)) if match and match.group(1) else len(source.encode())
    line = line_of(source.encode()[:index].decode(errors="ignore"), len(source))
    return MjmlBroken(part="body", line=line, reason=_POSITION.sub("", reason))


def _with_raw(source: str, tags: Tags) -> str:
    """Check each tag and pack the Liquid tags that stand among components into mj-raw."""
    parts: list[str] = []
    at = 0
    given: set[tuple[str, str]] = set()  # attributes that mj-attributes sets for a component
    for event in scan(source):
        if event.kind == "open":
            _check(source, event, given)
        elif event.kind == "text":
            parts += [source[at : event.start], tags.pattern.sub(partial(_word, event=event, tags=tags), source[event.start : event.end])]
            at = event.end
    return "".join([*parts, source[at:]])


def _word(match: re.Match[str], *, event: Event, tags: Tags) -> str:
    tag: Tag = tags.found[int(match.group(1))]
    if event.name not in _STRUCTURE:
        return f"<!--{match.group()}-->" if tag.name else match.group()
    if event.name in _TAKES_RAW and tag.name:
        return f"<mj-raw><!--{match.group()}--></mj-raw>"
    raise LiquidAroundMjml(tag=tag.liquid, line=tag.line, part=tag.part, parent=event.name)


def _check(source: str, event: Event, given: set[tuple[str, str]]) -> None:
    line = line_of(source, event.start)
    if event.around < -1:
        return  # inside a conditional comment: HTML for Outlook
    around = _name_around(source, event)
    if event.name == "mj-include":
        raise MjmlInclude(part="body", line=line)
    if (event.name not in _KNOWN) if event.name.startswith("mj") else (around in _STRUCTURE or not around):
        raise MjmlUnknownTag(part="body", line=line, tag=event.name[:40])
    if around == "mj-attributes":
        given.update((event.name, attribute.name) for attribute in event.attributes)
        return
    for wanted in _OWN_PICTURES.get(event.name, ()):
        if event.get(wanted) is None and (event.name, wanted) not in given:
            raise MjmlIconMissing(part="body", line=line, tag=event.name, attribute=wanted)


def _name_around(source: str, event: Event) -> str:
    match = re.compile(r"<([a-zA-Z][^\s/>]*)").match(source, event.around) if event.around >= 0 else None
    return match.group(1).lower() if match else ""
