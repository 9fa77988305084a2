"""A new tenant: a random key, its databases, its roles."""

import re
import secrets
import shutil
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, ProgrammingError, connections
from psycopg import sql
from psycopg.errors import DuplicateDatabase, DuplicateObject

from siegelpost.base.settings import Settings
from siegelpost.sign.keys import unwrap, wrap
from siegelpost.tenancy import servers
from siegelpost.tenancy.connections import forget, register
from siegelpost.tenancy.departing import ensure_rested
from siegelpost.tenancy.errors import FieldRefused, NestedTooDeep, PlaceTaken, SlugWrong, TenantExists
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.home import home, master_key
from siegelpost.tenancy.installation import OPERATOR
from siegelpost.tenancy.key_store import destroy_all
from siegelpost.tenancy.migrate import migrate_tenant
from siegelpost.tenancy.models import Tenant
from siegelpost.tenancy.registry import READY, SIGN_UP_SCHEMA, open_by_number, open_tenant

SLUG = re.compile(r"[a-z]([a-z0-9-]{0,28}[a-z0-9])?")
NAME_LIMIT = 200
IMPRINT_LIMIT = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTenant:
    """What is known of a tenant before it exists."""

    slug: str
    name: str
    imprint: str = ""
    own: bool = False
    language: str = "de"
    parent: int | None = None
    """Number of the account that it lies below, for good."""
    test: bool = False
    """Below a test everything is one."""


def create_tenant(new: NewTenant, settings: Settings, *, now: datetime) -> TenantDB:
    """Make a tenant with its own databases and return its handle.

    Raises SlugWrong, FieldRefused, NestedTooDeep, TenantUnknown (no such parent), TenantExists, PlaceTaken, KeyRefused
    (another master key than that of the other tenants).
    A fault half-way leaves no tenant: what was begun is removed, and nothing that was there before.
    """
    _check(new)
    ensure_rested(new.slug, now=now)
    parent = None if new.parent is None else open_by_number(new.parent)
    if parent is not None and parent.parent is not None:
        raise NestedTooDeep
    known = Tenant.objects.first()
    if known is not None:
        unwrap(master_key(), bytes(known.wrapped_key))
    row = Tenant(
        slug=new.slug,
        name=new.name.strip(),
        imprint=new.imprint.strip(),
        own=new.own,
        language=new.language,
        wrapped_key=wrap(master_key(), secrets.token_bytes(32), random=secrets.token_bytes),
        created_at=now,
        parent_id=new.parent,
        test=new.test or (parent is not None and parent.test),
    )
    if settings.database_url:
        row.server = servers.server_of(settings.database_url)
        found = servers.new_credentials(connections["default"].settings_dict["NAME"], new.slug)
        row.credentials = servers.pack(found, master_key())
    try:
        row.save(force_insert=True)
    except IntegrityError as reason:
        raise TenantExists from reason
    with ExitStack() as undo:
        undo.callback(row.delete)
        _make_databases(row, undo)
        undo.callback(destroy_all, row.slug)
        undo.callback(_forget, row.slug)
        migrate_tenant(row)
        row.state = READY
        row.save(update_fields=["state"])
        undo.pop_all()
    _forget(row.slug)  # these aliases would still make a missing file
    return open_tenant(new.slug)


def _check(new: NewTenant) -> None:
    if not SLUG.fullmatch(new.slug) or new.slug == OPERATOR:
        raise SlugWrong
    check_words(new.name, new.imprint)


def check_words(name: str, imprint: str) -> None:
    """Raise FieldRefused where a tenant cannot be called so, or have this imprint."""
    if not name.strip() or len(name) > NAME_LIMIT or not name.isprintable():
        raise FieldRefused(field="name", limit=NAME_LIMIT)
    if len(imprint) > IMPRINT_LIMIT or not imprint.replace("\n", " ").replace("\r", " ").isprintable():
        raise FieldRefused(field="imprint", limit=IMPRINT_LIMIT)


def _make_databases(row: Tenant, undo: ExitStack) -> None:
    """Make folder or roles and database, and tell `undo` how to remove each of them; raises PlaceTaken."""
    if not row.server:
        folder = home().tenant(row.slug)
        try:
            folder.mkdir(parents=True, mode=0o700)
        except FileExistsError as reason:
            raise PlaceTaken from reason
        undo.callback(shutil.rmtree, folder, ignore_errors=True)
        return
    found = servers.unpack(bytes(row.credentials), master_key())
    database, owner = sql.Identifier(found.database), sql.Identifier(found.owner)
    roles = ((found.owner, found.owner_password), (found.runtime, found.runtime_password), (found.sign_ups, found.sign_ups_password))
    with connections["default"].cursor() as cursor:
        for role, password in roles:
            _make(cursor, sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(sql.Identifier(role), sql.Literal(password)))
            undo.callback(_run, sql.SQL("DROP ROLE IF EXISTS {}").format(sql.Identifier(role)))
        cursor.execute(sql.SQL("GRANT {} TO CURRENT_USER").format(owner))
        _make(cursor, sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE template0 ENCODING 'UTF8'").format(database, owner))
        undo.callback(_run, sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(database))
        cursor.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(database))
        for role in (found.runtime, found.sign_ups):
            cursor.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(database, sql.Identifier(role)))
    _as_owner(row, found)


def _make(cursor: Any, statement: sql.Composed) -> None:
    try:
        cursor.execute(statement)
    except ProgrammingError as reason:
        if isinstance(reason.__cause__, DuplicateObject | DuplicateDatabase):
            raise PlaceTaken from reason
        raise


def _run(statement: sql.Composed) -> None:
    with connections["default"].cursor() as cursor:
        cursor.execute(statement)


def _as_owner(row: Tenant, found: servers.Credentials) -> None:
    alias = f"o_{row.slug}"
    register(alias, servers.postgres_settings(row.server, found.database, found.owner, found.owner_password))
    try:
        with connections[alias].cursor() as cursor:
            cursor.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(SIGN_UP_SCHEMA)))
    finally:
        connections[alias].close()


def _forget(slug: str) -> None:
    for prefix in "tsop":
        forget(f"{prefix}_{slug}")
