"""The erasure of a tenant waits for a second person where its rule asks for one."""

import pytest

from siegelpost.accounts.approvals import reads
from siegelpost.accounts.approvals.acts import EXIT, Rule
from siegelpost.accounts.approvals.errors import ApprovalNeeded, ApprovalWaits, AskerGone
from siegelpost.accounts.services import set_active
from siegelpost.base.actor import Actor
from siegelpost.flows.approved_exit import approve_erasure, ensure_may_erase
from siegelpost.flows.approving import ask
from siegelpost.tenancy.handle import TenantDB
from tests.accounts.approving import HOUR, URL, WHY, agree, office
from tests.delivery.support import NOON

OPERATOR = Actor.operator()
LATER = NOON + 2 * HOUR


def test_without_a_rule_a_tenant_is_erased_at_a_word(alpha: TenantDB) -> None:
    ensure_may_erase(alpha, actor=OPERATOR, now=NOON)
    assert approve_erasure(alpha, actor=OPERATOR, now=NOON) is None


def test_with_a_rule_an_administrator_asks_another_agrees_and_the_command_line_may_do_it_once(alpha: TenantDB) -> None:
    here = office(alpha, Rule(EXIT, needed=True))
    with pytest.raises(ApprovalNeeded) as needed:
        ensure_may_erase(alpha, actor=OPERATOR, now=NOON)
    number = ask(alpha, needed.value.wish, WHY, asker=here.anna, staff_url=URL, now=NOON)
    with pytest.raises(ApprovalWaits):
        approve_erasure(alpha, actor=OPERATOR, now=NOON)
    agree(alpha, number, here.bert)
    ensure_may_erase(alpha, actor=OPERATOR, now=LATER)
    used = approve_erasure(alpha, actor=OPERATOR, now=LATER)
    assert used is not None and (used.id, used.asker.number, used.decided_by) == (number, here.anna.pk, here.bert.pk)
    with pytest.raises(ApprovalNeeded):
        approve_erasure(alpha, actor=OPERATOR, now=LATER)
    assert reads.approval(alpha, number, now=LATER).state == "done"


def test_nothing_is_erased_for_whoever_asked_and_is_blocked_since(alpha: TenantDB) -> None:
    here = office(alpha, Rule(EXIT, needed=True))
    with pytest.raises(ApprovalNeeded) as needed:
        ensure_may_erase(alpha, actor=OPERATOR, now=NOON)
    agree(alpha, ask(alpha, needed.value.wish, WHY, asker=here.anna, staff_url=URL, now=NOON), here.bert)
    set_active(here.anna.email, active=False, now=NOON)
    with pytest.raises(AskerGone):
        approve_erasure(alpha, actor=OPERATOR, now=LATER)
