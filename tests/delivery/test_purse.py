"""Limits in the control database: whoever takes in whatever order, no more goes than is allowed, and what was not sent comes back."""

import threading
import time
from collections.abc import Callable

import pytest
from django.db import connections

from siegelpost.delivery.limits import RELAY, receivers_name, remove_limit, set_limit
from siegelpost.delivery.pace.models import Gauge
from siegelpost.delivery.pace_rules import HOUR, SECOND, Limits
from siegelpost.delivery.purse import FRESH_SECONDS, Purse, forget_gauges, gauges
from siegelpost.tenancy.handle import TenantDB, control_store
from tests.delivery.support import NOON
from tests.patience import PATIENCE

NOW, TODAY = 1_790_000_000 * SECOND, 739_000


def at_once(n: int, act: Callable[[int], None]) -> None:
    """Run it in so many threads at the same moment."""
    together, faults = threading.Barrier(n), list[BaseException]()

    def run(number: int) -> None:
        together.wait(PATIENCE)
        try:
            act(number)
        except Exception as fault:  # noqa: BLE001 - shown below
            faults.append(fault)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(n)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert faults == []


def test_of_many_that_take_at_once_all_together_get_what_is_allowed(alpha: TenantDB) -> None:
    got: list[int] = []
    limits = {"tenant:1": Limits(per_hour=3600), RELAY: Limits(per_day=1000), "tenant:1/mailing:1": Limits(per_day=70)}

    def take(number: int) -> None:
        for turn in range(5):
            names = list(limits)[:: 1 if (number + turn) % 2 else -1]  # in another order each time
            got.append(Purse().take(3, {name: limits[name] for name in names}, {}, NOW, TODAY).n)

    at_once(4, take)
    assert sum(got) == 10, "a burst of 3,600 an hour is ten"
    assert [gauge.used for gauge in gauges(limits).values()] == [10, 10, 10]


def test_what_was_not_sent_comes_back_once(alpha: TenantDB) -> None:
    purse, limits = Purse(), {"tenant:1": Limits(per_hour=3600, per_day=12)}
    first = purse.take(50, limits, {}, NOW, TODAY)
    assert (first.n, purse.take(50, limits, {}, NOW, TODAY).n) == (10, 0)
    purse.give_back(first, 4, {}, NOW)
    assert (purse.take(50, limits, {}, NOW, TODAY).n, purse.take(50, limits, {}, NOW + HOUR, TODAY).n) == (4, 2)


def test_a_block_that_comes_back_in_parts_brings_no_time_back_that_has_passed(alpha: TenantDB) -> None:
    purse, limits = Purse(), {"tenant:1": Limits(per_second=54)}
    first = purse.take(4, limits, {}, NOW, TODAY)
    purse.give_back(first, 2, {}, NOW)
    later = NOW + 41_400_000  # as long as two of them take
    assert purse.take(50, limits, {}, later, TODAY).n == 6, "a burst"
    purse.give_back(first, 2, {}, later)
    assert purse.take(50, limits, {}, later, TODAY).n == 0


def test_a_group_of_receiving_domains_has_its_own_part(alpha: TenantDB) -> None:
    purse, relay, groups = Purse(), {RELAY: Limits(per_day=100)}, {1: Limits(per_day=3), 2: Limits()}
    grant = purse.take(20, relay, groups, NOW, TODAY)
    assert (grant.n, grant.groups) == (20, {1: 3, 2: 20})
    purse.give_back(grant, 5, {1: 1, 2: 4}, NOW)
    again = purse.take(20, relay, groups, NOW, TODAY)
    assert (again.n, again.groups) == (20, {1: 1, 2: 20})
    assert [gauge.used for gauge in gauges([RELAY, receivers_name(1)]).values()] == [35, 3]


def test_without_limits_the_database_is_not_asked(alpha: TenantDB) -> None:
    before = control_store.objects(Gauge).count()
    asked: list[str] = []

    def note(execute: Callable[..., object], sql: str, *rest: object) -> object:
        asked.append(sql)
        return execute(sql, *rest)

    with connections["default"].execute_wrapper(note):
        assert Purse().take(500, {}, {}, NOW, TODAY).n == 500
    assert asked == [] and control_store.objects(Gauge).count() == before


def last_asked_in_vain(known: Callable[[], bool]) -> float:
    """Seconds from now until it was asked for the last time without being known; a slow machine asks seldom, but gets no old answers."""
    began = asked = before = time.monotonic()
    while not known():
        assert asked < began + PATIENCE, "it is never known"
        before, asked = asked, time.monotonic()
    return before - began


@pytest.mark.slow
def test_a_limit_that_is_set_or_removed_is_known_within_a_second(alpha: TenantDB) -> None:
    purse = Purse()
    assert dict(purse.limits()) == {}
    set_limit(RELAY, Limits(per_hour=5), now=NOON)
    assert last_asked_in_vain(lambda: dict(purse.limits()) == {RELAY: Limits(per_hour=5)}) <= FRESH_SECONDS <= 1
    remove_limit(RELAY)
    assert last_asked_in_vain(lambda: dict(purse.limits()) == {}) <= FRESH_SECONDS


def test_what_mailings_used_is_forgotten_some_days_after(alpha: TenantDB) -> None:
    purse, now, day = Purse(), time.time_ns(), TODAY
    for name in (RELAY, "tenant:1/mailing:5", "tenant:1/mailing:6"):
        purse.take(1, {name: Limits(per_hour=9, per_day=9)}, {}, now - (96 * HOUR if name.endswith("5") else 0), day - 4)
    assert forget_gauges(now, day) == 1
    assert sorted(control_store.objects(Gauge).values_list("name", flat=True)) == [RELAY, "tenant:1/mailing:6"]
