"""Objectives are as good as what they consist of; what belongs to an objective alone is seen, too."""

from datetime import timedelta

import pytest

from siegelpost.audience.models import Field
from siegelpost.base.actor import Actor
from siegelpost.base.controls import INSTALLATION, Finding
from siegelpost.evidence.access import FAILED, REFUSED, Access, record
from siegelpost.flows.controls.collected import CHECKS
from siegelpost.flows.controls.objectives import ACCESS, ENTRY, MANY, SEPARATION
from siegelpost.governance.results import keep, keep_of_installation
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.installation import operator_db
from tests.governance.watching import NOW, WHO, seen
from tests.web.visiting import colleague

DAY = timedelta(days=1)


def all_green(tenant: TenantDB) -> None:
    for part in {*ENTRY, *ACCESS[1], *SEPARATION[1]}:
        keep_of_installation(part, Finding("green"), actor=WHO, now=NOW)
    for part in (*ACCESS[0], *SEPARATION[0]):
        keep(tenant, part, Finding("green"), actor=WHO, now=NOW)


@pytest.mark.parametrize(("state", "fact"), [("red", "parts_not_kept"), ("amber", "parts_unsure")])
@pytest.mark.parametrize(
    ("objective", "part", "here"),
    [
        ("1.2-00", "1.2-12", True), ("1.3-00", "1.3-05", False), ("1.3-00", "1.3-03", True), ("1.4-00", "1.4-03", False),
        ("1.4-00", "1.4-02", True), ("1.4-00", "1.4-02", False),
    ],
)  # fmt: skip
def test_each_is_as_good_as_the_worst_of_its_parts(alpha: TenantDB, objective: str, part: str, here: bool, state: str, fact: str) -> None:
    all_green(alpha)
    of = None if objective == "1.2-00" else alpha
    assert seen(objective, of).state == "green"
    if here:
        keep_of_installation(part, Finding(state), actor=WHO, now=NOW)
    else:
        keep(alpha, part, Finding(state), actor=WHO, now=NOW)
    found = seen(objective, of)
    assert (found.state, found.evidence[fact]) == (state, [part])


def test_what_nobody_looked_at_lately_proves_nothing(alpha: TenantDB) -> None:
    all_green(alpha)
    for objective, of in (("1.2-00", None), ("1.3-00", alpha), ("1.4-00", alpha)):
        assert seen(objective, of, now=NOW + 3 * DAY).state == "amber", objective
    assert "1.4-05" not in seen("1.4-00", alpha, now=NOW + 8 * DAY).evidence["parts_unsure"], "that one is made once a week"


def test_the_parts_are_all_that_are_watched(no_tenants: None) -> None:
    for objective, (theirs, ours) in (("1.2", ((), ENTRY)), ("1.3", ACCESS), ("1.4", SEPARATION)):
        parts = [one.key for one in CHECKS if one.control.startswith(objective) and not one.control.endswith("-00")]
        if objective != "1.2":  # that of the installation looks at no tenant
            assert {control for control, scope in parts if scope != INSTALLATION} == set(theirs)
        assert {control for control, scope in parts if scope == INSTALLATION} == set(ours)


@pytest.mark.slow
def test_logins_are_counted_and_somebody_who_guesses_is_seen(alpha: TenantDB) -> None:
    all_green(alpha)
    boss, book = Actor.staff(colleague(None, "operator").pk), operator_db()
    for at, result in ((NOW, FAILED), (NOW - 2 * DAY, FAILED), (NOW, REFUSED)):
        record(book, Access(at, "unknown", "entry", "login", result))
    record(book, Access(NOW, str(boss), "entry", "login:passkey"))
    found = seen("1.2-00")
    counted = [found.evidence[name] for name in ("logins_failed", "logins_stopped", "logins_of_operators")]
    assert (found.state, counted) == ("green", [1, 1, 1])
    for _n in range(MANY - 1):
        record(book, Access(NOW, "unknown", "entry", "login", FAILED))
    assert seen("1.2-00").state == "amber"


def test_a_field_without_a_purpose_is_seen(alpha: TenantDB) -> None:
    all_green(alpha)
    assert seen("1.4-00", alpha).state == "green"
    with alpha.atomic():
        alpha.objects(Field).create(alias="odd", name="Odd", kind="text", purpose=" ", options=[], position=99, created_at=NOW)
    found = seen("1.4-00", alpha)
    assert (found.state, found.evidence["fields_without_purpose"]) == ("red", 1)
