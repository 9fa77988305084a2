"""Messages that wait for the staff: who may send them again or give them up, and how often."""

import pytest

from siegelpost.delivery.models import Delivery
from siegelpost.delivery.rules import Outcome
from siegelpost.delivery.settle import close_slice, settle
from siegelpost.delivery.upkeep import finish
from siegelpost.tenancy.handle import TenantDB
from tests.delivery.support import claimed, counts, launched
from tests.delivery.test_claim import results
from tests.web.visiting import visitor


def ended_as(alpha: TenantDB, outcome: Outcome) -> int:
    """A finished mailing to three people, each message of which ended like this."""
    mailing = launched(alpha, 3)
    taken = claimed(alpha, mailing)
    settle(alpha, taken.lease, results(taken, outcome, "554 5.7.1" if outcome is Outcome.BLOCKED else ""))
    close_slice(alpha, taken.lease.slice_id)
    taken.journal.end()
    finish(alpha, mailing)
    return mailing


@pytest.mark.slow
def test_an_editor_sends_blocked_messages_again_and_a_second_click_finds_nothing(alpha: TenantDB) -> None:
    mailing = ended_as(alpha, Outcome.BLOCKED)
    client = visitor(alpha, "editor")
    assert f"mailings/{mailing}/again/blocked" in client.see(f"mailings/{mailing}/recipients?state=blocked")
    for _click in range(2):
        client.send(f"mailings/{mailing}/again/blocked")
        assert counts(alpha, mailing) == {"audience": 3, "due": 3}


def test_an_editor_gives_blocked_messages_up(alpha: TenantDB) -> None:
    mailing = ended_as(alpha, Outcome.BLOCKED)
    visitor(alpha, "editor").send(f"mailings/{mailing}/give-up")
    assert counts(alpha, mailing) == {"audience": 3, "cancelled": 3}


@pytest.mark.slow
def test_unsure_messages_are_sent_again_only_when_the_word_is_typed(alpha: TenantDB) -> None:
    mailing = ended_as(alpha, Outcome.UNSURE)
    client = visitor(alpha, "editor")
    assert "may get the mailing twice" in client.see(f"mailings/{mailing}/recipients?state=unsure")
    client.send(f"mailings/{mailing}/again/unsure", {"confirm": "yes"})
    assert counts(alpha, mailing) == {"audience": 3, "unsure": 3}
    client.send(f"mailings/{mailing}/again/unsure", {"confirm": "twice"})
    assert counts(alpha, mailing) == {"audience": 3, "due": 3}


@pytest.mark.slow
def test_a_viewer_sees_them_and_decides_nothing(alpha: TenantDB) -> None:
    mailing = ended_as(alpha, Outcome.BLOCKED)
    client = visitor(alpha, "viewer")
    assert "/again/" not in client.see(f"mailings/{mailing}/recipients?state=blocked")
    client.send(f"mailings/{mailing}/again/blocked", status=403)
    client.send(f"mailings/{mailing}/give-up", status=403)
    assert set(alpha.objects(Delivery).filter(mailing_id=mailing).values_list("state", flat=True)) == {"blocked"}


def test_delivered_messages_are_never_sent_again(alpha: TenantDB) -> None:
    mailing = ended_as(alpha, Outcome.SENT)
    visitor(alpha, "editor").send(f"mailings/{mailing}/again/sent", {"confirm": "twice"}, status=404)
    assert counts(alpha, mailing) == {"audience": 3, "sent": 3}
