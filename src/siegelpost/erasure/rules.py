"""What stays for how long, what is looked for, and what a hit means. Pure."""

import base64
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from typing import Any, Final

from siegelpost.base.i18n import marked as _

YEARS: Final = 3
"""Sections 195 and 199 BGB, Section 31(2) OWiG: claims end with the third calendar year after that in which they came up."""
SHORTEST: Final = 6
"""Bytes of a value that is looked for: shorter ones stand in a file of some megabytes by chance."""
RECEIPT_BYTES: Final = 10

CONSENT: Final = "consent"
OUTFLOWS: Final = "outflows"

RELAY_DAYS: Final = 5
"""RFC 5321 section 4.5.4.1: relays give up after four to five days."""


@dataclass(frozen=True, slots=True)
class Needle:
    """What should be gone. `shared`: other people may have the same value, so that finding it proves nothing where it is in use."""

    text: str
    shared: bool


@dataclass(frozen=True, slots=True)
class Hit:
    """A needle was found: in which file or store, and in which tables of it ("" for bytes in no row)."""

    needle: int
    place: str
    tables: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Judgement:
    """What hits mean. `live` stands in rows, `stale` is left in a database without a row, `lying` in another file; `elsewhere`
    stands in tables of people who are no subscribers.
    """

    live: frozenset[int]
    stale: frozenset[str]
    lying: frozenset[str]
    elsewhere: frozenset[str]


def kept_until(now: datetime) -> datetime:
    """From which moment on the proof of a consent that ends now is deleted: the third calendar year after this one is over."""
    return datetime(now.astimezone(UTC).year + YEARS + 1, 1, 1, tzinfo=UTC)


def receipt(secret: bytes, key: bytes, begun_at: datetime) -> str:
    """16 letters and digits in four groups that name an erasure and, without the tenant's key, nobody."""
    found = blake2b(key + begun_at.isoformat().encode(), key=secret, digest_size=RECEIPT_BYTES).digest()
    text = base64.b32encode(found).decode()
    return "-".join(text[at : at + 4] for at in range(0, 16, 4))


def needles(email: str, values: Iterable[object]) -> list[Needle]:
    """What to look for of one person: the address, and each text among the values that is long enough to be found by purpose."""
    texts = dict.fromkeys(one.strip() for one in values if isinstance(one, str))
    return [Needle(email, shared=False), *(Needle(one, shared=True) for one in texts if len(one.encode()) >= SHORTEST)]


def too_short(values: Iterable[object]) -> int:
    """How many texts are not looked for."""
    return sum(isinstance(one, str) and 0 < len(one.strip().encode()) < SHORTEST for one in values)


def judge(found: Iterable[Hit], wanted: list[Needle], *, databases: frozenset[str], others: frozenset[str]) -> Judgement:
    """Say what hits mean.

    databases  places that are databases of the tenant
    others     tables of people who are no subscribers: staff, partners
    """
    live, stale, lying, elsewhere = set[int](), set[str](), set[str](), set[str]()
    for hit in found:
        in_use, strange = set(hit.tables) - others, set(hit.tables) & others
        if hit.place not in databases:
            lying.add(hit.place)
        elif not hit.tables:
            stale.add(hit.place)
        elif wanted[hit.needle].shared:
            continue
        elif in_use:
            live.add(hit.needle)
        else:
            elsewhere |= strange
            stale.add(hit.place)  # those rows may stand there, but what else holds the bytes cannot be told from them
    return Judgement(frozenset(live), frozenset(stale), frozenset(lying), frozenset(elsewhere))


def counted(stores: Mapping[str, Mapping[str, int]], left: Mapping[str, int]) -> dict[str, dict[str, int]]:
    """Code of a store -> found, removed, kept; `left` is what is there now."""
    return {
        code: {"found": stores.get(code, {}).get("removed", 0) + n, "removed": stores.get(code, {}).get("removed", 0), "kept": n}
        for code, n in left.items()
    }


NOT_REACHED: Final[Mapping[str, tuple[str, timedelta | None]]] = {
    "wire": (_("Messages that were on the wire at that moment: they arrive within a minute."), timedelta(minutes=1)),
    "relay_queue": (_("The queue of the relay: what it took before may still be delivered."), timedelta(days=RELAY_DAYS)),
    "relay_log": (_("The log of the relay: whoever runs it says for how long it is kept."), None),
    "hand_overs": (_("Files that wait to be handed over: encrypted, and destroyed after a day."), timedelta(days=1)),
    "backups": (_("Copies of the data that were made before: whoever made them says for how long they are kept."), None),
    "recipients": (_("Whoever received data of the person before: the disclosure register names them (Art. 19 GDPR)."), None),
}
"""Where an erasure does not reach -> why, and when it ends by itself (None: not known here)."""


def not_reached(now: datetime, vendor: str) -> list[dict[str, Any]]:
    """The same for one erasure, with the moments."""
    places = dict(NOT_REACHED)
    if vendor == "postgresql":
        places["server"] = (SERVER, None)
    return [{"what": what, "why": why, "until": (now + after).isoformat() if after else None} for what, (why, after) in places.items()]


SERVER: Final = _("Files of the database server: it overwrites deleted rows when it cleans up (VACUUM), and its own archives later.")
