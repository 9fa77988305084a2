"""Limits, windows and warm-up with the real sender against a relay: no more than was allowed, the rest waits and says why."""

import json
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from siegelpost.base.settings import process_settings
from siegelpost.consent.suppression import suppress
from siegelpost.delivery import choose
from siegelpost.delivery import limits as names
from siegelpost.delivery.choose import Chooser
from siegelpost.delivery.claim import boottime
from siegelpost.delivery.kitchen import Kitchen
from siegelpost.delivery.limits import RELAY, brake_name, mailing_name, set_limit
from siegelpost.delivery.models import Delivery, Launch, Slice
from siegelpost.delivery.pace.models import Gauge
from siegelpost.delivery.pace_rules import HOUR, Limits, burst, interval
from siegelpost.delivery.plan import Pace
from siegelpost.delivery.purse import gauges
from siegelpost.delivery.sender import Sender
from siegelpost.delivery.waits import Wait
from siegelpost.delivery.window_rules import Window, next_day
from siegelpost.flows import steer
from siegelpost.flows.pace import warm_up
from siegelpost.flows.send import Wish, send
from siegelpost.flows.status import pacing
from siegelpost.sign.addresses import address_key
from siegelpost.tenancy.handle import TenantDB, control_store
from tests.delivery.processes import processes
from tests.delivery.smtp_server import USUAL, Say, Server, Talk, serving
from tests.delivery.support import (
    NOON,
    WHO,
    a_list,
    asks_in_vain,
    claimed,
    clear_of_midnight,
    counts,
    draft,
    launched,
    people,
    sending,
    state_of,
    until,
)  # fmt: skip
from tests.mailings.making import some_sender
from tests.patience import PATIENCE

pytestmark = pytest.mark.wire
SETTINGS = process_settings()
ZONE = ZoneInfo(SETTINGS.time_zone)


@pytest.fixture(autouse=True)
def _within_a_day() -> None:
    clear_of_midnight()


@pytest.fixture(autouse=True)
def _asks_often(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever may not send is asked again sooner, so that a test sees it asked in vain."""
    monkeypatch.setattr(choose, "AGAIN_SECONDS", 0.05)


def sent_with(tenant: TenantDB, n: int, **pace: Any) -> int:
    """A mailing to `n` people at this pace, on its way."""
    letter = a_list(tenant)
    people(tenant, n, letter)
    mailing = draft(tenant, letter)
    send(tenant, mailing, Wish(pace=Pace(**pace)), settings=SETTINGS, actor=WHO, now=datetime.now(UTC))
    return mailing


def limit(name: str, **limits: Any) -> None:
    set_limit(name, Limits(**limits), now=NOON)


def wait_of(tenant: TenantDB, mailing: int) -> Wait | None:
    return pacing(tenant, mailing, state_of(tenant, mailing)[0], settings=SETTINGS, now=datetime.now(UTC))


def stands_at(server: Server, n: int, sender: Sender, tenant: TenantDB, mailing: int) -> None:
    """It comes to so many messages and stays there, and the numbers add up."""
    until(lambda: len(server.accepted) >= n, 20, f"{n} messages are sent")
    asks_in_vain(sender)
    assert len(server.accepted) == n
    until(lambda: "claimed" not in counts(tenant, mailing), 5, "nothing is claimed")
    assert counts(tenant, mailing).get("sent", 0) == n


def shifted(name: str, change: Callable[[Gauge], None]) -> None:
    """As if time had passed: the gauge is older."""
    with control_store.atomic():
        row = control_store.objects(Gauge).get(name=name)
        change(row)
        row.save(using="default")


def a_day_passes(name: str) -> None:
    def change(row: Gauge) -> None:
        row.day -= 1

    shifted(name, change)


def test_a_mailing_goes_out_at_so_many_messages_per_hour(alpha: TenantDB) -> None:
    per_hour = 1000  # three at once, then one every 3.6 seconds
    mailing = sent_with(alpha, 8, per_hour=per_hour)
    limit_name = mailing_name(alpha, mailing)
    began = time.monotonic()

    def at_most(burst_and_more: int) -> bool:
        """No more than those, and what the time allows that really passed."""
        sent = len(server.accepted)
        return sent <= burst_and_more + (time.monotonic() - began) * 10**9 // interval(per_hour, HOUR)

    with serving() as server, sending(alpha, port=server.port):
        until(lambda: len(server.accepted) >= 3, 20, "the burst is sent")
        assert at_most(burst(per_hour, HOUR)) and burst(per_hour, HOUR) == 3

        def ten_seconds_pass(row: Gauge) -> None:
            row.hour -= 3 * interval(per_hour, HOUR)

        shifted(limit_name, ten_seconds_pass)
        until(lambda: len(server.accepted) >= 6, 5, "three more are sent")
        assert at_most(6), "the next one came without the time that passed"
        shifted(limit_name, ten_seconds_pass)
        until(lambda: state_of(alpha, mailing)[0] == "finished", 20, "the rest is sent")
    assert counts(alpha, mailing) == {"audience": 8, "sent": 8}


def test_a_mailing_that_was_slowed_down_keeps_to_that_pace_and_others_do_not(alpha: TenantDB) -> None:
    slow, other = sent_with(alpha, 5), sent_with(alpha, 5)
    limit(brake_name(alpha, slow), per_hour=5)
    with serving() as server, sending(alpha, port=server.port) as sender:
        until(lambda: state_of(alpha, other)[0] == "finished", 20, "the other one is sent")
        until(lambda: len(server.accepted) >= 6, 20, "the slow one has begun")
        asks_in_vain(sender)
        assert len(server.accepted) == 6
        found = wait_of(alpha, slow)
        assert found and found.why == "brake"
        assert counts(alpha, slow).get("sent", 0) == 1


def test_a_mailing_waits_for_the_next_hour_and_says_so(alpha: TenantDB) -> None:
    mailing, twelve = sent_with(alpha, 5, per_hour=5), timedelta(minutes=12)
    began = datetime.now(UTC)
    with serving() as server, sending(alpha, port=server.port) as sender:
        until(lambda: server.accepted, 20, "the first one is sent")
        sent = datetime.now(UTC)
        stands_at(server, 1, sender, alpha, mailing)
        found = wait_of(alpha, mailing)
        assert found and found.why == "mailing"
        assert began + twelve - timedelta(seconds=1) <= found.until <= sent + twelve + timedelta(seconds=1)
    assert counts(alpha, mailing) == {"audience": 5, "sent": 1, "due": 4}


def test_a_mailing_waits_for_the_next_day_and_says_so(alpha: TenantDB) -> None:
    mailing = sent_with(alpha, 10, per_day=4)
    with serving() as server, sending(alpha, port=server.port) as sender:
        stands_at(server, 4, sender, alpha, mailing)
        assert wait_of(alpha, mailing) == Wait(next_day(datetime.now(UTC), ZONE), "mailing")
        a_day_passes(mailing_name(alpha, mailing))
        stands_at(server, 8, sender, alpha, mailing)
        a_day_passes(mailing_name(alpha, mailing))
        until(lambda: state_of(alpha, mailing)[0] == "finished", 20, "the rest is sent")
    assert counts(alpha, mailing) == {"audience": 10, "sent": 10}
    assert set(server.recipients().values()) == {1}


def test_a_mailing_that_the_others_put_off_says_until_when(alpha: TenantDB) -> None:
    mailing = launched(alpha, 3)
    with serving(lambda stage, _talk: b"450 4.2.1 busy\r\n" if stage == "rcpt" else None) as server, sending(alpha, port=server.port):
        until(lambda: counts(alpha, mailing) == {"audience": 3, "retry": 3}, 20, "all are to be tried again")
    first = min(alpha.objects(Delivery).values_list("due_at", flat=True))
    assert wait_of(alpha, mailing) == Wait(datetime.fromtimestamp(first, UTC), "retry")


def hours_from(now: datetime, first: int, last: int) -> Window:
    """A window of every day, in full hours of the clock on the wall."""
    hour = now.hour
    return Window(tuple(range(7)), (hour + first) % 24 * 60, (hour + last) % 24 * 60)


def test_outside_its_hours_nothing_begins(alpha: TenantDB) -> None:
    now = datetime.now(ZONE)
    closed = {"windows": (hours_from(now, 3, 5),), "zone": SETTINGS.time_zone}
    mailing = sent_with(alpha, 6, **closed)
    with serving() as server:
        with sending(alpha, port=server.port) as sender:
            asks_in_vain(sender)
            found = wait_of(alpha, mailing)
        assert not server.accepted and counts(alpha, mailing) == {"audience": 6, "due": 6}
        assert not alpha.objects(Slice).exists(), "it was claimed, if only to be given back"
        opens = now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=3)
        assert found == Wait(opens.astimezone(UTC), "window")
        plan = alpha.objects(Launch).get(mailing_id=mailing).plan
        plan["pace"]["windows"] = [[list(range(7)), *hours_from(now, 0, 2)[1:]]]
        with alpha.atomic():
            alpha.objects(Launch).filter(mailing_id=mailing).update(plan=plan)
        with sending(alpha, port=server.port):
            until(lambda: state_of(alpha, mailing)[0] == "finished", 20, "it is sent in its hours")
    assert counts(alpha, mailing) == {"audience": 6, "sent": 6}


def test_what_is_claimed_before_a_window_closes_does_not_begin_after_it(alpha: TenantDB) -> None:
    now = datetime.now(ZONE)
    begin, end = now.hour * 60 + now.minute, (now.hour * 60 + now.minute + 2) % 1440  # a minute at least is left
    mailing = sent_with(alpha, 3, windows=(Window(tuple(range(7)), begin, end or 1440),), zone=SETTINGS.time_zone)
    chooser = Chooser(Kitchen(bounce_domain="bounce.example.org", complaints="abuse@example.org"), ZONE)
    party = next(one for one in chooser.in_turn([alpha]) if one.mailing_id == mailing)
    grant = chooser.allow(party, [0], 3)
    assert grant is not None
    taken = claimed(alpha, mailing)
    chooser.served(party, grant, taken)
    assert taken.begin_until <= boottime() + (120 - now.second)
    taken.journal.end()


@pytest.mark.touches_beta
def test_two_processes_and_two_tenants_share_the_limit_of_the_relay(alpha: TenantDB, beta: TenantDB) -> None:
    limit(RELAY, per_second=100, per_day=40)
    mine, theirs = launched(alpha, 60), launched(beta, 60)
    with serving() as server, processes(server.port, senders=2):
        until(lambda: len(server.accepted) >= 40, 90, "forty messages are sent")
        time.sleep(1.5)  # each process asks four times a second
        assert len(server.accepted) == 40
        found = [wait_of(tenant, mailing) for tenant, mailing in ((alpha, mine), (beta, theirs))]
        assert [one.why for one in found if one] == ["relay_limit", "relay_limit"]
    sent = [counts(tenant, mailing).get("sent", 0) for tenant, mailing in ((alpha, mine), (beta, theirs))]
    assert sum(sent) == 40 and min(sent) > 0, "one tenant got nothing of the relay"
    assert gauges([RELAY])[RELAY].used == 40


def test_two_processes_share_a_flow_of_so_many_per_second(alpha: TenantDB) -> None:
    limit(RELAY, per_second=20)
    mailing, arrived = launched(alpha, 100), list[float]()

    def note(stage: str, _talk: Talk) -> None:
        if stage == "dot":
            arrived.append(time.monotonic())

    with serving(note) as server, processes(server.port, senders=2):
        until(lambda: state_of(alpha, mailing)[0] == "finished", 150, "all are sent")
    took = arrived[-1] - arrived[0]
    assert len(server.accepted) == len(arrived) == 100
    # 100 at 19 a second after a burst of two; were the flow not shared, it would take half of that
    assert took > (100 - burst(20, 10**9)) * interval(20, 10**9) / 10**9 - 0.5


def test_what_is_given_back_was_not_used(alpha: TenantDB) -> None:
    limit(RELAY, per_day=1000)

    def slow(stage: str, _talk: Talk) -> Say | None:
        return Say(USUAL["dot"], after=0.1) if stage == "dot" else None

    mailing = launched(alpha, 200)
    with serving(slow) as server, sending(alpha, port=server.port):
        server.stands_at = 10
        until(lambda: len(server.accepted) >= 10, 10, "ten are sent")
        steer.pause(alpha, mailing, actor=WHO, now=datetime.now(UTC))
        server.stands_at = None
        until(lambda: "claimed" not in counts(alpha, mailing), 12, "what was claimed is given back")
        until(lambda: gauges([RELAY])[RELAY].used == len(server.accepted), 5, "what was given back is free again")
    assert len(server.accepted) < 200


def test_whoever_withdrew_costs_nothing(alpha: TenantDB) -> None:
    limit(RELAY, per_day=100)
    mailing = launched(alpha, 10)
    with alpha.atomic():
        for n in range(4):
            key = address_key(f"p{n:05d}@example.org", alpha.keys.addresses)
            suppress(alpha, kind="complaint", key=key, source="test", actor=WHO, now=NOON)
    with serving() as server, sending(alpha, port=server.port):
        until(lambda: state_of(alpha, mailing)[0] == "finished", 20, "it is finished")
    assert counts(alpha, mailing) == {"audience": 10, "sent": 6, "withdrawn": 4}
    assert gauges([RELAY])[RELAY].used == 6


@pytest.mark.slow
def went(tenant: TenantDB, mailing: int) -> int:
    """Messages that went out, or may have."""
    found = counts(tenant, mailing)
    return found.get("sent", 0) + found.get("unsure", 0)


def test_a_process_that_is_killed_loses_its_block_and_no_more(alpha: TenantDB) -> None:
    limit(RELAY, per_day=150)
    mailing = launched(alpha, 150)

    def stalls(stage: str, _talk: Talk) -> Say | None:
        return Say(USUAL["dot"], after=0.05) if stage == "dot" else None

    with serving(stalls) as server:
        with processes(server.port, senders=1, lanes=2, ends_well=False) as (sender,):
            until(lambda: len(server.accepted) >= 5, 90, "five are sent")
            sender.kill()
            sender.wait(PATIENCE)
        block = gauges([RELAY])[RELAY].used
        sent = len(server.accepted)
        assert sent < block <= 150
        server.script = lambda _stage, _talk: None
        with processes(server.port, senders=1):
            until(lambda: went(alpha, mailing) >= 150 - block, 90, "no more than the block is lost")
    assert gauges([RELAY])[RELAY].used <= 150
    assert set(server.recipients().values()) == {1}


@pytest.mark.parametrize("who", ["news@example.org", "example.org"])
def test_a_warm_up_sends_a_little_more_each_day_until_it_is_over(alpha: TenantDB, who: str) -> None:
    mailing = launched(alpha, 30)
    warm_up(alpha, who, "3..10", actor=WHO, now=NOON)
    (name,) = names.limits_set()
    with serving() as server, sending(alpha, port=server.port) as sender:
        for total in (3, 9, 19):
            stands_at(server, total, sender, alpha, mailing)
            assert wait_of(alpha, mailing) == Wait(next_day(datetime.now(UTC), ZONE), "warm_up")
            a_day_passes(name)
        until(lambda: state_of(alpha, mailing)[0] == "finished", 20, "after the last step the rest is sent")
    assert counts(alpha, mailing) == {"audience": 30, "sent": 30}


@pytest.mark.touches_beta
def test_a_warm_up_holds_for_all_mailings_of_its_sender_and_no_other(alpha: TenantDB, beta: TenantDB) -> None:
    some_sender(alpha)
    warm_up(alpha, "NEWS@example.org", "5", actor=WHO, now=NOON)
    first, second, other = launched(alpha, 4), launched(alpha, 4), launched(beta, 8)
    with serving() as server, sending(alpha, beta, port=server.port) as sender:
        until(lambda: state_of(beta, other)[0] == "finished", 20, "the other tenant's is sent")
        until(lambda: len(server.accepted) >= 13, 10, "five of this sender are sent")
        asks_in_vain(sender)
    assert sum(counts(alpha, mailing).get("sent", 0) for mailing in (first, second)) == 5


def test_a_plan_that_was_frozen_before_there_was_a_pace_is_read(alpha: TenantDB) -> None:
    mailing = launched(alpha, 3)
    plan = alpha.objects(Launch).get(mailing_id=mailing).plan
    del plan["pace"], plan["receivers"]
    with alpha.atomic():
        alpha.objects(Launch).filter(mailing_id=mailing).update(plan=json.loads(json.dumps(plan)))
    with serving() as server, sending(alpha, port=server.port):
        until(lambda: state_of(alpha, mailing)[0] == "finished", 20, "it is sent")
    assert counts(alpha, mailing) == {"audience": 3, "sent": 3}


def test_a_pace_is_kept_with_its_windows(alpha: TenantDB) -> None:
    pace = Pace(per_hour=5, per_day=9, windows=(Window((0, 4), 480, 1080),), zone="Europe/Berlin")
    assert Pace.from_dict(json.loads(json.dumps(pace.as_dict()))) == pace
    assert Pace.from_dict({}) == Pace() and replace(pace, per_hour=0).limits == Limits(per_day=9)
