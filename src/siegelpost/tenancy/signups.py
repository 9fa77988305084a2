"""The store of unconfirmed sign-ups: a file or schema of its own, with a role of its own, that the sending code cannot read.

An import contract keeps `delivery` from importing this module.
"""

from dataclasses import dataclass

from siegelpost.tenancy.handle import Store, TenantDB
from siegelpost.tenancy.registry import register_sign_ups


@dataclass(frozen=True, slots=True)
class SignUpDB(Store):
    """Unconfirmed sign-ups of one tenant."""

    slug: str


def open_sign_ups(tenant: TenantDB) -> SignUpDB:
    """Return the handle of the tenant's sign-up store."""
    return SignUpDB(alias=register_sign_ups(tenant.slug), vendor=tenant.vendor, slug=tenant.slug)
