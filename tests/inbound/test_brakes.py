"""A mailing that people complain about is slowed down and stopped, for itself, until an operator says why it goes on."""

import json
import time
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from siegelpost.audience.models import Subscriber
from siegelpost.base import clock
from siegelpost.base.actor import Actor
from siegelpost.base.brakes import Level
from siegelpost.base.settings import Settings, process_settings
from siegelpost.cli.main import main
from siegelpost.delivery.limits import limits_set
from siegelpost.delivery.models import Delivery, Launch
from siegelpost.evidence.models import Entry
from siegelpost.feedback.brakes import MAX_REASON, brakes_of
from siegelpost.feedback.errors import Braked, NotBraked, ReasonMissing
from siegelpost.feedback.rules import Verdict
from siegelpost.feedback.services import About, Bounce, record_bounce, record_complaint
from siegelpost.flows import brake
from siegelpost.flows.brake import BrakeRounds, judge, release
from siegelpost.flows.overview import concerns
from siegelpost.flows.send_again import send_again
from siegelpost.flows.steer import resume
from siegelpost.flows.worker import Worker
from siegelpost.mailings.models import Mailing
from siegelpost.sign.addresses import address_key
from siegelpost.tenancy.handle import TenantDB
from tests.inbound.delivered import NOON
from tests.patience import PATIENCE

WHO = Actor.operator()
SETTINGS = replace(process_settings(), brake_complaints="1/2/3@100/3", brake_bounces="10@30/5", brake_slow=77)
"""The same rule with fewer people."""


def mailed(
    tenant: TenantDB, domain: str, n: int, *, mailing: int | None = None, state: str = "sent", at: Any = NOON
) -> tuple[int, list[int]]:
    """So many people at a domain got a mailing that is still sending; returns it and them."""
    with tenant.atomic():
        if mailing is None:
            made = tenant.objects(Mailing).create(name="Spring", state="sending", created_at=NOON, launched_at=NOON)
            tenant.objects(Launch).create(mailing_id=made.pk, plan={}, launched_at=NOON, frozen_upto=0)
            mailing = made.pk
        first = tenant.objects(Subscriber).count()
        emails = [f"p{first + one}@{domain}" for one in range(n)]
        rows = [
            Subscriber(email=e, address_key=address_key(e, tenant.keys.addresses), fields={}, created_at=NOON, updated_at=NOON)
            for e in emails
        ]
        tenant.objects(Subscriber).bulk_create(rows)
        people = list(tenant.objects(Subscriber).filter(email__in=emails).order_by("pk").values_list("pk", flat=True))
        tenant.objects(Delivery).bulk_create(
            [Delivery(mailing_id=mailing, variant_id=1, subscriber_id=one, state=state, due_at=0, at=int(at.timestamp())) for one in people]
        )
    return mailing, people


def about(tenant: TenantDB, mailing: int, person: int) -> About:
    return About(mailing_id=mailing, subscriber_id=person, key=bytes(tenant.objects(Subscriber).get(pk=person).address_key))


def complain(tenant: TenantDB, mailing: int, people: Iterable[int], at: Any = NOON) -> None:
    for one in people:
        record_complaint(tenant, about(tenant, mailing, one), source="arf", actor=WHO, now=at)


def bounce(tenant: TenantDB, mailing: int, people: Iterable[int]) -> None:
    for one in people:
        record_bounce(tenant, Bounce(about=about(tenant, mailing, one), verdict=Verdict.HARD), actor=WHO, now=NOON)


def state(tenant: TenantDB, mailing: int) -> tuple[str, str]:
    return tenant.objects(Mailing).values_list("state", "pause_reason").get(pk=mailing)


def levels(tenant: TenantDB, mailing: int) -> dict[tuple[str, str], tuple[Level, int, int]]:
    return {(one.receivers, one.cause): (one.level, one.cases, one.of) for one in brakes_of(tenant, mailing)}


def look(tenant: TenantDB, mailing: int, settings: Settings = SETTINGS, now: Any = NOON) -> list[Level]:
    return [one.level for one in judge(tenant, mailing, settings, now=now)]


def test_complaints_warn_then_slow_then_stop_and_each_step_is_written_down_once(alpha: TenantDB) -> None:
    mailing, people = mailed(alpha, "gmail.com", 150)
    name = f"tenant:{alpha.number}/brake:{mailing}"
    steps = [(1, [], "sending"), (2, [Level.WARN], "sending"), (3, [Level.SLOW], "sending"), (5, [Level.STOP], "paused")]
    for upto, level, expected in steps:
        complain(alpha, mailing, people[:upto])
        assert look(alpha, mailing) == level
        assert look(alpha, mailing) == []
        assert (name in limits_set()) is (level == [Level.SLOW])
        assert state(alpha, mailing)[0] == expected
    assert state(alpha, mailing) == ("paused", "feedback.braked")
    assert levels(alpha, mailing) == {("gmail", "complaint"): (Level.STOP, 5, 150)}
    acts = alpha.objects(Entry).filter(act="feedback.braked").order_by("pk")
    assert [one.details["level"] for one in acts] == ["warn", "slow", "stop"]
    assert acts[2].details == {"receivers": "gmail", "cause": "complaint", "cases": 5, "of": 150, "level": "stop"}


def test_what_is_slowed_down_goes_out_at_the_pace_of_the_setting_and_faster_again_when_the_share_sinks(alpha: TenantDB) -> None:
    mailing, people = mailed(alpha, "gmail.com", 150)
    complain(alpha, mailing, people[:3])
    look(alpha, mailing)
    assert limits_set()[f"tenant:{alpha.number}/brake:{mailing}"].per_hour == 77
    mailed(alpha, "gmail.com", 300, mailing=mailing)
    assert look(alpha, mailing) == [Level.NONE]
    assert limits_set() == {}


def test_hard_bounces_stop_whether_they_came_at_once_or_by_mail(alpha: TenantDB) -> None:
    mailing, people = mailed(alpha, "firm.example", 38)
    _same, refused = mailed(alpha, "firm.example", 2, mailing=mailing, state="bounced")
    bounce(alpha, mailing, people[:3])
    assert look(alpha, mailing) == []
    bounce(alpha, mailing, refused)
    assert look(alpha, mailing) == [Level.STOP]
    assert levels(alpha, mailing) == {("firm.example", "hard"): (Level.STOP, 5, 40)}


@pytest.mark.slow
def test_each_provider_counts_for_itself_with_all_its_domains(alpha: TenantDB) -> None:
    mailing, gmail = mailed(alpha, "gmail.com", 80)
    _same, google = mailed(alpha, "googlemail.com", 80, mailing=mailing)
    mailed(alpha, "gmx.de", 1_000, mailing=mailing)
    complain(alpha, mailing, [*gmail[:2], *google[:3]])
    assert look(alpha, mailing) == [Level.STOP]
    assert levels(alpha, mailing) == {("gmail", "complaint"): (Level.STOP, 5, 160)}


def test_other_mailings_and_other_tenants_go_on(alpha: TenantDB, beta: TenantDB) -> None:
    bad, people = mailed(alpha, "gmail.com", 120)
    good, _others = mailed(alpha, "gmail.com", 120)
    complain(alpha, bad, people[:10])
    BrakeRounds(SETTINGS).look([alpha, beta], now=NOON)
    assert (state(alpha, bad)[0], state(alpha, good)[0]) == ("paused", "sending")
    assert levels(alpha, good) == {} and brakes_of(beta) == []


def test_what_is_older_than_seven_days_counts_no_more(alpha: TenantDB) -> None:
    mailing, people = mailed(alpha, "gmail.com", 120)
    complain(alpha, mailing, people[:10])
    assert look(alpha, mailing, now=NOON + timedelta(days=7, seconds=1)) == []
    assert look(alpha, mailing, now=NOON + timedelta(days=7)) == [Level.STOP]


def test_a_stopped_mailing_is_not_resumed_nor_sent_again_before_an_operator_gave_a_reason(alpha: TenantDB) -> None:
    mailing, people = mailed(alpha, "gmail.com", 120)
    complain(alpha, mailing, people[:10])
    look(alpha, mailing)
    for attempt in (resume, lambda *a, **k: send_again(a[0], a[1], "unsure", **k)):
        with pytest.raises(Braked):
            attempt(alpha, mailing, actor=Actor.staff(1), now=NOON)
    assert state(alpha, mailing)[0] == "paused"
    with pytest.raises(ReasonMissing):
        release(alpha, mailing, "  ", SETTINGS, actor=WHO, now=NOON)
    released = release(alpha, mailing, "the list was mixed up; cleaned", SETTINGS, actor=WHO, now=NOON)
    assert [(one.receivers, one.level) for one in released] == [("gmail", Level.STOP)]
    assert state(alpha, mailing)[0] == "paused"
    entry = alpha.objects(Entry).get(act="feedback.brake_released")
    assert (entry.actor, entry.details["reason"], entry.subject) == ("operator", "the list was mixed up; cleaned", f"mailing:{mailing}")
    with pytest.raises(NotBraked):
        release(alpha, mailing, "again", SETTINGS, actor=WHO, now=NOON)


def test_what_is_slowed_down_is_released_too_and_only_the_beginning_of_a_long_reason_is_kept(alpha: TenantDB) -> None:
    mailing, people = mailed(alpha, "gmail.com", 150)
    complain(alpha, mailing, people[:3])
    look(alpha, mailing)
    (released,) = release(alpha, mailing, "x" * 2 * MAX_REASON, SETTINGS, actor=WHO, now=NOON + timedelta(minutes=1))
    assert (released.level, limits_set()) == (Level.SLOW, {})
    (kept,) = brakes_of(alpha, mailing)
    assert (kept.level, kept.reason) == (Level.NONE, "x" * MAX_REASON)
    assert alpha.objects(Entry).get(act="feedback.brake_released").details["reason"] == kept.reason


@pytest.mark.slow
def test_after_a_release_only_what_goes_out_from_then_on_counts(alpha: TenantDB) -> None:
    mailing, people = mailed(alpha, "gmail.com", 120)
    complain(alpha, mailing, people[:10])
    look(alpha, mailing)
    later = NOON + timedelta(hours=1)
    release(alpha, mailing, "cleaned", SETTINGS, actor=WHO, now=NOON + timedelta(minutes=1))
    complain(alpha, mailing, people[10:20], at=later)  # about what went out before
    assert look(alpha, mailing, now=later) == []
    _same, new = mailed(alpha, "gmail.com", 120, mailing=mailing, at=later)
    complain(alpha, mailing, new[:5], at=later)
    assert look(alpha, mailing, now=later) == [Level.STOP]
    assert levels(alpha, mailing) == {("gmail", "complaint"): (Level.STOP, 5, 120)}


@pytest.mark.slow
def test_the_usual_thresholds_hold_for_a_mailing_of_a_thousand(alpha: TenantDB) -> None:
    usual = process_settings()
    mailing, people = mailed(alpha, "gmail.com", 1_000)
    complain(alpha, mailing, people[:2])
    assert look(alpha, mailing, usual) == [Level.WARN]
    complain(alpha, mailing, people[2:3])
    assert look(alpha, mailing, usual) == [Level.STOP]


def test_a_tenant_whose_mailings_cannot_be_judged_does_not_keep_others_from_it(alpha: TenantDB, beta: TenantDB) -> None:
    mailing, people = mailed(alpha, "gmail.com", 120)
    complain(alpha, mailing, people[:10])
    gone = replace(beta, alias="t_nobody")
    BrakeRounds(SETTINGS).look([gone, alpha], now=NOON)
    assert state(alpha, mailing)[0] == "paused"


def test_a_mailing_that_ended_long_ago_is_not_judged_again(alpha: TenantDB) -> None:
    mailing, people = mailed(alpha, "gmail.com", 120)
    with alpha.atomic():
        alpha.objects(Mailing).filter(pk=mailing).update(state="finished", finished_at=NOON - timedelta(days=7, seconds=1))
    complain(alpha, mailing, people[:10])
    BrakeRounds(SETTINGS).look([alpha], now=NOON)
    assert brakes_of(alpha) == []
    with alpha.atomic():
        alpha.objects(Mailing).filter(pk=mailing).update(finished_at=NOON - timedelta(days=6))
    BrakeRounds(SETTINGS).look([alpha], now=NOON)
    assert [one.level for one in brakes_of(alpha)] == [Level.STOP]


def test_a_round_judges_only_what_has_changed_and_not_twice_a_minute(alpha: TenantDB) -> None:
    mailing, people = mailed(alpha, "gmail.com", 120)
    rounds = BrakeRounds(SETTINGS)
    rounds.look([alpha], now=NOON)
    complain(alpha, mailing, people[:10])
    rounds.look([alpha], now=NOON)
    assert state(alpha, mailing)[0] == "sending"
    BrakeRounds(SETTINGS).look([alpha], now=NOON)
    assert state(alpha, mailing)[0] == "paused"


def test_what_did_not_change_is_not_judged_again_until_it_is_too_old_to_count(alpha: TenantDB, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(brake, "EVERY", 0.0)
    mailing, people = mailed(alpha, "gmail.com", 150)
    complain(alpha, mailing, people[:3])
    rounds = BrakeRounds(SETTINGS)
    for hours in (0, 1):
        rounds.look([alpha], now=NOON + timedelta(hours=hours))
        assert [(one.level, one.at) for one in brakes_of(alpha)] == [(Level.SLOW, NOON)]
    with alpha.atomic():
        alpha.objects(Mailing).filter(pk=mailing).update(state="finished", finished_at=NOON)
    rounds.look([alpha], now=NOON + timedelta(days=8))
    assert [one.level for one in brakes_of(alpha)] == [Level.NONE] and limits_set() == {}


@pytest.mark.touches_beta
def test_mailings_of_two_tenants_may_have_the_same_number(alpha: TenantDB, beta: TenantDB) -> None:
    mailed(alpha, "firm.example", 1)  # beta has a mailing already
    both = [(tenant, *mailed(tenant, "gmail.com", 3)) for tenant in (alpha, beta)]
    assert len({mailing for _tenant, mailing, _people in both}) == 1
    for tenant, mailing, people in both:
        complain(tenant, mailing, people[:1])
    BrakeRounds(SETTINGS).look([alpha, beta], now=NOON)
    assert [len(brakes_of(tenant)) for tenant in (alpha, beta)] == [1, 1]


@pytest.mark.sqlite
def test_what_could_not_be_judged_is_tried_again(alpha: TenantDB, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(brake, "EVERY", 0.0)
    mailing, people = mailed(alpha, "gmail.com", 120)
    complain(alpha, mailing, people[:10])
    rounds = BrakeRounds(SETTINGS)
    with alpha.atomic():
        alpha.cursor().execute("CREATE TRIGGER away BEFORE INSERT ON feedback_mailingbrake BEGIN SELECT RAISE(ABORT, 'away'); END")
    rounds.look([alpha], now=NOON)
    assert state(alpha, mailing)[0] == "sending"
    with alpha.atomic():
        alpha.cursor().execute("DROP TRIGGER away")
    rounds.look([alpha], now=NOON)
    assert state(alpha, mailing)[0] == "paused"


@pytest.mark.wire
@pytest.mark.slow
@pytest.mark.sqlite  # the worker leaves its threads' connections to the end of its process
def test_the_worker_looks_at_what_came_back(alpha: TenantDB) -> None:
    mailing, people = mailed(alpha, "gmail.com", 3, at=clock.now())
    with alpha.atomic():
        alpha.objects(Mailing).update(state="finished")
    complain(alpha, mailing, people[:1], at=clock.now())
    end = time.monotonic() + PATIENCE
    Worker(process_settings()).run(until=lambda: bool(brakes_of(alpha)) or time.monotonic() > end)
    assert levels(alpha, mailing) == {("gmail", "complaint"): (Level.WARN, 1, 3)}


def test_the_overview_names_the_mailing_with_its_figures(alpha: TenantDB) -> None:
    mailing, people = mailed(alpha, "gmail.com", 120)
    complain(alpha, mailing, people[:10], at=clock.now())
    look(alpha, mailing, now=NOON)
    (found,) = [one for one in concerns(alpha, [], now=NOON) if one.kind == "braked"]
    assert found.mailing and found.brake
    assert (found.mailing.id, found.name, found.number, found.brake.of, found.brake.level) == (mailing, "gmail", 10, 120, Level.STOP)
    assert [one for one in concerns(alpha, [], now=NOON + timedelta(days=8)) if one.kind == "braked"] == []


def test_commands_list_and_release(alpha: TenantDB, capsys: pytest.CaptureFixture[str]) -> None:
    def said(*words: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as end:
            main(("brake", *words))
        out, err = capsys.readouterr()
        return int(end.value.code or 0), out, err

    mailing, people = mailed(alpha, "gmail.com", 120)
    assert "No mailing is slowed down or stopped." in said("list")[1]
    complain(alpha, mailing, people[:10])
    look(alpha, mailing)
    (found,) = json.loads(said("list", "alpha", "--json")[1])
    assert (found["tenant"], found["mailing"], found["receivers"], found["level"], found["cases"]) == (
        "alpha",
        mailing,
        "gmail",
        "stop",
        10,
    )
    assert "halted" in said("list")[1]
    code, out, err = said("release", "alpha", str(mailing), "--reason", " ", "--json")
    assert (code, out, json.loads(err)["error"]["code"]) == (4, "", "feedback.release_reason")
    (found,) = json.loads(said("release", "alpha", str(mailing), "--reason", "list cleaned", "--json")[1])
    assert (found["level"], found["reason"]) == ("none", "list cleaned")
    assert json.loads(said("release", "alpha", str(mailing), "--reason", "x", "--json")[2])["error"]["code"] == "feedback.not_braked"
    assert json.loads(said("release", "alpha", "999", "--reason", "x", "--json")[2])["error"]["code"] == "mailing.unknown"
