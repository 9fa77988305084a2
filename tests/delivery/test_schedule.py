"""A start by itself: at its time and not before, once, judged then; and one that was missed asks instead."""

import json
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connections

from siegelpost.base.settings import process_settings
from siegelpost.consent.grants import withdraw
from siegelpost.delivery import launch as freezing
from siegelpost.delivery.models import Delivery
from siegelpost.evidence.reads import entries
from siegelpost.flows import schedule as scheduling
from siegelpost.flows import steer
from siegelpost.flows.schedule import schedule, start_ripe, start_typed, unschedule
from siegelpost.flows.status import status
from siegelpost.flows.worker import heed_copy
from siegelpost.mailings.change import change_mailing, version_of
from siegelpost.mailings.errors import NotDraft, SenderUnverified, StartRefused, StartWrong, StateRefused
from siegelpost.mailings.models import Mailing, SenderDomain
from siegelpost.mailings.reads import mailing as facts_of
from siegelpost.mailings.schedule import start_of
from siegelpost.mailings.services import NewMailing
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.home import home, read_mark
from tests.delivery.processes import processes
from tests.delivery.smtp_server import serving
from tests.delivery.support import CONTENT, NOON, WHO, a_list, counts, draft, people, state_of, states, until
from tests.patience import PATIENCE

SETTINGS = process_settings()
HOUR = timedelta(hours=1)


def promised(tenant: TenantDB, n: int = 5, *, start_at: datetime = NOON + HOUR) -> int:
    """A mailing to `n` people that starts by itself."""
    letter = a_list(tenant)
    people(tenant, n, letter)
    mailing = draft(tenant, letter)
    schedule(tenant, mailing, start_at, settings=SETTINGS, actor=WHO, now=NOON)
    return mailing


def look(tenant: TenantDB, now: datetime, late: int = 60) -> None:
    """As the worker does twice a second."""
    start_ripe(tenant, settings=replace(SETTINGS, late_minutes=late), now=now)


def shift(tenant: TenantDB, mailing: int, by: timedelta) -> None:
    with tenant.atomic():
        row = tenant.objects(Mailing).get(pk=mailing)
        assert row.start_at
        tenant.objects(Mailing).filter(pk=mailing).update(start_at=row.start_at + by)


def test_it_starts_at_its_time_and_not_before(alpha: TenantDB) -> None:
    mailing = promised(alpha)
    look(alpha, NOON + HOUR - timedelta(seconds=1))
    assert state_of(alpha, mailing)[0] == "scheduled" and not alpha.objects(Delivery).exists()
    found = status(alpha, mailing)
    assert (found["waits_until"], found["waits_for"]) == ((NOON + HOUR).isoformat(), "start")
    look(alpha, NOON + HOUR)
    assert state_of(alpha, mailing)[0] == "sending" and counts(alpha, mailing) == {"audience": 5, "due": 5}
    assert status(alpha, mailing)["waits_until"] is None
    look(alpha, NOON + 2 * HOUR)
    assert [entry["actor"] for entry in entries(alpha, act="mailing.sending")] == ["system:worker"]


def test_who_gets_it_is_judged_at_the_start(alpha: TenantDB) -> None:
    letter = a_list(alpha)
    mailing = promised(alpha)
    gone = people(alpha, ["p00002@example.org"], letter)
    with alpha.atomic():
        withdraw(alpha, subscriber_id=gone[0], list_ids=[letter], how="page", actor=WHO, now=NOON)
    people(alpha, ["new@example.org"], letter)
    look(alpha, NOON + HOUR)
    assert sorted(states(alpha, mailing)) == ["new@example.org", *(f"p0000{n}@example.org" for n in (0, 1, 3, 4))]
    assert counts(alpha, mailing) == {"audience": 6, "due": 5, "excluded:no_consent": 1}


def test_nobody_writes_into_a_mailing_that_waits_for_its_time(alpha: TenantDB) -> None:
    mailing = promised(alpha)
    facts = facts_of(alpha, mailing)
    new = NewMailing(content=replace(CONTENT, subject="Other"), sender_id=facts.sender_id or 0, list_ids=facts.list_ids)
    with pytest.raises(NotDraft):
        change_mailing(alpha, mailing, new, version=version_of(facts), actor=WHO, now=NOON)
    unschedule(alpha, mailing, actor=WHO, now=NOON)
    change_mailing(alpha, mailing, new, version=version_of(facts_of(alpha, mailing)), actor=WHO, now=NOON)
    assert facts_of(alpha, mailing).variants[0].subject == "Other" and start_of(alpha, mailing) is None


def permit(tenant: TenantDB, *, ok: bool) -> None:
    with tenant.atomic():
        tenant.objects(SenderDomain).update(unverified_ok=ok)


def test_the_checks_run_when_it_is_scheduled_and_again_at_the_start(alpha: TenantDB) -> None:
    letter = a_list(alpha)
    people(alpha, 2, letter)
    mailing = draft(alpha, letter)
    permit(alpha, ok=False)
    with pytest.raises(SenderUnverified):
        schedule(alpha, mailing, NOON + HOUR, settings=SETTINGS, actor=WHO, now=NOON)
    assert state_of(alpha, mailing)[0] == "draft"
    permit(alpha, ok=True)
    schedule(alpha, mailing, NOON + HOUR, settings=SETTINGS, actor=WHO, now=NOON)
    permit(alpha, ok=False)
    look(alpha, NOON + HOUR)
    assert state_of(alpha, mailing) == ("paused", "start.refused") and not alpha.objects(Delivery).exists()
    look(alpha, NOON + HOUR)
    permit(alpha, ok=True)
    steer.resume(alpha, mailing, actor=WHO, now=NOON + HOUR)
    look(alpha, NOON + HOUR)
    assert state_of(alpha, mailing)[0] == "sending" and counts(alpha, mailing) == {"audience": 2, "due": 2}


def test_a_start_that_was_missed_for_too_long_asks(alpha: TenantDB) -> None:
    mailing = promised(alpha)
    late = NOON + HOUR + timedelta(minutes=10)
    look(alpha, late, late=9)
    assert state_of(alpha, mailing) == ("paused", "start.missed") and not alpha.objects(Delivery).exists()
    look(alpha, late, late=60)
    assert state_of(alpha, mailing)[0] == "paused", "nobody was asked"
    steer.resume(alpha, mailing, actor=WHO, now=late)
    look(alpha, late, late=9)
    assert state_of(alpha, mailing)[0] == "sending" and counts(alpha, mailing) == {"audience": 5, "due": 5}


def test_a_start_that_is_a_little_late_is_kept(alpha: TenantDB) -> None:
    mailing = promised(alpha)
    look(alpha, NOON + 2 * HOUR)
    assert state_of(alpha, mailing)[0] == "sending"


@pytest.mark.parametrize("missed", [False, True])
def test_it_can_be_made_a_draft_again_and_sent_at_another_time(alpha: TenantDB, *, missed: bool) -> None:
    mailing = promised(alpha)
    if missed:
        look(alpha, NOON + 9 * HOUR)
    steer.cancel(alpha, mailing, actor=WHO, now=NOON)
    assert state_of(alpha, mailing) == ("draft", "")
    look(alpha, NOON + HOUR)
    assert state_of(alpha, mailing)[0] == "draft"
    schedule(alpha, mailing, NOON + 2 * HOUR, settings=SETTINGS, actor=WHO, now=NOON)
    schedule(alpha, mailing, NOON + 3 * HOUR, settings=SETTINGS, actor=WHO, now=NOON)
    look(alpha, NOON + 2 * HOUR)
    assert state_of(alpha, mailing)[0] == "scheduled"
    look(alpha, NOON + 3 * HOUR)
    assert state_of(alpha, mailing)[0] == "sending"
    with pytest.raises(StateRefused):
        unschedule(alpha, mailing, actor=WHO, now=NOON)
    steer.pause(alpha, mailing, actor=WHO, now=NOON)
    with pytest.raises(StateRefused):
        unschedule(alpha, mailing, actor=WHO, now=NOON)
    steer.cancel(alpha, mailing, actor=WHO, now=NOON)
    assert state_of(alpha, mailing)[0] == "cancelled" and counts(alpha, mailing) == {"audience": 5, "cancelled": 5}


def test_a_worker_that_looked_before_it_was_put_off_or_taken_back_does_not_send(alpha: TenantDB, monkeypatch: pytest.MonkeyPatch) -> None:
    mailing = promised(alpha)
    monkeypatch.setattr(scheduling, "ripe", lambda tenant, now: [(mailing, NOON + HOUR)])  # what it saw a moment ago
    schedule(alpha, mailing, NOON + 2 * HOUR, settings=SETTINGS, actor=WHO, now=NOON)
    look(alpha, NOON + HOUR)
    assert state_of(alpha, mailing)[0] == "scheduled"
    unschedule(alpha, mailing, actor=WHO, now=NOON)
    look(alpha, NOON + HOUR)
    assert state_of(alpha, mailing)[0] == "draft" and not alpha.objects(Delivery).exists()


def test_of_many_workers_one_starts_it(alpha: TenantDB, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(freezing, "RANGE", 7)
    mailing = promised(alpha, 100)
    together, faults = threading.Barrier(4), list[BaseException]()

    def work() -> None:
        together.wait(PATIENCE)
        try:
            look(alpha, NOON + HOUR)
        except Exception as fault:  # noqa: BLE001 - shown by the test
            faults.append(fault)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert faults == []
    assert counts(alpha, mailing) == {"audience": 100, "due": 100} and state_of(alpha, mailing)[0] == "sending"
    assert [len(entries(alpha, act=f"mailing.{state}")) for state in ("preparing", "sending")] == [1, 1]


def interrupted(tenant: TenantDB, mailing: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The machine goes off after the first three people were judged."""
    freeze_range, done = freezing._freeze_range, list[int]()

    def breaks(*words: object) -> None:
        if done:
            raise KeyboardInterrupt
        done.append(1)
        freeze_range(*words)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(freezing, "RANGE", 3)
        patch.setattr(freezing, "_freeze_range", breaks)
        with pytest.raises(KeyboardInterrupt):
            look(tenant, NOON + HOUR)
    assert state_of(tenant, mailing)[0] == "preparing" and tenant.objects(Delivery).count() == 3


def test_a_launch_that_was_interrupted_goes_on(alpha: TenantDB, monkeypatch: pytest.MonkeyPatch) -> None:
    mailing = promised(alpha, 9)
    interrupted(alpha, mailing, monkeypatch)
    look(alpha, NOON + HOUR)
    assert state_of(alpha, mailing)[0] == "sending" and counts(alpha, mailing) == {"audience": 9, "due": 9}


def test_a_launch_that_was_interrupted_for_too_long_asks_and_goes_on_with_all(alpha: TenantDB, monkeypatch: pytest.MonkeyPatch) -> None:
    mailing = promised(alpha, 9)
    interrupted(alpha, mailing, monkeypatch)
    look(alpha, NOON + 5 * HOUR)
    assert state_of(alpha, mailing) == ("paused", "start.missed")
    with pytest.raises(StateRefused):
        unschedule(alpha, mailing, actor=WHO, now=NOON)
    steer.resume(alpha, mailing, actor=WHO, now=NOON + 5 * HOUR)
    look(alpha, NOON + 5 * HOUR)
    assert state_of(alpha, mailing)[0] == "sending" and counts(alpha, mailing) == {"audience": 9, "due": 9}


def test_in_a_copied_home_nothing_starts_by_itself(alpha: TenantDB) -> None:
    mailing = promised(alpha)
    mark = read_mark(home())
    home().mark.write_text(json.dumps({**mark, "place": "elsewhere"}), encoding="utf-8")
    heed_copy(home())
    assert state_of(alpha, mailing) == ("paused", "home.copied")
    look(alpha, NOON + HOUR)
    assert state_of(alpha, mailing)[0] == "paused"
    steer.resume(alpha, mailing, actor=WHO, now=NOON)
    assert state_of(alpha, mailing)[0] == "scheduled" and start_of(alpha, mailing) == NOON + HOUR


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("tomorrow", StartWrong),
        ("2026-03-29T02:30", StartWrong),
        ("2026-03-02T12:59", StartRefused),
        ("2027-03-04T12:00", StartRefused),
        ("9999-12-31T23:59", StartRefused),
        ("0001-01-01T00:00Z", StartRefused),
    ],
)
def test_a_time_that_is_over_or_years_away_is_refused(text: str, fault: type[Exception]) -> None:
    with pytest.raises(fault):
        start_typed(text, SETTINGS, NOON)
    assert start_typed("2026-03-02T13:00", SETTINGS, NOON) == NOON


@pytest.mark.wire
@pytest.mark.slow
def test_two_workers_send_it_at_its_time_to_each_person_once(alpha: TenantDB) -> None:
    now = datetime.now(UTC)
    letter = a_list(alpha)
    people(alpha, 40, letter)
    mailing = draft(alpha, letter)
    schedule(alpha, mailing, now + timedelta(days=1), settings=SETTINGS, actor=WHO, now=now)
    with serving() as relay, processes(relay.port, workers=2):
        until(lambda: relay_is_asked_for_nothing(alpha, mailing), 10, "the workers run and wait")
        shift(alpha, mailing, timedelta(days=-1))
        until(lambda: state_of(alpha, mailing)[0] == "finished", 20, "it is sent")
    assert len(relay.recipients()) == 40 and set(relay.recipients().values()) == {1}
    assert [len(entries(alpha, act=f"mailing.{state}")) for state in ("preparing", "sending")] == [1, 1]


def relay_is_asked_for_nothing(tenant: TenantDB, mailing: int) -> bool:
    return state_of(tenant, mailing)[0] == "scheduled" and (home().root / "worker.lock").exists()
