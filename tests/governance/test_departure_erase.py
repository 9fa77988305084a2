"""A tenant is erased: not without a second person and an opened export, whole wherever it was killed, and nothing of it is found again."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.db import connections
from django.test import RequestFactory

from siegelpost.accounts.approvals.errors import ApprovalDiffers, ApprovalNeeded
from siegelpost.accounts.invitations import Wish, keep
from siegelpost.accounts.models import Invitation, Person, Seat, Session
from siegelpost.audience.models import Subscriber
from siegelpost.base.controls import Around
from siegelpost.base.settings import process_settings
from siegelpost.evidence.reads import entries
from siegelpost.flows import erase_tenant as flow
from siegelpost.flows.controls.departed import stays_gone
from siegelpost.flows.departing_steps import STEPS
from siegelpost.flows.erase_tenant import Order, erase_tenant, go_on, go_on_with_all
from siegelpost.flows.erased_tenants import certificate_pdf, proof_of
from siegelpost.flows.export_tenant import export_tenant
from siegelpost.flows.instructions import record_instruction
from siegelpost.flows.make_tenant import make_tenant
from siegelpost.governance.departure.contents import CONTROL
from siegelpost.governance.departure.errors import ChildrenThere, ExportMissing, KeptByInstruction, MailingsRun, NotGoneYet
from siegelpost.governance.instructions.services import NewInstruction
from siegelpost.governance.instructions.services import end as end_instruction
from siegelpost.public.tokens import open_token
from siegelpost.sign.tokens import make_token
from siegelpost.tenancy import departing, key_store
from siegelpost.tenancy.errors import SlugResting, TenantGone, TenantUnknown
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.home import home
from siegelpost.tenancy.installation import operator_db
from siegelpost.tenancy.migrate import migrate_all
from siegelpost.tenancy.models import Departure, Tenant
from siegelpost.tenancy.provision import NewTenant
from siegelpost.tenancy.registry import credentials_of, open_tenant
from tests.delivery.support import launched
from tests.erasure.test_killed import child, die
from tests.governance.going import LATER, MARKS, NOON, WHO, WHY, Going, agreed, files_with, stocked

pytestmark = pytest.mark.slow

WAIVED = "The controller has its own copy since April."


@pytest.fixture
def _no_database_left(no_tenants: None) -> Iterator[None]:
    """On PostgreSQL the databases of other tests are copies, but this one is made here."""
    yield
    for row in Tenant.objects.filter(slug="gone").exclude(server=""):
        Tenant.objects.filter(pk=row.pk).update(state="leaving")
        departing.drop_database(replace(_CASE, number=row.number))


_CASE = departing.Case(0, "gone", "", True, "postgresql", "", NOON, {}, {}, b"", None, None)


@pytest.fixture
def going(_no_database_left: None, tmp_path: Path) -> Going:
    return stocked(tmp_path)


@pytest.fixture
def small(_no_database_left: None, tmp_path: Path) -> Going:
    return stocked(tmp_path, whole=False)


def rows_of(number: int) -> dict[str, int]:
    """What the operator's database still has of it, by the same ways as an export finds it."""
    found = {label: apps.get_model(label)._base_manager.using("default").filter(**{way: number}).count() for label, way in CONTROL.items()}
    return {label: n for label, n in found.items() if n}


def test_nothing_of_it_is_found_again_and_its_certificate_says_what_became_of_it(going: Going, tmp_path: Path) -> None:
    tenant, before = going.tenant, files_with()
    assert before if tenant.vendor == "sqlite" else True
    places = _database(tenant.slug)
    number = agreed(going, folder=tmp_path)
    found = erase_tenant(tenant, Order(cancel=True), actor=WHO, now=LATER)
    assert files_with() == set() and not home().tenant("gone").exists() and rows_of(tenant.number) == {}
    assert not any(_there(place) for place in places)
    assert not Person.objects.filter(email__contains="gone-staff").exists() and not Session.objects.filter(person_id=going.anna).exists()
    assert "gone" not in key_store.logs() and list(home().journals.iterdir()) == []
    with pytest.raises(TenantUnknown):
        open_tenant("gone")
    assert found["tables"]["audience.Subscriber"] == 32 and found["tables"]["signups.SignUp"] == 1
    removed = {one["store"]: one["removed"] for one in found["stores"]}
    assert all(removed[store] for store in ("sending", "staff", "outside", "files"))
    assert found["approval"]["id"] == number and found["approval"]["reason"] == WHY and found["export"]["hash"]
    assert found["search"]["looked_for"] > 5 and found["search"]["files"]
    (entry,) = entries(operator_db(), act=flow.ERASED)
    assert entry["details"] == found and entry["subject"] == f"tenant:{tenant.number}"
    row = Departure.objects.get(number=tenant.number)
    assert bytes(row.sealed) == b"" and not any(mark in str((row.facts, row.steps, row.certificate)) for mark in MARKS)
    assert proof_of(tenant.number, now=LATER) and certificate_pdf(tenant.number, language="de", now=LATER).startswith(b"%PDF")


def _database(slug: str) -> list[str]:
    row = Tenant.objects.get(slug=slug)
    if not row.server:
        return []
    found = credentials_of(row)
    return [found.database, found.owner, found.runtime, found.sign_ups]


def _there(name: str) -> bool:
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM (SELECT datname FROM pg_database UNION ALL SELECT rolname FROM pg_roles) AS t WHERE datname = %s", [name]
        )
        return bool(cursor.fetchone()[0])


POINTS = [
    *(("before", code) for code, _step in STEPS), ("after", "database"), ("after", "files"), ("after", "finish"),
    ("before", "overwrite"),
]  # fmt: skip
OF_ENGINES = frozenset(f"{when} {what}" for when, what in POINTS if what in ("counted", "database", "finish", "overwrite"))
"""Points at which a tenant's database comes to its end, or the certificate into that of the operator."""


@pytest.mark.wire
@pytest.mark.slow
@pytest.mark.parametrize(
    ("when", "where"),
    [pytest.param(*one, id=" ".join(one), marks=() if " ".join(one) in OF_ENGINES else pytest.mark.sqlite) for one in POINTS],
)
def test_killed_at_any_step_it_goes_on_and_ends(small: Going, when: str, where: str) -> None:
    agreed(small, waived=WAIVED)
    with child() as here:
        if here:
            _dying(when, where)
            erase_tenant(small.tenant, Order(waived=WAIVED), actor=WHO, now=LATER)
    with pytest.raises(TenantUnknown):
        open_tenant("gone")
    if where == "overwrite":  # its certificate is written: what is left is to sign it
        assert go_on("gone", actor=WHO, now=LATER) is None
    else:
        assert departing.cases(done=False), "without its certificate it is not done"
        done = go_on("gone", actor=WHO, now=LATER)
        assert done is not None and done["approval"]["asked_by"] == small.anna and done["tables"]["audience.Subscriber"] == 8
    assert departing.case(small.tenant.number).certificate and files_with() == set() and rows_of(small.tenant.number) == {}
    assert len(entries(operator_db(), act=flow.ERASED)) == 1 and go_on_with_all(actor=WHO, now=LATER) == (0, 0)


def _dying(when: str, where: str) -> None:
    """In the child: whoever comes to this point dies, before it is done or after."""

    def deadly(real: Callable[..., Any]) -> Callable[..., Any]:
        def dies(*parts: Any, **named: Any) -> None:
            if when == "after":
                real(*parts, **named)
            die()

        return dies

    steps = tuple((code, deadly(step) if code == where else step) for code, step in STEPS)
    setattr(flow, "STEPS", steps)  # noqa: B010 - it is final
    if where not in dict(steps):
        setattr(departing, where, deadly(getattr(departing, where)))


def test_without_export_and_second_person_nothing_goes(small: Going, tmp_path: Path) -> None:
    tenant = small.tenant
    with pytest.raises(ExportMissing):
        erase_tenant(tenant, Order(), actor=WHO, now=NOON)
    with pytest.raises(ApprovalNeeded):
        erase_tenant(tenant, Order(waived=WAIVED), actor=WHO, now=NOON)
    agreed(small, folder=tmp_path)
    with pytest.raises(ApprovalNeeded):
        erase_tenant(tenant, Order(waived=WAIVED), actor=WHO, now=LATER)
    export_tenant(tenant, tmp_path / "newer.age", actor=WHO, now=LATER)
    with pytest.raises(ApprovalDiffers):  # somebody agreed with another file in mind
        erase_tenant(tenant, Order(), actor=WHO, now=LATER)
    assert open_tenant("gone").number == small.tenant.number and departing.cases() == []


def test_what_forbids_it_is_named_and_nothing_is_touched(small: Going) -> None:
    tenant, order = small.tenant, Order(waived=WAIVED)
    agreed(small, waived=WAIVED)
    kept = record_instruction(tenant, NewInstruction(kind="retention", document=b"Keep it.", given_by="Eva Muster"), actor=WHO, now=NOON)
    with pytest.raises(KeptByInstruction) as refused:
        erase_tenant(tenant, order, actor=WHO, now=LATER)
    assert refused.value.facts["number"] == kept
    end_instruction(tenant, kept, actor=WHO, now=NOON)
    launched(tenant, ["p00001@example.org"])
    with pytest.raises(MailingsRun):
        erase_tenant(tenant, order, actor=WHO, now=LATER)
    below = Tenant.objects.create(slug="below", name="Below", parent_id=tenant.number, wrapped_key=b"", state="making", created_at=NOON)
    with pytest.raises(ChildrenThere):
        erase_tenant(tenant, order, actor=WHO, now=LATER)
    below.delete()
    assert open_tenant("gone").number == small.tenant.number and departing.cases() == []
    assert erase_tenant(tenant, Order(waived=WAIVED, cancel=True), actor=WHO, now=LATER)["export"]["waived"] == WAIVED


def test_whoever_works_elsewhere_too_keeps_the_account_and_loses_the_session(small: Going, beta: TenantDB) -> None:
    Seat.objects.create(person_id=small.anna, tenant_number=beta.number, role="viewer", created_at=NOON)
    Session.objects.create(session_key="s" * 32, session_data="", expire_date=LATER, person_id=small.anna)
    bert = Person.objects.get(pk=small.bert)
    for number in (small.tenant.number, beta.number):  # whom another tenant invited is none of the business of this one
        keep(number, Wish(email=bert.email, name="", roles=("viewer",), by="operator"), now=LATER)
    agreed(small, waived=WAIVED)
    erase_tenant(small.tenant, Order(waived=WAIVED), actor=WHO, now=LATER)
    assert Person.objects.filter(pk=small.anna).exists() and not Person.objects.filter(pk=small.bert).exists()
    assert not Session.objects.filter(person_id=small.anna).exists()
    assert list(Invitation.objects.values_list("tenant_number", flat=True)) == [beta.number]
    assert list(Seat.objects.filter(person_id=small.anna).values_list("tenant_number", flat=True)) == [beta.number]


def test_a_tenant_of_the_same_name_gets_nothing_of_it(small: Going) -> None:
    old = small.tenant
    agreed(small, waived=WAIVED)
    token = make_token("u", old.number, (1, 1), old.keys.tokens)
    erase_tenant(old, Order(waived=WAIVED), actor=WHO, now=LATER)
    with time_machine.travel(LATER, tick=False), pytest.raises(SlugResting):
        make_tenant(NewTenant(slug="gone", name="New", own=True), process_settings(), now=LATER)
    new = make_tenant(NewTenant(slug="gone", name="New", own=True), process_settings(), now=LATER + departing.REST)
    assert new.number > old.number and new.keys.root != old.keys.root
    assert not new.objects(Subscriber).exists() and rows_of(new.number).keys() <= {"tenancy.Tenant"}
    with pytest.raises(TenantGone):
        open_token(RequestFactory().get("/"), "u", token, numbers=2)
    assert departing.case(old.number).certificate and departing.going("gone") is None


def test_its_check_sees_an_erasure_that_stands_still_a_forged_certificate_and_what_came_back(small: Going) -> None:
    def state(days: int = 0) -> tuple[str, Mapping[str, Any]]:
        around = Around(now=LATER + timedelta(days=days), settings=process_settings())
        found = stays_gone.run(around)
        return found.state, found.evidence

    agreed(small, waived=WAIVED)
    blocking = home().root / "spool" / "left.csv"
    blocking.write_text("".join(f"p{n:05d}@example.org\n" for n in range(8)), encoding="utf-8")
    with pytest.raises(NotGoneYet):
        erase_tenant(small.tenant, Order(waived=WAIVED), actor=WHO, now=LATER)
    assert (state()[0], state(days=2)[0], state(days=2)[1]["erasures_late"]) == ("green", "red", 1)
    blocking.unlink()
    found = go_on("gone", actor=WHO, now=LATER)
    assert found and state()[1]["tenants_erased"] == 1 and state()[0] == "green"
    home().tenant("gone").mkdir()
    assert state()[1]["tenants_back"] == 1 and state()[0] == "red"
    home().tenant("gone").rmdir()
    Departure.objects.update(certificate={**found, "tables": {}})
    assert state()[1]["certificates_unproven"] == 1 and state()[0] == "red"


def test_a_file_that_somebody_left_in_the_home_folder_holds_the_certificate_back(small: Going) -> None:
    agreed(small, waived=WAIVED)
    forgotten = home().root / "spool" / "copy-of-everything.csv"
    forgotten.write_text("".join(f"P{n:05d}@Example.org\n" for n in range(8)), encoding="utf-8")
    with pytest.raises(NotGoneYet) as held:
        erase_tenant(small.tenant, Order(waived=WAIVED), actor=WHO, now=LATER)
    assert forgotten.name in str(held.value.facts["what"]) and departing.case(small.tenant.number).certificate is None
    assert go_on_with_all(actor=WHO, now=LATER) == (0, 1)
    assert [one.slug for one in migrate_all(lambda _one: None)] == ["alpha", "beta"], "it has no database that could be brought up to date"
    forgotten.unlink()
    assert go_on_with_all(actor=WHO, now=LATER) == (1, 0)
