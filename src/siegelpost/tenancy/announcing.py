"""How far the blacklist of a client account is, for those below it: one number in the control database."""

from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.models import Announced


def announce(tenant: TenantDB, version: int) -> None:
    """Say that the list of this tenant is about to be at `version`; before that is committed. An older number changes nothing."""
    known = Announced.objects.filter(tenant_number=tenant.number)
    if not known.filter(version__lt=version).update(version=version) and not known.exists():
        Announced.objects.bulk_create([Announced(tenant_number=tenant.number, version=version)], ignore_conflicts=True)
        known.filter(version__lt=version).update(version=version)


def announced(tenant_number: int) -> int:
    """The version that was announced last, 0 where none ever was."""
    return Announced.objects.filter(tenant_number=tenant_number).values_list("version", flat=True).first() or 0
