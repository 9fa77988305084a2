"""What the tests of consent share."""

from datetime import UTC, datetime

from siegelpost.audience.services import create_list, put_subscriber
from siegelpost.base.actor import Actor
from siegelpost.sign.addresses import address_key
from siegelpost.tenancy.handle import TenantDB

NOON = datetime(2026, 5, 4, 12, 0, 7, tzinfo=UTC)
OPERATOR = Actor.operator()


def key_of(tenant: TenantDB, email: str) -> bytes:
    return address_key(email, tenant.keys.addresses)


def a_list(tenant: TenantDB, name: str = "Brief") -> int:
    return create_list(tenant, name, actor=OPERATOR, now=NOON)


def a_person(tenant: TenantDB, email: str = "ann@example.org") -> int:
    with tenant.atomic():
        return put_subscriber(tenant, email, {}, NOON, OPERATOR)
