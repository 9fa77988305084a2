"""The staff delete a list: what stands in the way, what goes, what stays, and what happens when it stops half-way."""

import os
import signal
import subprocess
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import connections

from siegelpost.audience.errors import ListUnknown
from siegelpost.audience.leaving import hold_lists, leaving_lists
from siegelpost.audience.listing import list_names
from siegelpost.audience.models import Membership
from siegelpost.audience.reads import find_subscriber, list_by_id
from siegelpost.base.errors import SiegelpostError
from siegelpost.base.settings import process_settings
from siegelpost.consent import sign_ups
from siegelpost.consent.forms import FormDraft, change_form, create_form, form_by_id
from siegelpost.consent.grants import Proof, grant
from siegelpost.consent.models import Consent, Suppression
from siegelpost.consent.reads import records_of, running_lists
from siegelpost.delivery.browse import forecast
from siegelpost.delivery.models import Delivery
from siegelpost.evidence.reads import about, entries
from siegelpost.flows import launch as launching
from siegelpost.flows.check_mailing import CheckFailed, check_mailing, ensure_sendable
from siegelpost.flows.confirm import SignUpGone, confirm
from siegelpost.flows.delete_list import ListNotNamed, clear_lists, delete_list
from siegelpost.flows.list_use import ImportRuns, Losing, MailingRuns, OnlyListOfForm, SignUpsWait, losing, use_of
from siegelpost.flows.schedule import schedule, unschedule
from siegelpost.flows.steer import cancel, pause
from siegelpost.flows.unsubscribe import names_of_lists, unsubscribe
from siegelpost.intake import jobs
from siegelpost.intake.errors import ImportStopped
from siegelpost.intake.orders import ImportOrder
from siegelpost.intake.pipeline import run
from siegelpost.mailings.reads import mailing
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.home import home
from siegelpost.tenancy.registry import open_tenant
from tests.delivery.support import a_list, counts, draft, launched, people
from tests.patience import PATIENCE
from tests.web.townsfolk import STAFF, a_person
from tests.web.visiting import NOON

LATER = datetime(2026, 3, 2, 13, tzinfo=UTC)
SLOW = """
import os, sys, time
import django
django.setup()
from siegelpost.base import clock
from siegelpost.flows.delete_list import clear_lists
from siegelpost.tenancy.registry import open_tenant
looks = 0
def tick():
    global looks
    looks += 1
    if looks == 9:  # inside the third transaction: people were taken off, nothing is committed
        print("inside", flush=True)
        time.sleep(60)
    return time.monotonic()
clear_lists(open_tenant("alpha"), now=clock.now(), tick=tick)
"""


def delete(tenant: TenantDB, list_id: int, name: str = "Letter", now: datetime = LATER) -> None:
    delete_list(tenant, list_id, typed=name, actor=STAFF, now=now)


def rows(tenant: TenantDB, list_id: int) -> int:
    return tenant.objects(Membership).filter(list_id=list_id).count()


def refused(tenant: TenantDB, list_id: int, kind: type[SiegelpostError]) -> SiegelpostError:
    """It is, for this reason, and nothing changed."""
    before = len(entries(tenant))
    with pytest.raises(kind) as caught:
        delete(tenant, list_id)
    assert list_id in list_names(tenant) and len(entries(tenant)) == before
    return caught.value


def test_memberships_and_row_go_and_the_proof_stays(alpha: TenantDB, beta: TenantDB) -> None:
    letter, other = a_list(alpha, "Letter"), a_list(alpha, "Other")
    ann = a_person(alpha, "ann@example.org", letter, other)
    bob = a_person(alpha, "bob@example.org", letter)
    delete(alpha, letter)
    assert clear_lists(alpha, now=LATER) is True
    assert rows(alpha, letter) == 0 and leaving_lists(alpha) == []
    found = find_subscriber(alpha, ann)
    assert found is not None and found.list_ids == running_lists(alpha, ann) == {other}
    [record] = records_of(alpha, bob)
    assert (record.withdrawn_at, record.withdrawn_how, record.ground) == (LATER, "list_deleted", "double_opt_in")
    assert find_subscriber(alpha, bob) is not None
    acts = [(one.act, one.actor) for one in about(alpha, [f"list:{letter}"])]
    assert acts[:2] == [("audience.list_cleared", "system:worker"), ("audience.list_deleted", "staff:1")]


def test_the_summary_counts_who_would_be_on_no_list(alpha: TenantDB) -> None:
    letter, other = a_list(alpha, "Letter"), a_list(alpha, "Other")
    a_person(alpha, "ann@example.org", letter, other)
    a_person(alpha, "bob@example.org", letter)
    assert losing(alpha, list_by_id(alpha, letter)) == Losing(people=2, alone=1)


def test_the_name_is_asked_for_here_and_not_by_the_page_alone(alpha: TenantDB) -> None:
    letter = a_list(alpha, "Letter")
    for typed in ("", "letter", "Letter 2"):
        with pytest.raises(ListNotNamed):
            delete(alpha, letter, typed)
    assert letter in list_names(alpha)
    delete(alpha, letter, " Letter ")
    with pytest.raises(ListUnknown):
        delete(alpha, letter)
    assert len(entries(alpha, act="audience.list_deleted")) == 1


def test_a_mailing_on_its_way_stands_in_the_way_and_one_that_ended_does_not(alpha: TenantDB) -> None:
    number = launched(alpha, 3)
    letter = a_list(alpha)
    assert refused(alpha, letter, MailingRuns).status == 409
    pause(alpha, number, actor=STAFF, now=NOON)
    assert "cancel it" in refused(alpha, letter, MailingRuns).text("en")
    cancel(alpha, number, actor=STAFF, now=NOON)
    before = counts(alpha, number)
    delete(alpha, letter)
    clear_lists(alpha, now=LATER)
    assert counts(alpha, number) == before and alpha.objects(Delivery).filter(mailing_id=number).count() == 3
    assert mailing(alpha, number).list_ids == (letter,)


def test_a_mailing_that_will_start_by_itself_stands_in_the_way_until_it_is_a_draft_again(alpha: TenantDB) -> None:
    letter = a_list(alpha, "Letter")
    number = draft(alpha, letter)
    schedule(alpha, number, LATER, settings=process_settings(), actor=STAFF, now=NOON)
    assert "a draft again" in refused(alpha, letter, MailingRuns).text("en")
    unschedule(alpha, number, actor=STAFF, now=NOON)
    delete(alpha, letter)


def test_a_mailing_is_not_scheduled_to_a_list_that_was_deleted_meanwhile(alpha: TenantDB, monkeypatch: pytest.MonkeyPatch) -> None:
    letter = a_list(alpha, "Letter")
    number, real = draft(alpha, letter), ensure_sendable

    def meanwhile(*parts: Any, **named: Any) -> Any:
        found = real(*parts, **named)
        delete(alpha, letter)
        return found

    monkeypatch.setattr("siegelpost.flows.schedule.ensure_sendable", meanwhile)
    with pytest.raises(ListUnknown):
        schedule(alpha, number, LATER, settings=process_settings(), actor=STAFF, now=NOON)
    assert mailing(alpha, number).state == "draft"


def test_a_form_that_leads_to_it_alone_stands_in_the_way_until_it_is_closed(alpha: TenantDB) -> None:
    letter, other = a_list(alpha, "Letter"), a_list(alpha, "Other")
    both = FormDraft(name="Both", language="en", lists=[(letter, "Letter"), (other, "Other")])
    alone = FormDraft(name="Alone", language="en", lists=[(letter, "Letter")])
    kept = create_form(alpha, both, actor=STAFF, now=NOON)
    form = create_form(alpha, alone, actor=STAFF, now=NOON)
    assert "“Alone”" in refused(alpha, letter, OnlyListOfForm).text("en")
    change_form(alpha, form.id, alone, version=form.version, active=False, actor=STAFF, now=NOON)
    delete(alpha, letter)
    assert form_by_id(alpha, kept.id).list_ids == (other,) and form_by_id(alpha, form.id).list_ids == ()


def sign_up(tenant: TenantDB, *lists: int) -> str:
    draft = sign_ups.SignUpDraft(
        form_slug="x",
        email=f"new@{len(lists)}.example.org",
        key=bytes(lists) * 16,
        fields={},
        list_ids=lists,
        language="en",
        text_id=1,
        snapshot={},
    )
    return sign_ups.create(tenant, draft, now=NOON) or ""


def test_sign_ups_that_wait_stand_in_the_way_until_they_are_gone(alpha: TenantDB) -> None:
    letter = a_list(alpha, "Letter")
    number = sign_up(alpha, letter)
    fault = refused(alpha, letter, SignUpsWait)
    assert "by 2026-03-16 12:00 UTC" in fault.text("en") and "new@" not in fault.text("en")
    sign_ups.delete(alpha, number)
    delete(alpha, letter)


def test_an_import_that_runs_stands_in_the_way_and_one_that_died_does_not(alpha: TenantDB) -> None:
    letter = a_list(alpha, "Letter")
    order = ImportOrder(list_id=letter, ground="fair", source="paper")
    job = jobs.begin(alpha, order, file_name="x.csv", digest="0" * 64, now=NOON)
    with jobs.locked(home().tenant("alpha"), job):
        refused(alpha, letter, ImportRuns)
        assert letter in list_names(alpha)
    delete(alpha, letter)
    assert letter not in list_names(alpha)


def test_an_import_that_began_meanwhile_stops_and_says_what_is_in(alpha: TenantDB, tmp_path: Path) -> None:
    letter = a_list(alpha, "Letter")
    file = tmp_path / "people.csv"
    file.write_text("email\n" + "".join(f"p{number}@example.org\n" for number in range(1_000)), encoding="utf-8")
    told: list[int] = []

    def meanwhile(done: int) -> None:
        if not told:
            alpha_again = open_tenant("alpha")
            with alpha_again.atomic():  # what delete_list does once nothing stands in the way
                from_here(alpha_again, letter)
        told.append(done)

    order = ImportOrder(list_id=letter, ground="fair", source="paper")
    with pytest.raises(ImportStopped) as caught:
        run(alpha, file, order, folder=home().tenant("alpha"), now=NOON, progress=meanwhile)
    assert caught.value.exit_code == 5 and caught.value.facts["added"] == rows(alpha, letter) > 0
    clear_lists(alpha, now=LATER)
    assert rows(alpha, letter) == 0 and not alpha.objects(Consent).filter(withdrawn_at=None).exists()


def from_here(tenant: TenantDB, list_id: int) -> None:
    from siegelpost.audience.leaving import lock_list, mark_leaving  # noqa: PLC0415 - the verbs below the flow, for this alone

    lock_list(tenant, list_id)
    mark_leaving(tenant, list_id, actor=STAFF, now=LATER)


def test_a_draft_says_that_its_list_is_gone_and_is_not_sent(alpha: TenantDB) -> None:
    letter, other = a_list(alpha, "Letter"), a_list(alpha, "Other")
    people(alpha, 3, letter)
    number, fine = draft(alpha, letter, other), draft(alpha, other)
    assert [mail.id for mail in use_of(alpha, letter, now=NOON).drafts] == [number]
    delete(alpha, letter)
    finding = next(one for one in check_mailing(alpha, number, public_host="localhost") if one.code == "mailing.list_deleted")
    assert (finding.level, finding.place) == ("block", "lists") and "Letter" in finding.text("en")
    assert forecast(alpha, mailing(alpha, number).list_ids).audience == 0
    with pytest.raises(CheckFailed) as caught:
        launching.launch(alpha, number, settings=process_settings(), actor=STAFF, now=LATER)
    assert "mailing.list_deleted" in caught.value.text("en") and mailing(alpha, number).state == "draft"
    assert not [one for one in check_mailing(alpha, fine, public_host="localhost") if one.code == "mailing.list_deleted"]


def test_a_list_deleted_while_somebody_sends_keeps_the_mailing_back(alpha: TenantDB, monkeypatch: pytest.MonkeyPatch) -> None:
    letter = a_list(alpha, "Letter")
    people(alpha, 3, letter)
    number, real = draft(alpha, letter), launching.freeze

    def meanwhile(*parts: Any) -> Any:
        delete(alpha, letter)
        return real(*parts)

    monkeypatch.setattr("siegelpost.flows.launch.freeze", meanwhile)
    with pytest.raises(ListUnknown):
        launching.launch(alpha, number, settings=process_settings(), actor=STAFF, now=LATER)
    assert mailing(alpha, number).state == "draft" and not alpha.objects(Delivery).exists()


def test_leaving_by_a_link_of_a_mailing_whose_list_is_gone_means_everything(alpha: TenantDB) -> None:
    letter, other = a_list(alpha, "Letter"), a_list(alpha, "Other")
    ann = a_person(alpha, "ann@example.org", letter, other)
    number, both = draft(alpha, letter), draft(alpha, letter, other)
    delete(alpha, letter)
    assert names_of_lists(alpha, both) == ["Other"] and names_of_lists(alpha, number) == []
    assert unsubscribe(alpha, ann, number, how="page", actor=STAFF, now=LATER)
    assert running_lists(alpha, ann) <= {letter} and alpha.objects(Suppression).get().list_id is None


def test_a_confirmation_that_comes_too_late_stores_nobody(alpha: TenantDB) -> None:
    letter, other = a_list(alpha, "Letter"), a_list(alpha, "Other")
    late, partly = sign_up(alpha, letter), sign_up(alpha, letter, other)
    with alpha.atomic():
        from_here(alpha, letter)  # the sign-up came between the look and the act
    with pytest.raises(SignUpGone):
        confirm(alpha, late, now=NOON)
    assert not alpha.objects(Membership).exists() and not alpha.objects(Consent).exists()
    confirm(alpha, partly, now=NOON)
    assert [one.list_id for one in alpha.objects(Membership).all()] == [other]


def test_a_consent_without_membership_ends_too(alpha: TenantDB) -> None:
    letter = a_list(alpha, "Letter")
    ann = a_person(alpha, "ann@example.org")
    with alpha.atomic():
        grant(alpha, subscriber_id=ann, list_id=letter, proof=Proof(ground="x", source="y"), at=NOON, actor=STAFF)
    delete(alpha, letter)
    clear_lists(alpha, now=LATER)
    assert running_lists(alpha, ann) == frozenset()


def test_steps_are_small_let_others_in_and_end_when_their_time_is_over(alpha: TenantDB, engine: str) -> None:
    letter = a_list(alpha, "Letter")
    people(alpha, 1_000, letter)
    delete(alpha, letter)
    times, waits = iter(range(1_000)), list[float]()
    done = clear_lists(alpha, now=LATER, seconds=2, tick=lambda: float(next(times)), sleep=waits.append)
    assert done is False and rows(alpha, letter) == 800  # one step took three looks at the clock
    assert clear_lists(alpha, now=LATER, tick=lambda: float(next(times)), sleep=waits.append) is True
    assert set(waits) == ({0.01} if engine == "sqlite" else set())
    assert rows(alpha, letter) == 0


@pytest.mark.wire
def test_a_process_killed_half_way_leaves_nothing_half_done_and_the_next_one_goes_on(alpha: TenantDB, beta: TenantDB) -> None:
    letter, other = a_list(alpha, "Letter"), a_list(alpha, "Other")
    everybody = people(alpha, 1_500, letter)
    people(alpha, 10, other)
    delete(alpha, letter)
    with subprocess.Popen([sys.executable, "-c", SLOW], env=dict(os.environ), stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None and child.stdout.readline() == "inside\n"
        child.send_signal(signal.SIGKILL)
    left = rows(alpha, letter)
    running = alpha.objects(Consent).filter(list_id=letter, withdrawn_at=None).count()
    assert 0 < left == running < len(everybody)
    assert letter not in list_names(alpha) and forecast(alpha, [letter]).audience == 0
    assert clear_lists(alpha, now=LATER) is True
    assert (rows(alpha, letter), leaving_lists(alpha), rows(alpha, other)) == (0, [], 10)
    assert {one.withdrawn_at for one in alpha.objects(Consent).filter(list_id=letter)} == {LATER}
    assert len(entries(alpha, act="audience.list_cleared")) == 1


@pytest.mark.slow
def test_whoever_holds_a_list_is_waited_for(alpha: TenantDB) -> None:
    """Somebody joins at the same moment: they are on the list before it is deleted, and go with it."""
    letter = a_list(alpha, "Letter")
    ann = a_person(alpha, "ann@example.org")
    deleting = threading.Thread(target=lambda: _delete_and_close(letter))
    with alpha.atomic():
        hold_lists(alpha, [letter])
        deleting.start()
        deleting.join(0.5)
        assert deleting.is_alive()
        alpha.objects(Membership).create(list_id=letter, subscriber_id=ann, added_at=NOON)
    deleting.join(PATIENCE)
    assert not deleting.is_alive() and letter not in list_names(alpha)
    assert about(alpha, [f"list:{letter}"], acts=["audience.list_deleted"])[0].details["people"] == 1


def _delete_and_close(list_id: int) -> None:
    try:
        delete(open_tenant("alpha"), list_id)
    finally:
        connections.close_all()  # those of this thread, the control database's too
