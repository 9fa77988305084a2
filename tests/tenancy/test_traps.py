"""The three traps of several databases in one process are closed: each fails loudly instead of touching another tenant."""

import pytest
from django.db import connections, transaction

from siegelpost.audience.models import Membership, Subscriber, SubscriberList
from siegelpost.tenancy.errors import TenantNotNamed, TransactionNotNamed
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.models import Tenant
from tests.templates import MADE_AT


def test_a_bare_atomic_protects_no_tenant_so_the_write_is_refused(alpha: TenantDB) -> None:
    with transaction.atomic(), pytest.raises(TransactionNotNamed):
        alpha.objects(SubscriberList).create(name="Brief", created_at=MADE_AT)

    assert not alpha.objects(SubscriberList).exists()


def test_another_tenants_atomic_protects_nothing_here(alpha: TenantDB, beta: TenantDB) -> None:
    with beta.atomic(), pytest.raises(TransactionNotNamed):
        alpha.objects(SubscriberList).create(name="Brief", created_at=MADE_AT)

    assert not alpha.objects(SubscriberList).exists()


@pytest.mark.parametrize(
    "statement", ["UPDATE audience_list SET name = 'x'", "  delete from audience_list", "WITH a AS (SELECT 1) DELETE FROM audience_list"]
)
def test_raw_statements_need_the_named_transaction_too(alpha: TenantDB, statement: str) -> None:
    with alpha.cursor() as cursor, pytest.raises(TransactionNotNamed):
        cursor.execute(statement)


def test_a_lazy_queryset_stays_with_its_tenant_whatever_is_opened_later(alpha: TenantDB, beta: TenantDB) -> None:
    of_alpha = alpha.objects(Subscriber).all()
    of_beta = beta.objects(Subscriber).all()

    assert [row.email for row in of_beta] == ["ann@example.org"]
    assert list(of_alpha) == []


def test_a_queryset_without_a_tenant_is_refused_when_it_is_run(alpha: TenantDB) -> None:
    unnamed = Subscriber.objects.all()

    with alpha.atomic(), pytest.raises(TenantNotNamed):
        list(unnamed)


def test_saving_without_a_tenant_is_refused(alpha: TenantDB) -> None:
    with alpha.atomic(), pytest.raises(TenantNotNamed):
        SubscriberList(name="Brief", created_at=MADE_AT).save()


def test_a_relation_across_tenants_is_refused(alpha: TenantDB, beta: TenantDB) -> None:
    person = beta.objects(Subscriber).get()
    with alpha.atomic():
        letter = alpha.objects(SubscriberList).create(name="Brief", created_at=MADE_AT)

    with pytest.raises(ValueError, match="router"):
        Membership(list=letter, subscriber=person, added_at=MADE_AT)


def test_an_instance_leads_to_its_own_tenant(alpha: TenantDB, beta: TenantDB) -> None:
    member = beta.objects(Membership).get()

    assert member.subscriber.email == "ann@example.org"
    assert member.subscriber._state.db == beta.alias


def test_a_tenants_instance_never_leads_a_control_model_into_its_database(alpha: TenantDB) -> None:
    assert Tenant.objects.using(None).filter(slug="alpha").exists()
    assert "tenancy_tenant" not in connections[alpha.alias].introspection.table_names()
    assert "audience_subscriber" not in connections["default"].introspection.table_names()
