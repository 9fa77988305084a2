"""The controls about measuring single people are green where it is right, and red where something was changed past the system."""

from datetime import timedelta

import pytest

from siegelpost.base.settings import process_settings
from siegelpost.delivery.personal import make_key
from siegelpost.evidence.services import append
from siegelpost.flows.self_attack import attacked
from siegelpost.flows.singly import BEGUN, MEASURING
from siegelpost.measure.models import Frozen
from siegelpost.measure.singly.models import Event, Opening
from siegelpost.measure.singly.rules import KEEP
from siegelpost.tenancy.handle import TenantDB
from tests.governance.watching import state
from tests.measure.singling import HOST, NOW, Singly, gone_out, withdraws

CONTROLS = ("1.5-03", "1.5-04", "1.5-05", "1.5-06", "1.5-07", "4.3-02", "4.3-04", "4.3-08")
ANN = "p0@example.net"
SOON = NOW + timedelta(minutes=5)


def opened_by_ann(one: Singly) -> None:
    """She opens and clicks."""
    for path in one.links[ANN]:
        one.knock(path, at=SOON)
    one.take_in()


def test_all_are_green_beside_a_mailing_that_measures_who_agreed(alpha: TenantDB) -> None:
    opened_by_ann(gone_out(alpha))
    assert {control: state(control, alpha, now=SOON) for control in CONTROLS} == dict.fromkeys(CONTROLS, "green") | {"1.5-07": "green"}


def test_the_attacks_find_nobody_who_did_not_agree(alpha: TenantDB) -> None:
    one = gone_out(alpha, many=45, agreed=5)
    opened_by_ann(one)
    found = attacked(alpha, settings=process_settings(), now=SOON, days=30)
    assert set(found) == {one.mailing} and not any(traces for traces in found[one.mailing].values())
    agreed = {one.people[f"p{n}@example.net"] for n in range(5)}
    assert set(alpha.objects(Event).values_list("subscriber_id", flat=True)) <= agreed, "personal traces are of those alone who agreed"


@pytest.mark.parametrize("control", [one for one in CONTROLS if one != "1.5-07"])
def test_each_sees_what_was_changed_past_the_system(alpha: TenantDB, control: str) -> None:
    one = gone_out(alpha)
    opened_by_ann(one)
    late = SOON + timedelta(hours=3)
    with alpha.atomic():
        if control in ("1.5-04", "4.3-08"):
            withdraws(alpha, one.people[ANN], now=SOON)
        elif control == "1.5-05":
            alpha.objects(Event).update(last_at=NOW - KEEP - timedelta(days=2))
        elif control == "1.5-06":
            alpha.objects(Opening).update(instruction_id=4_711)
        elif control == "4.3-04":
            alpha.objects(Opening).update(purpose="Marketing")
        elif control == "1.5-03":
            alpha.objects(Frozen).filter(mailing_id=one.mailing).update(why={})
        else:
            alpha.objects(Opening).all().delete()
    assert state(control, alpha, now=late) == "red"


def test_a_key_that_outlives_its_instruction_and_a_folding_that_waits_are_seen(alpha: TenantDB) -> None:
    with alpha.atomic():
        make_key(alpha, 7, until=int(NOW.timestamp()) + 9_999)
        append(alpha, BEGUN, subject=MEASURING, details={"rows": 1, "keys": 1}, actor=HOST, at=NOW)
    assert state("1.5-06", alpha, now=NOW) == "red" and state("1.5-05", alpha, now=NOW + timedelta(hours=2)) == "red"


def test_duties_that_ran_out_are_seen_before_and_after(alpha: TenantDB) -> None:
    gone_out(alpha)
    assert state("1.5-07", alpha, now=NOW + timedelta(days=340)) == "amber"
    assert state("1.5-07", alpha, now=NOW + timedelta(days=367)) == "red", "nobody put it to sleep"
