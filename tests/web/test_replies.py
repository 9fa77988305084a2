"""The pages of answers that unsubscribed somebody."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from siegelpost.consent.suppression import reason_for
from siegelpost.feedback.replies import forget_replies, page_of_replies
from siegelpost.feedback.texts import KEPT_FOR
from siegelpost.tenancy.handle import TenantDB
from tests.inbound.delivered import NOON, deliver
from tests.inbound.test_receive import ANN, take
from tests.inbound.test_replies import answering, letter, where
from tests.web.visiting import visitor


@pytest.fixture(autouse=True)
def clock() -> Iterator[Any]:
    """At the moment at which the answers arrive."""
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


def answered(tenant: TenantDB, text: str = "Bitte abmelden", number: int = 1) -> str:
    """Path of the page of an answer to a mailing."""
    take(where(tenant), letter(text, head=answering(deliver(tenant, number=number))))
    return f"replies/{page_of_replies(tenant, offset=0, limit=1)[0][0].id}"


def test_before_the_first_answer_the_page_says_where_to_send_copies(alpha: TenantDB) -> None:
    page = visitor(alpha, "viewer").see("replies")
    assert "No answer was a withdrawal" in page and where(alpha) in page
    page = visitor(alpha, "viewer", "de").see("replies")
    assert "Abmeldungen per Antwort" in page and "umleiten" in page


def test_the_table_and_the_page_say_who_answered_what(alpha: TenantDB) -> None:
    path = answered(alpha)
    page = visitor(alpha, "viewer").see("replies")
    for words in (ANN, "M1", "Unsubscribed", path):
        assert words in page
    page = visitor(alpha, "viewer").see(path)
    for words in (ANN, "M1", "Bitte abmelden", "News", "90 days"):
        assert words in page
    assert "Offers" not in page


def test_what_is_written_there_is_text_and_no_markup(alpha: TenantDB) -> None:
    path = answered(alpha, "stop\r\n\r\n> <script>alert(1)</script>")
    page = visitor(alpha).see(path)
    assert "&lt;script&gt;alert(1)" in page and "<script>alert(1)" not in page


def test_an_address_that_nobody_has_here_is_named_like_that(alpha: TenantDB) -> None:
    take(where(alpha), letter(sender="bob@example.org"))
    page = visitor(alpha).see("replies")
    assert "unknown address" in page and "bob@example.org" not in page


def test_a_text_that_is_gone_is_explained(alpha: TenantDB, clock: Any) -> None:
    path = answered(alpha)
    clock.shift(KEPT_FOR + timedelta(seconds=1))
    forget_replies(alpha, now=NOON + KEPT_FOR + timedelta(seconds=1))
    page = visitor(alpha).see(path)
    assert "was deleted after 90 days" in page and "Bitte abmelden" not in page


@pytest.mark.parametrize("role", ["viewer", "editor", "admin", "operator"])
@pytest.mark.slow
def test_only_administrators_correct_and_only_with_a_reason(alpha: TenantDB, role: str) -> None:
    path, client, may = answered(alpha), visitor(alpha, role), role in ("admin", "operator")
    assert (f"{path}/correct" in client.see(path)) is may
    client.send(f"{path}/correct", {"reason": " "}, 422 if may else 403)
    (line,), _total = page_of_replies(alpha, offset=0, limit=1)
    assert line.corrected_at is None
    client.send(f"{path}/correct", {"reason": "meant the appointment"}, 303 if may else 403)
    (list_id,) = line.changed.members
    assert reason_for(alpha, ANN, list_id) == ("" if may else "opted_out")
    assert ("meant the appointment" in client.see(path)) is may


@pytest.mark.slow
def test_a_second_correction_says_that_there_was_one(alpha: TenantDB) -> None:
    path, client = answered(alpha), visitor(alpha, "admin")
    for words in ("everything is as it was", "corrected already"):
        client.send(f"{path}/correct", {"reason": "meant the appointment"})
        assert words in client.see(path)
    assert "Corrected" in client.see("replies")


def test_what_stands_against_the_address_all_the_same_is_said(alpha: TenantDB) -> None:
    path, client = answered(alpha), visitor(alpha, "admin")
    sent = deliver(alpha, number=2)
    take(sent.verp, sent.sample("arf_abuse"))
    client.send(f"{path}/correct", {"reason": "meant the appointment"})
    assert "Other reasons still stand" in client.see(path)


def test_answers_that_are_none_are_not_found(alpha: TenantDB) -> None:
    client = visitor(alpha, "admin")
    for number in (1, 2**63, 10**30):
        client.see(f"replies/{number}", 404)
        client.send(f"replies/{number}/correct", {"reason": "x"}, 404)
    assert page_of_replies(alpha, offset=0, limit=1) == ([], 0)
