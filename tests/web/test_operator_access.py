"""People of the operator in the pages of another controller's tenant, and the tenant's pages about them."""

from datetime import timedelta

import pytest
import time_machine

from siegelpost.accounts.reads import Person, person_with
from siegelpost.base import clock
from siegelpost.delivery.models import Outgoing
from siegelpost.evidence.access import accesses
from siegelpost.flows.staff import set_active
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.models import Admission, OperatorVisit
from tests.accounts.operators import WHY, approval, foreign, inside, operator
from tests.web.visiting import Visitor, visitor

pytestmark = pytest.mark.slow

HOUR = timedelta(hours=1)


@pytest.fixture
def customer(alpha: TenantDB) -> TenantDB:
    return foreign(alpha)


def boss() -> Person:
    found = person_with("boss@customer.example")
    assert found is not None
    return found


def status(client: Visitor, path: str, **values: str) -> int:
    return int((client.post(path, values) if values else client.get(path)).status_code)


def test_from_the_tenants_click_to_the_operators_leave(customer: TenantDB) -> None:
    theirs, ours = Visitor(boss(), customer), Visitor(operator("ann"), customer)
    assert "never let in" in theirs.see("operator") and "has not let you in" in ours.get("/operator/alpha").content.decode()
    ours.see("subscribers", status=403)
    theirs.send("operator/let-in", {"purpose": WHY, "hours": "4"})
    number = Admission.objects.get().pk
    assert WHY in ours.get("/operator/alpha").content.decode() and b"/t/alpha/" not in ours.get("/").content
    assert status(ours, f"/operator/alpha/{number}/enter", reason="Look at the rows that were refused") == 303
    page = ours.see("subscribers")
    assert "You are here for the operator until" in page and "4 hours left" in page and "rows that were refused" in page
    assert b"/t/alpha/" in ours.get("/?choose=1").content
    assert "ann@operator.example" in theirs.see("operator") and "is here until" in theirs.see("operator")
    assert status(ours, "/operator/alpha/leave", now="1") == 303
    ours.see("subscribers", status=403)
    assert "is here until" not in theirs.see("operator") and "rows that were refused" in theirs.see("operator")


def test_when_its_time_is_over_the_next_request_is_refused(customer: TenantDB) -> None:
    ann = operator("ann")
    ours = Visitor(ann, customer)
    inside(customer, ann, approval(customer, boss(), hours=0.1))
    assert "6 minutes left" in ours.see("subscribers")
    with time_machine.travel(clock.now() + timedelta(minutes=6), tick=False):
        for path in ("subscribers", "lists", "operator"):
            assert "access.not_open" in ours.see(path, status=403)
        ours.send("lists/new", {"name": "Behind"}, status=403)


def test_the_tenants_end_is_felt_at_the_next_request(customer: TenantDB) -> None:
    ann = operator("ann")
    theirs, ours, number = Visitor(boss(), customer), Visitor(ann, customer), approval(customer, boss())
    inside(customer, ann, number)
    ours.see("subscribers")
    theirs.send(f"operator/{number}/end")
    ours.see("subscribers", status=403)
    assert "ended by you" in theirs.see("operator")


def test_whoever_is_here_makes_nothing_that_stays_when_they_are_gone(customer: TenantDB) -> None:
    ann = operator("ann")
    ours, number = Visitor(ann, customer), approval(customer, boss())
    inside(customer, ann, number)
    for path in ("staff/new", "roles/new", "tokens/new", "instructions/new"):
        ours.see(path, status=403)
    for path in ("operator/let-in", f"operator/{number}/end", "staff/new", "tokens/new"):
        ours.send(path, {"purpose": WHY, "hours": "168"}, status=403)
    assert "Let the operator in" not in ours.see("operator") and Admission.objects.count() == 1
    ours.send("lists/new", {"name": "Work that was asked for"}, status=303)


def test_nobody_gets_in_by_the_numbers_of_others(customer: TenantDB) -> None:
    ann, bob = operator("ann"), operator("bob")
    number = approval(customer, boss())
    inside(customer, ann, number)
    other = Visitor(bob, customer)
    other.see("subscribers", status=403)
    assert status(other, f"/operator/beta/{number}/enter", reason=WHY) == 422 and status(other, "/operator/nobody") == 404
    outsider = Visitor(boss(), customer)
    paths = ("/operator", "/operator/alpha", f"/operator/alpha/{number}/enter", "/operator/alpha/ask", "/operator/alpha/leave")
    assert [status(outsider, path, **({"reason": WHY} if path.count("/") > 2 else {})) for path in paths] == [403] * 5
    assert OperatorVisit.objects.count() == 1


def test_an_emergency_needs_a_colleague_who_has_just_shown_that_it_is_them(customer: TenantDB) -> None:
    ours, second = Visitor(operator("ann"), customer), Visitor(operator("bob"), customer)
    assert status(ours, "/operator/alpha/ask", reason=WHY) == 303
    number = Admission.objects.get().pk
    assert "must agree here" in ours.get("/operator/alpha").content.decode()
    assert status(ours, f"/operator/alpha/{number}/agree", now="1") == 403, "nobody agrees to their own"
    assert status(ours, f"/operator/alpha/{number}/enter", reason=WHY) == 422
    began = clock.now()
    second.get("/operator")
    with time_machine.travel(began + timedelta(minutes=6)):
        second.post("/account/alive")
    with time_machine.travel(began + timedelta(minutes=11)):
        stale = second.post(f"/operator/alpha/{number}/agree")
        assert (stale.status_code, "/account/again" in stale.headers["location"]) == (303, True)
    assert not customer.objects(Outgoing).exists()
    assert status(second, f"/operator/alpha/{number}/agree", now="1") == 303
    assert customer.objects(Outgoing).count() == 2
    assert status(second, f"/operator/alpha/{number}/enter", reason=WHY) == 422
    assert status(ours, f"/operator/alpha/{number}/enter", reason=WHY) == 303
    assert "59 minutes left" in ours.see("subscribers") or "60 minutes left" in ours.see("subscribers")
    page = Visitor(boss(), customer).see("operator")
    assert "Emergency" in page and "bob@operator.example" in page


def test_a_blocked_operator_is_out_at_once(customer: TenantDB) -> None:
    ann, _stays = operator("ann"), operator("bob")
    ours = Visitor(ann, customer)
    inside(customer, ann, approval(customer, boss()))
    ours.see("subscribers")
    set_active(ann.email, active=False, now=clock.now())
    ours.see("subscribers", status=302)
    set_active(ann.email, active=True, now=clock.now())
    Visitor(ann, customer).see("subscribers", status=403)
    assert "access was blocked" in Visitor(boss(), customer).see("operator")


def test_a_request_that_is_refused_stands_in_the_tenants_access_log(customer: TenantDB) -> None:
    ann = operator("ann")
    Visitor(ann, customer).see("subscribers", status=403)
    today = clock.now().date()
    (one,) = [one for one in accesses(customer, today, today) if one.who == f"staff:{ann.pk}"]
    assert (one.area, one.verb, one.result) == ("operator_access", "enter", "refused")


@pytest.mark.parametrize(("role", "sees", "may"), [("editor", 403, 403), ("auditor", 200, 403), ("privacy", 200, 303), ("admin", 200, 303)])
def test_who_of_the_tenant_may_let_the_operator_in(customer: TenantDB, role: str, sees: int, may: int) -> None:
    client = visitor(customer, role)
    page = client.see("operator", status=sees)
    assert ("Let the operator in" in page) == (may == 303)
    client.send("operator/let-in", {"purpose": WHY, "hours": "1"}, status=may)
    assert Admission.objects.exists() == (may == 303)


def test_the_form_takes_no_longer_time_and_no_address(customer: TenantDB) -> None:
    client = Visitor(boss(), customer)
    for values in ({"purpose": WHY, "hours": "169"}, {"purpose": "see ann@example.org", "hours": "1"}, {"purpose": "", "hours": "1"}):
        client.send("operator/let-in", values, status=422)
    assert not Admission.objects.exists()


def test_a_tenant_of_the_operators_own_says_that_it_needs_none(alpha: TenantDB) -> None:
    client = visitor(alpha, "admin")
    assert "itself responsible" in client.see("operator")
    client.send("operator/let-in", {"purpose": WHY, "hours": "1"}, status=303)
    assert not Admission.objects.exists() and "nobody needs to let it in" in client.see("operator")
