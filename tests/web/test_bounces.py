"""The page of returned mail, and letting an address be written to again."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from siegelpost.consent.suppression import reason_for
from siegelpost.evidence.reads import entries
from siegelpost.feedback.browse import Wish, page_of_bounces
from siegelpost.feedback.texts import KEPT_FOR, forget_texts
from siegelpost.tenancy.handle import TenantDB
from tests.inbound.delivered import NOON, Sent, deliver
from tests.inbound.test_receive import take
from tests.web.visiting import visitor

pytestmark = pytest.mark.slow

ANN = "ann@example.org"


@pytest.fixture(autouse=True)
def clock() -> Iterator[Any]:
    """At the moment at which the samples arrive."""
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


def back(tenant: TenantDB, *names: str) -> list[Sent]:
    """One mailing for each sample, and what came of it."""
    found = [deliver(tenant, number=number + 1) for number in range(len(names))]
    for sent, name in zip(found, names, strict=True):
        take(sent.verp, sent.sample(name))
    return found


def latest(tenant: TenantDB) -> int:
    return page_of_bounces(tenant, Wish(), offset=0, limit=1)[0][0].id


def test_nothing_came_back(alpha: TenantDB) -> None:
    assert "Nothing has come back" in visitor(alpha, "viewer").see("bounces")


def test_the_table_names_address_reason_and_mailing(alpha: TenantDB) -> None:
    back(alpha, "postfix_unknown", "gmail_full")
    page = visitor(alpha, "viewer").see("bounces")
    for words in (ANN, "Address does not exist", "Mailbox full", "M1", "M2", "5.1.1"):
        assert words in page
    page = visitor(alpha, "viewer", "de").see("bounces")
    assert "Rückläufer" in page and "Postfach voll" in page


def test_filters_narrow_the_table(alpha: TenantDB) -> None:
    first, second = back(alpha, "postfix_unknown", "gmail_full")
    client = visitor(alpha)
    for query, there, away in (
        ("kind=full", "M2</a>", "M1</a>"),
        (f"mailing={first.mailing_id}", "M1</a>", "M2</a>"),
        (f"person={first.subscriber_id}&kind=hard", "M1</a>", "M2</a>"),
        (f"q={ANN}&mailing={second.mailing_id}", "M2</a>", "M1</a>"),
    ):
        page = client.see(f"bounces?{query}")
        assert there in page and away not in page, query
    for query in ("q=bob@example.org", "kind=soft", f"q={ANN}&kind=soft"):
        assert "No returned mail fits" in client.see(f"bounces?{query}"), query
    assert "M1</a>" in client.see("bounces?mailing=9999999999999999999&person=-1&kind=complaint")


def test_one_bounce_says_what_the_other_server_wrote(alpha: TenantDB) -> None:
    back(alpha, "postfix_unknown")
    page = visitor(alpha, "viewer").see(f"bounces/{latest(alpha)}")
    for words in (ANN, "Address does not exist", "No such address", "User unknown", "90 days"):
        assert words in page
    assert "This address gets nothing" not in page


def test_what_is_written_there_is_text_and_no_markup(alpha: TenantDB) -> None:
    sent = deliver(alpha)
    take(sent.verp, sent.sample("postfix_unknown").replace(b"User unknown", b"<script>alert(1)</script> User unknown"))
    page = visitor(alpha).see(f"bounces/{latest(alpha)}")
    assert "&lt;script&gt;alert(1)" in page and "<script>alert(1)" not in page


def test_a_text_that_is_gone_is_explained(alpha: TenantDB, clock: Any) -> None:
    back(alpha, "postfix_unknown")
    number = latest(alpha)
    clock.shift(KEPT_FOR + timedelta(seconds=1))
    forget_texts(alpha, now=NOON + KEPT_FOR + timedelta(seconds=1))
    page = visitor(alpha).see(f"bounces/{number}")
    assert "was deleted after 90 days" in page and "User unknown" not in page


@pytest.mark.parametrize("role", ["viewer", "editor", "admin", "operator"])
def test_only_administrators_let_a_retired_address_be_written_to(alpha: TenantDB, role: str) -> None:
    back(alpha, *["postfix_unknown"] * 3)
    number, client = latest(alpha), visitor(alpha, role)
    page, may = client.see(f"bounces/{number}"), role in ("admin", "operator")
    assert "after 3 hard bounces in a row" in page
    assert (f"bounces/{number}/reactivate" in page) is may
    client.send(f"bounces/{number}/reactivate", {}, 303 if may else 403)
    assert reason_for(alpha, ANN, None) == ("" if may else "retained")
    assert len(entries(alpha, act="suppression.lifted")) == int(may)


def test_after_that_its_bounces_are_counted_anew(alpha: TenantDB) -> None:
    back(alpha, *["postfix_unknown"] * 3)
    client, path = visitor(alpha, "admin"), f"bounces/{latest(alpha)}"
    for words in ("gets mailings again", "was not retired"):
        client.send(f"{path}/reactivate", {})
        assert words in client.see(path)
    for number in (4, 5, 6):
        assert reason_for(alpha, ANN, None) == ""
        sent = deliver(alpha, number=number)
        take(sent.verp, sent.sample("postfix_unknown"))
    assert reason_for(alpha, ANN, None) == "retained"


def test_what_people_said_stays_when_bounces_are_forgiven(alpha: TenantDB) -> None:
    back(alpha, *["postfix_unknown"] * 3)
    number = latest(alpha)
    sent = deliver(alpha, number=4)
    take(sent.verp, sent.sample("arf_abuse"))
    visitor(alpha, "admin").send(f"bounces/{number}/reactivate", {})
    assert reason_for(alpha, ANN, None) == "complained"


def test_bounces_of_nobody_and_of_other_kinds_are_not_found(alpha: TenantDB) -> None:
    sent = deliver(alpha)
    take(sent.verp, sent.sample("arf_abuse"))
    client = visitor(alpha, "admin")
    for number in (1, 2, 2**63, 10**30):
        client.see(f"bounces/{number}", 404)
        client.send(f"bounces/{number}/reactivate", {}, 404)
    assert reason_for(alpha, ANN, None) == "complained" and entries(alpha, act="suppression.lifted") == []


def test_the_person_and_the_report_lead_there(alpha: TenantDB) -> None:
    (sent,) = back(alpha, "postfix_unknown")
    client = visitor(alpha)
    page = client.see(f"subscribers/{sent.subscriber_id}")
    assert f"bounces?person={sent.subscriber_id}" in page and "Mail came back 1 time" in page
