"""The erasure of a tenant always waits for a second person, whatever its rules are, and for exactly what was taken along."""

import pytest

from siegelpost.accounts.approvals import reads
from siegelpost.accounts.approvals.acts import EXIT, OFFERED
from siegelpost.accounts.approvals.errors import ApprovalNeeded, ApprovalWaits, AskerGone
from siegelpost.accounts.services import set_active
from siegelpost.base.actor import Actor
from siegelpost.flows.approved_exit import approve_erasure, ensure_may_erase
from siegelpost.flows.approving import ask
from siegelpost.governance.departure.errors import ExportMissing, WaiverUnusable
from siegelpost.tenancy.handle import TenantDB
from tests.accounts.approving import HOUR, URL, WHY, agree, office
from tests.delivery.support import NOON

OPERATOR = Actor.operator()
LATER = NOON + 2 * HOUR
WAIVED = "Everything was fetched by the interface."


def asked(tenant: TenantDB, who: Actor = OPERATOR) -> ApprovalNeeded:
    """What is to be agreed to."""
    with pytest.raises(ApprovalNeeded) as needed:
        ensure_may_erase(tenant, WAIVED, actor=who, now=NOON)
    return needed.value


def test_no_rule_can_be_without_it(alpha: TenantDB) -> None:
    assert EXIT not in OFFERED
    assert asked(alpha).wish.what == {"tenant": "alpha", "name": "Alpha GmbH", "export": "", "waived": WAIVED}


def test_an_administrator_asks_another_agrees_and_the_command_line_may_do_it_once(alpha: TenantDB) -> None:
    here = office(alpha)
    number = ask(alpha, asked(alpha).wish, WHY, asker=here.anna, staff_url=URL, now=NOON)
    with pytest.raises(ApprovalWaits):
        approve_erasure(alpha, WAIVED, actor=OPERATOR, now=NOON)
    agree(alpha, number, here.bert)
    ensure_may_erase(alpha, WAIVED, actor=OPERATOR, now=LATER)
    used = approve_erasure(alpha, WAIVED, actor=OPERATOR, now=LATER)
    assert used is not None and (used.id, used.asker.number, used.decided_by) == (number, here.anna.pk, here.bert.pk)
    with pytest.raises(ApprovalNeeded):
        approve_erasure(alpha, WAIVED, actor=OPERATOR, now=LATER)
    assert reads.approval(alpha, number, now=LATER).state == "done"


def test_nothing_is_erased_for_whoever_asked_and_is_blocked_since(alpha: TenantDB) -> None:
    here = office(alpha)
    agree(alpha, ask(alpha, asked(alpha).wish, WHY, asker=here.anna, staff_url=URL, now=NOON), here.bert)
    set_active(here.anna.email, active=False, now=NOON)
    with pytest.raises(AskerGone):
        approve_erasure(alpha, WAIVED, actor=OPERATOR, now=LATER)


@pytest.mark.parametrize("waived", ["short", "x" * 301, "ask ann@example.org why", "a\x07 bell in a reason"])
def test_a_reason_is_one_and_names_nobody(alpha: TenantDB, waived: str) -> None:
    with pytest.raises(WaiverUnusable):
        ensure_may_erase(alpha, waived, actor=OPERATOR, now=NOON)
    with pytest.raises(ExportMissing):
        ensure_may_erase(alpha, " \n", actor=OPERATOR, now=NOON)
