"""The keys by which accesses are sealed: one for each log and day (UTC), destroyed once, and then nobody reads that day in any copy.

They lie in a store of their own (`tenancy.key_store`), locked with a key of their log. A process holds the key of the day in its memory.
"""

import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from siegelpost.sign.keys import KEY_BYTES, KeyRefused, unwrap, wrap
from siegelpost.tenancy import key_store
from siegelpost.tenancy.handle import Logged
from siegelpost.tenancy.key_store import WrappedKey

Random = Callable[[int], bytes]
OLD: Final = 0
"""Number of keys from the time when a day had one, in the tenant's own database."""
SIGHT: Final = 60.0
"""Seconds for which a held key is used without a look whether the store still has it: so long at most is sealed for nobody where a
store on PostgreSQL was put back under us. A file that was replaced is seen at once."""


@dataclass(frozen=True, slots=True)
class DayKey:
    """Opens accesses of one day of one log; its number stands beside each of them."""

    number: int
    secret: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class _Held:
    day: date
    key: DayKey
    place: str
    until: float


_held: dict[str, _Held] = {}


def key_of(log: Logged, day: date, *, random: Random) -> DayKey:
    """The key with which accesses of a day are sealed now, made where there is none yet.

    Two processes that are the first of the day may make one each: both are kept, and each access names its own.

    Raises DatabaseError where the store cannot be had.
    """
    held = _held.get(log.slug)
    if held and held.day == day and held.place == key_store.place() and time.monotonic() < held.until:
        return held.key
    key = _known(log, day) or _made(log, day, random)
    for slug, one in list(_held.items()):  # of days that are over nothing stays in memory
        if one.day != day:
            _held.pop(slug, None)
    _held[log.slug] = _Held(day, key, key_store.place(), time.monotonic() + SIGHT)
    return key


def keys_between(log: Logged, since: date, until: date) -> dict[tuple[date, int], bytes]:
    """What opens the accesses of some days, both included, by day and number."""
    return {(one.day, one.number): secret for one in key_store.find(log.slug, since, until) if (secret := _opened(log, one))}


def destroy_before(log: Logged, end: date, *, but: Collection[date]) -> int:
    """Destroy the keys of all days before `end`, but for some; returns how many."""
    days = {one.day for one in key_store.find(log.slug, date.min, end - timedelta(days=1))}
    return key_store.destroy(log.slug, days.difference(but))


def destroy_of_nobody(known: Collection[str], end: date) -> None:
    """The same for logs that are gone, as where an older control database was put back; `known`: short names of those that are not."""
    for slug in key_store.logs().difference(known):
        key_store.destroy(slug, {one.day for one in key_store.find(slug, date.min, end - timedelta(days=1))})


def oldest_key(log: Logged) -> date | None:
    """The first day that has one."""
    return min((one.day for one in key_store.find(log.slug, date.min, date.max)), default=None)


def forget_held() -> None:
    """Hold no key any more, as a process that has just begun."""
    _held.clear()


def _known(log: Logged, day: date) -> DayKey | None:
    for one in key_store.find(log.slug, day, day):
        if secret := _opened(log, one):
            return DayKey(one.number, secret)
    return None


def _made(log: Logged, day: date, random: Random) -> DayKey:
    key = DayKey((int.from_bytes(random(8)) >> 1) or 1, random(KEY_BYTES))  # 63 bits, as both databases have them
    key_store.add(log.slug, WrappedKey(day, key.number, wrap(log.keys.wrapping, key.secret, random=random)))
    return key


def _opened(log: Logged, key: WrappedKey) -> bytes:
    """b"" for the key of another installation whose database was put in the place of ours: to us it opens nothing."""
    try:
        return unwrap(log.keys.wrapping, key.wrapped)
    except KeyRefused:
        return b""
