"""Personal links: for each person who agreed to be measured singly, in mailings that may, made when the message is made.

Nobody else gets one. A link names nobody to whoever reads it (`sign.pseudonyms`), and tells of nobody once its key is gone.
"""

import re
import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final
from urllib.parse import urlsplit

from django.db.models import F

from siegelpost.consent.purposes import measured_at
from siegelpost.delivery.models import PersonalKey
from siegelpost.delivery.plan import FrozenVariant, LaunchPlan
from siegelpost.render.pieces import Pieces, Slot, Values
from siegelpost.sign.files import open_sealed, seal
from siegelpost.sign.pseudonyms import KEY_BYTES, pseudonym
from siegelpost.sign.tokens import make_token
from siegelpost.tenancy.handle import TenantDB

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


def make_key(tenant: TenantDB, mailing_id: int, *, until: int) -> None:
    """Draw the key of a mailing that may measure single people; inside the launch's transaction. One that is there stays."""
    sealed = seal(tenant.keys.files, secrets.token_bytes(KEY_BYTES), secrets.token_bytes)
    tenant.objects(PersonalKey).get_or_create(mailing_id=mailing_id, defaults={"sealed": sealed, "until": until})


def key_of(tenant: TenantDB, mailing_id: int) -> Key | None:
    """The key of a mailing; None where it has none, or it was destroyed."""
    row = tenant.objects(PersonalKey).filter(mailing_id=mailing_id).first()
    return Key(mailing_id, open_sealed(tenant.keys.files, bytes(row.sealed)), row.until, row.n) if row else None


def made_personal(tenant: TenantDB, mailing_id: int) -> int:
    """How many people's messages were made with personal links."""
    return tenant.objects(PersonalKey).filter(mailing_id=mailing_id).values_list("n", flat=True).first() or 0


def end_keys(tenant: TenantDB, *, until: int) -> None:
    """From then on no key tells of anybody, of whatever mailing: the instruction is over. Inside `tenant.atomic()`."""
    tenant.objects(PersonalKey).filter(until__gt=until).update(until=until)


def keys_until(tenant: TenantDB, now: int) -> int:
    """How many keys would still tell of somebody at that moment."""
    return tenant.objects(PersonalKey).filter(until__gt=now).count()


def destroy_keys(tenant: TenantDB) -> int:
    """Forget every key for good; returns how many. Inside `tenant.atomic()`."""
    return tenant.objects(PersonalKey).all().delete()[0]


def agreed_now(tenant: TenantDB, mailing_id: int, people: Collection[int], *, now: int) -> frozenset[int]:
    """Whoever of these people agrees at this moment, where the key is good; asked at the claim, of such mailings alone."""
    good = tenant.objects(PersonalKey).filter(mailing_id=mailing_id, until__gt=now).exists()
    return frozenset(measured_at(tenant, people)) if good else frozenset()


def count_made(tenant: TenantDB, mailing_id: int, n: int) -> None:
    """So many people more. Inside the claim's transaction."""
    if n:
        tenant.objects(PersonalKey).filter(mailing_id=mailing_id).update(n=F("n") + n)


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


def own_links(tenant: TenantDB, plan: LaunchPlan) -> PersonalLinks | None:
    """What makes personal links in this mailing; None where it has none. Anonymous mailings are not asked about at all."""
    key = key_of(tenant, plan.mailing_id) if plan.personal else None
    return PersonalLinks(plan, tenant.number, tenant.keys.tokens, key) if key else None
