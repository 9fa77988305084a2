"""The guard that watches the other tenant sees a change, wherever SQLite has put it by then."""

import pytest

from siegelpost.audience.models import Subscriber
from siegelpost.tenancy.handle import TenantDB
from tests.templates import Template


@pytest.fixture
def made(_two_tenants: Template) -> Template:
    return _two_tenants


def test_a_tenant_that_was_only_read_is_as_it_was_made(made: Template, beta: TenantDB) -> None:
    assert beta.objects(Subscriber).count() == 1
    assert made.is_as_made("beta")


@pytest.mark.touches_beta
def test_one_changed_row_is_seen_before_and_after_it_left_the_log(made: Template, beta: TenantDB) -> None:
    with beta.atomic():
        beta.objects(Subscriber).update(email="anna@example.org")
    assert not made.is_as_made("beta")
    made.close()
    assert not made.is_as_made("beta")
