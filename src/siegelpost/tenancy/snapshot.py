"""A tenant's databases as they are at one moment, to be read alone: what is written meanwhile is not in it, and nobody waits for us."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from django.db import connections as django_connections
from django.db import transaction
from psycopg import IsolationLevel

from siegelpost.tenancy import connections
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.models import Tenant
from siegelpost.tenancy.registry import data_settings, sign_up_settings
from siegelpost.tenancy.signups import SignUpDB

DATA, SIGN_UPS = "r_", "v_"
FIX = "SELECT 1 FROM django_migrations LIMIT 1"
"""SQLite's moment is that of the first read, not that of BEGIN."""


@contextmanager
def snapshot(tenant: TenantDB) -> Iterator[TenantDB]:
    """The tenant's data; whoever writes through this handle is refused by the database."""
    row = Tenant.objects.get(number=tenant.number)
    with _still(f"{DATA}{row.slug}", data_settings(row)) as alias:
        yield replace(tenant, alias=alias)


@contextmanager
def sign_up_snapshot(tenant: TenantDB) -> Iterator[SignUpDB]:
    """The sign-ups, which lie in a store of their own and so have a moment of their own."""
    row = Tenant.objects.get(number=tenant.number)
    with _still(f"{SIGN_UPS}{row.slug}", sign_up_settings(row)) as alias:
        yield SignUpDB(alias=alias, vendor=tenant.vendor, slug=tenant.slug)


@contextmanager
def _still(alias: str, settings: dict[str, Any]) -> Iterator[str]:
    connections.register(alias, _for_reading(settings))
    try:
        with transaction.atomic(using=alias):
            with django_connections[alias].cursor() as cursor:
                cursor.execute(FIX)
            yield alias
    finally:
        connections.forget(alias)


def _for_reading(settings: dict[str, Any]) -> dict[str, Any]:
    options = dict(settings["OPTIONS"])
    if "init_command" in options:
        options |= {"transaction_mode": "DEFERRED", "init_command": f"{options['init_command']}; PRAGMA query_only=ON"}
    else:
        options |= {
            "isolation_level": IsolationLevel.REPEATABLE_READ,
            "options": f"{options['options']} -c default_transaction_read_only=on",
        }
    return {**settings, "OPTIONS": options}
