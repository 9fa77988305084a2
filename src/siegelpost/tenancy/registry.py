"""From a slug or a number to a handle."""

from typing import Any

from django.db import connections as django_connections
from django.db.models import QuerySet

from siegelpost.base import clock
from siegelpost.sign.keys import TenantKeys, unwrap
from siegelpost.tenancy import connections, servers
from siegelpost.tenancy.errors import TenantUnknown
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.home import home, master_key
from siegelpost.tenancy.models import Tenant

SIGN_UP_SCHEMA = "signups"
DATA_FILE = "tenant.sqlite3"
SIGN_UP_FILE = "signups.sqlite3"
MAKING = "making"
READY = "ready"
LEAVING = "leaving"


def open_tenant(slug: str) -> TenantDB:
    """Return the handle of the tenant `slug`; raises TenantUnknown."""
    known = slug.isprintable()  # PostgreSQL raises an error of its own for NUL
    return _handle(_ready().filter(slug=slug).first() if known else None)


def open_by_number(number: int) -> TenantDB:
    """Return the handle of the tenant whose number stands in a token; raises TenantUnknown."""
    return _handle(_ready().filter(number=number).first() if 0 < number < 2**62 else None)


def all_tenants() -> list[TenantDB]:
    """Handles of all tenants that are ready, by slug."""
    return [_handle(row) for row in _ready().order_by("slug")]


def children_of(tenant: TenantDB) -> list[TenantDB]:
    """Handles of the sub-accounts of a tenant, by slug."""
    return [_handle(row) for row in _ready().filter(parent=tenant.number).order_by("slug")]


def parent_of(tenant: TenantDB) -> TenantDB | None:
    """The handle of the client account that a tenant lies below."""
    return None if tenant.parent is None else open_by_number(tenant.parent)


def tree() -> list[tuple[TenantDB, int]]:
    """All tenants that are ready, by slug, each followed by its sub-accounts; with how deep each lies."""
    found = all_tenants()
    below = {one.number: [each for each in found if each.parent == one.number] for one in found}

    def branch(tenant: TenantDB, depth: int) -> list[tuple[TenantDB, int]]:
        return [(tenant, depth), *(line for child in below[tenant.number] for line in branch(child, depth + 1))]

    return [line for one in found if one.parent is None for line in branch(one, 0)]


def close_control() -> None:
    """Close this thread's connection to the control database; it opens again by itself."""
    django_connections["default"].close()


def _ready() -> QuerySet[Tenant]:
    return Tenant.objects.filter(state=READY).select_related("parent")


def _keys(row: Tenant) -> TenantKeys:
    return TenantKeys(unwrap(master_key(), bytes(row.wrapped_key)), _keys(row.parent).addresses if row.parent else b"")


def _handle(row: Tenant | None) -> TenantDB:
    if row is None:
        raise TenantUnknown
    return handle_of(row)


def handle_of(row: Tenant) -> TenantDB:
    """The handle of a tenant in any state; doors take those above, which open those that are ready."""
    return TenantDB(
        alias=register_data(row),
        vendor="postgresql" if row.server else "sqlite",
        slug=row.slug,
        number=row.number,
        name=row.name,
        imprint=row.imprint,
        language=row.language,
        own=row.own,
        demands_tls=row.demands_tls,
        hard_bounces=row.hard_bounces,
        data_protection=row.data_protection,
        keys=_keys(row),
        parent=row.parent_id,
        sub_accounts=row.sub_accounts,
        test=row.test,
        ends_at=row.ends_at,
        ended=row.ends_at is not None and row.ends_at <= clock.now(),
    )


def register_data(row: Tenant) -> str:
    """Make the tenant's data known to Django as its runtime role; returns the alias."""
    alias = f"t_{row.slug}"
    connections.register(alias, data_settings(row))
    return alias


def register_sign_ups(slug: str) -> str:
    """Make the tenant's sign-up store known to Django as its own role; returns the alias."""
    alias = f"s_{slug}"
    connections.register(alias, sign_up_settings(Tenant.objects.get(slug=slug)))
    return alias


def register_owner(row: Tenant) -> tuple[str, str]:
    """Make both stores known as their owner, for migrations only; returns the aliases of data and sign-ups."""
    data, sign_ups = f"o_{row.slug}", f"p_{row.slug}"
    if row.server:
        found = credentials_of(row)
        owner = (row.server, found.database, found.owner, found.owner_password)
        connections.register(data, servers.postgres_settings(*owner))
        connections.register(sign_ups, servers.postgres_settings(*owner, schema=SIGN_UP_SCHEMA))
    else:
        new, folder = row.state == MAKING, home().tenant(row.slug)
        connections.register(data, connections.sqlite_settings(folder / DATA_FILE, create=new))
        connections.register(sign_ups, connections.sqlite_settings(folder / SIGN_UP_FILE, create=new))
    return data, sign_ups


def credentials_of(row: Tenant) -> servers.Credentials:
    """The roles of a tenant on PostgreSQL."""
    return servers.unpack(bytes(row.credentials), master_key())


def data_settings(row: Tenant) -> dict[str, Any]:
    """How Django reaches the tenant's data as its runtime role."""
    if not row.server:
        return connections.sqlite_settings(home().tenant(row.slug) / DATA_FILE)
    found = credentials_of(row)
    return servers.postgres_settings(row.server, found.database, found.runtime, found.runtime_password)


def sign_up_settings(row: Tenant) -> dict[str, Any]:
    """How Django reaches its sign-ups as their own role."""
    if not row.server:
        return connections.sqlite_settings(home().tenant(row.slug) / SIGN_UP_FILE)
    found = credentials_of(row)
    return servers.postgres_settings(row.server, found.database, found.sign_ups, found.sign_ups_password, schema=SIGN_UP_SCHEMA)
