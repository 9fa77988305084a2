"""Two migrated tenants, made once and copied for each test (a copy takes milliseconds, a migration half a second).

Imports Django models only inside functions: Django is set up when pytest is configured, after this file is imported.
"""

# ruff: noqa: PLC0415
import hashlib
import shutil
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg

from tests.patience import PATIENCE
from tests.postgres import postgres_cluster

if TYPE_CHECKING:
    from siegelpost.tenancy.handle import TenantDB

MADE_AT = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
SLUGS = ("alpha", "beta")
TABLES = "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
LOOKED_AT = ("evidence_accessentry", "evidence_accesskey")
"""Whoever looks at pages of beta leaves these there, and nothing else."""
SEQUENCES = "SELECT format('%I.%I', schemaname, sequencename), last_value::text FROM pg_sequences"


@dataclass
class Template:
    """What each test starts from."""

    engine: str
    folder: Path
    beta_before: str = ""
    kept: bool = False  # beta is still as it was made, and need not be made anew

    def open(self, slug: str) -> "TenantDB":
        """Handle of one of the two."""
        from siegelpost.tenancy.registry import open_tenant

        return open_tenant(slug)

    def restore(self) -> None:
        """Put both tenants and the control database back as they were made."""
        from siegelpost.tenancy.home import home, stamp_home

        self.close()
        place = home().root
        if self.engine == "sqlite":
            _remove(place)
            shutil.copytree(self.folder / "home", place)
            stamp_home(home(), "0" * 32)
            return
        for folder in ("claims", "journals", "spool", "files", "tenants", "uploads"):
            _remove(place / folder)
        shutil.copytree(self.folder / "tenants", place / "tenants")
        for name in ("journals", "spool"):
            (place / name).mkdir()
        _restore_postgres(SLUGS[:1] if self.kept else SLUGS)
        self.kept = False

    def close(self) -> None:
        """Close the connections of this thread, so that files can be replaced."""
        from django.db import connections

        connections.close_all()

    def is_as_made(self, slug: str) -> bool:
        """Whether no row of a tenant changed; on SQLite mostly seen by its files alone, which takes a tenth of the time."""
        same = self._has_the_same_files(slug) or self.fingerprint(slug) == self.beta_before
        self.kept = same and not self._was_looked_at(slug)
        return same

    def _was_looked_at(self, slug: str) -> bool:
        from siegelpost.evidence.models import AccessEntry

        return self.open(slug).objects(AccessEntry).exists()

    def _has_the_same_files(self, slug: str) -> bool:
        """False where something was written, and on PostgreSQL: then the rows are compared."""
        kept = self.folder / "home" / "tenants" / slug
        if self.engine != "sqlite":
            return False
        from siegelpost.tenancy.home import home

        place = home().root / "tenants" / slug
        written = [path for path in place.rglob("*-wal") if path.stat().st_size]
        return not written and all((place / path.relative_to(kept)).read_bytes() == path.read_bytes() for path in kept.rglob("*.sqlite3"))

    def fingerprint(self, slug: str) -> str:
        """One digest over every row of every table of a tenant."""
        from siegelpost.tenancy.signups import open_sign_ups

        if self.engine != "sqlite":
            return _rows_of(_databases()[slug])
        tenant = self.open(slug)
        digest = hashlib.sha256()
        for store in (tenant, open_sign_ups(tenant)):
            with store.cursor() as cursor:
                digest.update(repr(_contents(cursor)).encode())
        return digest.hexdigest()


def build(engine: str, folder: Path) -> Template:
    """Make home, control database and the two tenants; beta gets a person, a mailing and a suppression."""
    from siegelpost.base.settings import process_settings
    from siegelpost.tenancy import home, installation, migrate, provision

    settings = process_settings()
    home.make_home(settings, "0" * 32)
    migrate.migrate_control()
    installation.record_installation("0" * 32, "", now=MADE_AT)
    installation.operator_db()  # makes its key
    for slug in SLUGS:
        new = provision.NewTenant(slug=slug, **_names(slug), own=True)
        provision.create_tenant(new, settings, now=MADE_AT)
    template = Template(engine, folder)
    seed_beta(template.open("beta"))
    template.close()
    if engine == "sqlite":
        shutil.copytree(settings.home, folder / "home")
    else:
        shutil.copytree(settings.home / "tenants", folder / "tenants")
        for slug in SLUGS:
            keep_database(slug)
        _empty_at_first()
        _rows_at_first()
    template.beta_before = template.fingerprint("beta")
    template.close()
    return template


def _remove(folder: Path) -> None:
    """All of it, also where somebody who ends at this moment removes or makes a file in it."""
    end = time.monotonic() + PATIENCE
    while folder.exists():
        assert time.monotonic() < end, f"a process of another test works on in {folder}"
        shutil.rmtree(folder, ignore_errors=True)


def _names(slug: str) -> dict[str, str]:
    return {"name": f"{slug.title()} GmbH", "imprint": f"{slug.title()} GmbH, Musterweg 1, 00000 Musterstadt"}


def seed_beta(beta: "TenantDB") -> None:
    """The same address as alpha's tests use, with everything that could be mixed up."""
    from siegelpost.audience.models import Membership, Subscriber, SubscriberList
    from siegelpost.consent.models import Consent, Suppression
    from siegelpost.mailings.models import Mailing, Variant
    from siegelpost.sign.addresses import address_key

    key = address_key("ann@example.org", beta.keys.addresses)
    with beta.atomic():
        names = beta.objects(SubscriberList).create(name="Beta-Brief", created_at=MADE_AT)
        ann = beta.objects(Subscriber).create(
            email="ann@example.org", address_key=key, fields={"first_name": "Ann"}, created_at=MADE_AT, updated_at=MADE_AT
        )
        beta.objects(Membership).create(list=names, subscriber=ann, added_at=MADE_AT)
        beta.objects(Consent).create(subscriber_id=ann.pk, list_id=names.pk, ground="double_opt_in", source="form", granted_at=MADE_AT)
        beta.objects(Suppression).create(kind="complaint", key=key, source="arf", at=MADE_AT)
        mailing = beta.objects(Mailing).create(name="Beta 1", list_ids=[names.pk], created_at=MADE_AT)
        beta.objects(Variant).create(mailing=mailing, subject="Beta", format="txt", source="Hallo {{ first_name }}")


def _contents(cursor: Any) -> list[tuple[str, list[str]]]:
    cursor.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name")
    found = []
    for table in [name for (name,) in cursor.fetchall() if name not in LOOKED_AT]:
        cursor.execute(f"SELECT * FROM {table}")
        found.append((table, sorted(map(repr, cursor.fetchall()))))
    return found


def _rows_of(database: str) -> str:
    """The same of a database on the server, with one question for the tables of all schemas, and where their numbers have come to."""
    rows = "md5(string_agg(md5(one::text), '' ORDER BY md5(one::text)))"
    with psycopg.connect(postgres_cluster().url(database)) as superuser:
        tables = [table for (table,) in superuser.execute(TABLES).fetchall() if not table.endswith(LOOKED_AT)]
        asked = [f"SELECT '{table}', {rows} FROM {table} AS one" for table in tables]
        found = superuser.execute(" UNION ALL ".join([*asked, SEQUENCES]).encode()).fetchall()
        return repr(sorted(row for row in found if not str(row[0]).endswith("evidence_accessentry_id_seq")))


@cache
def _databases() -> dict[str, str]:
    from siegelpost.tenancy.models import Tenant
    from siegelpost.tenancy.registry import credentials_of

    return {row.slug: credentials_of(row).database for row in Tenant.objects.filter(slug__in=SLUGS)}


def keep_database(slug: str, name: str = "kept") -> None:
    """Copy a tenant's database on PostgreSQL; nobody may be connected to it."""
    from django.db import connections

    database = _databases()[slug]
    with connections["default"].cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{database}_{name}" WITH (FORCE)')
        cursor.execute(f'CREATE DATABASE "{database}_{name}" TEMPLATE "{database}"')


def put_back_database(slug: str, name: str = "kept") -> None:
    """Undo what happened to it since `keep_database`; whoever is connected is thrown out."""
    from django.db import connections

    database = _databases()[slug]
    with connections["default"].cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')
        cursor.execute(f'CREATE DATABASE "{database}" OWNER "{database}_o" TEMPLATE "{database}_{name}" STRATEGY FILE_COPY')
        # a copy has the grants of what is in it, but not those of the database itself
        cursor.execute(f'REVOKE ALL ON DATABASE "{database}" FROM PUBLIC')
        for role in ("r", "s"):
            cursor.execute(f'GRANT CONNECT ON DATABASE "{database}" TO "{database}_{role}"')


@cache
def _empty_at_first() -> tuple[str, ...]:
    """Tables of the control database in which the template has no row; asked once, before the first test."""
    from django.db import connections

    with connections["default"].cursor() as cursor:
        cursor.execute(TABLES)
        tables = [table for (table,) in cursor.fetchall()]
        cursor.execute(" UNION ALL ".join(f"SELECT '{table}' WHERE NOT EXISTS (SELECT FROM {table})" for table in tables))
        return tuple(sorted(table for (table,) in cursor.fetchall()))


@cache
def _rows_at_first() -> tuple[tuple[Any, list[dict[str, Any]]], ...]:
    """The row of the installation and those of the two tenants, with every column."""
    from siegelpost.tenancy.models import Installation, Tenant

    return tuple((model, [dict(row) for row in model.objects.values()]) for model in (Installation, Tenant))


# One round trip; rows that point at each other go in any order, and numbers begin at 1 again as in a copy of the file.
_EMPTY_AGAIN = """
DO $$
DECLARE one text; counted text; filled boolean;
BEGIN
    SET LOCAL session_replication_role = replica;
    FOREACH one IN ARRAY string_to_array('{tables}', ' ') LOOP
        EXECUTE 'SELECT EXISTS (SELECT FROM ' || one || ')' INTO filled;
        CONTINUE WHEN NOT filled;
        EXECUTE 'DELETE FROM ' || one;
        FOR counted IN SELECT pg_get_serial_sequence(one, attname) FROM pg_attribute
            WHERE attrelid = one::regclass AND attnum > 0 AND NOT attisdropped LOOP
            PERFORM setval(counted, 1, false) WHERE counted IS NOT NULL;
        END LOOP;
    END LOOP;
END $$
"""


def _restore_postgres(slugs: tuple[str, ...]) -> None:
    from django.db import connections

    with connections["default"].cursor() as cursor:
        cursor.execute(_EMPTY_AGAIN.format(tables=" ".join(_empty_at_first())))
    for slug in slugs:
        put_back_database(slug)
    for model, rows in _rows_at_first():
        model.objects.exclude(pk__in=[row[model._meta.pk.attname] for row in rows]).delete()
        for row in rows:
            model(**row).save()  # a test may have taken it away, or put another one in its place
