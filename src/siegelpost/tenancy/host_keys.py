"""Certificates that tenants brought for their own names, in the control database; their keys are locked with keys of the tenants."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from siegelpost.sign.keys import unwrap, wrap
from siegelpost.tenancy.handle import TenantDB, control_store
from siegelpost.tenancy.host_errors import HostUnknown, HostUnproved
from siegelpost.tenancy.models import HostKey
from siegelpost.tenancy.public_hosts import host_by_id


@dataclass(frozen=True, slots=True)
class Brought:
    """What may be told of one: nothing of its key."""

    host: str
    host_id: int
    tenant_number: int
    fingerprint: str
    valid_until: datetime
    brought_at: datetime

    def days_left(self, now: datetime) -> int:
        """Whole days, negative after its end."""
        return (self.valid_until - now) // timedelta(days=1)


def keep_key(tenant: TenantDB, host_id: int, chain: bytes, key: bytes, seen: tuple[str, datetime], *, now: datetime) -> Brought:
    """Keep a pair that was looked at for a name that is the tenant's, in place of the one before.

    seen  fingerprint of the certificate, and until when it is valid

    Raises HostUnknown, HostUnproved.
    """
    fingerprint, until = seen
    with control_store.atomic():
        if not host_by_id(tenant, host_id).verified:
            raise HostUnproved
        sealed = wrap(tenant.keys.wrapping, key, random=secrets.token_bytes)
        kept = {"chain": chain.decode("ascii"), "sealed": sealed, "fingerprint": fingerprint, "valid_until": until, "brought_at": now}
        HostKey.objects.update_or_create(host_id=host_id, defaults=kept)
    return brought_by(tenant)[host_id]


def forget_key(tenant: TenantDB, host_id: int) -> Brought:
    """Take it away; the name answers with the installation's certificate again, or by the proxy. Raises HostUnknown."""
    found = brought_by(tenant).get(host_id)
    if found is None:
        raise HostUnknown
    HostKey.objects.filter(pk=host_id, host__tenant_number=tenant.number).delete()
    return found


def brought_by(tenant: TenantDB) -> dict[int, Brought]:
    """Number of the name -> what the tenant brought for it."""
    return {row.pk: _view(row) for row in HostKey.objects.filter(host__tenant_number=tenant.number).select_related("host")}


def all_brought() -> dict[str, Brought]:
    """Name -> what answers by it: of names that are their tenant's now."""
    rows = HostKey.objects.filter(host__verified_at__isnull=False).select_related("host").defer("chain", "sealed")
    return {row.host.host: _view(row) for row in rows}


def open_key(tenant: TenantDB, host_id: int) -> tuple[bytes, bytes]:
    """Chain and key (PEM), to answer with. Raises HostUnknown, KeyRefused."""
    row = HostKey.objects.filter(pk=host_id, host__tenant_number=tenant.number, host__verified_at__isnull=False).first()
    if row is None:
        raise HostUnknown
    return row.chain.encode("ascii"), unwrap(tenant.keys.wrapping, bytes(row.sealed))


def _view(row: HostKey) -> Brought:
    return Brought(row.host.host, row.pk, row.host.tenant_number, row.fingerprint, row.valid_until, row.brought_at)
