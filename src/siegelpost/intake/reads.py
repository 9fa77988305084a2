"""What doors may know of imports."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from siegelpost.intake.errors import ImportUnknown
from siegelpost.intake.jobs import DRAFT, INTERRUPTED, RUNNING, runs
from siegelpost.intake.models import ImportJob
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.home import home


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportView:
    """One import, running or ended; counts are what is committed so far.

    state  draft, running, interrupted (its process is gone), failed or done
    actor  who, as in the log
    """

    id: int
    list_id: int
    file_name: str
    file_hash: str
    ground: str
    source: str
    mode: str
    state: str
    actor: str
    size: int
    done: int
    rows: int
    added: int
    updated: int
    unchanged: int
    refused: Mapping[str, int]
    refused_file: str
    started_at: datetime
    finished_at: datetime | None

    @property
    def refusals(self) -> int:
        """All refused rows."""
        return sum(self.refused.values())


def imports_of(tenant: TenantDB) -> list[ImportView]:
    """All imports that were started, the latest first."""
    return [_view(tenant, row) for row in tenant.objects(ImportJob).exclude(state=DRAFT).order_by("-id")]


def imports_into(tenant: TenantDB, list_ids: Iterable[int]) -> bool:
    """Whether anybody came to one of these lists by an import."""
    return tenant.objects(ImportJob).filter(list_id__in=list(list_ids), rows__gt=0).exists()


def last_import_into(tenant: TenantDB, list_ids: Iterable[int]) -> datetime | None:
    """When the latest import into one of these lists began; None where there was none."""
    rows = tenant.objects(ImportJob).filter(list_id__in=list(list_ids), rows__gt=0).order_by("-started_at")
    return rows.values_list("started_at", flat=True).first()


def drafts_of(tenant: TenantDB) -> list[ImportView]:
    """Uploads that nobody has started yet, the latest first."""
    return [_view(tenant, row) for row in tenant.objects(ImportJob).filter(state=DRAFT).order_by("-id")]


def import_by_id(tenant: TenantDB, import_id: int) -> ImportView:
    """One import. Raises ImportUnknown."""
    row = tenant.objects(ImportJob).filter(pk=import_id).first() if 0 < import_id < 2**62 else None
    if row is None:
        raise ImportUnknown
    return _view(tenant, row)


def _view(tenant: TenantDB, row: ImportJob) -> ImportView:
    facts = {name: getattr(row, name) for name in ImportView.__dataclass_fields__}
    if row.state == RUNNING and not runs(home().tenant(tenant.slug), row.pk):
        facts["state"] = INTERRUPTED
    return ImportView(**facts)


def anything_runs(tenant: TenantDB, folder: Path) -> bool:
    """Whether a process works on an import of this tenant now.

    folder  the tenant's own
    """
    return any(runs(folder, number) for number in tenant.objects(ImportJob).filter(state=RUNNING).values_list("pk", flat=True))
