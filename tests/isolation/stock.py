"""Two tenants side by side: of each thing that has a number one in beta, whose numbers lie where alpha has none; and what beta is."""

import hashlib
import re
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from datetime import timedelta
from typing import Any, Final

import psycopg
from django.db import connections

from siegelpost.accounts.approvals.acts import EXPORT
from siegelpost.accounts.approvals.errors import Wish
from siegelpost.accounts.invitations import waiting
from siegelpost.accounts.models import LeavingTask
from siegelpost.audience.reads import fields_of
from siegelpost.audience.segments import store_segment
from siegelpost.audience.services import create_folder, ensure_standard_fields
from siegelpost.base import clock
from siegelpost.base.actor import Actor
from siegelpost.consent.blacklist import patterns
from siegelpost.consent.forms import FormDraft, create_form
from siegelpost.consent.opt_out_set_ups import SetUpDraft, create_set_up
from siegelpost.consent.suppression import suppress_pattern
from siegelpost.erasure.models import Erasure
from siegelpost.feedback.models import Event
from siegelpost.feedback.replies import page_of_replies
from siegelpost.feedback.texts import keep_text
from siegelpost.flows import approving, person_search
from siegelpost.flows.erase_person import begin_erasing
from siegelpost.flows.instructions import record_instruction
from siegelpost.flows.invite import invite
from siegelpost.flows.off_board import Parting, leave_tenant
from siegelpost.flows.off_board_start import Newcomer
from siegelpost.flows.receive_reply import receive_reply
from siegelpost.flows.roles import make_role
from siegelpost.flows.tokens import NewToken, create_token
from siegelpost.governance.instructions.services import NewInstruction
from siegelpost.mailings.services import create_sender
from siegelpost.tenancy import admissions, visits
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.home import home
from siegelpost.tenancy.models import Tenant
from siegelpost.tenancy.public_hosts import add_host
from siegelpost.tenancy.registry import credentials_of
from tests.delivery.support import draft
from tests.governance.handing import prepared
from tests.postgres import postgres_cluster
from tests.web.townsfolk import a_dialog, a_list, a_person
from tests.web.uploading import uploaded
from tests.web.visiting import NOON, Visitor, colleague

Rows = Callable[[], str]
FAR: Final = 7_000
"""Beta's numbers begin after it."""
NEVER: Final = 8_000
"""A number that nothing has, of as many digits."""
WHO: Final = Actor.operator()
MARKS: Final = ("only-beta", "Only Beta")
"""Stand in every name and address of beta, and nowhere else."""
_CONTROL_OF_BETA: Final = {
    "accounts_person": "email LIKE '%only-beta%'",
    "accounts_seat": "tenant_number = {number}",
    "accounts_role": "tenant_number = {number}",
    "accounts_token": "tenant_number = {number}",
    "accounts_entryrule": "tenant_number = {number}",
    "accounts_invitation": "tenant_number = {number}",
    "accounts_leaving": "tenant_number = {number}",
    "accounts_leavingtask": "leaving_id IN (SELECT id FROM accounts_leaving WHERE tenant_number = {number})",
    "accounts_leavingplan": "tenant_number = {number}",
    "tenancy_tenant": "number = {number}",
    "tenancy_admission": "tenant_number = {number}",
    "tenancy_publichost": "tenant_number = {number}",
    "tenancy_hostkey": "host_id IN (SELECT id FROM tenancy_publichost WHERE tenant_number = {number})",
    "tenancy_announced": "tenant_number = {number}",
    "tenancy_operatorvisit": "tenant_number = {number}",
}
"""What the control database keeps of a tenant."""


def count_on(tenant: TenantDB) -> None:
    """Whatever is made from now on, in beta and in the control database, has a number beyond `FAR`."""
    connections.close_all()
    if tenant.vendor == "sqlite":
        for path in (home().root / "control.sqlite3", *home().tenant(tenant.slug).glob("*.sqlite3")):
            with closing(sqlite3.connect(path)) as database, database:
                database.execute("DELETE FROM sqlite_sequence")
                database.execute(
                    "INSERT INTO sqlite_sequence SELECT name, ? FROM sqlite_master WHERE type = 'table' AND sql LIKE '%AUTOINCREMENT%'",
                    [FAR],
                )
        return
    for name in ("postgres", credentials_of(Tenant.objects.get(slug=tenant.slug)).database):
        with psycopg.connect(postgres_cluster().url(name), autocommit=True) as server:
            server.execute(f"SELECT setval(format('%I.%I', schemaname, sequencename)::regclass, {FAR}) FROM pg_sequences".encode())


def stocked(tenant: TenantDB) -> dict[str, int]:
    """One of everything that has a number in an address: word -> number. Names and addresses say whose they are."""
    name, host, now = f"Only {tenant.slug.title()}", f"only-{tenant.slug}.example", clock.now()
    owner, worker = colleague(tenant, "admin", f"boss@{host}"), colleague(tenant, "editor", f"bea@{host}")
    ensure_standard_fields(tenant, NOON)
    letter = a_list(tenant, name)
    form = create_form(tenant, FormDraft(name=name, lists=((letter, name),), language="en"), actor=WHO, now=NOON)
    sender = create_sender(tenant, f"{name} <news@{host}>", unverified_ok=True, actor=WHO, now=NOON)
    mailing = draft(tenant, letter, name=name)
    person, _gone = (a_person(tenant, f"{who}@{host}", letter) for who in ("eve", "gone"))
    with tenant.atomic():
        suppress_pattern(tenant, pattern=f"%@no.{host}", source="staff", actor=WHO, now=NOON)
        receive_reply(tenant, f"From: eve@{host}\nSubject: Abmelden\n\n".encode(), actor=WHO, now=NOON)
        bounce = tenant.objects(Event).create(kind="hard", mailing_id=mailing, delivery_id=None, at=now - timedelta(days=1)).pk
        keep_text(tenant, bounce, f"550 no user at {host}", now=now)
    begin_erasing(tenant, f"gone@{host}", actor=WHO, now=now)
    leaver = colleague(tenant, "viewer", f"lea@{host}")
    case = leave_tenant(tenant, leaver.pk, Parting(now.date() + timedelta(days=30)), actor=WHO, now=now)
    new = NewInstruction(kind="other", document=name.encode(), given_by=name)
    wish = Wish(act=EXPORT, matter=f"list:{letter}", what={"list": letter, "name": name})
    return {
        "approval": approving.ask(tenant, wish, f"{name}: for the yearly report", asker=worker, staff_url=f"https://{host}", now=now),
        "list": letter, "form": form.id, "dialog": a_dialog(tenant, name),
        "domain": sender.domain_id, "mailing": mailing, "person": person, "bounce": bounce,
        "opt_out_set_up": create_set_up(tenant, SetUpDraft(name=name, list_ids=(letter,)), actor=WHO, now=NOON).id,
        "pattern": patterns(tenant)[0].id, "reply": page_of_replies(tenant, offset=0, limit=1)[0][0].id,
        "erasure": tenant.objects(Erasure).get().pk, "field": fields_of(tenant)[0].id,
        "segment": store_segment(tenant, name, 'language = "de"', actor=WHO, now=NOON),
        "folder": create_folder(tenant, name, actor=WHO, now=NOON), "import": uploaded(Visitor(owner, tenant)), "colleague": worker.pk,
        "role": make_role(tenant, name, ["lists.see"], actor=WHO, now=NOON).number, "hand_over": prepared(tenant),
        "instruction": record_instruction(tenant, new, actor=WHO, now=NOON),
        "request": person_search.ask(tenant, f"bea@{host}", f"{name}: a list was deleted", asker=owner, now=now),
        "leaver": case, "leaver_task": LeavingTask.objects.filter(leaving_id=case).values_list("pk", flat=True)[0],
        "admission": _let_in(tenant, name, owner.pk),
        "invitation": _invited(tenant, f"kim@{host}"),
        "host": add_host(tenant, f"news.{host}", now=now).id,
        "token": create_token(tenant, NewToken(name=name, rights=("read",), owner=f"boss@{host}"), actor=WHO, now=now)[0],
    }  # fmt: skip


def _invited(tenant: TenantDB, email: str) -> int:
    invite(tenant, Newcomer(email=email, roles=["viewer"], name=email), staff_url="", actor=WHO, now=clock.now())
    return waiting(tenant.number, now=clock.now())[0].id


def _let_in(tenant: TenantDB, name: str, by: int) -> int:
    """The operator is let in, and somebody of it is there."""
    now = clock.now()
    number = admissions.begin(tenant, name, emergency=False, by=by, now=now)
    admissions.open_until(number, now + timedelta(days=7))
    visit = visits.begin(admissions.admission(tenant, number, now=now), None, at_command_line=True, reason=name, now=now)
    visits.open_until(visit, now + timedelta(days=7))
    return number


def state_of(tenant: TenantDB, rows: str) -> Mapping[str, str]:
    """All that a tenant is: its rows, its files, and what the control database keeps of it; each as a digest.

    rows  a digest of every row of its own databases
    """
    found = {"rows": re.sub(r"\('[^']*_seq', [^)]*\)", "", rows)}
    for path in sorted(one for one in home().tenant(tenant.slug).rglob("*") if one.is_file() and ".sqlite3" not in one.name):
        found[path.name] = hashlib.sha256(path.read_bytes()).hexdigest()
    with connections["default"].cursor() as cursor:
        for table, condition in _CONTROL_OF_BETA.items():
            cursor.execute(f"SELECT * FROM {table} WHERE {condition.format(number=tenant.number)}")
            found[table] = repr(sorted(map(_plain, cursor.fetchall())))
    return found


def _plain(row: tuple[Any, ...]) -> str:
    return repr([bytes(one) if isinstance(one, memoryview) else one for one in row])
