"""Two migrated tenants, made once and copied for each test (a copy takes milliseconds, a migration half a second).

Imports Django models only inside functions: Django is set up when pytest is configured, after this file is imported.
"""

# ruff: noqa: PLC0415
import hashlib
import shutil
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests import postgres_copies as copies
from tests.patience import PATIENCE
from tests.postgres_copies import LOOKED_AT, SLUGS

if TYPE_CHECKING:
    from siegelpost.tenancy.handle import TenantDB

MADE_AT = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)


@dataclass
class Template:
    """What each test starts from."""

    engine: str
    folder: Path
    beta_before: str = ""
    kept: bool = False  # beta was read and is as it was made, and need not be made anew
    work: dict[str, str] = field(default_factory=dict)  # in the databases on PostgreSQL, before the test

    def open(self, slug: str) -> "TenantDB":
        """Handle of one of the two."""
        from siegelpost.tenancy.registry import open_tenant

        return open_tenant(slug)

    def restore(self) -> None:
        """Put both tenants, the control database and the store of keys back as they were made."""
        from siegelpost.evidence.day_keys import forget_held
        from siegelpost.tenancy.home import home, stamp_home

        self.close()
        forget_held()
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
        copies.restore_control()
        for slug in SLUGS:
            if not (slug == "beta" and self.kept) and not self._saw_no_transaction(slug):
                copies.put_back_database(slug)
        self.work, self.kept = copies.work_at_rest(), False

    def close(self) -> None:
        """Close the connections of this thread, so that files can be replaced."""
        from django.db import connections

        connections.close_all()

    def is_as_made(self, slug: str) -> bool:
        """Whether no row of a tenant changed; mostly seen without a look at the rows, in a tenth of the time."""
        if self._has_the_same_files(slug) or self._saw_no_transaction(slug):
            return True
        same = self.fingerprint(slug) == self.beta_before
        self.kept = same and not self._was_looked_at(slug)
        return same

    def _saw_no_transaction(self, slug: str) -> bool:
        """On PostgreSQL; False while somebody is connected."""
        if self.engine == "sqlite":
            return False
        done = copies.work()
        return slug in done and done[slug] == self.work.get(slug)

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
            return copies.rows_of(slug)
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
            copies.keep_database(slug)
        copies.remember_control()
    template.beta_before = template.fingerprint("beta")
    template.close()
    return template


def _remove(folder: Path) -> None:
    """All of it, also where somebody who ends at this moment removes or makes a file in it."""
    end = time.monotonic() + PATIENCE
    while folder.exists():
        assert time.monotonic() < end, f"a process of another test works on in {folder}"
        shutil.rmtree(folder, ignore_errors=True)


def _names(slug: str) -> dict[str, Any]:
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
