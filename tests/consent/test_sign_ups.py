"""Sign-ups wait in a store of their own, and go."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest

from siegelpost.consent import sign_ups
from siegelpost.consent.sign_ups import SignUpDraft
from siegelpost.evidence.reads import entries
from siegelpost.tenancy.connections import close_all
from siegelpost.tenancy.handle import TenantDB
from tests.consent.people import NOON, OPERATOR, key_of


def ask(tenant: TenantDB, email: str = "ann@example.org", now: datetime = NOON) -> str:
    draft = SignUpDraft(
        form_slug="brief",
        email=email,
        key=key_of(tenant, email),
        fields={"first_name": "Ann"},
        list_ids=(1,),
        language="de",
        text_id=1,
        snapshot={"form": "Brief"},
    )
    return sign_ups.create(tenant, draft, now=now) or ""


def test_a_sign_up_waits_fourteen_days_and_not_one_second_longer(alpha: TenantDB) -> None:
    sign_up_id = ask(alpha)
    found = sign_ups.find(alpha, sign_up_id, now=NOON + timedelta(days=14, seconds=-1))
    assert found is not None
    assert (found.email, found.fields, found.list_ids, found.requested_at) == ("ann@example.org", {"first_name": "Ann"}, (1,), NOON)
    assert sign_ups.find(alpha, sign_up_id, now=NOON + timedelta(days=14)) is None


def test_the_sweep_forgets_what_expired_and_nothing_else(alpha: TenantDB) -> None:
    old = ask(alpha)
    assert sign_ups.expire(alpha, actor=OPERATOR, now=NOON + timedelta(days=13)) == 0
    assert sign_ups.find(alpha, old, now=NOON) is not None
    assert sign_ups.expire(alpha, actor=OPERATOR, now=NOON + timedelta(days=14)) == 1
    assert sign_ups.find(alpha, old, now=NOON) is None
    assert sign_ups.expire(alpha, actor=OPERATOR, now=NOON + timedelta(days=14)) == 0
    (entry,) = entries(alpha, act=sign_ups.EXPIRED)
    assert entry["details"] == {"deleted": 1} and "ann" not in repr(entry)
    assert sign_ups.deleted_since(alpha, NOON) == 1 and sign_ups.deleted_since(alpha, NOON + timedelta(days=15)) == 0


def test_one_that_expired_makes_room_before_it_is_swept(alpha: TenantDB) -> None:
    old = ask(alpha)
    assert not ask(alpha, now=NOON + timedelta(days=13))
    assert ask(alpha, now=NOON + timedelta(days=14)) not in ("", old)


@pytest.mark.postgresql
def test_the_database_itself_lets_an_address_wait_once(alpha: TenantDB) -> None:
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _number: in_a_thread(alpha), range(8)))
    assert len([one for one in made if one]) == 1


def in_a_thread(tenant: TenantDB) -> str:
    try:
        return ask(tenant)
    finally:
        close_all()


def test_not_me_forgets_the_sign_up_of_the_address_and_pauses_it_for_thirty_days(alpha: TenantDB) -> None:
    first, second, other = ask(alpha), ask(alpha), ask(alpha, "bob@example.com")
    key = key_of(alpha, "ann@example.org")
    assert first and not second, "each address waits once"
    sign_ups.block(alpha, key, now=NOON)
    sign_ups.block(alpha, key, now=NOON)
    assert sign_ups.find(alpha, first, now=NOON) is None
    assert sign_ups.find(alpha, other, now=NOON) is not None
    assert sign_ups.is_blocked(alpha, key, now=NOON + timedelta(days=29))
    assert not sign_ups.is_blocked(alpha, key, now=NOON + timedelta(days=30))


def test_a_sign_up_of_one_tenant_is_unknown_to_the_other(alpha: TenantDB, beta: TenantDB) -> None:
    sign_up_id = ask(alpha)
    assert sign_ups.find(beta, sign_up_id, now=NOON) is None


def test_the_tenants_own_database_holds_nothing_of_a_sign_up(alpha: TenantDB) -> None:
    ask(alpha, "needle@example.com")
    with alpha.cursor() as cursor:
        if alpha.vendor == "sqlite":
            cursor.execute("SELECT name FROM sqlite_master WHERE name LIKE 'signups%%'")
        else:
            cursor.execute("SELECT table_name FROM information_schema.tables WHERE table_name LIKE 'signups%%'")
        assert cursor.fetchall() == []
