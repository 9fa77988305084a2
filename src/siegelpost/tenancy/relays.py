"""Relays that do not take our mail at the moment: known to all processes, and after a restart, too."""

from dataclasses import dataclass
from typing import Final

from siegelpost.tenancy.models import BrokenRelay

MOST_PAUSE: Final = 300
"""Seconds: whoever mends a relay need not wait longer than this until it is noticed."""
WITH_TLS: Final = " with TLS"
"""No name of a relay ends like this: names have no blanks."""


@dataclass(frozen=True, slots=True)
class Broken:
    """What is wrong with a relay, as a code of docs/errors.md and as its own reply code; times in seconds since 1970.

    since     mail waits from then on
    next_try  it is called again then
    pause     seconds between the last two calls
    """

    name: str
    code: str
    said: str
    since: int
    next_try: int
    pause: int

    def is_turn(self, now: int) -> bool:
        """Whether it may be called; what lies further ahead than any pause was noted by a clock that was ahead."""
        return not now < self.next_try <= now + MOST_PAUSE


def troubles() -> list[Broken]:
    """All that are out of order now, and under their name with WITH_TLS those that work, but not for mail that demands TLS."""
    return [_broken(row) for row in BrokenRelay.objects.order_by("name")]


def broken_relays() -> list[Broken]:
    """All that are out of order now."""
    return [one for one in troubles() if not one.name.endswith(WITH_TLS)]


def broken(name: str) -> Broken | None:
    """The state of one relay, None where it works."""
    row = BrokenRelay.objects.filter(name=name).first()
    return _broken(row) if row else None


def break_relay(name: str, code: str, said: str, *, pause: int, now: int) -> Broken:
    """Note that a relay failed; of two processes that notice it the first one is kept."""
    values = {"code": code, "said": said, "since": now, "next_try": now + pause, "pause": pause}
    return _broken(BrokenRelay.objects.get_or_create(name=name, defaults=values)[0])


def take_turn(seen: Broken, *, now: int) -> bool:
    """Whether this process may call the relay now: one of all, and the next one only after a longer pause."""
    pause = min(2 * seen.pause, MOST_PAUSE)
    mine = BrokenRelay.objects.filter(name=seen.name, next_try=seen.next_try)
    return bool(mine.update(next_try=now + pause, pause=pause))


def note_fault(name: str, code: str, said: str) -> None:
    """Keep what was wrong at the last call."""
    BrokenRelay.objects.filter(name=name).update(code=code, said=said)


def mend(name: str) -> None:
    """It works again."""
    BrokenRelay.objects.filter(name=name).delete()


def forget_others(names: tuple[str, ...]) -> None:
    """Relays that are not in the settings any more."""
    BrokenRelay.objects.exclude(name__in=names).delete()


def try_soon(*, now: int, pause: int = 5) -> None:
    """Somebody says that it is mended: call all of them at once, and give them as long as at the beginning."""
    BrokenRelay.objects.update(next_try=now, since=now, pause=pause)


def _broken(row: BrokenRelay) -> Broken:
    return Broken(row.name, row.code, row.said, row.since, row.next_try, row.pause)
