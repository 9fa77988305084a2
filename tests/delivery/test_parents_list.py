"""The blacklist of the account above: asked at the launch and at each claim. A test, and whoever has ended, sends nothing."""

from datetime import UTC, datetime, timedelta

import pytest

from siegelpost.base import clock
from siegelpost.base.settings import process_settings
from siegelpost.consent import inherited
from siegelpost.consent.inherited import ParentAway
from siegelpost.consent.models import BlacklistState
from siegelpost.consent.suppression import suppress, suppress_pattern
from siegelpost.delivery.reads import months
from siegelpost.delivery.settle import OUTGOING
from siegelpost.flows.launch import launch
from siegelpost.flows.tenant_end import end
from siegelpost.sign.addresses import address_key
from siegelpost.tenancy.announcing import announce
from siegelpost.tenancy.errors import OnlyTrying, TenantEnded
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.registry import open_tenant
from siegelpost.tenancy.standing import set_test
from tests.delivery.support import NOON, WHO, a_list, claimed, claimed_or_none, counts, draft, launched, system_mail
from tests.family import nested

pytestmark = pytest.mark.touches_beta
LATER = 4_000_000_000_000_000
"""A version from the year 2096."""


def block(parent: TenantDB) -> None:
    """One address and one pattern."""
    with parent.atomic():
        suppress(parent, kind="blacklist", key=address_key("p00001@example.org", parent.keys.addresses), source="s", actor=WHO, now=NOON)
        suppress_pattern(parent, pattern="p00003@%", source="s", actor=WHO, now=NOON)


def test_whoever_stands_above_is_left_out_at_the_launch(alpha: TenantDB, beta: TenantDB) -> None:
    child = nested(alpha, beta)
    block(alpha)
    mailing = launched(child, 5)
    assert counts(child, mailing) == {"audience": 5, "due": 3, "excluded:parents_list": 2}


def test_whoever_is_entered_above_after_the_launch_is_not_claimed(alpha: TenantDB, beta: TenantDB) -> None:
    child = nested(alpha, beta)
    mailing = launched(child, 5)
    block(alpha)
    taken = claimed(child, mailing)
    assert sorted(one.email for one in taken.withdrawn) == ["p00001@example.org", "p00003@example.org"]
    assert len(taken.rows) == 3
    taken.journal.end()


def test_nothing_is_claimed_or_launched_while_a_change_above_cannot_be_read(alpha: TenantDB, beta: TenantDB) -> None:
    child = nested(alpha, beta)
    mailing, other = launched(child, 3), draft(child, a_list(child))
    announce(alpha, LATER)  # as somebody does who is about to change the list
    alpha.close()
    inherited._away[alpha.number] = float("inf")
    try:
        with pytest.raises(ParentAway):
            claimed_or_none(child, mailing)
        with pytest.raises(ParentAway):
            launch(child, other, settings=process_settings(), actor=WHO, now=datetime.now(UTC))
    finally:
        inherited._away.clear()
    assert counts(child, mailing) == {"audience": 3, "due": 3}
    taken = claimed(child, mailing)
    assert len(taken.rows) == 3 and child.objects(BlacklistState).get().taken == LATER
    taken.journal.end()


def test_a_test_and_an_account_that_ended_send_nothing(alpha: TenantDB) -> None:
    mailing, other = launched(alpha, 3), draft(alpha, a_list(alpha))
    system_mail(alpha)
    for stopped, fault in (
        (set_test(alpha, True), OnlyTrying),
        (end(set_test(alpha, False), clock.now(), actor=WHO, now=NOON), TenantEnded),
    ):
        assert claimed_or_none(stopped, mailing) is claimed_or_none(stopped, 0, table=OUTGOING) is None
        with pytest.raises(fault):
            launch(stopped, other, settings=process_settings(), actor=WHO, now=datetime.now(UTC))
    end(alpha, None, actor=WHO, now=NOON)
    taken = claimed(open_tenant("alpha"), mailing)
    assert len(taken.rows) == 3
    taken.journal.end()


def test_messages_are_counted_by_the_month_of_their_launch(alpha: TenantDB) -> None:
    moment = datetime(2026, 3, 31, 23, 59, tzinfo=UTC)
    launched(alpha, 3, at=moment)
    this, last = months(alpha, now=moment + timedelta(minutes=1))
    assert (this.mailings, last.mailings, last.messages) == (0, 1, 0)
    assert (this.since.month, last.since.month) == (4, 3)
