"""Once per variant: from the source to pieces that the sending engine fills per person."""

import re
from dataclasses import dataclass
from typing import Final

from siegelpost.render import markdown, mjml, page, text
from siegelpost.render.context import CONTROL, Context, in_plain
from siegelpost.render.errors import FormatUnknown, NotText, TooBig, TooDeep
from siegelpost.render.liquid import MARKUP, PLAIN, line_of, parse
from siegelpost.render.markup import DEPTH_LIMIT, scan
from siegelpost.render.page import LinkFor
from siegelpost.render.pieces import Pieces, Slot, join
from siegelpost.render.places import Place, check_blocks, places, with_liquid
from siegelpost.render.slots import cut
from siegelpost.render.tokens import Tags

FORMATS: Final = ("mjml", "html", "md", "txt")
BODY_LIMIT: Final = 262_144  # characters; Gmail clips at less than half of it
LINE_LIMIT: Final = 998  # characters of a subject or preheader (RFC 5322 section 2.1.1)
_ADDRESS: Final = re.compile(r"https?://[^\s<>\"'()\[\]{}]+", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What the writer wrote.

    format     "mjml", "html", "md" or "txt"
    body       in that format, with Liquid
    text       the edited plain-text part with Liquid; "" = derive it from the body
    subject    one line with Liquid; preheader the same
    """

    format: str
    body: str
    text: str = ""
    subject: str
    preheader: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Compiled:
    """What the engine fills per person.

    html   None for a plain-text mailing
    links  the addresses that can be measured, each once, in order of appearance: the position that `link_for` got
    """

    subject: Pieces
    html: Pieces | None
    text: Pieces
    links: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A source on its way; Liquid tags are words in the pages.

    raw   the page before its styles were inlined, "" for plain text
    page  the finished page, "" for plain text
    text  the plain-text part as Liquid
    """

    tags: Tags
    raw: str = ""
    page: str = ""
    text: str

    def places(self) -> list[Place]:
        """All Liquid tags of the page. Raises LiquidMisplaced."""
        return list(places(self.page, self.tags))


def compile_variant(source: Source, *, link_for: LinkFor | None = None, pixel: str | None = None) -> Compiled:
    """Return the pieces of one variant; the same source gives the same pieces.

    link_for  (address, position) -> the address to put instead, for measured links; None leaves them as they are
    pixel     address of the 1x1 image at the end of the page; None for none

    Raises BadInput of errors.py: the source is not text, too big or too deep, its Liquid, MJML or HTML cannot be read,
    or it fails already when nothing is known about the reader (endless loops).
    """
    return fill(source, prepare(source), link_for=link_for, pixel=pixel)


def fill(source: Source, draft: Draft, *, link_for: LinkFor | None = None, pixel: str | None = None) -> Compiled:
    """Do the second half of `compile_variant` with a draft that is there already."""
    blocks = check_blocks(draft.places())
    found = page.links_of(draft.page, draft.tags, blocks)
    body = _in_text(draft.text, ())
    order = tuple(dict.fromkeys([*(address for _, _, address in found), *_addresses(body)]))
    if link_for:
        body = _in_text(draft.text, order, link_for)
        finished = page.with_links(draft.page, found, order, link_for)
    else:
        finished = draft.page
    compiled = Compiled(
        subject=_subject(source.subject),
        html=_html(finished, draft.tags, pixel) if finished else None,
        text=body,
        links=order,
    )
    for pieces in (compiled.subject, compiled.html or (), compiled.text):
        join(pieces, {})  # an endless loop shall fail here, not at the first recipient
    return compiled


def prepare(source: Source) -> Draft:
    """Return the page and the plain-text part, the page's Liquid tags still hidden. Raises as `compile_variant`."""
    if source.format not in FORMATS:
        raise FormatUnknown(part="body", format=source.format[:20])
    for part, content, limit in (
        ("subject", source.subject, LINE_LIMIT),
        ("preheader", source.preheader, LINE_LIMIT),
        ("body", source.body, BODY_LIMIT),
        ("text", source.text, BODY_LIMIT),
    ):
        _readable(part, content, limit)
        parse(content, PLAIN, part=part)
    tags = Tags.absent_from(source.body, source.preheader)
    if source.format == "txt":
        return Draft(tags=tags, text=source.body)
    inside = _to_html(source, tags.hide(source.body, part="body"), tags)
    _shallow(inside)
    plain = page.finish(inside, tags, mjml=source.format == "mjml")
    check_blocks(list(places(plain, tags)))
    written = source.text if source.text.strip() else text.derive(plain, tags)
    finished = page.with_preheader(plain, tags.hide(_one_line(source.preheader), part="preheader"))
    return Draft(tags=tags, raw=inside, page=finished, text=written)


def _to_html(source: Source, hidden: str, tags: Tags) -> str:
    if source.format == "md":
        return page.mark_tags(markdown.to_html(hidden, tags), tags)
    _shallow(hidden)
    if source.format == "mjml":
        return mjml.to_html(hidden, tags, preview=not source.preheader.strip())
    return page.mark_tags(page.as_document(hidden), tags)


def _readable(part: str, content: str, limit: int) -> None:
    if len(content) > limit:
        raise TooBig(part=part, size=len(content), limit=limit, unit="characters")
    if match := CONTROL.search(content):
        raise NotText(part=part, line=line_of(content, match.start()))


def _shallow(markup: str) -> None:
    events = scan(markup)
    if events and events[-1].depth > DEPTH_LIMIT:
        raise TooDeep(part="body", limit=DEPTH_LIMIT, line=line_of(markup, events[-1].start))


def _one_line(content: str) -> str:
    return in_plain(" ".join(content.split()))


def _subject(content: str) -> Pieces:
    return cut(parse(_one_line(content), PLAIN, part="subject"), Context.HEADER, part="subject")


def _html(finished: str, tags: Tags, pixel: str | None) -> Pieces:
    if pixel:
        finished = page.with_pixel(finished, pixel)
    liquid, where = with_liquid(finished, list(places(finished, tags)))
    return cut(parse(liquid, MARKUP, part="body"), Context.TEXT, part="body", where=where)


def _in_text(content: str, order: tuple[str, ...], link_for: LinkFor | None = None) -> Pieces:
    pieces = cut(parse(content, PLAIN, part="text"), Context.PLAIN, part="text")
    if link_for is None:
        return pieces
    return tuple(piece if isinstance(piece, Slot) else _rewritten(piece, at, pieces, order, link_for) for at, piece in enumerate(pieces))


def _rewritten(piece: str, at: int, pieces: Pieces, order: tuple[str, ...], link_for: LinkFor) -> str:
    touching = at + 1 < len(pieces)

    def put(match: re.Match[str]) -> str:
        address, rest = _trimmed(match.group())
        if (touching and match.end() == len(piece)) or address not in order:
            return match.group()
        return link_for(address, order.index(address)) + rest

    return _ADDRESS.sub(put, piece)


def _addresses(pieces: Pieces) -> list[str]:
    """The fixed addresses of a plain text; one that a slot continues is not fixed."""
    found: list[str] = []
    for at, piece in enumerate(pieces):
        if isinstance(piece, str):
            every = [match for match in _ADDRESS.finditer(piece) if at + 1 == len(pieces) or match.end() < len(piece)]
            found += [_trimmed(match.group())[0] for match in every]
    return found


def _trimmed(address: str) -> tuple[str, str]:
    # A full stop or comma behind an address ends the sentence, not the address.
    kept = address.rstrip(".,;:!?")
    return kept, address[len(kept) :]
