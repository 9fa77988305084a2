"""The Austrian list: whoever stands on it gets nothing, and a list that is too old, or not compared yet, holds what waits."""

import json
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connections
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from siegelpost.base import clock
from siegelpost.base.settings import process_settings
from siegelpost.consent.listed.comparing import COMPARED, compare
from siegelpost.consent.listed.errors import ListDateWrong, ListFileOld, ListHolds, ListShrunk
from siegelpost.consent.listed.models import ListPart, ListState
from siegelpost.consent.listed.states import lists_of
from siegelpost.consent.models import Suppression
from siegelpost.consent.suppression import check, may_be_asked, reason_for, suppress
from siegelpost.delivery.launch import freeze_plan
from siegelpost.delivery.reads import plan_of
from siegelpost.delivery.rules import Outcome
from siegelpost.delivery.settle import Result, settle
from siegelpost.evidence.reads import about, entries
from siegelpost.flows.controls import listed
from siegelpost.flows.listed import go_on, limits_of
from siegelpost.flows.status import status, with_pace
from siegelpost.mailings.models import Mailing
from siegelpost.sign.addresses import address_key
from siegelpost.tenancy.handle import TenantDB
from tests.consent.ecg import bring
from tests.delivery.support import NOON, WHO, a_list, claimed, claimed_or_none, counts, draft, launched, people
from tests.governance.watching import seen

P1, P3 = "p00001@example.org", "p00003@example.org"


def later(days: int) -> datetime:
    return clock.now() + timedelta(days=days)


def set_state(tenant: TenantDB, **values: int) -> None:
    with tenant.atomic():
        tenant.objects(ListState).update(**values)


def waits_for(tenant: TenantDB, mailing: int, now: datetime | None = None) -> str | None:
    found = with_pace(tenant, status(tenant, mailing), settings=process_settings(), now=now or clock.now())
    assert found["waits_until"] is None
    why: str | None = found["waits_for"]
    return why


def test_whoever_is_listed_is_left_out_at_the_launch_and_the_mailing_says_by_which_list(alpha: TenantDB) -> None:
    assert bring(alpha, P1, "@listed.example") == 22
    mailing = launched(alpha, [P1, "p2@example.org", "a@listed.example"])
    assert counts(alpha, mailing) == {"audience": 3, "due": 1, "excluded:listed": 2}
    (noted,) = about(alpha, [f"mailing:{mailing}"], acts=[COMPARED])
    assert (noted.details["source"], noted.details["entries"], noted.details["hits"]) == ("ecg", 22, 2)
    assert len(noted.details["commitment"]) == 64 and P1 not in json.dumps(noted.details)
    taken = claimed(alpha, mailing)
    assert len(taken.rows) == 1
    taken.journal.end()


def test_a_double_opt_in_does_not_help_and_dots_do_not_hide(alpha: TenantDB) -> None:
    bring(alpha, "anndot@example.org")
    assert reason_for(alpha, "Ann.Dot@example.org", a_list(alpha)) == "listed"
    assert not may_be_asked(alpha, address_key("ann.dot@example.org", alpha.keys.addresses), "ann.dot@example.org", [a_list(alpha)])
    assert reason_for(alpha, "other@example.org", None) == ""


def test_a_list_that_becomes_too_old_in_the_middle_holds_the_rest_and_a_new_one_lets_it_go_on(alpha: TenantDB) -> None:
    bring(alpha, "nobody@example.net")
    mailing = launched(alpha, 6)
    first = claimed(alpha, mailing, limit=2)
    settle(alpha, first.lease, [Result(one.delivery_id, one.subscriber_id, 0, Outcome.SENT, "250", int(time.time())) for one in first.rows])
    first.journal.end()
    assert waits_for(alpha, mailing) is None
    set_state(alpha, good_until=int(time.time()) - 1)
    with pytest.raises(ListHolds):
        claimed_or_none(alpha, mailing)
    assert waits_for(alpha, mailing) == "list_too_old" and counts(alpha, mailing) == {"audience": 6, "sent": 2, "due": 4}
    bring(alpha, P3, "p00005@example.org")
    taken = claimed(alpha, mailing)
    assert sorted(one.email for one in taken.withdrawn) == [P3, "p00005@example.org"] and len(taken.rows) == 2
    taken.journal.end()
    assert [one.details["hits"] for one in about(alpha, [f"mailing:{mailing}"], acts=[COMPARED])] == [2, 0]


def test_a_shorter_limit_counts_with_the_next_look(alpha: TenantDB) -> None:
    bring(alpha, "nobody@example.net", days_old=5)
    mailing = launched(alpha, 2)
    claimed(alpha, mailing, limit=1).journal.end()
    go_on(alpha, replace(process_settings(), ecg_file_days=4), now=clock.now())
    with pytest.raises(ListHolds):
        claimed_or_none(alpha, mailing)
    go_on(alpha, process_settings(), now=clock.now())
    claimed(alpha, mailing, limit=1).journal.end()


def test_nobody_gets_anything_who_was_not_compared(alpha: TenantDB) -> None:
    bring(alpha, P3)
    mailing = launched(alpha, 5)
    set_state(alpha, checked_upto=0)
    with pytest.raises(ListHolds):
        claimed_or_none(alpha, mailing)
    assert waits_for(alpha, mailing) == "list_unchecked"
    assert go_on(alpha, process_settings(), now=clock.now())
    taken = claimed(alpha, mailing)
    assert len(taken.rows) == 4
    taken.journal.end()


def test_who_is_not_named_any_more_is_written_to_again(alpha: TenantDB) -> None:
    bring(alpha, P1, P3)
    launched(alpha, 5)
    with alpha.atomic():
        suppress(alpha, kind="optout", key=address_key(P3, alpha.keys.addresses), source="page", actor=WHO, now=NOON)
    bring(alpha, P3)
    assert reason_for(alpha, P1, None) == "" and reason_for(alpha, P3, None) == "opted_out"
    assert counts(alpha, launched(alpha, 5)) == {"audience": 5, "due": 4, "excluded:opted_out": 1}
    assert lists_of(alpha)["ecg"].hits == 1
    assert alpha.objects(ListPart).values("generation").distinct().count() == 1


def test_only_hashes_are_kept_and_nobody_sees_which_list_it_is(alpha: TenantDB) -> None:
    bring(alpha, P1)
    launched(alpha, 2)
    (entry,) = check(alpha, P1)
    assert (entry.kind, entry.source, entry.reason, entry.pattern) == ("listed", "listed", "listed", "")
    row = alpha.objects(Suppression).get(kind="ecg")
    assert bytes(row.key or b"") == address_key(P1, alpha.keys.addresses) and row.pattern == ""


@pytest.mark.parametrize(("days", "fault"), [(30, ListFileOld), (730, ListFileOld), (-2, ListDateWrong)])
def test_an_old_list_and_one_of_tomorrow_are_refused_and_the_one_that_is_there_counts(
    alpha: TenantDB, days: int, fault: type[Exception]
) -> None:
    bring(alpha, P1)
    with pytest.raises(fault):
        bring(alpha, P3, days_old=days)
    assert reason_for(alpha, P1, None) == "listed" and reason_for(alpha, P3, None) == ""


def test_a_list_that_lost_half_of_itself_is_refused_until_somebody_says_so(alpha: TenantDB) -> None:
    bring(alpha, P1)
    with pytest.raises(ListShrunk):
        bring(alpha, P3, more=2)
    assert reason_for(alpha, P1, None) == "listed"
    bring(alpha, P3, more=2, shorter=True)
    assert reason_for(alpha, P3, None) == "listed"


def test_a_tenant_without_lists_asks_one_small_question_per_slice(alpha: TenantDB) -> None:
    mailing = launched(alpha, 3)
    assert entries(alpha, act=COMPARED) == []
    asked: list[str] = []

    def listen(execute: Callable[..., Any], text: str, parameters: Any, many: bool, context: dict[str, Any]) -> Any:
        asked.append(text)
        return execute(text, parameters, many, context)

    with connections[alpha.alias].execute_wrapper(listen):
        taken = claimed(alpha, mailing)
    assert sum("consent_liststate" in one for one in asked) == 1 and not any("frozen_end" in one for one in asked)
    taken.journal.end()


def test_the_control_sees_a_list_that_is_missing_old_or_not_compared(alpha: TenantDB) -> None:
    assert seen("4.3-10", alpha, now=clock.now()).state == "not_set_up"
    bring(alpha, P1)
    mailing = launched(alpha, 3)
    found = seen("4.3-10", alpha, now=clock.now())
    assert (found.state, found.evidence["list_hits"], found.evidence["list_age_days"]) == ("green", 1, 0)
    set_state(alpha, checked_upto=0)
    assert seen("4.3-10", alpha, now=clock.now()).state == "amber"
    compare(alpha, limits_of(process_settings()), now=clock.now())
    assert seen("4.3-10", alpha, now=later(31)).state == "red"
    assert seen("4.3-10", alpha, now=clock.now()).state == "green" and mailing


def test_the_control_sees_a_mailing_that_runs_without_a_note(alpha: TenantDB) -> None:
    mailing = launched(alpha, 3)
    bring(alpha, P1)
    assert about(alpha, [f"mailing:{mailing}"], acts=[COMPARED]) and seen("4.3-10", alpha, now=clock.now()).state == "green"
    other = draft(alpha, a_list(alpha))
    with alpha.atomic():
        freeze_plan(alpha, replace(plan_of(alpha, mailing), mailing_id=other), now=NOON)
        alpha.objects(Mailing).filter(pk=other).update(state="sending")
    found = seen("4.3-10", alpha, now=clock.now())
    assert (found.state, found.evidence["mailings_unnoted"]) == ("red", 1)


def test_the_control_sees_that_test_entries_are_not_found(alpha: TenantDB, monkeypatch: pytest.MonkeyPatch) -> None:
    bring(alpha, P1)
    monkeypatch.setitem(listed.KNOWN, ("karl.testinger", "firma.at"), "00" * 20)
    assert seen("4.3-10", alpha, now=clock.now()).state == "red"


@given(st.sets(st.integers(0, 9)), st.sets(st.integers(0, 9)))
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_marked_is_what_the_newest_list_names(alpha: TenantDB, first: set[int], second: set[int]) -> None:
    letter = a_list(alpha)
    emails = [f"h{n}@example.org" for n in range(10)]
    people(alpha, emails, letter)
    for named in (first, second):
        bring(alpha, *(emails[n] for n in named))
    found = {n for n, email in enumerate(emails) if reason_for(alpha, email, letter) == "listed"}
    marked = {bytes(key) for key in alpha.objects(Suppression).filter(kind="ecg").values_list("key", flat=True) if key is not None}
    assert found == second and marked == {address_key(emails[n], alpha.keys.addresses) for n in second}
    assert datetime.now(UTC) < lists_of(alpha)["ecg"].good_until
