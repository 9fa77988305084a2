"""How the public pages of a tenant look, in the control database."""

from dataclasses import dataclass
from hashlib import sha256

from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.models import Look


@dataclass(frozen=True, slots=True)
class LookView:
    """Colour (#rrggbb, "" for ours) and logo (PNG, b"" for none)."""

    accent: str = ""
    logo: bytes = b""

    @property
    def version(self) -> str:
        """Changes with the look; stands in the address of what browsers keep."""
        return sha256(self.accent.encode() + self.logo).hexdigest()[:16]


def look_of(tenant: TenantDB) -> LookView:
    """Ours where the tenant has said nothing."""
    row = Look.objects.filter(tenant_number=tenant.number).first()
    return LookView(row.accent, bytes(row.logo)) if row else LookView()


def set_look(tenant: TenantDB, look: LookView) -> None:
    """Keep it, instead of the one before."""
    Look.objects.update_or_create(tenant_number=tenant.number, defaults={"accent": look.accent, "logo": look.logo})
