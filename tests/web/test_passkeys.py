"""A passkey opens our own pages only, each answer once, and a copy of it opens nothing."""

import json
from copy import copy
from html import unescape
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siegelpost.accounts.counters import goes_on
from siegelpost.evidence.models import Entry
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.installation import operator_store
from tests.web.soft_passkey import SoftPasskey
from tests.web.visiting import Visitor, colleague, visitor

pytestmark = pytest.mark.slow


def with_passkey(tenant: TenantDB, counter: int = 1) -> SoftPasskey:
    """The passkey of an editor."""
    client, made = visitor(tenant, "editor"), SoftPasskey(counter)
    page = client.get("/account/second-factor/passkey").content.decode()
    options = json.loads(unescape(page.partition('data-options="')[2].partition('"')[0]))
    answer = client.post("/account/second-factor/passkey", {"name": "Office", "credential": made.make(options)})
    assert answer.status_code == 200, answer.content.decode()
    return made


def asked(client: Visitor) -> dict[str, Any]:
    found: dict[str, Any] = client.get("/login/passkey", headers={"X-Requested-With": "XMLHttpRequest"}).json()["request_options"]
    return found


def opens(client: Visitor, credential: str) -> bool:
    client.post("/login/passkey", {"credential": credential})
    return client.get(client.start).status_code == 200


def acts() -> list[str]:
    return list(operator_store().objects(Entry).filter(act="staff.passkey_counter_back").values_list("subject", flat=True))


def test_a_passkey_opens_the_door_and_its_answer_is_worth_nothing_a_second_time(alpha: TenantDB) -> None:
    passkey, client = with_passkey(alpha), Visitor(None, alpha)
    credential = passkey.answer(asked(client))
    assert opens(client, credential)
    assert not opens(Visitor(None, alpha), credential), "another browser never asked for it"
    client.logout()
    asked(client)
    assert not opens(client, credential), "and now another question was asked"


@pytest.mark.parametrize(
    "elsewhere",
    [
        {"origin": "https://localhost.evil.example"},
        {"origin": "http://localhost:8001"},
        {"origin": "https://evil.example", "site": "evil.example"},
        {"site": "evil.example"},
    ],
)
def test_what_was_signed_for_another_site_opens_nothing(alpha: TenantDB, elsewhere: dict[str, str]) -> None:
    passkey, client = with_passkey(alpha), Visitor(None, alpha)
    assert not opens(client, passkey.answer(asked(client), **elsewhere))
    assert opens(client, passkey.answer(asked(client)))


def test_a_copy_of_a_passkey_is_noticed_by_its_count_and_named_in_the_log(alpha: TenantDB) -> None:
    passkey = with_passkey(alpha, counter=5)
    stolen, client = copy(passkey), Visitor(None, alpha)
    assert opens(client, passkey.answer(asked(client)))
    thief = Visitor(None, alpha)
    assert not opens(thief, stolen.answer(asked(thief)))
    person = colleague(alpha, "editor")
    assert acts() == [f"staff:{person.pk}"]
    stolen.counter = 100
    assert opens(thief, stolen.answer(asked(thief))), "the first to count on cannot be told from its owner"
    client.logout()
    assert not opens(client, passkey.answer(asked(client))), "but then the owner is refused, and it comes out"
    assert len(acts()) == 2


def test_one_that_does_not_count_opens_each_time(alpha: TenantDB) -> None:
    passkey = with_passkey(alpha, counter=0)
    for _time in range(2):
        client = Visitor(None, alpha)
        assert opens(client, passkey.answer(asked(client)))
    assert acts() == []


@given(st.integers(0, 2**32 - 1), st.integers(0, 2**32 - 1))
def test_a_count_goes_on_or_was_never_begun(before: int, now: int) -> None:
    assert goes_on(before, now) == (now > before or (before, now) == (0, 0))
    assert not (goes_on(before, now) and goes_on(now, before) and before != now)
