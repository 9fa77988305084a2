"""Bounces of no standard: what VERP proves comes first, and an address in a text counts only for mail of the last days."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siegelpost.base.actor import Actor
from siegelpost.delivery.models import Delivery
from siegelpost.feedback.dsn import read_dsn
from siegelpost.feedback.models import Event
from siegelpost.feedback.old_bounces import MAX_TEXT
from siegelpost.feedback.rules import Verdict
from siegelpost.flows.receive_mail import Outcome, receive
from siegelpost.flows.returned import LATELY
from siegelpost.tenancy.handle import TenantDB
from tests.inbound.delivered import NOON, deliver
from tests.inbound.test_receive import ANN, RULES, events, take
from tests.inbound.test_replies import where


def returned(address: str = ANN, sender: str = "MAILER-DAEMON@mx.example.net", reason: str = "550 5.1.1 User unknown") -> bytes:
    """As servers wrote before there was a standard."""
    words = f"here is your list of failed recipients\r\n<{address}>\r\n{reason}\r\nhere is your returned mail\r\n"
    return f"From: {sender}\r\nSubject: Returned mail\r\n\r\n{words}".encode()


def test_it_is_read_with_its_address_and_reason() -> None:
    (report,) = read_dsn(returned())
    assert (report.recipient, report.verdict, report.code) == (ANN, Verdict.HARD, "5.1.1")


def test_without_a_known_reason_it_retires_nobody() -> None:
    (report,) = read_dsn(returned(reason="so sorry"))
    assert report.verdict is Verdict.SOFT


@pytest.mark.parametrize("content", [returned(sender=ANN), returned().replace(b"failed", b"happy"), b"From: MAILER-DAEMON@x\r\n\r\nHello"])
def test_what_people_write_and_other_notes_are_none(content: bytes) -> None:
    assert read_dsn(content) == []


@pytest.mark.slow
def test_only_the_beginning_is_read() -> None:
    head, _blank, body = returned().partition(b"\r\n\r\n")
    assert read_dsn(head + b"\r\n\r\n" + b"-\r\n" * MAX_TEXT + body) == []


@given(st.text(alphabet="<>@.-=:;\n abcMAILERfailed0159", max_size=600))
def test_junk_is_read_without_a_fault(text: str) -> None:
    assert isinstance(read_dsn(f"From: MAILER-DAEMON@x\n\n{text}".encode()), list)


def test_the_envelope_sender_says_whose_bounce_it_is_whatever_the_text_says(alpha: TenantDB) -> None:
    sent = deliver(alpha)
    assert take(sent.verp, returned("bob@example.org")) is Outcome.BOUNCE
    event = alpha.objects(Event).get()
    assert (event.kind, event.code, event.delivery_id) == ("hard", "5.1.1", sent.delivery_id)


def test_one_that_came_to_the_mailbox_of_the_sender_counts_for_the_latest_delivery(alpha: TenantDB) -> None:
    deliver(alpha, number=1)
    sent = deliver(alpha, number=2)
    for _twice in range(2):
        assert take(where(alpha), returned()) is Outcome.BOUNCE
    assert events(alpha) == [("hard", "5.1.1")]
    assert alpha.objects(Event).get().delivery_id == sent.delivery_id


@pytest.mark.parametrize("address", ["bob@example.org", "not an address"])
def test_one_about_nobody_of_ours_is_counted_and_forgotten(alpha: TenantDB, address: str) -> None:
    deliver(alpha)
    assert take(where(alpha), returned(address)) in (Outcome.UNMATCHED, Outcome.DROPPED)
    assert take(where(alpha), returned("bob@example.org")) is Outcome.UNMATCHED
    assert events(alpha) == []


def test_one_about_mail_of_long_ago_is_counted_and_forgotten(alpha: TenantDB) -> None:
    deliver(alpha)
    late = NOON + LATELY + timedelta(minutes=1)
    assert receive(where(alpha), returned(), RULES, actor=Actor.system("inbound"), now=late) is Outcome.UNMATCHED
    assert events(alpha) == []


def test_one_about_mail_that_was_never_taken_is_counted_and_forgotten(alpha: TenantDB) -> None:
    deliver(alpha)
    with alpha.atomic():
        alpha.objects(Delivery).update(state="due")
    assert take(where(alpha), returned()) is Outcome.UNMATCHED
    assert events(alpha) == []
