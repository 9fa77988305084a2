"""The access log: who used which area, when, and with what result. Nothing that it says is about a subscriber.

It cannot be switched off: an access is written before what it leads to, and where it cannot be written, nothing follows.
Its content is sealed with a key of its day, which lies elsewhere: a copy of the database has none.
"""

import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from typing import Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db.models import Count, QuerySet

from siegelpost.evidence.day_keys import OLD, Random, key_of, keys_between
from siegelpost.evidence.errors import AccessDamaged
from siegelpost.evidence.lines import SALT_BYTES, entry_line
from siegelpost.evidence.merkle import leaf_hash
from siegelpost.evidence.models import AccessEntry
from siegelpost.tenancy.handle import Logged

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
    key = key_of(log, day, random=random)  # kept before the access is: a process that is killed in between leaves a key without a use
    with log.atomic():
        content = _seal(key.secret, line, random)
        AccessEntry(day=day, content=content, key=key.number, hash=leaf_hash(line)).save(using=log.alias, force_insert=True)


def accesses(log: Logged, since: date, until: date) -> Iterator[Access]:
    """Those of some days (UTC), both included, the oldest first; of forgotten days none.

    Those whose key is not there are passed over: `unreadable` counts them. Raises AccessDamaged.
    """
    keys = keys_between(log, since, until)
    for row in _kept(log, since, until).order_by("id").iterator(chunk_size=2_000):
        key = keys.get((row.day, row.key or OLD))
        if key is None:
            continue
        line = opened(key, bytes(row.content or b""))
        if leaf_hash(line) != bytes(row.hash):
            raise AccessDamaged(n=row.pk)
        yield _read(line)


def unreadable(log: Logged, since: date, until: date) -> dict[date, int]:
    """Days of which accesses cannot be opened, though their time is not over, and how many: their key is not in this copy of the data."""
    keys, found = keys_between(log, since, until), dict[date, int]()
    for day, key, n in _kept(log, since, until).order_by("day").values_list("day", "key").annotate(n=Count("id")):
        if (day, key or OLD) not in keys:
            found[day] = found.get(day, 0) + n
    return found


def opened(key: bytes, content: bytes) -> bytes:
    """The line that was sealed with the key of its day; b"" where it was changed."""
    try:
        return AESGCM(key).decrypt(content[:_NONCE], content[_NONCE:], None)
    except (InvalidTag, ValueError):
        return b""


def _seal(key: bytes, line: bytes, random: Random) -> bytes:
    nonce = random(_NONCE)
    return nonce + AESGCM(key).encrypt(nonce, line, None)


def _kept(log: Logged, since: date, until: date) -> QuerySet[AccessEntry]:
    return log.objects(AccessEntry).filter(day__gte=since, day__lte=until, content__isnull=False)


def _read(line: bytes) -> Access:
    found: dict[str, Any] = json.loads(line)["entry"]
    return Access(**{**found, "at": datetime.fromisoformat(found["at"])})
