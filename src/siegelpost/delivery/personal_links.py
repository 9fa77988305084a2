"""Personal links, made while a message is made: a mark in each place of the compiled variant, and a slot in the place of each. Pure."""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final
from urllib.parse import urlsplit

from siegelpost.delivery.plan import FrozenVariant, LaunchPlan
from siegelpost.render.pieces import Pieces, Slot, Values
from siegelpost.sign.pseudonyms import pseudonym
from siegelpost.sign.tokens import make_token

OF_OPENS: Final = ("personalised", "named-opens")
OF_CLICKS: Final = ("personalised", "named-clicks")
PERSON: Final = "\0person"
"""Under this name a slot finds whose message is made; no field can have it."""


@dataclass(frozen=True, slots=True)
class Key:
    """Of one mailing: `secret` 32 bytes, good until `until` (seconds since 1970); `n` people have links made with it."""

    mailing_id: int
    secret: bytes
    until: int
    n: int


class PersonalLinks:
    """Addresses of one mailing for one person after the other, made from what its plan froze: the shared ones, by variant."""

    def __init__(self, plan: LaunchPlan, tenant_number: int, token_key: bytes, key: Key) -> None:
        self._plan, self._number, self._token_key, self._key = plan, tenant_number, token_key, key
        self._mark = f"sp{secrets.token_hex(12)}"
        self._marks = re.compile(rf"{self._mark}v(\d+)p(\d+)e")

    def variant(self, variant: FrozenVariant) -> FrozenVariant:
        """The variant with a mark in each place where a personal address belongs."""
        mode = str(self._plan.measure.get("mode", ""))
        kept: Mapping[str, Any] = self._plan.measure.get("variants", {}).get(str(variant.id), {})
        links = {
            str(written): self._at(shared, variant.id, place) for place, (written, shared) in enumerate(kept.get("links", ()), start=1)
        }
        pixel = self._at(kept["pixel"], variant.id, 0) if kept.get("pixel") else ""
        return replace(variant, pixel=pixel if mode in OF_OPENS else "", links=links if mode in OF_CLICKS else {})

    def _at(self, shared: str, variant_id: int, place: int) -> str:
        """The shared address with a mark instead of its token."""
        parts = urlsplit(shared)
        folder, _slash, name = parts.path.rpartition("/")
        ending = ".gif" if name.endswith(".gif") else ""
        return parts._replace(path=f"{folder}/{self._mark}v{variant_id}p{place}e{ending}").geturl()

    def cut(self, pieces: Pieces) -> Pieces:
        """Put a slot in the place of each mark."""
        found: list[str | Slot] = []
        for piece in pieces:
            found += self._cut_text(piece) if isinstance(piece, str) else [piece]
        return tuple(found)

    def _cut_text(self, text: str) -> list[str | Slot]:
        found: list[str | Slot] = []
        end = 0
        for mark in self._marks.finditer(text):
            found += [text[end : mark.start()], self._slot(int(mark[1]), int(mark[2]))]
            end = mark.end()
        return [*found, text[end:]]

    def _slot(self, variant_id: int, place: int) -> Slot:
        purpose, numbers = ("c", (variant_id, place)) if place else ("o", (variant_id,))

        def render(values: Values) -> str:
            block = values.get(PERSON, b"")
            return make_token(purpose, self._number, numbers, self._token_key, extra=block if isinstance(block, bytes) else b"")

        return Slot(render, frozenset(), plain=True)

    def block(self, person: int) -> bytes:
        """What stands for one person in all their links of this mailing."""
        return pseudonym(self._key.secret, self._key.mailing_id, person)
