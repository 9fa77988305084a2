"""The finished HTML page of a mailing, Liquid tags still as words: styles inlined, preheader, links, pixel."""

import itertools
import re
from collections.abc import Callable, Sequence
from html import escape
from typing import Final

import css_inline

from siegelpost.render.errors import HtmlBroken
from siegelpost.render.markup import attribute_text, scan
from siegelpost.render.tokens import Tags

LinkFor = Callable[[str, int], str]

_WEB: Final = re.compile(r"https?://[^\s/]", re.IGNORECASE)
# Rules that no style attribute can hold; where a sheet has them, the whole sheet stays.
_STATES: Final = re.compile(r":(?:hover|focus|active|visited|link|root)|\[data-ogs[bc]")
_HIDDEN: Final = "display:none;font-size:1px;line-height:1px;max-height:0;max-width:0;opacity:0;overflow:hidden;mso-hide:all"
_OUR_MARK: Final = re.compile(r"""\s+data-css-inline=(?:"[^"]*"|'[^']*')""")
# The sheets that MJML itself writes: it has inlined what it wants, the rest must stay rules.
_SHEETS_OF_MJML: Final = re.compile(
    r"<style[^>]*>\s*(?:#outlook a|@media only screen and \((?:min|max)-width:[^)]*\) ?\{\s*(?:\.mj-|table\.mj-)|\.moz-text-html)"
    r".*?</style>",
    re.DOTALL,
)


def as_document(source: str) -> str:
    """Give a mere piece of HTML its body: parsers would do so too, but leave comments (our tags) at its start outside."""
    whole = any(event.kind == "open" and event.name in ("html", "head", "body") for event in scan(source))
    return source if whole else f"<!doctype html><html><head></head><body>{source}</body></html>"


def mark_tags(source: str, tags: Tags) -> str:
    """Turn the block tags between elements into comments: unlike words these may stand in a table without being moved."""
    parts: list[str] = []
    at = 0
    for event in scan(source):
        if event.kind == "text":
            inside = source[event.start : event.end]
            parts += [source[at : event.start], tags.pattern.sub(lambda match: _marked(match, tags), inside)]
            at = event.end
    return "".join([*parts, source[at:]])


def _marked(match: re.Match[str], tags: Tags) -> str:
    return f"<!--{match.group()}-->" if tags.found[int(match.group(1))].name else match.group()


def _with_table_bodies(page: str, tags: Tags) -> str:
    """Begin the body of each table that has a tag of ours before its first row.

    Parsers would begin it at the row, and a block around rows would begin outside and end inside of it.
    """
    first: dict[int, str] = {}  # by table: the first element in it
    ends: dict[int, int] = {}
    marked: set[int] = set()
    for event in scan(page):
        if event.kind == "open":
            if event.around in ends:
                first.setdefault(event.around, event.name)
            if event.name == "table":
                ends[event.start] = event.end
        elif event.kind == "comment" and event.around in ends and tags.pattern.search(page[event.start : event.end]):
            marked.add(event.around)
    parts: list[str] = []
    at = 0
    for table in sorted(marked):
        if first.get(table) == "tr":
            parts += [page[at : ends[table]], "<tbody>"]
            at = ends[table]
    return "".join([*parts, page[at:]])


def finish(page: str, tags: Tags, *, mjml: bool = False) -> str:
    """Return the page as one well-formed document with its styles inlined; media queries and states stay in <style>.

    Nothing is read from disk or net: style sheets behind <link> are dropped. Raises HtmlBroken.
    """
    page = _with_table_bodies(page, tags)
    kept = _SHEETS_OF_MJML.findall(page) if mjml else []
    for number, sheet in enumerate(kept):
        page = page.replace(sheet, f"<!--{tags.prefix}s{number}s-->", 1)
    inliner = css_inline.CSSInliner(load_remote_stylesheets=False, keep_at_rules=True)
    try:
        page = inliner.inline(_keep_states(page, tags))
    except (ValueError, OSError) as fault:
        raise HtmlBroken(part="body", reason=str(fault)[:200]) from fault
    page = re.sub(rf"<!--{tags.prefix}s(\d+)s-->", lambda match: kept[int(match.group(1))], _OUR_MARK.sub("", page))
    return page if page[:9].lower() == "<!doctype" else f"<!doctype html>{page}"


def _keep_states(page: str, tags: Tags) -> str:
    events = list(scan(page))
    by_value = any(tags.pattern.search(one.raw) for event in events for one in event.attributes if one.name in ("class", "id"))
    parts: list[str] = []
    at = 0
    for before, event in itertools.pairwise(events):
        sheet = event.kind == "raw" and event.name == "style" and before.get("data-css-inline") is None
        if sheet and (by_value or _STATES.search(page[event.start : event.end])):
            parts += [page[at : before.end - 1], ' data-css-inline="keep">']
            at = before.end
    return "".join([*parts, page[at:]])


def with_preheader(page: str, text: str) -> str:
    """Put `text` (plain, words in it) at the start of the body, for the list of messages only."""
    if not text.strip():
        return page
    body = next((event.end for event in scan(page) if event.kind == "open" and event.name == "body"), 0)
    return f'{page[:body]}<div style="{_HIDDEN}">{escape(text, quote=False)}</div>{page[body:]}'


def with_pixel(page: str, address: str) -> str:
    """Put the image at `address` before the end of the body; it shows nothing and says so to screen readers."""
    image = f'<img src="{attribute_text(address)}" alt="" width="1" height="1" style="display:block;border:0" />'
    at = page.lower().rfind("</body>")
    return page + image if at < 0 else page[:at] + image + page[at:]


def links_of(page: str, tags: Tags, blocks: Sequence[tuple[int, int]]) -> list[tuple[int, int, str]]:
    """The links that can be measured: where the address begins and ends, and the address.

    Only fixed http(s) targets of <a> and <area> outside of Liquid blocks: who sees a link in a block is fewer people
    than got the mail, and its clicks would say which.
    """
    found = []
    for event in scan(page):
        target = event.get("href") if event.kind == "open" and event.name in ("a", "area") else None
        if target is None or any(begin <= event.start < end for begin, end in blocks):
            continue
        address = target.value.strip()
        if _WEB.match(address) and not tags.pattern.search(address):
            found.append((target.start, target.end, address))
    return found


def with_links(page: str, links: Sequence[tuple[int, int, str]], order: Sequence[str], link_for: LinkFor) -> str:
    """Return the page with each of `links` replaced by what `link_for` gives for it and its position in `order`."""
    parts: list[str] = []
    at = 0
    for start, end, address in links:
        parts += [page[at:start], attribute_text(link_for(address, order.index(address)))]
        at = end
    return "".join([*parts, page[at:]])
