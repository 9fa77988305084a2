"""What a value must look like in the place where it stands: one finisher per context.

A finisher takes whatever Liquid evaluated (str, int, float, bool, None, date, list, Markup) and returns text that is
safe there. None of them raises. They run once per slot and message, so each has a short way for ordinary words.
"""

import re
from collections.abc import Callable
from enum import Enum
from functools import lru_cache
from typing import Final
from urllib.parse import quote

from liquid.stringify import to_liquid_string
from markupsafe import Markup

Finisher = Callable[[object], str]

# C0 without tab and line breaks, DEL, C1, halves of surrogate pairs: never text, and XML and UTF-8 refuse some of them.
CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_BREAKS: Final = re.compile("[\t\n\v\f\r\x1c-\x1e\x85\u2028\u2029]+")
_LINES: Final = re.compile("\r\n?|[\v\f\x85\u2028\u2029]")
_NOT_CSS: Final = re.compile(r"[^\w #%.,-]")
_ADDRESS: Final = re.compile(r"(?:https?://|mailto:)[^\s]", re.IGNORECASE)
# What most names, places and addresses consist of; one match is cheaper than five replacements.
_HARMLESS: Final = re.compile(r"[\w @.,:;/()+-]*").fullmatch
_HARMLESS_ADDRESS: Final = re.compile(r"https?://[\w.~:/?#@!$()*+,;=%-]+", re.ASCII).fullmatch
_SPACE: Final = re.compile(r"\s+")


class Context(Enum):
    """Where a slot stands."""

    TEXT = "text"  # between elements, in a title or in a comment
    ATTRIBUTE = "attribute"  # any attribute that is not listed below
    URL = "url"  # the whole of an address
    URL_PART = "url part"  # a part of an address
    STYLE = "style"  # a style sheet or a style attribute
    SCRIPT = "script"  # a script or an event attribute
    PLAIN = "plain"  # the plain-text part
    HEADER = "header"  # the subject


def _escaped(text: str) -> str:
    # The same characters and the same references as markupsafe, without building a Markup.
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    text = text.replace("'", "&#39;").replace('"', "&#34;")
    return text if text.isprintable() else CONTROL.sub("", text)


def in_text(value: object) -> str:
    """HTML text: escaped; what Liquid marked as HTML (a literal of the writer, newline_to_br) stays."""
    if type(value) is str:
        return value if value.isalnum() or _HARMLESS(value) else _escaped(value)
    return CONTROL.sub("", str(to_liquid_string(value, autoescape=True)))


def in_attribute(value: object) -> str:
    """A quoted attribute: like text, and no quote of the writer's may end it."""
    text = in_text(value)
    return text.replace('"', "&#34;").replace("'", "&#39;") if '"' in text or "'" in text else text


def raw_text(value: object) -> str:
    """The value as plain text, unescaped and not yet fit for any place."""
    if isinstance(value, Markup):
        return value.unescape()
    return value if isinstance(value, str) else to_liquid_string(value, autoescape=False)


def in_url(value: object) -> str:
    """A whole address: http, https and mailto pass; anything else becomes "#" (javascript:, data:, a mere word)."""
    if type(value) is str and _HARMLESS_ADDRESS(value):
        return value
    text = raw_text(value)
    if not text.isprintable() or " " in text:
        text = _SPACE.sub("%20", CONTROL.sub("", text).strip())
    return _escaped(text) if _ADDRESS.match(text) else "#"


def in_url_part(value: object) -> str:
    """One component of an address, percent-encoded as UTF-8 (RFC 3986 section 2.1)."""
    text = raw_text(value)
    return text if text.isalnum() and text.isascii() else quote(CONTROL.sub("", text), safe="")


def in_style(value: object) -> str:
    """Words, numbers, units and colours of a style; nothing that could begin a function, a rule or an address."""
    return _NOT_CSS.sub("", CONTROL.sub("", raw_text(value)))


def in_plain(value: object) -> str:
    """One line of plain text: line breaks become a space, control characters go (header injection, forged lines)."""
    if type(value) is str and value.isprintable():
        return value
    return CONTROL.sub("", _BREAKS.sub(" ", raw_text(value)))


def lines_in_text(value: object) -> str:
    """HTML text that may have several lines (the imprint)."""
    return _several_lines(raw_text(value), "<br>\n")


def lines_in_plain(value: object) -> str:
    """Plain text that may have several lines (the imprint)."""
    return _several_lines(raw_text(value), "\n")


@lru_cache(maxsize=64)  # the imprint is the same for each message of a tenant
def _several_lines(text: str, end: str) -> str:
    text = _LINES.sub("\n", text)
    return in_text(text).replace("\n", end) if end.startswith("<") else CONTROL.sub("", text)


FINISHERS: Final[dict[Context, Finisher]] = {
    Context.TEXT: in_text,
    Context.ATTRIBUTE: in_attribute,
    Context.URL: in_url,
    Context.URL_PART: in_url_part,
    Context.STYLE: in_style,
    Context.SCRIPT: in_style,
    Context.PLAIN: in_plain,
    Context.HEADER: in_plain,
}
SEVERAL_LINES: Final[dict[Context, Finisher]] = {Context.TEXT: lines_in_text, Context.PLAIN: lines_in_plain}
