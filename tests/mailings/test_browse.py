"""The list of mailings: searched, filtered, ordered and cut into pages by the database."""

from dataclasses import replace

import pytest

from siegelpost.mailings.browse import page_of_mailings, senders, standing
from siegelpost.mailings.errors import MailingUnknown
from siegelpost.mailings.state import PREPARING, move
from siegelpost.tenancy.handle import TenantDB
from tests.mailings.making import NOON, TEXT, WHO, some_mailing, some_sender


def names(tenant: TenantDB, **wanted: object) -> list[str]:
    lines, _total = page_of_mailings(tenant, **wanted)  # type: ignore[arg-type]
    return [line.name for line in lines]


def test_the_newest_comes_first_and_pages_follow_each_other(alpha: TenantDB) -> None:
    for n in range(5):
        some_mailing(alpha, name=f"Mailing {n}")
    assert names(alpha, limit=2) == ["Mailing 4", "Mailing 3"]
    assert names(alpha, limit=2, offset=4) == ["Mailing 0"]
    assert page_of_mailings(alpha, limit=2)[1] == 5


def test_it_is_searched_by_name_and_by_subject(alpha: TenantDB) -> None:
    some_mailing(alpha, name="Spring")
    some_mailing(alpha, replace(TEXT, subject="100% spring_time"), name="Other")
    some_mailing(alpha, name="Winter")
    assert set(names(alpha, search="SPRING")) == {"Spring", "Other"}
    assert names(alpha, search="100%") == ["Other"]
    assert names(alpha, search="0_s") == []


def test_it_is_filtered_by_state_and_ordered(alpha: TenantDB) -> None:
    for name in ("b", "a", "c"):
        some_mailing(alpha, name=name)
    first = page_of_mailings(alpha, search="a", order="name")[0][0].id
    with alpha.atomic():
        move(alpha, first, PREPARING, frm=("draft",), actor=WHO, now=NOON)
    assert names(alpha, state="preparing") == ["a"]
    assert names(alpha, order="name") == ["a", "b", "c"]
    assert names(alpha, order="-name") == ["c", "b", "a"]
    assert names(alpha, order="-started")[0] == "a"
    assert names(alpha, order="nonsense") == ["c", "a", "b"]


def test_standing_knows_whether_it_was_launched(alpha: TenantDB) -> None:
    number = some_mailing(alpha)
    assert not standing(alpha, number).launched
    with alpha.atomic():
        move(alpha, number, PREPARING, frm=("draft",), actor=WHO, now=NOON)
    assert standing(alpha, number).launched
    with pytest.raises(MailingUnknown):
        standing(alpha, 999)


def test_senders_come_by_name_and_say_whether_they_may_send(alpha: TenantDB) -> None:
    some_sender(alpha, "Zoo <zoo@example.org>", unverified_ok=False)
    some_sender(alpha, "Abc <abc@example.com>", unverified_ok=True)
    assert [(one.name, one.ready) for one in senders(alpha)] == [("Abc", True), ("Zoo", False)]
