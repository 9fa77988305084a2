"""What in a mailing would tell who reads it: found by rendering it for two made-up people and comparing, and by what is known of trackers.

Nothing may differ between two people but what they read, and the addresses to unsubscribe, to choose and to read it in the browser.
An address that differs would tell whoever answers it who opened or clicked, whatever we count ourselves.
Source: control 1.5-02; WP 216 (singling out).
"""

import re
from collections.abc import Iterator, Mapping
from itertools import zip_longest
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from siegelpost.base.i18n import marked as _
from siegelpost.render.compile import Compiled, Draft
from siegelpost.render.context import Context
from siegelpost.render.loads import loads
from siegelpost.render.markup import Event, scan
from siegelpost.render.pieces import join
from siegelpost.render.places import check_blocks

BLOCK: Final = "block"
WARN: Final = "warn"
OWN: Final = ("unsubscribe_url", "preferences_url", "web_version_url")
SAYS: Final[dict[str, tuple[str, str]]] = {
    "render.differs": (
        BLOCK,
        _("An address is not the same for two people, which would tell who reads the mail; it begins with: {address}"),
    ),
    "render.link_of_person": (
        WARN,
        _("The link is another one for each person ({tag}): it is not counted, and the page behind it learns who comes."),
    ),
    "render.link_in_block": (WARN, _("Not everybody gets this link, so its clicks are not counted: {address}")),
    "render.load_in_block": (
        WARN,
        _("Not everybody gets this picture: whoever answers for {host} learns that somebody of those who do looks at it."),
    ),
    "render.foreign_pixel": (
        WARN,
        _("A picture that nobody can see is loaded from {host}: it tells that host who reads the mail, and when."),
    ),
    "render.tracking_parameter": (WARN, _("The address carries “{name}”, by which others recognise people: {address}")),
}
Said = tuple[str, str, Mapping[str, object]]
"""Code, what to look for in the source, and facts."""

_ADDRESS: Final = re.compile(r"https?://[^\s<>\"'()\[\]{}]+", re.IGNORECASE)
# Parameters by which mail services and advertisers mark one person or one click.
_TRACKING: Final = frozenset((
    "mc_eid", "_hsenc", "_hsmi", "mkt_tok", "vero_id", "vero_conv", "oly_enc_id", "oly_anon_id", "ml_subscriber", "ml_subscriber_hash",
    "ck_subscriber_id", "wickedid", "rb_clickid", "s_cid", "sc_eh", "sc_uid", "bsft_uid", "bsft_clkid", "_bta_tid", "_kx", "__s",
    "trk_contact",
    "dm_i", "mkwid", "elqtrackid", "gclid", "dclid", "fbclid", "msclkid", "yclid", "twclid", "igshid", "ttclid", "li_fat_id",
    "email", "e-mail", "mail", "emailaddress", "email_address", "subscriber", "subscriber_id", "recipient", "recipient_id", "contact_id",
    "user_id", "uid",
))  # fmt: skip
_TINY: Final = re.compile(r"^\s*[01](?:px)?\s*$")
_HIDDEN: Final = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|(?:width|height)\s*:\s*[01](?:px)?\s*(?:;|$)", re.IGNORECASE)


def identifying(draft: Draft, compiled: Compiled, fields: frozenset[str], ours: str) -> Iterator[Said]:
    """What would tell who reads it.

    fields  everything that slots may read of a person
    ours    host of the public address
    """
    yield from _differences(compiled, fields)
    yield from _links(draft)
    yield from _seen(draft, ours)


def twins(fields: frozenset[str]) -> tuple[dict[str, object], dict[str, object]]:
    """Two made-up people who have all fields and share no value."""
    first: dict[str, object] = {name: f"Anna{place}" for place, name in enumerate(sorted(fields))}
    second: dict[str, object] = {name: f"Bert{place}" for place, name in enumerate(sorted(fields))}
    for name in OWN:
        first[name], second[name] = (f"https://own.invalid/{name}/{who}" for who in ("anna", "bert"))
    first["imprint"] = second["imprint"] = "Imprint"
    return first, second


def _differences(compiled: Compiled, fields: frozenset[str]) -> Iterator[Said]:
    people = twins(fields)
    pages = [join(compiled.html or (), one) for one in people]
    texts = [join(compiled.text, one) for one in people]
    for one, other in (
        *zip_longest(*([load.address for load in loads(page)] for page in pages), fillvalue=""),
        *zip_longest(*(_targets(page, one) for page, one in zip(pages, people, strict=True)), fillvalue=""),
        *zip_longest(*(_addresses(text, one) for text, one in zip(texts, people, strict=True)), fillvalue=""),
    ):
        if one != other:
            same = _same_beginning(one, other)
            yield "render.differs", same, {"address": same[:200]}


def _same_beginning(one: str, other: str) -> str:
    at = next((at for at, (mine, theirs) in enumerate(zip(one, other, strict=False)) if mine != theirs), min(len(one), len(other)))
    return one[:at]


def _targets(page: str, person: Mapping[str, object]) -> list[str]:
    """Where the links of a page lead, our own addresses left out."""
    own = [str(person[name]) for name in OWN]
    found = [event.get("href") for event in scan(page) if event.kind == "open" and event.name in ("a", "area")]
    return [one.value for one in found if one and _ADDRESS.match(one.value) and not any(one.value.startswith(address) for address in own)]


def _addresses(text: str, person: Mapping[str, object]) -> list[str]:
    own = [str(person[name]) for name in OWN]
    return [one for one in _ADDRESS.findall(text) if not any(one.startswith(address) for address in own)]


def _links(draft: Draft) -> Iterator[Said]:
    """Links that are a person's own, or that not everybody gets."""
    found = draft.places()
    blocks = check_blocks(found)
    for place in found:
        link = (place.element, place.attribute) in (("a", "href"), ("area", "href"))
        if link and place.context is Context.URL and not place.tag.name and not any(name in place.tag.liquid for name in OWN):
            yield "render.link_of_person", place.tag.liquid, {"tag": place.tag.liquid[:60]}
    for event in scan(draft.page):
        if event.kind == "open" and any(begin <= event.start < end for begin, end in blocks):
            yield from _in_block(event)


def _in_block(event: Event) -> Iterator[Said]:
    href, source = event.get("href"), event.get("src")
    if event.name in ("a", "area") and href and _ADDRESS.match(href.value):
        yield "render.link_in_block", href.value, {"address": href.value[:200]}
    if event.name == "img" and source and (host := _host_of(source.value)):
        yield "render.load_in_block", source.value, {"host": host}


def _seen(draft: Draft, ours: str) -> Iterator[Said]:
    """Trackers of others, by how they look."""
    for event in scan(draft.page):
        if event.kind != "open":
            continue
        source, href = event.get("src"), event.get("href")
        if event.name == "img" and source and (host := _host_of(source.value)) not in ("", ours) and _is_unseen(event):
            yield "render.foreign_pixel", source.value, {"host": host}
        for attribute in (source, href):
            if attribute is not None:
                yield from _parameters(draft.tags.show(attribute.value))
    for address in _ADDRESS.findall(draft.text):
        yield from _parameters(address)


def _parameters(address: str) -> Iterator[Said]:
    try:
        query = urlsplit(address.strip()).query
    except ValueError:
        return
    for name, value in parse_qsl(query):
        if (name.lower() in _TRACKING and value) or (name.lower().startswith("utm_") and "{" in value):
            yield "render.tracking_parameter", address, {"name": name[:60], "address": address[:200]}


def _is_unseen(event: Event) -> bool:
    sizes = [one.value for name in ("width", "height") if (one := event.get(name))]
    style = event.get("style")
    return any(_TINY.match(size) for size in sizes) or bool(style and _HIDDEN.search(style.value))


def _host_of(address: str) -> str:
    """The host of a web address in lower case, "" for anything else."""
    try:
        return (urlsplit(address.strip()).hostname or "") if _ADDRESS.match(address.strip()) else ""
    except ValueError:
        return ""
