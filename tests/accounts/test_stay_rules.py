"""When a session is open, locked or over."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from siegelpost.accounts.stay_rules import IDLE, LOCKED, LONGEST, OPEN, OVER, Stay, judge, shortest, trace_of

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
HERE = trace_of("192.0.2.17", FIREFOX)
STAY = Stay(NOON, NOON, False, HERE)
MINUTES = st.integers(0, 24 * 60)


def at(minutes: float, stay: Stay = STAY, idle: timedelta = IDLE) -> str:
    return judge(stay, HERE, idle=idle, now=NOON + timedelta(minutes=minutes))


def test_ten_minutes_lock_and_twelve_hours_end() -> None:
    assert [at(9.9), at(10), at(11 * 60), at(12 * 60)] == [OPEN, LOCKED, LOCKED, OVER]
    busy = replace(STAY, seen_at=NOON + LONGEST - timedelta(minutes=1))
    assert [at(12 * 60 - 0.5, busy), at(12 * 60, busy)] == [OPEN, OVER]


def test_another_network_or_browser_locks_and_a_neighbour_address_does_not() -> None:
    def seen(address: str, agent: str = FIREFOX) -> str:
        return judge(STAY, trace_of(address, agent), idle=IDLE, now=NOON)

    assert [seen("192.0.2.200"), seen("198.51.100.17"), seen("192.0.2.17", FIREFOX + "x")] == [OPEN, LOCKED, LOCKED]
    assert trace_of("2001:db8:1:2::3", "").network == "2001:db8:1::/48" and trace_of("nonsense", "").network == ""
    assert HERE.browser == "Firefox, Linux" and "17" not in HERE.network.split("/")[0].split(".")


@given(MINUTES, MINUTES, st.booleans(), st.lists(st.one_of(st.none(), st.integers(1, 60)), max_size=4))
def test_no_tenant_lengthens_it_and_a_lock_stays(passed: int, seen: int, locked: bool, minutes: list[int | None]) -> None:
    idle = shortest(minutes)
    stay = replace(STAY, seen_at=NOON + timedelta(minutes=min(seen, passed)), locked=locked)
    found = at(passed, stay, idle)
    assert idle <= IDLE and (found != OPEN or (not locked and passed - min(seen, passed) < 10 and passed < 12 * 60))
    assert found == OPEN or at(passed + 1, stay, idle) != OPEN
