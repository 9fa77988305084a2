"""Where the data of one tenant lie, for whoever has to look through all of it."""

from typing import Final

from django.db import connections
from psycopg.conninfo import make_conninfo

from siegelpost.tenancy import servers
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.home import master_key
from siegelpost.tenancy.key_store import FOLDER
from siegelpost.tenancy.models import Tenant
from siegelpost.tenancy.registry import DATA_FILE, SIGN_UP_FILE, SIGN_UP_SCHEMA

OTHER_PLACES: Final = ("control.sqlite3", "control.sqlite3-wal", "control.sqlite3-shm", "keys", FOLDER)
"""What is not the tenant's but the operator's: the records of people who log in, and keys. Below the home folder."""


def databases_of(tenant: TenantDB) -> frozenset[str]:
    """Names of the tenant's two stores: paths below the home folder, or what `conninfos` calls them."""
    if tenant.vendor == "sqlite":
        return frozenset({f"tenants/{tenant.slug}/{DATA_FILE}", f"tenants/{tenant.slug}/{SIGN_UP_FILE}"})
    return frozenset({DATABASE, SIGN_UP_SCHEMA})


DATABASE: Final = "database"


def conninfos(tenant: TenantDB) -> list[dict[str, str]]:
    """How a program of its own reaches both stores on PostgreSQL, each as the role that may read it; none on SQLite."""
    if tenant.vendor == "sqlite":
        return []
    row = Tenant.objects.get(slug=tenant.slug)
    found = servers.unpack(bytes(row.credentials), master_key())
    host, _, port = row.server.rpartition(":")
    roles = ((DATABASE, found.runtime, found.runtime_password), (SIGN_UP_SCHEMA, found.sign_ups, found.sign_ups_password))
    return [
        {"place": place, "conninfo": make_conninfo("", host=host, port=port, dbname=found.database, user=user, password=password)}
        for place, user, password in roles
    ]


CONTROL_PLACE: Final = "control database"


def control_conninfos() -> list[dict[str, str]]:
    """The same for the control database; none on SQLite."""
    known = connections["default"].settings_dict
    if connections["default"].vendor == "sqlite":
        return []
    parts = {"host": known["HOST"], "port": known["PORT"], "dbname": known["NAME"], "user": known["USER"], "password": known["PASSWORD"]}
    return [{"place": CONTROL_PLACE, "conninfo": make_conninfo("", **parts)}]
