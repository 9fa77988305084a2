"""How a relay has been doing: when it counts as failed, when it is called again, what sets all that back."""

from hypothesis import given
from hypothesis import strategies as st

from siegelpost.delivery.health import MOST_DELAY, PROBE, STRIKES, Health
from siegelpost.delivery.relay import RelayRefuses, RelayUnreachable


def test_calls_to_a_relay_that_fails_come_ever_later() -> None:
    health, now, delays = Health(), 100.0, []
    for _ in range(8):
        delays.append(health.failed(RelayUnreachable(), now))
        now += delays[-1]
    assert delays[:3] == [0.2, 0.4, 0.8] and max(delays) == MOST_DELAY == delays[-1]
    assert health.first_fault_at == 100.0


def test_faults_within_one_pause_are_one() -> None:
    health = Health()
    assert health.failed(RelayUnreachable(), 100.0) == 0.2
    assert [health.failed(RelayUnreachable(), 100.1) for _ in range(5)] == [0.0] * 5
    assert health.faults_in_a_row == 1


def test_a_connection_too_many_is_no_fault_while_another_is_answered() -> None:
    health = Health()
    health.opened()
    assert health.failed(RelayRefuses(), 100.0) > 0 and health.fault is None
    health.answered -= 1
    health.failed(RelayRefuses(), 200.0)
    assert isinstance(health.fault, RelayRefuses) and health.first_fault_at == 200.0


def test_refusals_in_a_row_close_the_relay_and_one_success_begins_anew() -> None:
    health = Health()
    for _ in range(STRIKES - 1):
        health.refused("554 5.7.1", 1.0)
    assert not health.worked(2.0) and health.refusals == 0
    for _ in range(STRIKES):
        assert not health.closed
        health.refused("554 5.7.1", 3.0)
    assert health.closed and health.fault is not None and health.fault.said == "554 5.7.1"


def test_a_relay_that_is_tried_anew_is_closed_sooner_and_opened_by_one_success() -> None:
    health = Health()
    health.try_anew()
    assert health.troubled
    for _ in range(PROBE):
        health.refused("554", 1.0)
    assert health.closed
    health.try_anew()
    assert not health.closed and health.fault is None
    health.worked(2.0)
    assert not health.probing and not health.troubled and health.worked_at == 2.0


@given(st.lists(st.sampled_from(["failed", "refused", "worked", "opened", "anew"]), max_size=40))
def test_whatever_happened_one_success_sets_everything_right(events: list[str]) -> None:
    health, now = Health(), 0.0
    for event in events:
        now += 1.0
        if event == "failed":
            assert 0 <= health.failed(RelayUnreachable(), now) <= MOST_DELAY
        elif event == "refused":
            health.refused("550", now)
        elif event == "worked":
            health.worked(now)
        elif event == "opened":
            health.opened()
        else:
            health.try_anew()
        assert health.troubled or (health.fault is None and not health.closed and not health.refusals)
    health.worked(now)
    assert (health.fault, health.closed, health.troubled, health.refusals, health.probing) == (None, False, False, 0, False)
