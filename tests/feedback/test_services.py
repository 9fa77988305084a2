"""What came back is written down once, and three hard bounces in a row retire an address."""

from datetime import UTC, datetime, timedelta

import pytest

from siegelpost.base.actor import Actor
from siegelpost.consent.suppression import reason_for
from siegelpost.evidence.reads import entries
from siegelpost.feedback import reads
from siegelpost.feedback.models import BounceCount, Event
from siegelpost.feedback.rules import Verdict
from siegelpost.feedback.services import (
    About,
    Bounce,
    Bounced,
    record_bounce,
    record_complaint,
    record_unsubscribe,
)
from siegelpost.sign.addresses import address_key
from siegelpost.tenancy.handle import TenantDB

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)
SYSTEM = Actor.system("inbound")
ANN = "ann@example.org"


def about(tenant: TenantDB, mailing_id: int, person: int = 17) -> About:
    key = address_key(ANN, tenant.keys.addresses)
    return About(mailing_id=mailing_id, subscriber_id=person, key=key, delivery_id=mailing_id * 1000 + person)


def bounce(tenant: TenantDB, mailing_id: int, verdict: Verdict = Verdict.HARD, *, arrived: bool = False, person: int = 17) -> Bounced:
    what = Bounce(about=about(tenant, mailing_id, person), verdict=verdict, code="5.1.1", arrived=arrived)
    return record_bounce(tenant, what, limit=3, actor=SYSTEM, now=NOON + timedelta(days=mailing_id))


def test_three_hard_bounces_in_a_row_retire_the_address(alpha: TenantDB) -> None:
    assert bounce(alpha, 1) == Bounced(True, 1, False)
    assert bounce(alpha, 2) == Bounced(True, 2, False)
    assert reason_for(alpha, ANN, None) == ""
    assert bounce(alpha, 3) == Bounced(True, 3, True)
    assert reason_for(alpha, ANN, None) == "retained"
    (retired,) = entries(alpha, act="feedback.retired")
    assert retired["subject"] == "subscriber:17"


def test_a_report_that_comes_twice_counts_once(alpha: TenantDB) -> None:
    bounce(alpha, 1)
    assert bounce(alpha, 1) == Bounced(False, 1, False)
    assert alpha.objects(Event).count() == 1


def test_a_mailing_that_arrived_begins_the_row_anew(alpha: TenantDB) -> None:
    bounce(alpha, 1)
    bounce(alpha, 2)
    assert bounce(alpha, 3, arrived=True) == Bounced(True, 1, False)
    assert reason_for(alpha, ANN, None) == ""


@pytest.mark.parametrize("verdict", [Verdict.SOFT, Verdict.FULL, Verdict.POLICY])
def test_other_bounces_never_retire(alpha: TenantDB, verdict: Verdict) -> None:
    for mailing_id in range(1, 6):
        assert bounce(alpha, mailing_id, verdict) == Bounced(True, 0, False)
    assert reason_for(alpha, ANN, None) == ""
    assert alpha.objects(BounceCount).count() == 0


def test_what_is_no_bounce_is_not_recorded(alpha: TenantDB) -> None:
    assert bounce(alpha, 1, Verdict.NONE) == Bounced(False)
    assert alpha.objects(Event).count() == 0


def test_the_same_address_in_another_tenant_is_another_address(alpha: TenantDB, beta: TenantDB) -> None:
    for mailing_id in (1, 2, 3):
        bounce(alpha, mailing_id)
    assert reads.bounces(beta, 1) == {"hard": 0, "soft": 0}
    assert reason_for(beta, ANN, None) == "complained"  # as it was before


def test_a_complaint_is_for_ever_and_counted_once(alpha: TenantDB) -> None:
    assert record_complaint(alpha, about(alpha, 1), source="arf", actor=SYSTEM, now=NOON)
    assert not record_complaint(alpha, about(alpha, 1), source="arf", actor=SYSTEM, now=NOON)
    assert reason_for(alpha, ANN, None) == "complained"
    assert reads.complaints(alpha, 1) == 1
    assert len(entries(alpha, act="feedback.complaint")) == 1


def test_leaving_is_counted_once_per_mailing_and_person(alpha: TenantDB) -> None:
    assert record_unsubscribe(alpha, mailing_id=1, subscriber_id=17, at=NOON)
    assert not record_unsubscribe(alpha, mailing_id=1, subscriber_id=17, at=NOON)
    assert record_unsubscribe(alpha, mailing_id=1, subscriber_id=18, at=NOON)
    assert record_unsubscribe(alpha, mailing_id=2, subscriber_id=17, at=NOON)
    assert reads.unsubscribes(alpha, 1) == 2


def test_the_report_counts_people_once(alpha: TenantDB) -> None:
    bounce(alpha, 1, Verdict.SOFT, person=1)
    bounce(alpha, 1, Verdict.HARD, person=1)
    bounce(alpha, 1, Verdict.FULL, person=2)
    bounce(alpha, 1, Verdict.POLICY, person=2)
    bounce(alpha, 2, Verdict.HARD, person=3)
    assert reads.bounces(alpha, 1) == {"hard": 1, "soft": 1}
    assert reads.came_back(alpha, [1001, 2003, 9]) == {1001: {Verdict.SOFT, Verdict.HARD}, 2003: {Verdict.HARD}}


def test_a_mailing_that_came_back_did_not_arrive(alpha: TenantDB) -> None:
    bounce(alpha, 1, Verdict.HARD)
    bounce(alpha, 2, Verdict.SOFT)
    assert reads.arrived_in_between(alpha, [(3017, True), (2017, True), (1017, True)])
    assert not reads.arrived_in_between(alpha, [(3017, False), (2017, True), (1017, True), (17, True)])


def test_what_belongs_together_is_written_together(alpha: TenantDB) -> None:
    def fail() -> None:
        with alpha.atomic():
            record_complaint(alpha, about(alpha, 1), source="arf", actor=SYSTEM, now=NOON)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert reads.complaints(alpha, 1) == 0
    assert reason_for(alpha, ANN, None) == ""
