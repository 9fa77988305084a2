"""The checks of rights see each thing that they watch being broken."""

from datetime import timedelta

import pytest

from siegelpost.accounts.models import Role, Seat
from siegelpost.accounts.reads import person_with
from siegelpost.base.actor import Actor
from siegelpost.evidence.services import append
from siegelpost.flows.roles import make_role
from siegelpost.flows.staff import let_in, let_operate, set_active
from siegelpost.tenancy.handle import TenantDB
from tests.governance.watching import NOW, WHO, seen, state

EARLIER = NOW - timedelta(days=1)


def test_one_platform_administrator_is_too_few_and_a_blocked_one_is_none(no_tenants: None) -> None:
    assert state("1.3-04") == "red", "a fresh home"
    let_operate("one@staff.example", language="en", now=EARLIER)
    assert state("1.3-04") == "red"
    let_operate("two@staff.example", language="en", now=EARLIER)
    assert seen("1.3-04").evidence == {"platform_admins": 2} and state("1.3-04") == "green"
    set_active("two@staff.example", active=False, now=EARLIER)
    assert state("1.3-04") == "red"


def test_somebody_who_gave_themselves_a_right_is_seen_by_the_log(alpha: TenantDB) -> None:
    """As a release could have let it through, or a hand in the database that wrote the entry, too."""
    eva = let_in(alpha, "eva@staff.example", ["viewer"], actor=WHO, now=EARLIER)
    me = Actor.staff(eva.pk)
    with alpha.atomic():
        append(alpha, "staff.roles_given", subject=f"staff:{eva.pk}", details={"roles": ["viewer"]}, actor=me, at=EARLIER)
    assert seen("1.3-04", alpha).evidence == {"self_grants": 0}
    with alpha.atomic():
        append(alpha, "staff.roles_given", subject=f"staff:{eva.pk}", details={"roles": ["admin"]}, actor=me, at=EARLIER)
    assert state("1.3-04", alpha) == "red"


def test_a_role_that_its_holder_widened_is_seen_by_the_log(alpha: TenantDB) -> None:
    desk = make_role(alpha, "Desk", ["lists.see"], actor=WHO, now=EARLIER)
    eva = let_in(alpha, "eva@staff.example", [desk.code], actor=WHO, now=EARLIER)
    details = {"name": "Desk", "rights": ["lists.delete", "lists.see"]}
    with alpha.atomic():
        append(alpha, "role.written", subject=f"role:{desk.number}", details=details, actor=Actor.staff(eva.pk), at=EARLIER)
    assert seen("1.3-04", alpha).evidence == {"self_grants": 1}


@pytest.mark.parametrize("broken", ["", "seat", "gone", "role", "name"])
def test_rights_that_the_log_does_not_tell_are_seen(alpha: TenantDB, broken: str) -> None:
    desk = make_role(alpha, "Desk", ["lists.see"], actor=WHO, now=EARLIER)
    let_in(alpha, "eva@staff.example", ["viewer", desk.code], actor=WHO, now=EARLIER)
    eva = person_with("eva@staff.example")
    assert eva is not None and state("1.3-05", alpha) == "green"
    if broken == "seat":
        Seat.objects.create(person=eva, tenant_number=alpha.number, role="admin", created_at=NOW)
    elif broken == "gone":
        Seat.objects.filter(person=eva, role="viewer").delete()
    elif broken:
        Role.objects.filter(pk=desk.number).update(**({"rights": "lists.see lists.delete"} if broken == "role" else {"name": "Other"}))
    found = seen("1.3-05", alpha)
    assert found.state == ("red" if broken else "green")
    told = {"people_unexplained": broken in ("seat", "gone"), "roles_unexplained": broken in ("role", "name"), "days_since_review": 1}
    assert found.evidence == told
