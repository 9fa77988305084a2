"""What a Caddyfile writes down about who opened what. Caddy writes no access log until somebody says `log`. Pure.

Source: caddyserver.com/docs/caddyfile: log, log_skip (skip_log before 2.8), matchers, reverse_proxy (sets X-Forwarded-For and passes
Host on by itself).
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

WANTED: Final = ("/o/*", "/c/*")
SKIPS: Final = ("log_skip", "skip_log")


@dataclass(slots=True)
class Line:
    """One line of a Caddyfile; `block` where it opens one."""

    words: list[str]
    block: "list[Line]" = field(default_factory=list)


def faults(text: str, host: str) -> list[str]:
    """What is wrong for our public site: "log:/o/", "log:/c/"; "import" where what is said elsewhere cannot be seen; "unserved"."""
    sites = [one for one in parse(text) if one.words and _is_for(one.words, host) and _says(one.block, "reverse_proxy")]
    found: list[str] = []
    for site in sites:
        if _says(site.block, "import"):
            found.append("import")
        if _says(site.block, "log"):
            skipped = set(_skipped(site.block))
            found += [f"log:{path[:3]}" for path in WANTED if not {path, "*", path.removesuffix("/*") + "*"} & skipped]
    return sorted(set(found)) if sites else ["unserved"]


def parse(text: str) -> list[Line]:
    """Lines with what stands in their braces. Never raises."""
    stack: list[list[Line]] = [[]]
    for raw in text.splitlines():
        words = raw.partition(" #")[0].split() if not raw.lstrip().startswith("#") else []
        if words == ["}"]:
            stack.pop() if len(stack) > 1 else None
        elif words and words[-1] == "{":
            line = Line(words[:-1])
            stack[-1].append(line)
            stack.append(line.block)
        elif words:
            stack[-1].append(Line(words))
    return stack[0]


def _is_for(addresses: list[str], host: str) -> bool:
    """Named, or for every name (certificates on demand)."""
    names = {one.strip(",").removeprefix("https://").removeprefix("http://").partition(":")[0].lower() for one in addresses}
    return bool({host, f"*.{host.partition('.')[2]}", "", "*"} & names)


def _says(block: list[Line], word: str) -> bool:
    return any(one.words[0] == word or _says(one.block, word) for one in block if one.words)


def _skipped(block: list[Line]) -> Iterator[str]:
    """Paths that are left out of the log, `*` for all."""
    named = {
        one.words[0]: [*one.words[2:], *(word for line in one.block if line.words[:1] == ["path"] for word in line.words[1:])]
        for one in block
        if one.words and one.words[0].startswith("@") and (one.words[1:2] == ["path"] or one.block)
    }
    for one in block:
        if one.words and one.words[0] in SKIPS:
            yield from ["*"] if len(one.words) == 1 else [path for word in one.words[1:] for path in named.get(word, [word])]
