"""A tenant that goes: with people, mail, files and staff, an export that was opened, and two who agreed."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from siegelpost.accounts.approvals.errors import ApprovalNeeded
from siegelpost.accounts.reads import Person, person_by_id
from siegelpost.base.actor import Actor
from siegelpost.base.settings import process_settings
from siegelpost.evidence.access import Access, record
from siegelpost.feedback.hooks.gates import Secret
from siegelpost.feedback.hooks.services import add_hook
from siegelpost.flows.approved_exit import ensure_may_erase
from siegelpost.flows.approving import ask, decide
from siegelpost.flows.export_tenant import export_tenant
from siegelpost.flows.make_tenant import make_tenant
from siegelpost.flows.staff import let_in
from siegelpost.flows.tokens import NewToken, create_token
from siegelpost.tenancy.handle import TenantDB, control_store
from siegelpost.tenancy.home import home
from siegelpost.tenancy.models import Route
from siegelpost.tenancy.provision import NewTenant
from tests.delivery.support import a_list, people
from tests.erasure.scene import ADDRESS, a_scene

WHO = Actor.operator()
NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
LATER = datetime(2026, 5, 5, 12, tzinfo=UTC)
WHY = "The contract ended in April."
STAFF = ("anna@gone-staff.example", "bert@gone-staff.example")
MARKS = (ADDRESS, *STAFF, "p00007@example.org")
"""Addresses that stand nowhere but in this tenant."""


@dataclass(frozen=True)
class Going:
    """The tenant, and numbers of who asks and who agrees."""

    tenant: TenantDB
    anna: int
    bert: int


def a_tenant(slug: str = "gone") -> TenantDB:
    """A new one."""
    return make_tenant(NewTenant(slug=slug, name="Gone GmbH", imprint="Gone GmbH, Musterweg 1", own=True), process_settings(), now=NOON)


def stocked(folder: Path, *, whole: bool = True) -> Going:
    """Something in every store of it, or a few people alone; two who administer it, a token, a hook and a route."""
    tenant = a_tenant()
    if whole:
        a_scene(tenant, folder)
    people(tenant, 30 if whole else 8, a_list(tenant))
    anna, bert = (let_in(tenant, email, ["admin"], name=name, actor=WHO, now=NOON) for email, name in zip(STAFF, ("Anna", ""), strict=True))
    create_token(tenant, NewToken(name="shop", rights=("read",), owner=STAFF[0]), actor=WHO, now=NOON)
    record(tenant, Access(NOON, str(WHO), "commands", "tenant export"))
    add_hook("postmark", tenant.number, Secret(), now=NOON)
    with control_store.atomic():
        Route.objects.create(tenant_number=tenant.number, domain="", relays=["default"])
    return Going(tenant, anna.pk, bert.pk)


def agreed(going: Going, *, waived: str = "", folder: Path | None = None) -> int:
    """Anna asks, Bert agrees; returns the number of the approval."""
    if folder is not None:
        export_tenant(going.tenant, folder / "gone.age", actor=WHO, now=NOON)
    try:
        ensure_may_erase(going.tenant, waived, actor=Actor.staff(going.anna), now=NOON)
    except ApprovalNeeded as needed:
        wish = needed.wish
    number = ask(going.tenant, wish, WHY, asker=_person(going.anna), staff_url="https://staff.example", now=NOON)
    decide(going.tenant, number, True, "", by=_person(going.bert), proved_at=LATER, now=LATER)
    return number


def _person(number: int) -> Person:
    found = person_by_id(number)
    assert found is not None
    return found


def files_with(marks: tuple[str, ...] = MARKS) -> set[str]:
    """Files of the home folder that hold one of these addresses, found without any help of ours."""
    wanted = [one.lower().encode() for one in marks]
    files = [path for path in home().root.rglob("*") if path.is_file()]
    return {str(path.relative_to(home().root)) for path in files if any(one in path.read_bytes().lower() for one in wanted)}
