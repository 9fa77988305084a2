"""What a configuration of nginx writes down about who opened what: read as nginx reads it. Pure.

Source: nginx.org, ngx_http_core_module (location), ngx_http_log_module (access_log, on unless somebody says off).
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

PATHS: Final = ("/o/x.gif", "/c/x")
"""Opens and clicks."""
_TOKENS: Final = re.compile(r"""\#[^\n]*|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|[{};]|(?:\\.|\$\{[^}]*\}|[^\s{};])+""")


@dataclass(slots=True)
class Directive:
    """A word with what follows it; `block` where it has one."""

    name: str
    words: list[str]
    block: "list[Directive] | None" = field(default=None)


def faults(text: str, host: str) -> list[str]:
    """What is wrong for our public site: "log:/o/", "log:/c/", "host", "client"; "unserved" where no server passes anything on to us.

    What another file says (`include`) is not seen, and counts as not said.
    """
    found: list[str] = []
    servers = [(chain, one) for chain, one in _servers(parse(text), []) if _is_for(one, host) and _passes(one)]
    for chain, server in servers:
        for path in PATHS:
            way = [*chain, server.block or [], *_way(server.block or [], path)]
            if _last(way, "access_log", ["on"])[:1] != ["off"]:
                found.append(f"log:{path[:3]}")
            found += _headers(way)
    return sorted(set(found)) if servers else ["unserved"]


def parse(text: str) -> list[Directive]:
    """The directives of a file; a brace too many or too few ends what can be read. Never raises."""
    stack: list[list[Directive]] = [[]]
    words: list[str] = []
    for sign in _TOKENS.findall(text):
        if sign.startswith("#"):
            continue
        if sign == ";":
            if words:
                stack[-1].append(Directive(words[0], words[1:]))
            words = []
        elif sign == "{":
            block: list[Directive] = []
            stack[-1].append(Directive(words[0] if words else "", words[1:], block))
            stack.append(block)
            words = []
        elif sign == "}":
            words = []
            if len(stack) > 1:
                stack.pop()
        else:
            words.append(sign[1:-1] if sign[0] in "\"'" else sign)
    return stack[0]


def _servers(block: Sequence[Directive], chain: list[Sequence[Directive]]) -> Iterator[tuple[list[Sequence[Directive]], Directive]]:
    for one in block:
        if one.name == "server" and one.block is not None:
            yield [*chain, block], one
        elif one.name == "http" and one.block is not None:
            yield from _servers(one.block, [*chain, block])


def _is_for(server: Directive, host: str) -> bool:
    """By its names; one without names answers for everybody."""
    names = [word.lower() for one in server.block or () if one.name == "server_name" for word in one.words]
    parent = host.partition(".")[2]
    return not names or any(name in (host, f"*.{parent}", f".{parent}", f".{host}", "_", "") or name.startswith("~") for name in names)


def _passes(block: Directive) -> bool:
    return any(one.name == "proxy_pass" or _passes(one) for one in block.block or ())


def _way(block: Sequence[Directive], path: str) -> list[Sequence[Directive]]:
    """The locations that answer for a path, the outermost first."""
    places = [one for one in block if one.name == "location" and one.block is not None]
    best: Directive | None = None
    for one in places:
        kind, pattern = (one.words[0], one.words[1]) if len(one.words) > 1 else ("", "".join(one.words))
        if kind in ("", "^~") and path.startswith(pattern) and (best is None or len(pattern) > len(best.words[-1])):
            best = one
    if best is None or best.words[0] != "^~":
        best = next((one for one in places if len(one.words) > 1 and one.words[0] in ("~", "~*") and _matches(one.words, path)), best)
    return [] if best is None else [best.block or [], *_way(best.block or [], path)]


def _matches(words: list[str], path: str) -> bool:
    try:
        return re.search(words[1], path, re.IGNORECASE if words[0] == "~*" else 0) is not None
    except re.error:
        return False


def _last(way: list[Sequence[Directive]], name: str, otherwise: list[str]) -> list[str]:
    """What the innermost block that says it says."""
    return next((one.words for block in reversed(way) for one in block if one.name == name), otherwise)


def _headers(way: list[Sequence[Directive]]) -> Iterator[str]:
    """nginx hands on the headers of an outer block only where the inner one sets none at all."""
    block = next((block for block in reversed(way) if any(one.name == "proxy_set_header" for one in block)), [])
    said = {one.words[0].lower(): one.words[1:] for one in block if one.name == "proxy_set_header" and one.words}
    if not {"$host", "$http_host"} & set(said.get("host", [])):
        yield "host"
    if "$proxy_add_x_forwarded_for" not in said.get("x-forwarded-for", []) and "$remote_addr" not in said.get("x-forwarded-for", []):
        yield "client"
