"""Small files for the tests of imports."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from siegelpost.audience.errors import ListUnknown
from siegelpost.audience.reads import list_by_name
from siegelpost.audience.services import create_list, ensure_standard_fields
from siegelpost.base.actor import Actor
from siegelpost.flows.import_subscribers import import_subscribers
from siegelpost.intake.orders import ImportOrder, ImportResult
from siegelpost.tenancy.handle import TenantDB

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
ME = Actor.operator()
GROUND, SOURCE = "consent at the fair", "fair of May 2026"


def written(folder: Path, content: str | bytes, name: str = "people.csv") -> Path:
    """Write `content` into a file and return its path."""
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def a_list(tenant: TenantDB, name: str = "Brief") -> int:
    """A list in a tenant with the standard fields; made if it does not exist."""
    ensure_standard_fields(tenant, NOW)
    try:
        return list_by_name(tenant, name).id
    except ListUnknown:
        return create_list(tenant, name, actor=ME, now=NOW)


def imported(tenant: TenantDB, path: Path, *, now: datetime = NOW, **order: Any) -> ImportResult:
    """Import a file into the list "Brief" with ground and source; `order` changes the rest."""
    wanted = {"list_id": a_list(tenant), "ground": GROUND, "source": SOURCE, **order}
    return import_subscribers(tenant, path, ImportOrder(**wanted), actor=ME, now=now)
