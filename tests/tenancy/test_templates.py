"""What a test leaves in the control database, the next one does not find (on PostgreSQL it is the same database)."""

from datetime import UTC, datetime

import pytest

from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.installation import operator_email, record_installation
from siegelpost.tenancy.models import Installation, Tenant
from tests.templates import Template


@pytest.fixture
def template(_two_tenants: Template) -> Template:
    return _two_tenants


def test_the_control_database_is_as_it_was_made(alpha: TenantDB, template: Template) -> None:
    before = list(Tenant.objects.order_by("number").values())
    record_installation("0" * 32, "operator@example.org", now=datetime(2026, 3, 1, tzinfo=UTC))
    Tenant.objects.filter(slug=alpha.slug).update(name="Another", data_protection="dpo@example.org", hard_bounces=9)
    assert operator_email() == "operator@example.org"
    template.restore()
    assert operator_email() == ""
    Installation.objects.all().delete()
    record_installation("1" * 32, "operator@example.org", now=datetime(2026, 3, 1, tzinfo=UTC))  # in a row of another number
    template.restore()
    assert operator_email() == "" and Installation.objects.count() == 1
    assert list(Tenant.objects.order_by("number").values()) == before
