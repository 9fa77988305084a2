"""The conservation law is looked at while everything moves, and a difference stops the mailing."""

import threading
import time
from datetime import UTC, datetime

import pytest

from siegelpost.delivery import tally
from siegelpost.delivery.errors import ConservationBroken
from siegelpost.delivery.models import Delivery, Tally
from siegelpost.delivery.rules import Outcome
from siegelpost.delivery.settle import Result, settle
from siegelpost.delivery.upkeep import finish
from siegelpost.flows import steer
from siegelpost.flows.status import status
from siegelpost.tenancy.handle import TenantDB
from tests.delivery.support import WHO, claimed, claimed_or_none, counts, launched, state_of
from tests.patience import PATIENCE


@pytest.mark.slow
def test_counting_beside_busy_senders_finds_no_difference(alpha: TenantDB) -> None:
    mailing, over = launched(alpha, 40), threading.Event()

    def move() -> None:
        try:
            while not over.is_set():
                if taken := claimed_or_none(alpha, mailing, limit=7):
                    rows = [Result(one.delivery_id, 0, 0, Outcome.RELEASED, "", 1) for one in taken.rows]
                    settle(alpha, taken.lease, rows)
                    taken.journal.end()
        finally:
            alpha.close()

    thread = threading.Thread(target=move)
    thread.start()
    try:
        end = time.monotonic() + 1.5
        while time.monotonic() < end:
            assert tally.matches_rows(alpha, mailing), "a claim between two reads looked like a difference"
    finally:
        over.set()
        thread.join(PATIENCE)
    assert counts(alpha, mailing) == {"audience": 40, "due": 40}


def test_a_row_that_somebody_changed_past_the_engine_stops_the_mailing(alpha: TenantDB) -> None:
    mailing = launched(alpha, 3)
    taken = claimed(alpha, mailing)
    settle(alpha, taken.lease, [Result(one.delivery_id, 0, 0, Outcome.SENT, "250", 1) for one in taken.rows])
    taken.journal.end()
    with alpha.atomic():
        alpha.objects(Delivery).filter(pk=taken.rows[0].delivery_id).update(state="bounced")
    assert not finish(alpha, mailing)
    assert state_of(alpha, mailing) == ("paused", "delivery.conservation_broken")
    with pytest.raises(ConservationBroken):
        steer.resume(alpha, mailing, actor=WHO, now=datetime.now(UTC))


def test_a_missing_row_is_a_difference_too(alpha: TenantDB) -> None:
    mailing = launched(alpha, 3)
    with alpha.atomic(), alpha.cursor() as cursor:
        cursor.execute("DELETE FROM delivery_delivery WHERE id = (SELECT MIN(id) FROM delivery_delivery)")
    assert not tally.matches_rows(alpha, mailing)


def test_a_status_has_every_number_from_the_first_answer_on(alpha: TenantDB) -> None:
    mailing = launched(alpha, 3)
    found = status(alpha, mailing)
    assert {name: found[name] for name in ("audience", *tally.STATES)} == {"audience": 3, **dict.fromkeys(tally.STATES, 0), "due": 3}
    assert found["state"] == "sending" and found["excluded"] == {}


def test_a_settle_that_finds_the_law_broken_stops_the_mailing(alpha: TenantDB) -> None:
    mailing = launched(alpha, 4)
    taken = claimed(alpha, mailing, limit=2)
    with alpha.atomic():
        alpha.objects(Tally).filter(mailing_id=mailing, state="due").update(n=7)
    one = taken.rows[0]
    settle(alpha, taken.lease, [Result(one.delivery_id, one.subscriber_id, 0, Outcome.SENT, "250", 1)])
    assert state_of(alpha, mailing) == ("paused", "delivery.conservation_broken")
    assert alpha.objects(Delivery).get(pk=one.delivery_id).state == "sent", "what was sent stays sent"
