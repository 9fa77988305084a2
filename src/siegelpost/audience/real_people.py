"""Does anybody in a tenant have an address that somebody could own? Reads a page at a time, whatever the size."""

from collections.abc import Iterator
from typing import Final

from siegelpost.audience.models import Subscriber
from siegelpost.audience.reserved import IsReal
from siegelpost.tenancy.handle import TenantDB

AT_ONCE: Final = 10_000  # people read by one statement: some megabytes


def real_people(tenant: TenantDB, is_real: IsReal) -> Iterator[tuple[int, int]]:
    """How many people were looked at so far and how many of them have a real address, after each page of AT_ONCE of them."""
    looked_at = real = last = 0
    while page := list(tenant.objects(Subscriber).filter(pk__gt=last).order_by("pk").values_list("pk", "email")[:AT_ONCE]):
        last = page[-1][0]
        looked_at += len(page)
        real += sum(is_real(email) for _number, email in page)
        yield looked_at, real


def holds_real_people(tenant: TenantDB, is_real: IsReal) -> bool:
    """Whether anybody in the tenant has a real address; reads no further than to the first page that has one."""
    return any(real for _looked_at, real in real_people(tenant, is_real))
