"""The check of the operator's access sees what was done outside of any open access, however it came about."""

from datetime import timedelta

import pytest

from siegelpost.accounts.models import Person
from siegelpost.accounts.reads import person_with
from siegelpost.base import clock
from siegelpost.evidence.access import OK, REFUSED, Access, record
from siegelpost.flows.operator_access import leave
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.models import OperatorVisit
from tests.accounts.operators import approval, emergency, foreign, inside, operator
from tests.governance.watching import seen
from tests.web.visiting import Visitor

HOUR = timedelta(hours=1)


def visited(alpha: TenantDB) -> tuple[TenantDB, Person]:
    """Somebody of the operator looked at a page, let in by the tenant."""
    customer, ann = foreign(alpha), operator("ann")
    boss = person_with("boss@customer.example")
    assert boss is not None
    inside(customer, ann, approval(customer, boss))
    Visitor(ann, customer).see("subscribers")
    return customer, ann


def test_a_visit_that_was_let_in_is_kept_and_counted(alpha: TenantDB) -> None:
    customer, _ann = visited(alpha)
    found = seen("1.3-01", customer, now=clock.now())
    assert found.state == "green" and found.evidence == {"operator_acts": 1, "operator_outside": 0, "operator_emergencies": 0}
    emergency(customer, operator("bob"), operator("eve"))
    assert seen("1.3-01", customer, now=clock.now()).evidence["operator_emergencies"] == 1


@pytest.mark.parametrize(
    ("who", "verb", "result", "state"),
    [
        ("ann", "read", OK, "red"),
        ("ann", "read", REFUSED, "green"),
        ("operator", "subscriber show", OK, "red"),
        ("operator", "a word of a later release", OK, "red"),
        ("operator", "list create", OK, "green"),
        ("staff:4711", "read", OK, "green"),
    ],
)
def test_what_lies_outside_of_any_visit_is_seen(alpha: TenantDB, who: str, verb: str, result: str, state: str) -> None:
    customer, ann = visited(alpha)
    leave(customer, by=ann, now=clock.now())
    record(customer, Access(clock.now() + HOUR, f"staff:{ann.pk}" if who == "ann" else who, "subscribers", verb, result))
    assert seen("1.3-01", customer, now=clock.now() + HOUR).state == state


def test_a_visit_that_somebody_lengthened_in_the_database_is_seen(alpha: TenantDB) -> None:
    """The page opens, for the row says so; the tenant's log does not."""
    customer, ann = visited(alpha)
    leave(customer, by=ann, now=clock.now())
    row = {"ended_at": None, "until": clock.now() + 9 * HOUR}
    OperatorVisit.objects.update(opened_at=clock.now() - 9 * HOUR, **row)
    assert seen("1.3-01", customer, now=clock.now()).state == "green"
    Visitor(ann, customer).see("subscribers")
    record(customer, Access(clock.now() + HOUR, f"staff:{ann.pk}", "subscribers", "read", OK))
    assert seen("1.3-01", customer, now=clock.now() + HOUR).evidence["operator_outside"] == 1


def test_what_somebody_did_before_they_ran_the_installation_is_their_own(alpha: TenantDB) -> None:
    customer, ann = visited(alpha)
    record(customer, Access(clock.now() - timedelta(days=40), f"staff:{ann.pk}", "subscribers", "read", OK))
    assert seen("1.3-01", customer, now=clock.now()).state == "green"


def test_in_a_tenant_of_the_operators_own_nothing_is_asked(alpha: TenantDB) -> None:
    ann = operator("ann")
    Visitor(ann, alpha).see("subscribers")
    assert seen("1.3-01", alpha, now=clock.now()).evidence == {"operator_acts": 0, "operator_outside": 0, "operator_emergencies": 0}
