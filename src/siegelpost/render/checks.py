"""What is looked at before a mailing may be sent: findings that block and findings that warn."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from siegelpost.base.i18n import marked as _
from siegelpost.base.i18n import translate
from siegelpost.render.compile import Compiled, Draft, Source, fill, prepare
from siegelpost.render.context import Context
from siegelpost.render.errors import SourceUnusable
from siegelpost.render.identifying import BLOCK as BLOCK
from siegelpost.render.identifying import SAYS, identifying
from siegelpost.render.identifying import WARN as WARN
from siegelpost.render.liquid import MARKUP, PLAIN, globals_of, line_of, parse
from siegelpost.render.loads import Load, is_loaded, loads
from siegelpost.render.markup import scan
from siegelpost.render.pieces import Pieces, Slot, join
from siegelpost.render.places import Place, check_blocks, places

STANDARD: Final = frozenset(("email", "unsubscribe_url", "preferences_url", "web_version_url", "imprint"))
CLIPPED_FROM: Final = 102_400  # bytes; Gmail shows no more of a page


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the check cannot see in the source.

    sender         a sender is chosen
    imprint        the tenant has the text of an imprint
    allowed_hosts  hosts, lower case, from which this tenant's mails may load pictures and fonts
    ours           host of the public address, lower case
    """

    sender: bool
    imprint: bool
    allowed_hosts: frozenset[str] = frozenset()
    ours: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to mend.

    code     stable, "render.what"
    level    "block" = must not be sent, "warn" = better not
    message  English text with {facts}, to be translated; `text()` does it
    place    "subject", "sender", "html line 12", "text" …
    """

    code: str
    level: str
    message: str
    facts: Mapping[str, object] = field(default_factory=dict)
    place: str = ""

    def text(self, language: str | None = None) -> str:
        """The message in `language` or that of the context, facts filled in."""
        return translate(self.message, language).format(**self.facts)


_SAYS: Final[dict[str, tuple[str, str]]] = {
    "render.no_sender": (BLOCK, _("The mailing has no sender.")),
    "render.no_subject": (BLOCK, _("The subject is empty.")),
    "render.no_unsubscribe": (
        BLOCK,
        _("The {part} part has no unsubscribe link that everyone gets: put {{{{ unsubscribe_url }}}} outside of conditions."),
    ),
    "render.no_imprint": (BLOCK, _("The {part} part has no imprint for everyone: put {{{{ imprint }}}} outside of conditions.")),
    "render.imprint_empty": (BLOCK, _("The tenant has no text for the imprint.")),
    "render.unknown_field": (BLOCK, _("There is no field “{name}”.")),
    "render.slot_in_image": (
        BLOCK,
        _("The {attribute} of <{element}> changes per person ({tag}): loading it would tell who reads the mail."),
    ),
    "render.slot_in_style": (BLOCK, _("The style changes per person ({tag}): it could load something that tells who reads the mail.")),
    "render.slot_in_script": (BLOCK, _("A script is no place for {tag}; mail programs run none.")),
    "render.slot_in_link": (BLOCK, _("The link mixes a fixed address with {tag}: it would be one of its own per person.")),
    "render.foreign_host": (BLOCK, _("The mail would load from {host}, a host that is not allowed for this tenant.")),
    "render.big": (WARN, _("The page has {size} bytes; Gmail cuts it off after {limit}.")),
    "render.no_alt": (WARN, _("A picture has no alternative text (alt): {address}")),
    "render.http_link": (WARN, _("The link is not encrypted (http): {address}")),
    **SAYS,
    "render.relative_address": (WARN, _("The address of a picture is not complete and means nothing in a mail: {address}")),
}


def check(source: Source, *, known: frozenset[str], facts: Facts) -> list[Finding]:
    """Return what must (level "block") or should (level "warn") be mended before sending, blocks first.

    known  the aliases of the tenant's fields; the standard values are known anyway

    Never raises for what the source says: errors become findings too.
    """
    return sorted(dict.fromkeys(_all(source, known, facts)), key=lambda one: one.level != BLOCK)


def _all(source: Source, known: frozenset[str], facts: Facts) -> Iterator[Finding]:
    if not facts.sender:
        yield _finding("render.no_sender", "sender")
    if not source.subject.strip():
        yield _finding("render.no_subject", "subject")
    if not facts.imprint:
        yield _finding("render.imprint_empty", "imprint")
    yield from _unknown_fields(source, known | STANDARD)
    try:
        draft = prepare(source)
        compiled = fill(source, draft)
        for sample in ("1", "Ä & b"):  # filters that stumble over numbers or words stumble here
            for pieces in (compiled.subject, compiled.html or (), compiled.text):
                join(pieces, dict.fromkeys(known | STANDARD, sample))
    except SourceUnusable as fault:
        yield _from_error(fault, source)
        return
    slots = list(_slots(draft, source))
    yield from slots
    yield from _identifying(draft, compiled, source, known | STANDARD, facts, named=bool(slots))
    yield from _required(draft, compiled)
    yield from _fetched(draft, source, facts.allowed_hosts)
    yield from _links_and_pictures(draft, source)
    size = len(join(compiled.html or (), dict.fromkeys(STANDARD, "x" * 80)).encode())
    if size > CLIPPED_FROM:
        yield _finding("render.big", source.format, size=size, limit=CLIPPED_FROM)


def _finding(code: str, place: str, /, **facts: object) -> Finding:
    level, message = _SAYS[code]
    return Finding(code, level, message, _Frozen(facts), place)


class _Frozen(dict[str, object]):
    """Facts that count when findings are compared."""

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(tuple(self.items()))


def _from_error(fault: SourceUnusable, source: Source) -> Finding:
    part, line = fault.facts.get("part", "body"), fault.facts.get("line")
    name = source.format if part == "body" else str(part)
    return Finding(fault.code, BLOCK, fault.message, _Frozen(fault.facts), f"{name} line {line}" if line and name != "subject" else name)


def _unknown_fields(source: Source, known: frozenset[str]) -> Iterator[Finding]:
    for part, content in (
        ("subject", source.subject),
        ("preheader", source.preheader),
        (source.format, source.body),
        ("text", source.text),
    ):
        try:
            names = globals_of(parse(content, PLAIN, part=part))
        except SourceUnusable:
            continue  # said by the compiler, with its place
        for name, index in sorted(names.items(), key=lambda item: item[1]):
            if name not in known:
                place = part if part in ("subject", "preheader") else f"{part} line {line_of(content, index)}"
                yield _finding("render.unknown_field", place, name=name[:60])


def _slots(draft: Draft, source: Source) -> Iterator[Finding]:
    every = [(draft.raw, place) for place in places(draft.raw, draft.tags)] + [(draft.page, place) for place in draft.places()]
    for page, place in every:
        if place.tag.step < 0 or place.tag.between:
            continue  # said at the beginning of the block
        at = f"{source.format} line {place.tag.line}" if place.tag.part == "body" else place.tag.part
        facts = {"tag": place.tag.liquid[:60], "element": place.element, "attribute": place.attribute}
        if place.context is Context.SCRIPT:
            yield _finding("render.slot_in_script", at, **facts)
        elif place.context is Context.STYLE and (not place.attribute or _in_address(page, place)):
            yield _finding("render.slot_in_style", at, **facts)
        elif place.attribute and is_loaded(place.element, place.attribute):
            yield _finding("render.slot_in_image", at, **facts)
        elif place.attribute == "href" and _is_mixed(page, place, draft):
            yield _finding("render.slot_in_link", at, **facts)


def _identifying(
    draft: Draft, compiled: Compiled, source: Source, fields: frozenset[str], facts: Facts, *, named: bool
) -> Iterator[Finding]:
    """What would tell who reads it; `named` where slots in addresses were found already, which make the same differences."""
    for code, where, said in identifying(draft, compiled, fields, facts.ours):
        if not (named and code == "render.differs"):
            place = _line(source, where)
            yield _finding(code, "text" if place == source.format and where in source.text else place, **said)


def _in_address(page: str, place: Place) -> bool:
    return bool(re.search(r"(?:url|image-set|image)\([^)]*$", page[place.parent : place.start], re.IGNORECASE))


def _is_mixed(page: str, place: Place, draft: Draft) -> bool:
    end = next((index for index in range(place.end, len(page)) if page[index] in "\"'"), len(page))
    return bool(re.search(r"https?:", draft.tags.pattern.sub("", page[place.parent : end]), re.IGNORECASE))


def _required(draft: Draft, compiled: Compiled) -> Iterator[Finding]:
    if compiled.html is not None:
        found = draft.places()
        blocks = check_blocks(found)
        sure = [place for place in found if not place.tag.name and not any(begin <= place.start < end for begin, end in blocks)]
        link = [place for place in sure if (place.element, place.attribute) in (("a", "href"), ("area", "href")) or _is_seen(place)]
        if not _reads(link, "unsubscribe_url"):
            yield _finding("render.no_unsubscribe", "html", part="HTML")
        if not _reads(filter(_is_seen, sure), "imprint"):
            yield _finding("render.no_imprint", "html", part="HTML")
    if not _gives(compiled.text, "unsubscribe_url"):
        yield _finding("render.no_unsubscribe", "text", part="text")
    if not _gives(compiled.text, "imprint"):
        yield _finding("render.no_imprint", "text", part="text")


def _is_seen(place: Place) -> bool:
    return place.context is Context.TEXT and not place.attribute and place.element not in ("", "title", "head")


def _reads(found: Iterable[Place], name: str) -> bool:
    return any(name in globals_of(parse(place.tag.liquid, MARKUP, part="body")) for place in found)


def _gives(pieces: Pieces, name: str) -> bool:
    return any(isinstance(piece, Slot) and piece.plain and name in piece.names for piece in pieces)


def _fetched(draft: Draft, source: Source, allowed: frozenset[str]) -> Iterator[Finding]:
    every: dict[Load, None] = dict.fromkeys([*loads(draft.raw), *loads(draft.page)])
    for load in every:
        if draft.tags.pattern.search(load.address):
            continue  # said as a slot
        if load.host and load.host not in allowed:
            yield _finding("render.foreign_host", _line(source, load.host), host=load.host)
        elif load.relative:
            yield _finding("render.relative_address", _line(source, load.address), address=load.address[:200])


def _links_and_pictures(draft: Draft, source: Source) -> Iterator[Finding]:
    for event in scan(draft.page):
        target = event.get("href") if event.kind == "open" and event.name in ("a", "area") else None
        if target and target.value.strip().lower().startswith("http://"):
            address = draft.tags.show(target.value.strip())
            yield _finding("render.http_link", _line(source, address), address=address[:200])
        if event.kind == "open" and event.name == "img" and event.get("alt") is None:
            picture = event.get("src")
            address = draft.tags.show(picture.value) if picture else ""
            yield _finding("render.no_alt", _line(source, address), address=address[:200])


def _line(source: Source, what: str) -> str:
    """Where `what` stands in the source; MJML and Markdown write addresses anew, so it may be nowhere."""
    body = source.body.lower()
    for before in ('"', "'", "(", "//", ""):  # an address rather than the end of a longer one
        for content in (what.lower(), what.lower().replace("&", "&amp;")) if what else ():
            if (index := body.find(before + content)) >= 0:
                return f"{source.format} line {line_of(body, index)}"
    return source.format
