"""A relay that fails is not called in a circle: mailings wait, all processes know it, one calls again, and no attempt is used up."""

import time
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from siegelpost.delivery import breaker as breaker_of
from siegelpost.delivery import tally
from siegelpost.delivery.breaker import Breaker, Step
from siegelpost.delivery.health import STRIKES, Health
from siegelpost.delivery.models import Delivery, Outgoing
from siegelpost.delivery.relay import LoginRefused, Relay, RelayFault, RelayRefuses, RelayUnreachable, TlsMissing
from siegelpost.delivery.rules import EXPIRES_AFTER
from siegelpost.flows import steer
from siegelpost.tenancy import relays
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.models import BrokenRelay
from tests.delivery.smtp_server import HANG_UP, Say, Talk, serving
from tests.delivery.support import NOON, WHO, counts, launched, send_all, sending, state_of, system_mail, until

RELAY = Relay("127.0.0.1", 25)


@pytest.fixture
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pauses of a second instead of five, and a relay counts as broken after one."""
    monkeypatch.setattr(breaker_of, "GIVE_UP_SECONDS", 1.0)
    monkeypatch.setattr(RelayFault, "first_pause", 1)


def looked(one: Breaker, *, idle: bool = True, due: bool = True) -> Step:
    return one.look(idle=idle, anything_due=lambda: due)


def failing(fault: RelayFault, *, for_seconds: float = 60) -> Health:
    health = Health()
    health.failed(fault, time.monotonic() - for_seconds)
    return health


def pass_time(seconds: int) -> None:
    row = BrokenRelay.objects.get()
    BrokenRelay.objects.update(next_try=row.next_try - seconds, since=row.since - seconds)


# the state that all share


@pytest.mark.usefixtures("alpha")
@pytest.mark.slow
def test_of_two_processes_only_one_calls_the_relay_and_pauses_grow() -> None:
    seen = relays.break_relay("a:25", "relay.unreachable", "", pause=5, now=1000)
    assert (seen.next_try, seen.pause) == (1005, 5)
    assert relays.break_relay("a:25", "relay.refuses", "554", pause=60, now=1001) == seen
    assert [relays.take_turn(seen, now=1005), relays.take_turn(seen, now=1005)] == [True, False]
    pauses = []
    for _ in range(8):
        found = relays.broken("a:25")
        assert found is not None and relays.take_turn(found, now=found.next_try)
        pauses.append(found.pause)
    assert pauses == [10, 20, 40, 80, 160, 300, 300, 300]


@pytest.mark.usefixtures("alpha")
def test_relays_that_are_not_in_the_settings_any_more_are_forgotten() -> None:
    for name in ("a:25", "b:25"):
        relays.break_relay(name, "relay.unreachable", "", pause=5, now=1000)
    relays.forget_others(("b:25",))
    assert [one.name for one in relays.broken_relays()] == ["b:25"]
    relays.mend("b:25")
    assert relays.broken_relays() == []


# what one process decides


@pytest.mark.usefixtures("alpha")
@pytest.mark.parametrize(
    ("fault", "seconds", "step"),
    [
        (RelayUnreachable(), 60, Step.STOP),
        (RelayUnreachable(), 3, Step.NOTHING),
        (RelayRefuses(said="421"), 60, Step.STOP),
        (LoginRefused(), 0, Step.STOP),
        (TlsMissing(), 0, Step.STOP),
    ],
    ids=["lasting", "for a moment", "refuses", "login", "tls"],
)
def test_a_fault_opens_the_breaker_when_it_lasts_or_cannot_mend_itself(fault: RelayFault, seconds: float, step: Step) -> None:
    assert looked(Breaker(RELAY, [failing(fault, for_seconds=seconds), Health()])) is step
    assert [(one.code, one.said, one.pause) for one in relays.broken_relays()] == (
        [(fault.code, fault.said, fault.first_pause)] if step is Step.STOP else []
    )


@pytest.mark.usefixtures("alpha")
def test_while_other_lanes_are_answered_the_relay_works() -> None:
    other = Health()
    other.opened()
    assert looked(Breaker(RELAY, [failing(RelayRefuses()), other])) is Step.NOTHING
    refused = Health()
    for _ in range(STRIKES):
        refused.refused("554 5.7.1", 1.0)
    assert looked(Breaker(RELAY, [refused, other])) is Step.STOP, "but not where it refuses what is said"


@pytest.mark.usefixtures("alpha")
def test_a_new_process_believes_what_the_others_know_and_waits_for_its_turn() -> None:
    relays.break_relay(RELAY.name, "relay.unreachable", "", pause=50, now=int(time.time()))
    one, two = Breaker(RELAY, [Health()]), Breaker(RELAY, [Health()])
    assert [looked(one), looked(one), one.may_claim(demands_tls=False)] == [Step.STOP, Step.NOTHING, False]
    pass_time(60)
    assert looked(one, due=False) is Step.NOTHING, "without work nobody knocks"
    assert [looked(one), looked(two), looked(two), one.may_claim(demands_tls=False)] == [Step.PROBE, Step.STOP, Step.NOTHING, True]


@pytest.mark.usefixtures("alpha")
def test_a_fault_that_was_noted_by_a_clock_that_was_ahead_is_not_waited_for() -> None:
    relays.break_relay(RELAY.name, "relay.unreachable", "", pause=60, now=int(time.time()) + 86_400)
    one = Breaker(RELAY, [Health()])
    assert [looked(one), looked(one)] == [Step.STOP, Step.PROBE]
    assert 0 < relays.broken_relays()[0].next_try - time.time() <= relays.MOST_PAUSE


@pytest.mark.usefixtures("alpha")
def test_one_message_that_is_judged_closes_the_breaker_for_all() -> None:
    health = failing(RelayUnreachable())
    one, two = Breaker(RELAY, [health]), Breaker(RELAY, [Health()])
    assert [looked(one), looked(two)] == [Step.STOP, Step.STOP]
    pass_time(60)
    assert looked(one) is Step.PROBE
    health.try_anew()
    assert looked(one, idle=False) is Step.NOTHING and relays.broken_relays()
    health.worked(time.monotonic())
    assert [looked(one), looked(two), looked(two)] == [Step.NOTHING, Step.PROBE, Step.NOTHING]
    assert relays.broken_relays() == [] and one.may_claim(demands_tls=False) and two.may_claim(demands_tls=False)


@pytest.mark.usefixtures("alpha")
@pytest.mark.parametrize("again", [RelayRefuses(said="421 4.3.2"), None], ids=["fails again", "nothing came of it"])
def test_a_call_in_vain_waits_longer_and_says_what_was_wrong(again: RelayFault | None) -> None:
    health = failing(RelayUnreachable())
    one = Breaker(RELAY, [health])
    looked(one)
    pass_time(60)
    assert looked(one) is Step.PROBE
    health.try_anew()
    if again:
        health.failed(again, time.monotonic())
    assert looked(one, idle=True) is Step.STOP and not one.may_claim(demands_tls=False)
    found = relays.broken_relays()[0]
    assert (found.code, found.pause) == ("relay.refuses" if again else "relay.unreachable", 10)


@pytest.mark.usefixtures("alpha")
def test_missing_tls_does_not_stop_mail_that_demands_it() -> None:
    one = Breaker(RELAY, [failing(TlsMissing())])
    looked(one)
    assert one.may_claim(demands_tls=True) and not one.may_claim(demands_tls=False)


@pytest.mark.slow
def test_after_two_days_a_person_decides_whether_old_news_still_goes_out(alpha: TenantDB) -> None:
    mailing = launched(alpha, 3, at=datetime.now(UTC) - timedelta(days=3))
    relays.break_relay("127.0.0.1:9", "relay.unreachable", "", pause=300, now=int(time.time()) - EXPIRES_AFTER - 60)
    with sending(alpha, port=9):
        until(lambda: state_of(alpha, mailing) == ("paused", "relay.unreachable"), 15, "the mailing is paused")
    steer.resume(alpha, mailing, actor=WHO, now=NOON)
    found = relays.broken_relays()[0]
    assert (found.since, found.next_try, found.pause) == (int(NOON.timestamp()), int(NOON.timestamp()), 5)
    assert counts(alpha, mailing) == {"audience": 3, "due": 3}


# the wire


@pytest.mark.wire
def test_after_two_days_the_relay_is_called_on_for_what_is_new(alpha: TenantDB) -> None:
    with serving() as server:
        relays.break_relay(f"127.0.0.1:{server.port}", "relay.refuses", "421", pause=300, now=int(time.time()) - EXPIRES_AFTER - 600)
        number = system_mail(alpha)
        with sending(alpha, port=server.port):
            until(lambda: alpha.objects(Outgoing).get(pk=number).state == "sent", 15, "the notice is sent")
            until(lambda: relays.broken_relays() == [], 10, "all know that the relay works")
        relays.break_relay(f"127.0.0.1:{server.port}", "relay.refuses", "421", pause=300, now=int(time.time()) - EXPIRES_AFTER - 600)
        new = launched(alpha, 3)
        assert send_all(alpha, new, server.port) == {"audience": 3, "sent": 3}


@pytest.mark.wire
@pytest.mark.usefixtures("soon")
@pytest.mark.parametrize("stage", ["connect", *(pytest.param(one, marks=pytest.mark.sqlite) for one in ("ehlo", "mail", "rcpt", "data"))])
def test_a_relay_that_closes_its_doors_for_a_while_costs_no_attempt(alpha: TenantDB, stage: str) -> None:
    mailing = launched(alpha, 60)
    shut = Say(b"421 4.3.2 closed for maintenance\r\n", hang_up=True)
    with serving(lambda now, _talk: shut if now == stage else None) as server, sending(alpha, port=server.port):
        until(lambda: relays.broken_relays(), 20, "the relay counts as broken")
        until(lambda: relays.broken_relays() and relays.broken_relays()[0].pause > 1, 20, "it was called again")
        calls = len(server.talks)
        server.script = lambda _stage, _talk: None
        until(lambda: state_of(alpha, mailing)[0] == "finished", 30, "the mailing is finished")
    assert calls < 30, "the relay was called in a circle"
    assert counts(alpha, mailing) == {"audience": 60, "sent": 60} and set(server.recipients().values()) == {1}
    assert not alpha.objects(Delivery).exclude(attempt=0).exists() and relays.broken_relays() == []


@pytest.mark.wire
@pytest.mark.usefixtures("soon")
def test_a_restart_does_not_call_a_broken_relay_before_its_time(alpha: TenantDB) -> None:
    mailing = launched(alpha, 12)
    with serving() as server:
        relays.break_relay(f"127.0.0.1:{server.port}", "relay.refuses", "421", pause=300, now=int(time.time()))
        with sending(alpha, port=server.port):
            time.sleep(2.0)
        assert server.talks == [] and counts(alpha, mailing) == {"audience": 12, "due": 12}
        relays.try_soon(now=int(time.time()))
        assert send_all(alpha, mailing, server.port) == {"audience": 12, "sent": 12}


@pytest.mark.wire
@pytest.mark.usefixtures("soon")
def test_two_processes_call_a_broken_relay_one_after_the_other(alpha: TenantDB) -> None:
    mailing = launched(alpha, 60)
    script = lambda stage, _talk: HANG_UP if stage == "connect" else None  # noqa: E731
    with serving(script) as server, sending(alpha, port=server.port), sending(alpha, port=server.port):
        until(relays.broken_relays, 20, "the relay counts as broken")
        until(lambda: relays.broken_relays()[0].pause >= 4, 60, "both know it, and the server has seen what they called before that")
        before = len(server.talks)
        until(lambda: relays.broken_relays()[0].pause >= 16, 60, "it was called twice more")
        assert len(server.talks) - before <= 3
        server.script = lambda _stage, _talk: None
        relays.try_soon(now=int(time.time()))  # not in sixteen seconds
        until(lambda: state_of(alpha, mailing)[0] == "finished", 60, "the mailing is finished")
    assert counts(alpha, mailing) == {"audience": 60, "sent": 60} and set(server.recipients().values()) == {1}


@pytest.mark.wire
@pytest.mark.usefixtures("soon")
@pytest.mark.sqlite  # about servers of others, not about engines
@pytest.mark.parametrize("stage", ["mail", "rcpt"])
@pytest.mark.parametrize("code", [b"450 4.7.1", b"550 5.7.1"], ids=["for now", "for good"])
def test_a_relay_that_lets_us_send_nothing_gets_a_few_messages_with_each_call_and_nobody_loses_a_try(
    alpha: TenantDB, stage: str, code: bytes
) -> None:
    mailing = launched(alpha, 200)
    said: Counter[str] = Counter()

    def script(now: str, _talk: Talk) -> bytes | None:
        said[now] += 1
        return code + b" relay access denied\r\n" if now == stage else None

    with serving(script) as server, sending(alpha, port=server.port, lanes=2):
        until(lambda: relays.broken_relays() and relays.broken_relays()[0].pause >= 2, 30, "it was called again")
        tries = said[stage]
        server.script = lambda _stage, _talk: None
        until(lambda: not {"due", "claimed"} & set(counts(alpha, mailing)), 40, "everybody was tried")
    assert counts(alpha, mailing) == {"audience": 200, "sent": 200}
    assert not alpha.objects(Delivery).exclude(attempt=0).exists()
    assert tries <= STRIKES + 12


@pytest.mark.wire
def test_a_mailing_with_nothing_left_is_finished_though_the_relay_is_broken(alpha: TenantDB) -> None:
    mailing = launched(alpha, 3)
    with alpha.atomic():
        alpha.objects(Delivery).update(state="bounced")
        tally.add(alpha, mailing, {"due": -3, "bounced": 3})
    relays.break_relay("127.0.0.1:9", "relay.unreachable", "", pause=300, now=int(time.time()))
    with sending(alpha, port=9):
        until(lambda: state_of(alpha, mailing)[0] == "finished", 10, "the mailing is finished")
    assert counts(alpha, mailing) == {"audience": 3, "bounced": 3}
    assert [one.name for one in relays.broken_relays()] == ["127.0.0.1:9"], "nobody called it for that"
