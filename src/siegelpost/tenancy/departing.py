"""A tenant goes for good: its state, what was done so far, its databases and its key. What stays is one row and a certificate.

Door of the flow that erases a tenant; each of these can be done twice. Nothing here asks whether it may be done.
"""

import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import connections
from psycopg import sql

from siegelpost.tenancy.compact import empty_wal
from siegelpost.tenancy.connections import forget
from siegelpost.tenancy.errors import SlugResting, TenantUnknown
from siegelpost.tenancy.handle import Store, TenantDB
from siegelpost.tenancy.home import home
from siegelpost.tenancy.key_store import destroy_all
from siegelpost.tenancy.models import Admission, Announced, Departure, Look, OperatorVisit, PublicHost, Route, Tenant
from siegelpost.tenancy.registry import LEAVING, READY, credentials_of, handle_of

REST: Final = timedelta(minutes=2)
"""Other processes hold the key of a day for a minute: so long nobody gets the short name of whoever has just gone."""
PREFIXES: Final = "tsoprv"
"""Of aliases, see `router`."""


@dataclass(frozen=True, slots=True)
class Case:
    """One tenant that goes or is gone; see `Departure`. `certificate` is None until all is done."""

    number: int
    slug: str
    name: str
    own: bool
    vendor: str
    actor: str
    begun_at: datetime
    facts: Mapping[str, Any]
    steps: Mapping[str, Any]
    sealed: bytes
    done_at: datetime | None
    certificate: dict[str, Any] | None


def begin(tenant: TenantDB, facts: Mapping[str, Any], sealed: bytes, *, actor: str, now: datetime) -> None:
    """From the end of this transaction on no door opens this tenant any more. Raises TenantUnknown where somebody else was first."""
    if not Tenant.objects.filter(number=tenant.number, state=READY).update(state=LEAVING):
        raise TenantUnknown
    Departure.objects.create(
        number=tenant.number, slug=tenant.slug, name=tenant.name, own=tenant.own, vendor=tenant.vendor, facts=dict(facts), sealed=sealed,
        actor=actor, begun_at=now,
    )  # fmt: skip


def going(slug: str) -> Case | None:
    """The tenant of this short name whose erasure was begun and is not done."""
    row = Departure.objects.filter(slug=slug, done_at=None).first()
    return _case(row) if row else None


def cases(*, done: bool | None = None) -> list[Case]:
    """All of them, the newest first; those that are done, or are not."""
    rows = Departure.objects.order_by("-begun_at")
    if done is not None:
        rows = rows.filter(done_at__isnull=not done)
    return [_case(row) for row in rows]


def case(number: int) -> Case:
    """By the number that the tenant had. Raises TenantUnknown."""
    row = Departure.objects.filter(number=number).first()
    if row is None:
        raise TenantUnknown
    return _case(row)


def is_gone(number: int) -> bool:
    """Whether this number was that of a tenant that goes or is gone."""
    return 0 < number < 2**62 and Departure.objects.filter(number=number).exists()


def gone_numbers() -> set[int]:
    """All such numbers."""
    return set(Departure.objects.values_list("number", flat=True))


def ensure_rested(slug: str, *, now: datetime) -> None:
    """Raise SlugResting where a tenant of this short name is going, or went a moment ago."""
    if Departure.objects.filter(slug=slug).exclude(done_at__lte=now - REST).exists():
        raise SlugResting


def children_of(tenant: TenantDB) -> int:
    """How many tenants stand below this one."""
    return Tenant.objects.filter(parent=tenant.number).count()


def open_leaving(one: Case) -> TenantDB | None:
    """The handle of a tenant that goes, None where its row is gone, too."""
    row = Tenant.objects.filter(number=one.number, state=LEAVING).first()
    return handle_of(row) if row else None


def note_step(number: int, code: str, told: Mapping[str, Any], *, now: datetime) -> None:
    """Remember that a step is done, and what it found."""
    row = Departure.objects.get(number=number)
    row.steps = {**row.steps, code: {"at": now.isoformat(), **told}}
    row.save(update_fields=["steps"])


def finish(number: int, certificate: Mapping[str, Any], *, now: datetime) -> None:
    """Keep the certificate, and forget whom was looked for."""
    Departure.objects.filter(number=number, done_at=None).update(certificate=dict(certificate), sealed=b"", done_at=now)


def remove_places(number: int) -> dict[str, int]:
    """What the control database knows of routes and of the operator's visits; returns rows by table."""
    found = {}
    for model in (OperatorVisit, Admission, Route, Announced, PublicHost, Look):
        found[model._meta.label] = model.objects.filter(tenant_number=number).delete()[0]
    return found


def remove_folder(slug: str) -> int:
    """Everything that lies in the tenant's folder, with its SQLite files; returns how many files."""
    release(slug)
    folder = home().tenant(slug)
    found = sum(1 for one in folder.rglob("*") if one.is_file()) if folder.exists() else 0
    shutil.rmtree(folder, ignore_errors=True)
    if folder.exists():  # somebody wrote into it meanwhile; whoever comes again finds it empty
        shutil.rmtree(folder)
    return found


def drop_database(one: Case) -> int:
    """On PostgreSQL the database and its three roles, whoever is connected; returns how many of them there were."""
    row = Tenant.objects.filter(number=one.number, state=LEAVING).first()
    release(one.slug)
    if row is None or not row.server:
        return 0
    found = credentials_of(row)
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_database WHERE datname = %s", [found.database])
        there = int(cursor.fetchone()[0])
        cursor.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(found.database)))
        for role in (found.owner, found.runtime, found.sign_ups):
            cursor.execute("SELECT count(*) FROM pg_roles WHERE rolname = %s", [role])
            there += int(cursor.fetchone()[0])
            cursor.execute(sql.SQL("DROP ROLE IF EXISTS {}").format(sql.Identifier(role)))
    return there


def destroy_keys(one: Case) -> None:
    """The keys of its days, then its own key and its credentials with the row itself; called inside the control database's transaction."""
    destroy_all(one.slug)
    Tenant.objects.filter(number=one.number, state=LEAVING).update(wrapped_key=b"", credentials=b"")
    Tenant.objects.filter(number=one.number, state=LEAVING).delete()


def overwrite() -> bool:
    """What was deleted in the control database is overwritten, too; False where a reader held it for too long."""
    store = Store("default", connections["default"].vendor)
    if store.vendor == "sqlite":
        return empty_wal(store)
    tables = (Tenant, Departure, Admission, OperatorVisit)
    with connections["default"].cursor() as cursor:
        for model in tables:
            cursor.execute(sql.SQL("VACUUM {}").format(sql.Identifier(model._meta.db_table)))
    return True


def left_behind(numbers: Iterable[Case]) -> list[str]:
    """Short names of erased tenants of which a folder or a row is there again, though no tenant has that name."""
    known = set(Tenant.objects.values_list("slug", flat=True))
    return sorted({one.slug for one in numbers if one.slug not in known and home().tenant(one.slug).exists()})


def release(slug: str) -> None:
    """This thread lets go of its databases."""
    for prefix in PREFIXES:
        forget(f"{prefix}_{slug}")


def _case(row: Departure) -> Case:
    return Case(
        row.number, row.slug, row.name, row.own, row.vendor, row.actor, row.begun_at, row.facts, row.steps, bytes(row.sealed), row.done_at,
        row.certificate,
    )  # fmt: skip
