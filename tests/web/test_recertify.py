"""The review of roles: it cannot be closed while one person was not looked at, or was changed since."""

from datetime import timedelta

import pytest

from siegelpost.accounts.errors import ConfirmedByAnother, ReviewMissing, ReviewRuns, RolesMoved, RowsOpen
from siegelpost.accounts.reads import Person, person_with
from siegelpost.base.actor import Actor
from siegelpost.evidence.reads import entries
from siegelpost.flows import recertify
from siegelpost.flows.roles import change_role, make_role
from siegelpost.flows.staff import let_in, take_out
from siegelpost.tenancy.handle import TenantDB
from tests.governance.watching import NOW, seen
from tests.web.visiting import Visitor, visitor

OPERATOR = Actor.operator()


def staff(tenant: TenantDB, email: str, *roles: str) -> Person:
    return let_in(tenant, email, roles, language="en", actor=OPERATOR, now=NOW)


@pytest.mark.slow
def test_a_review_goes_from_person_to_person_on_the_page(alpha: TenantDB) -> None:
    ada, eva = staff(alpha, "ada@staff.example", "admin"), staff(alpha, "eva@staff.example", "viewer")
    client, reader = Visitor(ada, alpha), visitor(alpha, "auditor")
    client.send("roles/review/begin")
    client.send("roles/review/begin")
    assert "3 people are left" in client.see("roles/review") and "Close the review" not in client.see("roles/review")
    assert "They are right" not in reader.see("roles/review") and reader.post("/t/alpha/roles/review/close").status_code == 403
    client.send("roles/review/close", status=409)
    for email, role in (("ada@staff.example", "admin"), ("eva@staff.example", "viewer"), ("auditor@staff.example", "auditor")):
        person = person_with(email)
        assert person is not None
        client.send(f"roles/review/{person.pk}/confirm", {"role": role})
    client.send("roles/review/close")
    assert "3 people" in client.see("roles/review") and "Begin a review" in client.see("roles/review")
    acts = [one["act"] for one in entries(alpha) if one["act"].startswith("rights.")]
    assert acts == ["rights.review_closed", *["rights.confirmed"] * 3, "rights.review_opened"] and eva.pk


def test_what_changed_since_it_was_confirmed_is_open_again(alpha: TenantDB) -> None:
    desk = make_role(alpha, "Desk", ["lists.see"], actor=OPERATOR, now=NOW)
    eva = staff(alpha, "eva@staff.example", desk.code)
    recertify.begin(alpha, actor=OPERATOR, now=NOW)
    with pytest.raises(RolesMoved):
        recertify.confirm(alpha, eva.pk, ("viewer",), actor=OPERATOR, now=NOW)

    def left() -> int:
        review = recertify.running(alpha)
        assert review is not None
        return review.left

    for change in (
        lambda: change_role(alpha, desk.number, "Desk", ["lists.delete"], actor=OPERATOR, now=NOW),
        lambda: staff(alpha, "eva@staff.example", desk.code, "viewer"),
    ):
        recertify.confirm(alpha, eva.pk, tuple(_roles(alpha)), actor=OPERATOR, now=NOW)
        assert left() == 0
        change()
        assert left() == 1
        with pytest.raises(RowsOpen):
            recertify.close(alpha, actor=OPERATOR, now=NOW)
    late = staff(alpha, "late@staff.example", "viewer")
    assert left() == 2, "whoever came after it began is in it"
    take_out(alpha, late.pk, actor=OPERATOR, now=NOW)
    recertify.confirm(alpha, eva.pk, tuple(_roles(alpha)), actor=OPERATOR, now=NOW)
    recertify.close(alpha, actor=OPERATOR, now=NOW)
    recertify.begin(alpha, actor=OPERATOR, now=NOW)
    assert left() == 1, "what was confirmed in another review counts for that one"


def _roles(tenant: TenantDB) -> tuple[str, ...]:
    review = recertify.running(tenant)
    assert review is not None
    return review.rows[0].person.roles


def test_nobody_confirms_their_own_roles_while_another_could(alpha: TenantDB) -> None:
    ada = staff(alpha, "ada@staff.example", "admin")
    me = Actor.staff(ada.pk)
    with pytest.raises(ReviewMissing):
        recertify.confirm(alpha, ada.pk, ("admin",), actor=me, now=NOW)
    recertify.begin(alpha, actor=me, now=NOW)
    with pytest.raises(ReviewRuns):
        recertify.begin(alpha, actor=me, now=NOW)
    bob = staff(alpha, "bob@staff.example", "admin")
    with pytest.raises(ConfirmedByAnother):
        recertify.confirm(alpha, ada.pk, ("admin",), actor=me, now=NOW)
    assert "Somebody else confirms yours" in Visitor(ada, alpha).see("roles/review")
    take_out(alpha, bob.pk, actor=OPERATOR, now=NOW)
    recertify.confirm(alpha, ada.pk, ("admin",), actor=me, now=NOW)
    recertify.close(alpha, actor=me, now=NOW)
    with pytest.raises(ReviewMissing):
        recertify.close(alpha, actor=me, now=NOW)


@pytest.mark.parametrize(("days", "state"), [(0, "green"), (183, "green"), (184, "amber")])
def test_a_review_that_is_due_needs_attention(alpha: TenantDB, days: int, state: str) -> None:
    eva = staff(alpha, "eva@staff.example", "viewer")
    assert seen("1.3-05", alpha, now=NOW + timedelta(days=days)).state == state
    later = NOW + timedelta(days=days)
    recertify.begin(alpha, actor=OPERATOR, now=later)
    recertify.confirm(alpha, eva.pk, ("viewer",), actor=OPERATOR, now=later)
    assert seen("1.3-05", alpha, now=later).state == state, "one that runs is not one that was closed"
    recertify.close(alpha, actor=OPERATOR, now=later)
    assert seen("1.3-05", alpha, now=later).state == "green"
