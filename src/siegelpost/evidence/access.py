"""The access log: who used which area, when, and with what result. Nothing that it says is about a subscriber.

It cannot be switched off: an access is written before what it leads to, and where it cannot be written, nothing follows.
"""

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from siegelpost.evidence.errors import AccessDamaged
from siegelpost.evidence.lines import SALT_BYTES, entry_line
from siegelpost.evidence.merkle import leaf_hash
from siegelpost.evidence.models import AccessEntry, AccessKey
from siegelpost.sign.keys import KEY_BYTES, unwrap, wrap
from siegelpost.tenancy.handle import Logged

Random = Callable[[int], bytes]
OK: Final = "ok"
REFUSED: Final = "refused"
FAILED: Final = "failed"
_NONCE: Final = 12


@dataclass(frozen=True, slots=True)
class Access:
    """One use of the system.

    who     as `Actor` writes itself; "unknown" where a login failed
    area    a code of the catalogue of areas, "subscribers"
    verb    "read" or "change"; "login", "logout"
    result  ok, refused (a right was missing) or failed (a login)
    """

    at: datetime
    who: str
    area: str
    verb: str
    result: str = OK


def record(log: Logged, access: Access, *, random: Random = os.urandom) -> None:
    """Write one access, in a transaction of its own or in that around it. Raises DatabaseError: then what it leads to must not happen."""
    day = access.at.astimezone(UTC).date()
    line = entry_line(asdict(access), random(SALT_BYTES))
    with log.atomic():
        content = _seal(_key(log, day, random), line, random)
        AccessEntry(day=day, content=content, hash=leaf_hash(line)).save(using=log.alias, force_insert=True)


def accesses(log: Logged, since: date, until: date) -> Iterator[Access]:
    """Those of some days (UTC), both included, the oldest first; of forgotten days none. Raises AccessDamaged."""
    keys = {row.day: unwrap(log.keys.wrapping, bytes(row.wrapped)) for row in log.objects(AccessKey).filter(day__gte=since, day__lte=until)}
    rows = log.objects(AccessEntry).filter(day__in=keys, content__isnull=False).order_by("id")
    for row in rows.iterator(chunk_size=2_000):
        line = opened(keys[row.day], bytes(row.content or b""))
        if leaf_hash(line) != bytes(row.hash):
            raise AccessDamaged(n=row.pk)
        yield _read(line)


def opened(key: bytes, content: bytes) -> bytes:
    """The line that was sealed with the key of its day; b"" where it was changed."""
    try:
        return AESGCM(key).decrypt(content[:_NONCE], content[_NONCE:], None)
    except (InvalidTag, ValueError):
        return b""


def _seal(key: bytes, line: bytes, random: Random) -> bytes:
    nonce = random(_NONCE)
    return nonce + AESGCM(key).encrypt(nonce, line, None)


def _key(log: Logged, day: date, random: Random) -> bytes:
    row = log.objects(AccessKey).filter(pk=day).first()
    if row is None:
        fresh = AccessKey(day=day, wrapped=wrap(log.keys.wrapping, random(KEY_BYTES), random=random))
        log.objects(AccessKey).bulk_create([fresh], ignore_conflicts=True)  # another process may be the first of the day
        row = log.objects(AccessKey).get(pk=day)
    return _unwrapped(log.keys.wrapping, bytes(row.wrapped))


@lru_cache(maxsize=64)
def _unwrapped(wrapping: bytes, wrapped: bytes) -> bytes:
    return unwrap(wrapping, wrapped)


def _read(line: bytes) -> Access:
    found: dict[str, Any] = json.loads(line)["entry"]
    return Access(**{**found, "at": datetime.fromisoformat(found["at"])})
