"""Liquid tags as opaque words: what MJML, CSS inlining and the text maker see instead of `{{ … }}` and `{% … %}`.

A word is lower-case letters and digits, so it survives as element text, as attribute value, in an address and in a
style; it holds a sequence that stands nowhere in the source, so nobody can forge one.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from liquid.token import TOKEN_CONTENT, TOKEN_EXPRESSION, TOKEN_OUTPUT, TOKEN_TAG

from siegelpost.render.liquid import MARKUP, line_of

_OPENING = frozenset(("if", "unless", "case", "for", "capture"))
_BETWEEN = frozenset(("else", "elsif", "when"))
_SILENT = frozenset(("#", "comment", "endcomment"))


@dataclass(frozen=True, slots=True)
class Tag:
    """One Liquid tag of the source.

    liquid  the tag as it is put back, `{{ first_name }}` or `{% if vip %}`
    name    "" for an output, else "if", "else", "endif" …
    part    "body", "preheader" …
    line    in that part, 1..
    """

    liquid: str
    name: str
    part: str
    line: int

    @property
    def step(self) -> int:
        """+1 opens a block, -1 closes one, 0 neither."""
        return 1 if self.name in _OPENING else -1 if self.name.startswith("end") else 0

    @property
    def between(self) -> bool:
        """Whether it parts a block in two (else, elsif, when)."""
        return self.name in _BETWEEN


@dataclass(slots=True)
class Tags:
    """The tags taken out of one message, by their numbers."""

    prefix: str
    found: list[Tag] = field(default_factory=list)

    @classmethod
    def absent_from(cls, *sources: str) -> "Tags":
        """Start with a word that stands in none of the sources."""
        prefix, text = "lq", "".join(sources).lower()
        while prefix in text:
            prefix += "z" if prefix[-1] == "q" else "q"
        return cls(prefix)

    @property
    def pattern(self) -> re.Pattern[str]:
        """Finds words; group 1 is the number."""
        return re.compile(rf"{self.prefix}x(\d+)x")

    def hide(self, source: str, *, part: str) -> str:
        """Return `source` with each Liquid tag as a word. Comments go, whitespace control is done, `raw` is unpacked."""
        parts: list[str] = []
        waiting: tuple[str, int] | None = None  # a tag whose expression may follow
        for kind, value, index, _ in MARKUP.tokenizer()(source):
            if kind == TOKEN_EXPRESSION and waiting:
                parts.append(self._word(waiting[0], value, part, line_of(source, waiting[1])))
                waiting = None
                continue
            if waiting:
                parts.append(self._word(waiting[0], "", part, line_of(source, waiting[1])))
                waiting = None
            if kind == TOKEN_OUTPUT:
                waiting = ("", index)
            elif kind == TOKEN_TAG:
                waiting = (value, index)
            elif kind == TOKEN_CONTENT:
                parts.append(value)
        if waiting:
            parts.append(self._word(waiting[0], "", part, line_of(source, waiting[1])))
        return "".join(parts)

    def _word(self, name: str, expression: str, part: str, line: int) -> str:
        if name in _SILENT:
            return ""
        liquid = f"{{% {name} {expression}".rstrip() + " %}" if name else f"{{{{ {expression} }}}}"
        self.found.append(Tag(liquid, name, part, line))
        return f"{self.prefix}x{len(self.found) - 1}x"

    def words(self, text: str, offset: int = 0) -> Iterator[tuple[int, int, Tag]]:
        """Each word in `text`: where it begins and ends (plus `offset`), and its tag."""
        for match in self.pattern.finditer(text):
            yield offset + match.start(), offset + match.end(), self.found[int(match.group(1))]

    def show(self, text: str) -> str:
        """Return `text`, which is no markup, as Liquid again."""
        parts, at = [], 0
        for start, end, tag in self.words(text):
            parts += [literal(text[at:start]), tag.liquid]
            at = end
        return "".join([*parts, literal(text[at:])])


def literal(text: str) -> str:
    """Fixed text for a Liquid source: what looks like Liquid there must stay text."""
    return f"{{% raw %}}{text}{{% endraw %}}" if "{{" in text or "{%" in text or text.endswith("{") else text
