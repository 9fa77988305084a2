"""Tries to get at what is not a tenant's with the tenant's own means: only where everything refuses are tenants apart.

On PostgreSQL the databases themselves must refuse: each role of the tenant asks, on a connection of its own, for the databases of
other tenants and for those of the operator. SQLite knows no roles: there tenants are apart by file (each its own, in a folder that
nobody else may enter) and by code (whoever does not name a tenant is refused), and nothing more is claimed.
"""

import stat
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final, TypeVar

import psycopg
from django.apps import apps
from django.db import connections
from django.db.models import Model

from siegelpost.sign.files import MAGIC
from siegelpost.tenancy.errors import TenantNotNamed, TransactionNotNamed
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.home import home
from siegelpost.tenancy.key_store import ALIAS as DAY_KEYS
from siegelpost.tenancy.models import Tenant
from siegelpost.tenancy.registry import READY, credentials_of
from siegelpost.tenancy.router import CONTROL, CONTROL_APPS, LOG_APP, RefusingRouter

T = TypeVar("T")
ROLES: Final = "by_roles"
FILES: Final = "by_file_and_code"
MOST: Final = 50
"""Others that are tried at a time; where there are more of them, each has its turn within some nights."""
CONNECT_SECONDS: Final = 5
OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO
MEMBER_OF: Final = "SELECT count(*) FROM pg_roles WHERE rolname <> current_user AND pg_has_role(current_user, oid, 'MEMBER')"


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of it.

    by      ROLES or FILES: what keeps this tenant apart
    tries   how many
    let_in  those that should have failed, in a word each: a database, a table, a file; nothing of a person
    """

    by: str
    tries: int
    let_in: tuple[str, ...]


def try_all(tenant: TenantDB, *, today: date) -> Tried:
    """Try everything that this tenant's kind of database must refuse. Raises OperationalError where its own database is out of reach."""
    tries = list(_by_code(tenant))
    tries += _by_files(tenant)
    if tenant.vendor == "postgresql":
        tries += _by_roles(tenant, today)
    return Tried(ROLES if tenant.vendor == "postgresql" else FILES, len(tries), tuple(what for what, refused in tries if not refused))


def _by_code(tenant: TenantDB) -> Iterator[tuple[str, bool]]:
    """A model of tenants without a tenant, in the control database, beside a row of it; and a write outside a named transaction."""
    router, control = RefusingRouter(), Tenant.objects.filter(number=tenant.number).first()
    tables = set(connections[CONTROL].introspection.table_names())
    for model in apps.get_models():
        if model._meta.app_label not in CONTROL_APPS:
            yield model.__name__, _refuses(router, model) and _refuses(router, model, instance=control)
            yield model._meta.db_table, model._meta.app_label == LOG_APP or model._meta.db_table not in tables
    yield "write", _refuses_writing(tenant)


def _refuses(router: RefusingRouter, model: type[Model], **hints: Any) -> bool:
    try:
        router.db_for_read(model, **hints)
        router.db_for_write(model, **hints)
    except TenantNotNamed:
        return True
    return model._meta.app_label == LOG_APP and bool(hints)  # the log of the operator lies beside its tenants


def _refuses_writing(tenant: TenantDB) -> bool:
    try:
        with tenant.cursor() as cursor:
            cursor.execute("DELETE FROM django_migrations WHERE 1 = 0")  # were it let through, it would change nothing
    except TransactionNotNamed:
        return True
    return False


def _by_roles(tenant: TenantDB, today: date) -> Iterator[tuple[str, bool]]:
    row = Tenant.objects.get(number=tenant.number)
    found = credentials_of(row)
    host, _colon, port = row.server.rpartition(":")
    own: dict[str, Any] = {"host": host, "port": int(port), "connect_timeout": CONNECT_SECONDS}
    ours = [str(connections[alias].settings_dict["NAME"]) for alias in (CONTROL, DAY_KEYS)]
    databases = [*ours, *turn(_databases_of_others(row), today.toordinal())]
    for role, password in ((found.runtime, found.runtime_password), (found.sign_ups, found.sign_ups_password)):
        with closing(psycopg.connect(dbname=found.database, user=role, password=password, **own)) as connection:
            members = connection.execute(MEMBER_OF).fetchone()
            yield f"roles of {role}", members == (0,)
        for database in databases:
            yield database, _refuses_entry(dbname=database, user=role, password=password, **own)


def _refuses_entry(**where: Any) -> bool:
    """Whether the server lets nobody in; that it answers at all was seen a moment before, with the tenant's own database."""
    try:
        psycopg.connect(**where).close()
    except psycopg.OperationalError:
        return True
    return False


def _databases_of_others(row: Tenant) -> list[str]:
    """Those on the same server: a role is unknown to any other."""
    others = Tenant.objects.filter(state=READY, server=row.server).exclude(number=row.number).order_by("number")
    return [credentials_of(one).database for one in others]


def turn(everything: Sequence[T], number: int) -> Sequence[T]:
    """At most `MOST` of them, others for each next number, so that in time all have had their turn."""
    if len(everything) <= MOST:
        return everything
    begin = number * MOST % len(everything)
    return [*everything[begin:], *everything[:begin]][:MOST]


def _by_files(tenant: TenantDB) -> Iterator[tuple[str, bool]]:
    """Nobody but the user who runs the system may enter the folder or read what is in it, and all of it really lies there."""
    folder = home().tenant(tenant.slug)
    if not folder.exists():  # on PostgreSQL a tenant has none until it has files
        return
    yield folder.name, _is_private(folder) and not folder.is_symlink()
    for path in folder.rglob("*"):
        try:
            yield path.name, _is_private(path) and path.resolve().is_relative_to(folder.resolve())
        except FileNotFoundError:  # a file that went meanwhile lets nobody in
            continue


def _is_private(path: Path) -> bool:
    return not path.stat().st_mode & OTHERS


def in_clear(folder: Path) -> int:
    """Files of a tenant that are neither sealed nor a database nor an empty lock: nothing about people may lie in one."""
    found = 0
    for path in folder.rglob("*"):
        try:
            if path.is_file() and ".sqlite3" not in path.name and path.stat().st_size:
                with path.open("rb") as file:
                    found += file.read(len(MAGIC)) != MAGIC
        except FileNotFoundError:
            continue
    return found
