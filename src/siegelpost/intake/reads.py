"""What doors may know of imports."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from siegelpost.intake.models import ImportJob
from siegelpost.tenancy.handle import TenantDB


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportView:
    """One import, running or ended; counts are what is committed so far."""

    id: int
    list_id: int
    file_name: str
    file_hash: str
    ground: str
    source: str
    mode: str
    state: str
    rows: int
    added: int
    updated: int
    unchanged: int
    refused: Mapping[str, int]
    refused_file: str
    started_at: datetime
    finished_at: datetime | None


def imports_of(tenant: TenantDB) -> list[ImportView]:
    """All imports, the latest first."""
    return [
        ImportView(**{name: getattr(row, name) for name in ImportView.__dataclass_fields__})
        for row in tenant.objects(ImportJob).order_by("-id")
    ]
