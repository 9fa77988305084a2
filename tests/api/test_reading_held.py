"""What a program reads page by page is an export of as many people as it read on that day: a rule about exports holds for it, too."""

from datetime import timedelta

import pytest
import time_machine

from siegelpost.accounts.approvals.acts import EXPORT, Rule
from siegelpost.base import clock
from siegelpost.base.actor import Actor
from siegelpost.flows.approval_rules import change_rule
from siegelpost.flows.approving import decide
from siegelpost.tenancy.handle import TenantDB
from tests.accounts.approving import WHY, a_mailing
from tests.api.calling import program
from tests.web.visiting import colleague


@pytest.mark.slow
def test_reading_beyond_the_rule_waits_for_a_second_person_and_the_approval_holds_for_the_day(alpha: TenantDB) -> None:
    a_mailing(alpha, 8)
    caller = program(alpha, email="edda@alpha.example")
    anna, bert = (colleague(alpha, "admin", f"{name}@alpha.example") for name in ("anna", "bert"))
    change_rule(alpha, Rule(EXPORT, needed=True, threshold=3), actor=Actor.staff(anna.pk), now=clock.now() - timedelta(days=1))
    assert len(caller.see("subscribers?limit=3")["subscribers"]) == 3
    for _again in range(2):
        assert caller.refused("GET", "subscribers?limit=2&after=3") == (403, "approval.needed")
    assert caller.refused("POST", "subscribers/find", {"email": "p00000@example.org"}) == (403, "approval.needed"), "one more is one more"
    assert caller.told("POST", "subscribers/ask", {"people": 5, "reason": WHY}, 202) == {"approval": 1, "state": "waiting"}
    assert caller.refused("GET", "subscribers?limit=2&after=3") == (403, "approval.waits")
    decide(alpha, 1, True, WHY, by=bert, proved_at=clock.now(), now=clock.now())
    for after in (3, 5, 6):  # eight people of fifteen that it holds for
        assert caller.see(f"subscribers?limit=2&after={after}")["subscribers"]
    caller.see("subscribers?limit=6&after=0")
    assert caller.refused("GET", "subscribers?limit=8") == (403, "approval.needed"), "more than was approved"
    with time_machine.travel(clock.now() + timedelta(days=1), tick=False):
        caller.see("subscribers?limit=3")
        assert caller.refused("GET", "subscribers?limit=1") == (403, "approval.needed"), "another day"
