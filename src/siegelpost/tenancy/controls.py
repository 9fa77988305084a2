"""Checks of controls that this room can make."""

import stat
from datetime import timedelta
from pathlib import Path
from typing import Final

from siegelpost.base.controls import INSTALLATION, TENANT, Around, Finding, check, finding
from siegelpost.base.i18n import marked as _
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.home import home
from siegelpost.tenancy.isolation import in_clear, try_all
from siegelpost.tenancy.key_store import FOLDER
from siegelpost.tenancy.models import Tenant
from siegelpost.tenancy.registry import credentials_of, open_tenant

OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO
DISK: Final = "disk"
NAMED: Final = 10
"""What let somebody in, of many as many."""
REACHABLE: Final = "SELECT datname FROM pg_database WHERE datname = ANY(%s) AND has_database_privilege(current_user, datname, 'CONNECT')"


@check(
    "1.4-02",
    _(
        "Key and databases can be read by nobody but the user that runs the system; no two tenants have the same key. "
        "Other files of tenants are encrypted with the tenant's key; database files rely on the disk's encryption, which is not looked at."
    ),
    every=timedelta(hours=1),
    limit=30,
    scope=INSTALLATION,
    whole=False,
)
def kept_private(around: Around) -> Finding:
    """The files of this machine; on PostgreSQL those of the server are its own."""
    place = home().root
    databases = ("control.sqlite3*", "tenants/*/*.sqlite3*", f"{FOLDER}/*")
    keys = [one for one in (around.settings.master_key_file, around.settings.tls_key) if one]
    files = [*keys, *(file for pattern in databases for file in place.glob(pattern))]
    open_ones = [one for one in files if _open_to_others(one)]
    roots = [open_tenant(slug).keys.root for slug in Tenant.objects.filter(state="ready").values_list("slug", flat=True)]
    shared = len(roots) - len(set(roots))
    clear = sum(map(in_clear, place.glob("tenants/*")))
    facts = {"files": len(files), "open_to_others": len(open_ones), "shared_keys": shared, "files_in_clear": clear}
    return finding(red=open_ones or shared or clear, **facts, database_files=DISK)


@check(
    "1.4-02",
    _("The tenant has a database of its own and cannot reach that of any other."),
    every=timedelta(hours=1),
    limit=30,
    scope=TENANT,
)
def kept_apart(tenant: TenantDB, around: Around) -> Finding:
    """On SQLite by the file that is really open, on PostgreSQL by what the server lets the tenant's role do."""
    if tenant.vendor == "sqlite":
        with tenant.cursor() as cursor:
            cursor.execute("PRAGMA database_list")
            opened = [Path(name) for _number, _schema, name in cursor.fetchall() if name]
        own = home().tenant(tenant.slug).resolve()
        return finding(red=[one for one in opened if one.resolve().parent != own] or not opened, own_database=True, others_reachable=0)
    others = [credentials_of(row).database for row in Tenant.objects.filter(state="ready").exclude(number=tenant.number) if row.server]
    with tenant.cursor() as cursor:
        cursor.execute("SELECT current_database()")
        own_database = cursor.fetchone()[0] == credentials_of(Tenant.objects.get(number=tenant.number)).database
        cursor.execute(REACHABLE, [others])
        reachable = len(cursor.fetchall())
    return finding(red=reachable or not own_database, own_database=own_database, others_reachable=reachable)


@check(
    "1.4-03",
    _(
        "Every night it is tried to get at what is not the tenant's. On PostgreSQL with the tenant's own roles: the databases of other "
        "tenants and the control database must refuse. On SQLite tenants are separated by file and code: only the user that runs the "
        "system can read their files, and code that does not name a tenant is refused. Pages, interface, commands and tasks are tried "
        "by a test of each release, not here."
    ),
    every=timedelta(days=1),
    limit=300,
    scope=TENANT,
    whole=False,
)
def kept_from_others(tenant: TenantDB, around: Around) -> Finding:
    """The canary: red as soon as one of its tries succeeds."""
    tried = try_all(tenant, today=around.now.date())
    return finding(red=tried.let_in, kept_apart=tried.by, tries=tried.tries, let_in=list(tried.let_in[:NAMED]))


def _open_to_others(path: Path) -> bool:
    return bool(path.stat().st_mode & OTHERS)


CHECKS = (kept_private, kept_apart, kept_from_others)
