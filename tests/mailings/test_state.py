"""A mailing moves from state to state, one mover at a time."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest

from siegelpost.evidence.reads import entries
from siegelpost.mailings.errors import MailingUnknown, StateRefused
from siegelpost.mailings.models import Mailing
from siegelpost.mailings.reads import in_state, mailing
from siegelpost.mailings.state import move
from siegelpost.tenancy.errors import TransactionNotNamed
from siegelpost.tenancy.handle import TenantDB
from tests.mailings.making import NOON, WHO, some_mailing


def moved(tenant: TenantDB, mailing_id: int, to: str, *frm: str, reason: str = "", minutes: int = 0) -> None:
    with tenant.atomic():
        move(tenant, mailing_id, to, frm=frm, reason=reason, actor=WHO, now=NOON + timedelta(minutes=minutes))


def test_a_mailing_goes_its_way_and_each_step_is_written_down(alpha: TenantDB) -> None:
    one = some_mailing(alpha)

    moved(alpha, one, "preparing", "draft", minutes=1)
    moved(alpha, one, "sending", "preparing", minutes=2)
    moved(alpha, one, "paused", "sending", reason="operator", minutes=3)
    assert mailing(alpha, one).pause_reason == "operator"
    moved(alpha, one, "sending", "paused", minutes=4)
    assert mailing(alpha, one).pause_reason == ""
    moved(alpha, one, "finished", "sending", minutes=5)

    row = alpha.objects(Mailing).get(pk=one)
    assert (row.state, row.launched_at, row.finished_at) == ("finished", NOON + timedelta(minutes=1), NOON + timedelta(minutes=5))
    steps = [(e["act"], e["subject"]) for e in entries(alpha, limit=5)]
    assert steps == [(f"mailing.{state}", f"mailing:{one}") for state in ("finished", "sending", "paused", "sending", "preparing")]


def test_another_state_is_refused_by_name_and_nothing_changes(alpha: TenantDB) -> None:
    one = some_mailing(alpha)
    before = len(entries(alpha))

    with pytest.raises(StateRefused) as refused:
        moved(alpha, one, "paused", "sending", "preparing")

    assert (refused.value.exit_code, refused.value.code) == (3, "mailing.state_refused")
    assert "draft" in refused.value.text()
    assert "sending / preparing" in refused.value.text()
    assert mailing(alpha, one).state == "draft"
    assert len(entries(alpha)) == before


def test_a_mailing_that_does_not_exist_is_unknown(alpha: TenantDB) -> None:
    with pytest.raises(MailingUnknown):
        moved(alpha, 4711, "sending", "draft")


def test_outside_a_transaction_nothing_moves(alpha: TenantDB) -> None:
    one = some_mailing(alpha)

    with pytest.raises(TransactionNotNamed):
        move(alpha, one, "sending", frm=("draft",), actor=WHO, now=NOON)


def test_of_several_at_the_same_time_exactly_one_moves(alpha: TenantDB) -> None:
    one = some_mailing(alpha)
    start, results = Barrier(4), list[str]()

    def try_it() -> None:
        start.wait()
        try:
            moved(alpha, one, "preparing", "draft")
            results.append("moved")
        except StateRefused as refused:
            results.append(str(refused.facts["state"]))
        finally:
            alpha.close()

    threads = [Thread(target=try_it) for _turn in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(results) == ["moved", "preparing", "preparing", "preparing"]
    assert [e["act"] for e in entries(alpha, act="mailing.preparing")] == ["mailing.preparing"]


def test_mailings_are_found_by_state(alpha: TenantDB, beta: TenantDB) -> None:
    first, second = some_mailing(alpha), some_mailing(alpha)
    moved(alpha, second, "preparing", "draft")

    assert in_state(alpha, "draft") == [first]
    assert in_state(alpha, "draft", "preparing") == [first, second]
    assert in_state(alpha) == []
    assert len(in_state(beta, "draft")) == 1
