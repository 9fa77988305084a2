"""A handle with limits reads what knows of limits, and nothing else."""

import pytest
from django.apps import apps
from hypothesis import given
from hypothesis import strategies as st

from siegelpost.audience.models import Subscriber
from siegelpost.tenancy.errors import BeyondLimits
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.narrowing import how_of
from siegelpost.tenancy.scope import EMAIL, WHOLE, Scope, shortened

LIMITED = (Scope(lists=frozenset({1}), folders=frozenset()), Scope(hidden=frozenset({EMAIL})))


@pytest.mark.parametrize("scope", LIMITED)
def test_a_table_and_a_statement_that_know_nothing_of_limits_are_closed(alpha: TenantDB, scope: Scope) -> None:
    handle = alpha.within(scope)
    closed = [one for one in apps.get_models() if how_of(one) is None]
    for model in closed:
        with pytest.raises(BeyondLimits):
            handle.objects(model)
    for statement in (handle.cursor, handle.stream):
        with pytest.raises(BeyondLimits):
            statement()
    assert len(closed) >= 40 and not handle.objects(Subscriber).exists()
    with handle.unlimited.cursor() as cursor:
        cursor.execute("SELECT 1")
        assert cursor.fetchone() == (1,) and handle.unlimited == alpha


def test_numbers_that_name_nobody_are_open_where_fields_are_hidden_and_closed_where_lists_are(alpha: TenantDB) -> None:
    with pytest.raises(BeyondLimits):
        alpha.within(LIMITED[0]).cursor(nameless=True)
    alpha.within(LIMITED[1]).cursor(nameless=True).close()


def test_what_a_transaction_proves_at_its_end_is_proved_whole(alpha: TenantDB) -> None:
    with alpha.within(LIMITED[0]).atomic():
        pass
    assert alpha.within(WHOLE) == alpha


@given(st.text(max_size=30), st.from_regex(r"[a-z]{1,10}\.example", fullmatch=True))
@pytest.mark.slow
def test_of_an_address_the_first_letter_and_the_domain_are_left(local: str, domain: str) -> None:
    found = shortened(f"{local}@{domain}")
    assert found == f"{local[:1]}…@{domain}"
    assert shortened("") == "" and shortened("nobody") == "n…"
