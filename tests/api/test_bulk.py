"""A program that reads many: more than the tenant's limit on a day needs a right of its own and a reason, however small the calls."""

from datetime import UTC, datetime, timedelta

import pytest

from siegelpost.accounts.approvals.counting import add_reading, forget_readings
from siegelpost.accounts.approvals.models import BulkReading
from siegelpost.base import clock
from siegelpost.base.actor import Actor
from siegelpost.flows.approval_rules import change_reading_limit
from siegelpost.governance.disclosures.reads import disclosures
from siegelpost.tenancy.handle import TenantDB
from tests.api.calling import program
from tests.web.townsfolk import STAFF, a_list, a_person


@pytest.mark.slow
def test_beyond_the_limit_a_right_and_a_reason_are_needed_and_nobody_is_told_without(alpha: TenantDB) -> None:
    letter = a_list(alpha)
    people = [a_person(alpha, f"p{n}@example.org", letter) for n in range(4)]
    change_reading_limit(alpha, 3, actor=Actor.operator(), now=clock.now())
    shop, office = program(alpha, "read", "export"), program(alpha, "read", "export", "bulk", role="admin")
    assert shop.refused("GET", "subscribers") == (403, "approval.bulk_right")
    assert disclosures(alpha) == [] and not alpha.objects(BulkReading).exists()
    assert len(shop.see("subscribers?limit=3")["subscribers"]) == 3
    assert shop.refused("GET", f"subscribers/{people[3]}") == (403, "approval.bulk_right"), "single calls are no way around"
    assert office.refused("GET", "subscribers?limit=4&reason=short") == (422, "approval.bulk_reason")
    assert len(office.see("subscribers?limit=4&reason=For the yearly report")["subscribers"]) == 4
    found = office.told("POST", "subscribers/find", {"email": "p1@example.org", "reason": "For the yearly report"})
    assert found["id"] == people[1] == office.see(f"subscribers/{people[1]}?reason=For the yearly report")["id"]
    assert [one.purpose for one in disclosures(alpha)[:3]] == ["For the yearly report"] * 3


def test_a_new_day_counts_anew_and_old_counts_go(alpha: TenantDB) -> None:
    night = datetime(2026, 3, 2, 23, 59, tzinfo=UTC)
    with alpha.atomic():
        assert [add_reading(alpha, 2, actor=STAFF, now=night) for _ in range(2)] == [2, 4]
        assert add_reading(alpha, 2, actor=STAFF, now=night + timedelta(minutes=1)) == 2
    forget_readings(alpha, now=night + timedelta(minutes=1))
    assert alpha.objects(BulkReading).count() == 1
