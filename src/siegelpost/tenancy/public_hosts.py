"""Names of tenants' own for their public pages, in the control database: the edge must know whose a name is before it opens anything."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import IntegrityError

from siegelpost.tenancy.handle import TenantDB, control_store
from siegelpost.tenancy.host_errors import HostKnown, HostsTooMany, HostTaken, HostUnknown, HostUnproved
from siegelpost.tenancy.host_rules import MOST, is_proved
from siegelpost.tenancy.models import PublicHost

SECRET_BYTES: Final = 16


@dataclass(frozen=True, slots=True)
class HostView:
    """One name of a tenant; see the model."""

    id: int
    host: str
    secret: str
    seen: str
    looked_at: datetime | None
    verified_at: datetime | None
    in_links: bool

    @property
    def verified(self) -> bool:
        """Whether pages answer by it."""
        return self.verified_at is not None


def hosts_of(tenant: TenantDB) -> list[HostView]:
    """All names of a tenant, by name."""
    return [_view(row) for row in PublicHost.objects.filter(tenant_number=tenant.number).order_by("host")]


def host_by_id(tenant: TenantDB, number: int) -> HostView:
    """One of them. Raises HostUnknown."""
    return _view(_row(tenant, number))


def add_host(tenant: TenantDB, host: str, *, now: datetime) -> HostView:
    """Note a name (read by the caller) that is to be proved. Raises HostKnown, HostsTooMany."""
    with control_store.atomic():
        if PublicHost.objects.filter(tenant_number=tenant.number).count() >= MOST:
            raise HostsTooMany(most=MOST)
        try:
            with control_store.atomic():
                row = PublicHost.objects.create(
                    tenant_number=tenant.number, host=host, secret=secrets.token_hex(SECRET_BYTES), added_at=now
                )
        except IntegrityError:
            raise HostKnown from None
    return _view(row)


def note_look(tenant: TenantDB, number: int, seen: str, *, now: datetime) -> bool:
    """Keep what a look found; True where the name is the tenant's from now on. Raises HostUnknown, HostTaken.

    A name that was proved stays the tenant's while its record is gone: links in mails that were sent lead there.
    """
    with control_store.atomic():
        row = _row(tenant, number)
        row.seen, row.looked_at = seen, now
        new = is_proved(seen) and row.verified_at is None
        if new:
            row.verified_at = now
            row.in_links = not PublicHost.objects.filter(tenant_number=tenant.number, in_links=True).exists()
        try:
            with control_store.atomic():
                row.save()
        except IntegrityError:
            raise HostTaken from None
    return new


def holder_of(host: str) -> HostView | None:
    """Whoever has proved this name."""
    row = PublicHost.objects.filter(host=host, verified_at__isnull=False).first()
    return _view(row) if row else None


def withdraw(number: int) -> None:
    """A name is another's now: whoever runs its DNS has taken the record of this one away."""
    PublicHost.objects.filter(pk=number).update(verified_at=None, in_links=False)


def use_in_links(tenant: TenantDB, number: int | None) -> None:
    """Let links begin with this name from now on; None: with that of the installation. Raises HostUnknown, HostUnproved."""
    with control_store.atomic():
        if number is not None and _row(tenant, number).verified_at is None:
            raise HostUnproved
        PublicHost.objects.filter(tenant_number=tenant.number, in_links=True).update(in_links=False)
        if number is not None:
            PublicHost.objects.filter(pk=number).update(in_links=True)


def remove_host(tenant: TenantDB, number: int) -> HostView:
    """Forget a name; links that begin with it lead nowhere. Raises HostUnknown."""
    row = _row(tenant, number)
    found = _view(row)
    row.delete()
    return found


def host_in_links(tenant_number: int) -> str:
    """The name that links of a tenant begin with, "" for that of the installation."""
    rows = PublicHost.objects.filter(tenant_number=tenant_number, in_links=True, verified_at__isnull=False)
    return rows.values_list("host", flat=True).first() or ""


def owners() -> dict[str, int]:
    """Name -> number of the tenant that has proved it; all of them."""
    return dict(PublicHost.objects.filter(verified_at__isnull=False).values_list("host", "tenant_number"))


def _row(tenant: TenantDB, number: int) -> PublicHost:
    row = PublicHost.objects.filter(pk=number, tenant_number=tenant.number).first() if 0 < number < 2**62 else None
    if row is None:
        raise HostUnknown
    return row


def _view(row: PublicHost) -> HostView:
    return HostView(row.pk, row.host, row.secret, row.seen, row.looked_at, row.verified_at, row.in_links)
