"""A new tenant: a random key, its databases, its roles."""

import re
import secrets
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, connections
from psycopg import sql

from siegelpost.base.settings import Settings
from siegelpost.sign.keys import wrap
from siegelpost.tenancy import servers
from siegelpost.tenancy.connections import forget, register
from siegelpost.tenancy.errors import FieldRefused, SlugWrong, TenantExists
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.home import home, master_key
from siegelpost.tenancy.migrate import migrate_tenant
from siegelpost.tenancy.models import Tenant
from siegelpost.tenancy.registry import SIGN_UP_SCHEMA, open_tenant

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


def create_tenant(new: NewTenant, settings: Settings, *, now: datetime) -> TenantDB:
    """Make a tenant with its own databases and return its handle.

    Raises SlugWrong, FieldRefused, TenantExists. A fault half-way leaves no tenant: what was begun is removed.
    """
    _check(new)
    row = Tenant(
        slug=new.slug,
        name=new.name.strip(),
        imprint=new.imprint.strip(),
        own=new.own,
        language=new.language,
        wrapped_key=wrap(master_key(), secrets.token_bytes(32), random=secrets.token_bytes),
        created_at=now,
    )
    if settings.database_url:
        row.server = servers.server_of(settings.database_url)
        found = servers.new_credentials(connections["default"].settings_dict["NAME"], new.slug)
        row.credentials = servers.pack(found, master_key())
    try:
        row.save(force_insert=True)
    except IntegrityError as reason:
        raise TenantExists from reason
    try:
        _make_databases(row, settings)
        migrate_tenant(row)
    except BaseException:
        _remove(row, settings)
        raise
    row.state = "ready"
    row.save(update_fields=["state"])
    return open_tenant(new.slug)


def _check(new: NewTenant) -> None:
    if not SLUG.fullmatch(new.slug):
        raise SlugWrong
    if not new.name.strip() or len(new.name) > NAME_LIMIT or not new.name.isprintable():
        raise FieldRefused(field="name", limit=NAME_LIMIT)
    if len(new.imprint) > IMPRINT_LIMIT or not new.imprint.replace("\n", " ").replace("\r", " ").isprintable():
        raise FieldRefused(field="imprint", limit=IMPRINT_LIMIT)


def _make_databases(row: Tenant, settings: Settings) -> None:
    if not row.server:
        home().tenant(row.slug).mkdir(parents=True, mode=0o700)
        return
    found = servers.unpack(bytes(row.credentials), master_key())
    roles = ((found.owner, found.owner_password), (found.runtime, found.runtime_password), (found.sign_ups, found.sign_ups_password))
    with connections["default"].cursor() as cursor:
        for role, password in roles:
            cursor.execute(sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(sql.Identifier(role), sql.Literal(password)))
        cursor.execute(sql.SQL("GRANT {} TO CURRENT_USER").format(sql.Identifier(found.owner)))
        cursor.execute(
            sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE template0 ENCODING 'UTF8'").format(
                sql.Identifier(found.database), sql.Identifier(found.owner)
            )
        )
        cursor.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(found.database)))
        for role in (found.runtime, found.sign_ups):
            cursor.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(sql.Identifier(found.database), sql.Identifier(role)))
    _as_owner(row, found)


def _as_owner(row: Tenant, found: servers.Credentials) -> None:
    alias = f"o_{row.slug}"
    register(alias, servers.postgres_settings(row.server, found.database, found.owner, found.owner_password))
    with connections[alias].cursor() as cursor:
        cursor.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(SIGN_UP_SCHEMA)))
    connections[alias].close()


def _remove(row: Tenant, settings: Settings) -> None:
    for prefix in "tsop":
        forget(f"{prefix}_{row.slug}")
    if row.server:
        found = servers.unpack(bytes(row.credentials), master_key())
        with connections["default"].cursor() as cursor:
            cursor.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(found.database)))
            for role in (found.runtime, found.sign_ups, found.owner):
                cursor.execute(sql.SQL("DROP ROLE IF EXISTS {}").format(sql.Identifier(role)))
    else:
        folder = home().tenant(row.slug)
        for path in sorted(folder.glob("*")) if folder.is_dir() else []:
            path.unlink()
        if folder.is_dir():
            folder.rmdir()
    row.delete()
