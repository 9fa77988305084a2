"""Accounts below accounts: no circles, two levels, and each is a tenant like any other. Tests, and ends."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from hypothesis import given
from hypothesis import strategies as st

from siegelpost.accounts.reads import rights_here
from siegelpost.accounts.rules import ADMIN, EDITOR, OPERATOR, PRIVACY
from siegelpost.audience.errors import AddressReal
from siegelpost.audience.models import Subscriber
from siegelpost.audience.reserved import guard, kept_out
from siegelpost.audience.services import put_subscriber
from siegelpost.base import clock
from siegelpost.base.actor import Actor
from siegelpost.base.controls import GREEN, Around
from siegelpost.base.settings import process_settings
from siegelpost.consent.suppression import reason_for, suppress_pattern
from siegelpost.delivery.models import Outgoing
from siegelpost.evidence.reads import entries
from siegelpost.flows.controls.forbidden import knows_nobody_of_others, refuses_what_is_not_allowed
from siegelpost.flows.end_rounds import heed_ends
from siegelpost.flows.sub_accounts import make_below
from siegelpost.flows.tenant_end import allow_sub_accounts, change_status, end
from siegelpost.mailings.browse import UNDERWAY
from siegelpost.mailings.models import Mailing
from siegelpost.tenancy.errors import EndImplausible, NestedTooDeep, PeopleStored, SubAccountsFull, TenantEnded
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.models import Tenant
from siegelpost.tenancy.provision import NewTenant, create_tenant
from siegelpost.tenancy.registry import children_of, open_tenant, parent_of, tree
from siegelpost.tenancy.standing import STAGES, end_of, set_test, stage
from tests.delivery.support import NOON, WHO, launched
from tests.family import nested
from tests.mailings.making import some_sender
from tests.web.visiting import colleague

pytestmark = pytest.mark.slow

OWNED = "ann@somewhere" + ".zzz"
BERLIN = ZoneInfo("Europe/Berlin")


def test_a_sub_account_is_a_tenant_of_its_own_and_has_none_below(alpha: TenantDB) -> None:
    with alpha.atomic():
        suppress_pattern(alpha, pattern="%@no.example", source="staff", actor=WHO, now=NOON)
    new = NewTenant(slug="leaf", name="Leaf", test=True)
    leaf = make_below(alpha, new, process_settings(), ends_at=clock.now() + timedelta(days=3), actor=Actor.operator(), now=NOON)
    assert (leaf.parent, leaf.own, leaf.test, leaf.ended) == (alpha.number, False, True, False)
    assert leaf.alias != alpha.alias and leaf.keys.root != alpha.keys.root and not leaf.objects(Subscriber).exists()
    assert reason_for(leaf, "ann@no.example", None) == "parents_list", "the list is there from the first moment"
    assert [one.slug for one in children_of(alpha)] == ["leaf"] and parent_of(leaf) == open_tenant("alpha")
    assert [(one.slug, depth) for one, depth in tree()] == [("alpha", 0), ("leaf", 1), ("beta", 0)]
    with pytest.raises(NestedTooDeep):
        create_tenant(NewTenant(slug="deeper", name="Deeper", parent=leaf.number), process_settings(), now=NOON)
    with pytest.raises(NestedTooDeep):
        allow_sub_accounts(leaf, 1, actor=WHO, now=NOON)
    with pytest.raises(SubAccountsFull):
        make_below(alpha, replace(new, slug="more"), process_settings(), ends_at=None, actor=Actor.staff(1), now=NOON)
    with pytest.raises(TenantEnded):
        make_below(replace(alpha, ended=True), replace(new, slug="more"), process_settings(), ends_at=None, actor=WHO, now=NOON)
    with pytest.raises(ProtectedError):
        Tenant.objects.get(number=alpha.number).delete()
    assert [one["act"] for one in entries(alpha, limit=2)] == ["tenancy.end_set", "sub_account.made"]


def test_the_database_knows_no_circles(alpha: TenantDB, beta: TenantDB) -> None:
    for lower, upper in ((alpha, alpha), (alpha, beta), (beta, beta)):
        with pytest.raises(IntegrityError), transaction.atomic(using="default"):
            Tenant.objects.filter(number=lower.number).update(parent=upper.number)
    assert Tenant.objects.filter(number=beta.number).update(parent=alpha.number) == 1


@given(st.dates(date(2026, 1, 1), date(2026, 12, 31)), st.integers(-3, 2000))
def test_it_ends_at_midnight_after_its_last_day(today: date, days: int) -> None:
    now = datetime(today.year, today.month, today.day, 13, tzinfo=BERLIN)
    last = today + timedelta(days=days)
    if not 0 <= days <= 5 * 366:
        with pytest.raises(EndImplausible):
            end_of(last, BERLIN, now=now)
        return
    local = end_of(last, BERLIN, now=now).astimezone(BERLIN)
    assert (local.date(), local.hour) == (last + timedelta(days=1), 0)


@given(st.lists(st.timedeltas(timedelta(0), timedelta(days=40)), min_size=1, max_size=40))
def test_each_stage_is_seen_to_once_and_the_end_always(steps: list[timedelta]) -> None:
    """However seldom somebody looks: a stage that was passed over is not made up for, and the end is."""
    start = datetime(2026, 3, 1, tzinfo=UTC)
    ends, told, done = start + timedelta(days=20), None, list[int]()
    for moment in sorted(start + step for step in [*steps, timedelta(days=40)]):
        while (reached := stage(ends, told, now=moment)) is not None:
            assert reached != 14 or ends - moment <= timedelta(days=14)
            told = reached
            done.append(reached)
    assert done == sorted(set(done), reverse=True) and done[-1] == 0 and set(done) <= {*STAGES, 0}
    assert stage(None, None, now=start) is None


@pytest.mark.touches_beta
def test_an_end_is_announced_twice_to_both_and_then_acts(alpha: TenantDB, beta: TenantDB) -> None:
    child, now = nested(alpha, beta), clock.now()
    colleague(alpha, ADMIN, "above@staff.example")
    colleague(child, ADMIN, "below@staff.example", language="de")
    some_sender(alpha)
    set_test(child, True)  # sends nothing itself, so the account above does
    child = end(open_tenant("beta"), now + timedelta(days=20), actor=WHO, now=now)
    for day in (5, 6, 6.5, 18, 19, 19.5):
        heed_ends(staff_url="https://s.example", now=now + timedelta(days=day))
    told = [(one["details"]["days"], one["details"]["told"]) for one in entries(child, act="tenancy.end_announced")]
    assert told == [(1, 2), (14, 2)]
    assert len(entries(alpha, act="tenancy.end_announced")) == 2
    mails = list(alpha.objects(Outgoing).order_by("pk").values_list("to", "text"))
    assert [to for to, _text in mails] == ["below@staff.example", "above@staff.example"] * 2
    assert "https://s.example/t/beta\n" in mails[0][1] and "/t/alpha/sub-accounts/beta" in mails[1][1]
    child = set_test(child, False)
    mailing = launched(child, 2)
    for day in (20, 21):
        heed_ends(staff_url="https://s.example", now=now + timedelta(days=day))
    assert child.objects(Mailing).get(pk=mailing).pause_reason == "tenancy.ended" and "paused" in UNDERWAY
    assert len(entries(child, act="tenancy.ended")) == 1 == len(entries(alpha, act="tenancy.ended"))


def test_after_the_end_administrators_read_and_export_and_nobody_else_has_anything(alpha: TenantDB) -> None:
    over = end(alpha, clock.now(), actor=WHO, now=NOON)
    assert over.ended and not over.sends
    for role in (EDITOR, PRIVACY):
        assert rights_here(over, (role,)) == frozenset() != rights_here(alpha, (role,))
    for role in (ADMIN, OPERATOR):
        left = rights_here(over, (role, EDITOR))
        assert {"subscribers.see", "subscribers.export", "evidence.export"} <= left < rights_here(alpha, (role,))
        assert not left & {"sending.approve", "subscribers.edit", "imports.create", "staff.create", "tokens.create", "mailings.create"}
    assert not end(over, None, actor=WHO, now=NOON).ended, "extended, it works again"


def test_a_test_stores_nobody_real_whatever_the_door(alpha: TenantDB, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("siegelpost.audience.reserved.process_settings", lambda: replace(process_settings(), environment="production"))
    assert guard(alpha) is None and not kept_out(alpha, OWNED)
    trying = change_status(alpha, test=True, settings=process_settings(), actor=WHO, now=NOON)
    assert kept_out(trying, OWNED) and not kept_out(trying, "ann@example.org")
    with pytest.raises(AddressReal), trying.atomic():
        put_subscriber(trying, OWNED, {}, NOON, WHO)


def test_between_test_and_normal_nobody_is_on_the_wrong_side(alpha: TenantDB) -> None:
    ours = process_settings()
    with alpha.atomic():
        alpha.objects(Subscriber).create(email=OWNED, address_key=b"k", created_at=NOON, updated_at=NOON)
    with pytest.raises(PeopleStored):
        change_status(alpha, test=True, settings=ours, actor=WHO, now=NOON)
    assert not open_tenant("alpha").test
    with alpha.atomic():
        alpha.objects(Subscriber).update(email="ann@example.org")
    trying = change_status(alpha, test=True, settings=ours, actor=WHO, now=NOON)
    with pytest.raises(PeopleStored):
        change_status(trying, test=False, settings=ours, actor=WHO, now=NOON)
    with alpha.atomic():
        alpha.objects(Subscriber).all().delete()
    assert not change_status(trying, test=False, settings=ours, actor=WHO, now=NOON).test
    assert [one["details"] for one in entries(alpha, act="tenancy.status_set")] == [{"test": False}, {"test": True}]


def test_the_hourly_tries_know_an_account_that_ended_and_one_that_lies_below(alpha: TenantDB) -> None:
    around = Around(settings=process_settings(), now=clock.now())
    over = end(alpha, clock.now(), actor=WHO, now=NOON)
    assert [look.run(over, around).state for look in (refuses_what_is_not_allowed, knows_nobody_of_others)] == [GREEN, GREEN]
