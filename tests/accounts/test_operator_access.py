"""The operator in the tenant of another controller: let in, for a while, by somebody else; each step stands in the tenant's log."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.db import connections

from siegelpost.accounts.reads import Person, person_with, rights_in
from siegelpost.base import clock
from siegelpost.base.actor import Actor
from siegelpost.base.errors import SiegelpostError
from siegelpost.delivery.models import Outgoing
from siegelpost.evidence.access import accesses
from siegelpost.evidence.reads import entries
from siegelpost.flows import operator_access as flow
from siegelpost.flows.staff import let_in as give_roles
from siegelpost.flows.staff import set_active
from siegelpost.mailings.models import Sender
from siegelpost.tenancy.admissions import OVER, WAITING, admission, usable
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.models import Admission, OperatorVisit, Tenant
from siegelpost.tenancy.registry import open_tenant
from siegelpost.tenancy.visit_rules import WAITS
from siegelpost.tenancy.visits import visit_of, visit_of_command_line, visits, visits_of
from tests.accounts.operators import HOST, URL, WHY, approval, emergency, foreign, inside, operator

MINUTE = timedelta(minutes=1)


@pytest.fixture
def customer(alpha: TenantDB) -> TenantDB:
    return foreign(alpha)


def boss_of(_customer: TenantDB) -> Person:
    found = person_with("boss@customer.example")
    assert found is not None
    return found


def acts(tenant: TenantDB) -> list[str]:
    """Those of this story, the oldest first."""
    return [one["act"] for one in reversed(entries(tenant)) if one["act"].startswith("operator.")]


def refused(call: Callable[[], Any]) -> str:
    with pytest.raises(SiegelpostError) as fault:
        call()
    return fault.value.code


def test_an_approval_lets_in_whoever_enters_with_it_and_nobody_else(customer: TenantDB) -> None:
    ann, bob = operator("ann"), operator("bob")
    number, now = approval(customer, boss_of(customer)), clock.now()
    assert visit_of(customer, ann.pk, now=now) is None, "an approval alone opens nothing"
    inside(customer, ann, number)
    later = clock.now()
    assert visit_of(customer, ann.pk, now=later) and not visit_of(customer, bob.pk, now=later)
    assert not visit_of_command_line(customer, now=later) and set(visits_of(ann.pk, now=later)) == {customer.number}
    assert rights_in(ann, customer) == frozenset(), "what flows ask for again is not theirs: no role, no token, no colleague"
    assert flow.leave(customer, by=ann, now=later) and not flow.leave(customer, by=ann, now=later)
    assert visit_of(customer, ann.pk, now=clock.now()) is None
    assert acts(customer) == ["operator.let_in", "operator.entered", "operator.left"]


def test_the_tenants_log_says_who_why_and_until_when(customer: TenantDB) -> None:
    ann = operator("ann")
    number = approval(customer, boss_of(customer))
    inside(customer, ann, number)
    entered, let_in = entries(customer)[:2]
    until = admission(customer, number, now=clock.now()).until
    assert until and entered["actor"] == f"staff:{ann.pk}" and let_in["actor"] == f"staff:{boss_of(customer).pk}"
    assert entered["details"] == {"approval": number, "why": WHY, "until": until.isoformat(), "command_line": False}
    assert let_in["details"] == {"purpose": WHY, "until": until.isoformat()}
    today = clock.now().date()
    assert (f"staff:{ann.pk}", "operator_access", "enter") in [
        (one.who, one.area, one.verb) for one in accesses(customer, today - timedelta(1), today)
    ]


def test_it_ends_by_the_clock_and_a_clock_that_is_set_back_opens_it_no_more(customer: TenantDB) -> None:
    ann = operator("ann")
    inside(customer, ann, approval(customer, boss_of(customer), hours=1))
    now, late = clock.now(), clock.now() + 61 * MINUTE
    assert visit_of(customer, ann.pk, now=now) and not visit_of(customer, ann.pk, now=late)
    assert not visit_of(customer, ann.pk, now=now - 10 * MINUTE), "nor before it began"
    flow.settle([customer], now=late)  # the worker, twice a second
    flow.settle([customer], now=late)
    assert not visit_of(customer, ann.pk, now=now)
    left = entries(customer, act="operator.left")
    assert [one["details"]["how"] for one in left] == ["over"]


def test_the_tenant_ends_an_approval_and_whoever_is_there_is_out_at_once(customer: TenantDB) -> None:
    ann, boss = operator("ann"), boss_of(customer)
    number = approval(customer, boss)
    inside(customer, ann, number)
    assert flow.shut_out(customer, number, actor=Actor.staff(boss.pk), now=clock.now())
    assert not flow.shut_out(customer, number, actor=Actor.staff(boss.pk), now=clock.now())
    now = clock.now()
    assert not visit_of(customer, ann.pk, now=now)
    assert refused(lambda: flow.enter(customer, number, WHY, by=ann, now=now)) == "access.approval_closed"
    assert acts(customer)[-2:] == ["operator.shut_out", "operator.left"] and visits(customer)[0].how == "tenant"


def test_an_emergency_takes_a_second_person_and_tells_the_tenant_at_once(customer: TenantDB) -> None:
    ann, bob = operator("ann"), operator("bob")
    number = emergency(customer, ann, bob)
    found, now = admission(customer, number, now=clock.now()), clock.now()
    assert found.until and timedelta(minutes=59) < found.until - now <= timedelta(minutes=60)
    mails = {one.to: f"{one.subject} {one.text}" for one in customer.objects(Outgoing)}
    assert set(mails) == {"boss@customer.example", "dpo@customer.example"}
    told = ("in einem Notfall", "ann@operator.example", "bob@operator.example", WHY, f"{URL}/t/alpha/operator")
    assert all(word in text for text in mails.values() for word in told)
    assert refused(lambda: flow.enter(customer, number, WHY, by=bob, now=now)) == "access.approval_of_another"
    assert refused(lambda: flow.enter(customer, number, WHY, by=None, at_command_line=True, now=now)) == "access.approval_of_another"
    inside(customer, ann, number)
    assert acts(customer) == ["operator.emergency_asked", "operator.emergency_agreed", "operator.entered"]


@pytest.mark.parametrize("second", ["oneself", "plus", "newcomer", "blocked", "staff", "unproved", "stale", "rival"])
def test_who_is_no_second_person(customer: TenantDB, second: str) -> None:
    ann, now = operator("ann"), clock.now()
    number = flow.ask(customer, WHY, by=ann, now=now)
    bob = operator("ann+2" if second == "plus" else "bob", days=0 if second == "newcomer" else 30)
    by, proved = {"oneself": ann, "staff": boss_of(customer)}.get(second, bob), clock.now()
    if second == "blocked":
        by = set_active(bob.email, active=False, now=now)
    if second == "rival":
        flow.ask(customer, WHY, by=bob, now=now)
    shown = {"unproved": None, "stale": proved - 11 * MINUTE}.get(second, proved)
    moment = clock.now()
    assert refused(lambda: flow.agree(customer, number, by=by, proved_at=shown, staff_url=URL, now=moment)) == "access.second_person_needed"
    assert admission(customer, number, now=moment).state == WAITING and not customer.objects(Outgoing).exists()
    assert "operator.emergency_agreed" not in acts(customer)


def test_an_emergency_that_nobody_agrees_to_within_a_day_is_none(customer: TenantDB) -> None:
    ann, bob = operator("ann"), operator("bob")
    number = flow.ask(customer, WHY, by=ann, now=clock.now())
    late = clock.now() + WAITS
    assert admission(customer, number, now=late).state == OVER and usable(now=late) == []
    assert refused(lambda: flow.agree(customer, number, by=bob, proved_at=late, staff_url=URL, now=late)) == "access.approval_closed"
    assert not visits(customer)


@pytest.mark.parametrize("lacks", ["people", "sender"])
def test_nobody_gets_in_behind_the_back_of_a_tenant_that_cannot_be_told(customer: TenantDB, lacks: str) -> None:
    ann, bob = operator("ann"), operator("bob")
    number = flow.ask(customer, WHY, by=ann, now=clock.now())
    if lacks == "people":
        set_active("boss@customer.example", active=False, now=clock.now())
        Tenant.objects.filter(pk=customer.number).update(data_protection="")
        customer = open_tenant(customer.slug)
    else:
        with customer.atomic():
            customer.objects(Sender).all().delete()
    now = clock.now()
    assert refused(lambda: flow.agree(customer, number, by=bob, proved_at=now, staff_url=URL, now=now)) == "access.nobody_to_tell"
    assert refused(lambda: flow.ask(customer, WHY, by=bob, now=now)) == "access.nobody_to_tell"
    assert admission(customer, number, now=now).state == WAITING


@pytest.mark.parametrize("who", ["ann", "bob"])
def test_whoever_is_blocked_loses_what_is_open_at_once(customer: TenantDB, who: str) -> None:
    """Asker or second: an emergency that one of them brought to the command line ends, too."""
    ann, bob = operator("ann"), operator("bob")
    number = emergency(customer, ann, bob)
    inside(customer, ann, number)
    flow.enter(customer, number, WHY, by=ann, at_command_line=True, now=clock.now())
    set_active(f"{who}@operator.example", active=False, now=clock.now())
    now = clock.now()
    assert visit_of_command_line(customer, now=now) is None and (visit_of(customer, ann.pk, now=now) is None) == (who == "ann")
    set_active(f"{who}@operator.example", active=True, now=clock.now())
    assert visit_of_command_line(customer, now=clock.now()) is None, "nor after they were let in again"


def test_of_two_who_agree_at_once_one_is_the_second_person_and_the_tenant_is_told_once(customer: TenantDB) -> None:
    ann, seconds = operator("ann"), [operator("bob"), operator("eve")]
    number, now = flow.ask(customer, WHY, by=ann, now=clock.now()), clock.now()

    def agreed(by: Person) -> str:
        try:
            flow.agree(customer, number, by=by, proved_at=now, staff_url=URL, now=now)
        except SiegelpostError as fault:
            return fault.code
        finally:
            connections.close_all()
        return "agreed"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(agreed, seconds)) == ["access.approval_closed", "agreed"]
    assert acts(customer).count("operator.emergency_agreed") == 1 and customer.objects(Outgoing).count() == 2


def test_numbers_of_another_tenant_open_nothing_here(customer: TenantDB, beta: TenantDB) -> None:
    ann = operator("ann")
    row = Admission.objects.create(
        tenant_number=beta.number, emergency=False, purpose=WHY, asked_by=1, asked_at=clock.now(), until=clock.now() + 60 * MINUTE
    )
    now = clock.now()
    for number in (row.pk, row.pk + 1, 0, -1, 2**70):
        assert refused(partial(flow.enter, customer, number, WHY, by=ann, now=now)) == "access.approval_unknown"
        assert refused(partial(flow.shut_out, customer, number, actor=HOST, now=now)) == "access.approval_unknown"


def test_a_tenant_of_the_operators_own_needs_none(alpha: TenantDB) -> None:
    ann, now = operator("ann"), clock.now()
    assert refused(lambda: flow.ask(alpha, WHY, by=ann, now=now)) == "access.not_needed"
    assert refused(lambda: flow.let_in(alpha, WHY, now + MINUTE, by=ann, now=now)) == "access.not_needed"


def test_nobody_of_the_operator_lets_the_operator_in(customer: TenantDB) -> None:
    now = clock.now()
    assert refused(lambda: flow.let_in(customer, WHY, now + MINUTE, by=operator("ann"), now=now)) == "access.second_person_needed"
    boss = boss_of(customer)
    assert refused(lambda: flow.let_in(customer, "short", now + MINUTE, by=boss, now=now)) == "access.reason_unusable"
    assert refused(lambda: flow.let_in(customer, WHY, now + timedelta(days=8), by=boss, now=now)) == "access.end_unusable"
    assert acts(customer) == []


def test_what_the_log_does_not_hold_opens_nothing(customer: TenantDB, monkeypatch: pytest.MonkeyPatch) -> None:
    """The log is full, the disk is gone: whatever step fails, the door stays shut."""
    ann, bob, boss = operator("ann"), operator("bob"), boss_of(customer)
    given, asked = approval(customer, boss), flow.ask(customer, WHY, by=ann, now=clock.now())

    def broken(*_: Any, **__: Any) -> None:
        raise OSError

    monkeypatch.setattr(flow, "append", broken)
    now = clock.now()
    for step in (
        lambda: flow.let_in(customer, WHY, now + MINUTE, by=boss, now=now),
        lambda: flow.agree(customer, asked, by=bob, proved_at=now, staff_url=URL, now=now),
        lambda: flow.enter(customer, given, WHY, by=ann, now=now),
    ):
        with pytest.raises(OSError):
            step()
    monkeypatch.undo()
    assert [one.id for one in usable(now=now) if one.state == "open"] == [given]
    assert not visit_of(customer, ann.pk, now=clock.now())
    assert not OperatorVisit.objects.filter(until__gt=now).exists()


def test_a_seat_in_a_tenant_of_others_gives_an_operator_nothing_there(customer: TenantDB) -> None:
    ann = operator("ann")
    give_roles(customer, ann.email, ["admin"], actor=HOST, now=clock.now())
    assert rights_in(ann, customer) == frozenset()
