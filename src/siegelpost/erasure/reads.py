"""Read certificates."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from siegelpost.erasure.errors import ErasureUnknown
from siegelpost.erasure.models import Erasure
from siegelpost.tenancy.handle import TenantDB


@dataclass(frozen=True, slots=True)
class ErasureView:
    """One erasure; `certificate` is None until the second program found nothing any more."""

    id: int
    receipt: str
    actor: str
    begun_at: datetime
    done_at: datetime | None
    certificate: dict[str, Any] | None


def erasure_of(tenant: TenantDB, erasure_id: int) -> ErasureView:
    """By its number. Raises ErasureUnknown."""
    row = tenant.objects(Erasure).filter(pk=erasure_id).first()
    if row is None:
        raise ErasureUnknown
    return _view(row)


def latest_of(tenant: TenantDB, key: bytes) -> ErasureView | None:
    """The last one of an address, None where it never was erased."""
    row = tenant.objects(Erasure).filter(key=key).order_by("-id").first()
    return _view(row) if row else None


def by_receipt(tenant: TenantDB, receipt: str) -> ErasureView | None:
    """What somebody holds in their hands, with or without its hyphens."""
    plain = "".join(sign for sign in receipt.upper() if sign.isalnum())
    row = tenant.objects(Erasure).filter(receipt="-".join(plain[at : at + 4] for at in range(0, 16, 4))).first()
    return _view(row) if row else None


def erasures(tenant: TenantDB, *, offset: int, limit: int) -> tuple[list[ErasureView], int]:
    """Some erasures, the newest first, and how many there are in all."""
    rows = tenant.objects(Erasure).order_by("-id")
    return [_view(row) for row in rows[offset : offset + limit]], rows.count()


def _view(row: Erasure) -> ErasureView:
    return ErasureView(row.pk, row.receipt, row.actor, row.begun_at, row.done_at, row.certificate)
