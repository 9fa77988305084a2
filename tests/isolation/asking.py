"""Asks twice, once about what the other tenant has and once about what nobody has, and compares the answers."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from tests.isolation.stock import MARKS
from tests.web.visiting import Visitor

_VARIES: Final = re.compile(rb'csrfmiddlewaretoken" value="[^"]*"|name="csrf-token" content="[^"]*"|"X-CSRFToken": "[^"]*"|nonce="?[^"\s]*')
_NUMBER: Final = re.compile(r"(?<!\d)[78]\d{3}(?!\d)")
"""Those of beta, and the one that nothing has."""
HEADERS: Final = ("Location", "Content-Type", "Content-Disposition", "HX-Redirect", "Allow", "Cache-Control", "Retry-After")


@dataclass(frozen=True)
class Heard:
    """An answer without what is another in each: what may be compared."""

    status: int
    headers: tuple[str, ...]
    body: str

    def tells(self) -> list[str]:
        """What of the other tenant stands in it."""
        return [mark for mark in MARKS if mark in self.body or any(mark in one for one in self.headers)]


def heard(answer: Any, *words: str, left: str = "") -> Heard:
    """The answer, with `words` (the tenant that was asked for) blanked wherever it repeats them.

    left  what it leaves to be said on the next page
    """
    body = _VARIES.sub(b"", answer.getvalue()).decode() + left
    headers = [f"{name}: {answer.headers.get(name, '')}" for name in HEADERS]
    for word in filter(None, words):
        body = body.replace(word, "*")
        headers = [one.replace(word, "*") for one in headers]
    return Heard(answer.status_code, tuple(_NUMBER.sub("#", one) for one in headers), _NUMBER.sub("#", body))


def ask(client: Visitor, method: str, url: str, sent: Mapping[str, Any] | None = None, *words: str) -> Heard:
    """What a logged-in browser hears."""
    answer = client.get(url) if method == "get" else client.post(url, sent or {})
    session = client.session
    if left := session.pop("_messages", ""):
        session.save()
    return heard(answer, *words, left=str(left))


def differs(one: Heard, other: Heard) -> str:
    """What tells two answers apart, in a few words; "" for nothing."""
    if one == other:
        return ""
    if one.status != other.status:
        return f"{one.status} for what is there, {other.status} for what never was"
    if one.headers != other.headers:
        return f"{set(one.headers) ^ set(other.headers)}"
    at = next((place for place, signs in enumerate(zip(one.body, other.body, strict=False)) if len(set(signs)) > 1), -1)
    return f"{one.body[at - 60 : at + 60]!r} for what is there, {other.body[at - 60 : at + 60]!r} for what never was"
