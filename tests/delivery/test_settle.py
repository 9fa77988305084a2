"""A lost lease changes nothing, a result counts once, and what is refused for now is tried again, ever later."""

import time
from datetime import UTC, datetime

import pytest

from siegelpost.delivery.claim import Claimed, renew
from siegelpost.delivery.models import Delivery, Slice
from siegelpost.delivery.recover import recover
from siegelpost.delivery.rules import EXPIRES_AFTER, RETRY_MOST, Outcome
from siegelpost.delivery.settle import Result, settle
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.home import home
from tests.delivery.support import NOON, claimed, claimed_or_none, counts, launched, states

NOW = int(NOON.timestamp())


def results(taken: Claimed, outcome: Outcome = Outcome.SENT, code: str = "250 2.0.0", at: int | None = None) -> list[Result]:
    when = int(time.time()) if at is None else at
    return [Result(one.delivery_id, one.subscriber_id, one.attempt, outcome, code, when) for one in taken.rows]


def recovered(tenant: TenantDB) -> None:
    recover([tenant], home(), now=int(time.time()))


def test_a_settle_of_a_lost_lease_changes_nothing(alpha: TenantDB) -> None:
    mailing = launched(alpha, 10)
    first = claimed(alpha, mailing)
    alpha_rows = alpha.objects(Slice)
    with alpha.atomic():
        alpha_rows.update(lease_until=1)
    recovered(alpha)
    before = states(alpha, mailing)
    assert settle(alpha, first.lease, results(first)) == 0
    assert states(alpha, mailing) == before
    assert counts(alpha, mailing) == {"audience": 10, "unsure": 10}
    assert not renew(alpha, first)
    first.journal.end()


def test_a_settle_of_an_old_lease_does_not_reach_rows_that_were_claimed_again(alpha: TenantDB) -> None:
    mailing = launched(alpha, 10)
    first = claimed(alpha, mailing)
    settle(alpha, first.lease, results(first, Outcome.RELEASED, ""))
    second = claimed(alpha, mailing)
    assert settle(alpha, first.lease, results(first, Outcome.BOUNCED, "550")) == 0
    assert counts(alpha, mailing) == {"audience": 10, "claimed": 10}
    assert settle(alpha, second.lease, results(second)) == 10
    assert counts(alpha, mailing) == {"audience": 10, "sent": 10}
    first.journal.end()
    second.journal.end()


def test_a_result_that_comes_twice_counts_once(alpha: TenantDB) -> None:
    mailing = launched(alpha, 4)
    taken = claimed(alpha, mailing)
    assert settle(alpha, taken.lease, results(taken)) == 4
    assert settle(alpha, taken.lease, results(taken)) == 0
    assert counts(alpha, mailing) == {"audience": 4, "sent": 4}
    taken.journal.end()


@pytest.mark.slow
def test_a_new_try_waits_longer_each_time_and_ends_after_two_days(alpha: TenantDB) -> None:
    start = datetime.now(UTC)
    mailing = launched(alpha, 1, at=start)
    clock, tries, waits = int(start.timestamp()), 0, []
    while taken := claimed_or_none(alpha, mailing, now=clock):
        settle(alpha, taken.lease, results(taken, Outcome.RETRY, "451 4.3.0", clock))
        taken.journal.end()
        tries += 1
        row = alpha.objects(Delivery).get()
        assert row.attempt == tries
        if row.state == "expired":
            break
        assert row.state == "retry" and claimed_or_none(alpha, mailing, now=row.due_at - 1) is None
        waits.append(row.due_at - clock)
        clock = row.due_at
    assert waits[:4] == [60, 120, 240, 480] and max(waits) == RETRY_MOST
    assert counts(alpha, mailing) == {"audience": 1, "expired": 1}
    assert EXPIRES_AFTER - RETRY_MOST <= clock - start.timestamp() <= EXPIRES_AFTER


def test_a_retry_that_is_given_back_is_a_retry_again(alpha: TenantDB) -> None:
    mailing = launched(alpha, 3)
    taken = claimed(alpha, mailing)
    settle(alpha, taken.lease, results(taken, Outcome.RETRY, "451", 1))
    taken.journal.end()
    again = claimed(alpha, mailing)
    assert counts(alpha, mailing) == {"audience": 3, "claimed": 3}
    settle(alpha, again.lease, results(again, Outcome.RELEASED, ""))
    again.journal.end()
    assert counts(alpha, mailing) == {"audience": 3, "retry": 3}
