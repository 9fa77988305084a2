"""Which fields a template reads, and the same template for a tenant that calls them otherwise."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from siegelpost.render.compile import Source
from siegelpost.render.liquid import PLAIN, globals_of, parse

_TAG: Final = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
_WORD: Final = re.compile(r"""'[^']*'|"[^"]*"|(?<![\w.\-])[A-Za-z_][\w\-]*""")
"""A text in quotation marks, or a name that is no part of another (`person.name`)."""


def names_read(source: Source) -> frozenset[str]:
    """Names that subject, preheader, body and plain text read and do not make themselves. Raises SourceUnusable."""
    parts = (("subject", source.subject), ("preheader", source.preheader), ("body", source.body), ("text", source.text))
    return frozenset(name for part, content in parts for name in globals_of(parse(content, PLAIN, part=part)))


def renamed(source: Source, names: Mapping[str, str]) -> Source:
    """The same with other names for what is read; texts in quotation marks and outside of tags stay. All at once: two may swap."""
    if all(old == new for old, new in names.items()):
        return source

    def word(found: re.Match[str]) -> str:
        return names.get(found[0], found[0])

    def said(text: str) -> str:
        return _TAG.sub(lambda tag: _WORD.sub(word, tag[0]), text)

    return replace(source, subject=said(source.subject), preheader=said(source.preheader), body=said(source.body), text=said(source.text))
