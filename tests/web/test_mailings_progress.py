"""A mailing on its way: numbers that add up, a poll that ends, recipients as a table and as a file."""

import re
import time
from typing import Any

import pytest

from siegelpost.delivery.rules import Outcome
from siegelpost.delivery.settle import Result, settle
from siegelpost.evidence.reads import entries
from siegelpost.flows import steer
from siegelpost.tenancy.handle import TenantDB
from siegelpost.web.pages.mailing_pace import Mark, rate, read_marks, seconds_left, with_mark, written
from tests.delivery.support import NOON, WHO, a_list, claimed, draft, launched, people
from tests.web.visiting import visitor


def settled(tenant: TenantDB, emails: list[str], *outcomes: Outcome) -> int:
    """A launched mailing whose first messages were answered like this."""
    number = launched(tenant, emails)
    taken = claimed(tenant, number, limit=len(outcomes))
    codes = {Outcome.SENT: "250 2.0.0", Outcome.BOUNCED: "550 5.1.1", Outcome.BLOCKED: "550 5.7.1", Outcome.UNSURE: ""}
    at = int(time.time())
    answers = [
        Result(one.delivery_id, one.subscriber_id, one.attempt, outcome, codes.get(outcome, ""), at)
        for one, outcome in zip(taken.rows, outcomes, strict=True)
    ]
    settle(tenant, taken.lease, answers)
    taken.journal.end()
    return number


EMAILS = [f"p{n}@example.org" for n in range(6)]
ANSWERS = (Outcome.SENT, Outcome.SENT, Outcome.BOUNCED, Outcome.BLOCKED, Outcome.UNSURE)


def test_the_bar_shows_everybody_once(alpha: TenantDB) -> None:
    number = settled(alpha, EMAILS, *ANSWERS)
    page = visitor(alpha, "viewer").see(f"mailings/{number}/progress")
    shares = [float(one) for one in re.findall(r'data-share="([\d.]+)"', page)]
    assert sum(shares) == pytest.approx(100, abs=0.01) and len(shares) == 5
    for words in ("Sent", "Undeliverable", "Refused because of us", "Unsure", "Waiting"):
        assert words in page


def test_people_who_are_left_out_are_part_of_the_sum(alpha: TenantDB) -> None:
    people(alpha, ["out@example.org"], a_list(alpha), consent=False)
    page = visitor(alpha).see(f"mailings/{launched(alpha, 3)}/progress")
    assert "Left out" in page and "Without consent" in page and 'data-share="25.000"' in page


def test_a_running_mailing_asks_again_and_one_that_ended_does_not(alpha: TenantDB) -> None:
    number = launched(alpha, 2)
    client = visitor(alpha, "viewer")
    part = client.see(f"mailings/{number}/progress/now?state=sending")
    assert 'hx-trigger="every 2s"' in part and "<html" not in part
    steer.pause(alpha, number, actor=WHO, now=NOON)
    assert 'hx-trigger="every 10s"' in client.see(f"mailings/{number}/progress/now?state=paused")
    steer.cancel(alpha, number, actor=WHO, now=NOON)
    assert "hx-trigger" not in client.see(f"mailings/{number}/progress/now?state=cancelled")
    assert "hx-trigger" not in client.see(f"mailings/{number}/progress")


def test_another_state_brings_the_whole_page_anew(alpha: TenantDB) -> None:
    number = launched(alpha, 1)
    client = visitor(alpha)
    assert "HX-Refresh" not in client.get(f"/t/alpha/mailings/{number}/progress/now?state=sending").headers
    assert client.get(f"/t/alpha/mailings/{number}/progress/now?state=paused").headers["HX-Refresh"] == "true"


def test_a_mailing_that_nobody_sends_explains_itself(alpha: TenantDB) -> None:
    number = launched(alpha, 1)
    assert "The process that sends does not run" in visitor(alpha).see(f"mailings/{number}/progress")


def test_a_draft_has_no_progress_yet(alpha: TenantDB) -> None:
    number = draft(alpha, a_list(alpha))
    for page in ("progress", "recipients"):
        assert visitor(alpha).get(f"/t/alpha/mailings/{number}/{page}").status_code == 303


@pytest.mark.parametrize("marks", ["", "x", "1:2:3", "-1:5", "9" * 10_000, "1700000000000:٣", "1:1-" * 500])
def test_marks_that_cannot_be_read_count_as_none(alpha: TenantDB, marks: str) -> None:
    number = launched(alpha, 1)
    answer = visitor(alpha).get(f"/t/alpha/mailings/{number}/progress/now", {"state": "sending", "marks": marks})
    assert answer.status_code == 200


def test_the_rate_is_that_of_the_last_seconds() -> None:
    marks: list[Mark] = []
    for second in range(0, 60, 2):
        marks = with_mark(read_marks(written(marks)), Mark(1_700_000_000 + second, 100 * second))
    assert rate(marks) == pytest.approx(100)
    assert len(marks) <= 12 and marks[-1].at - marks[0].at <= 20
    assert rate(marks[:1]) is None
    assert (seconds_left(500, 100), seconds_left(500, 0), seconds_left(500, None)) == (5, None, None)


@pytest.mark.slow
def test_recipients_are_listed_by_state_with_what_it_means(alpha: TenantDB) -> None:
    number = settled(alpha, EMAILS, *ANSWERS)
    client = visitor(alpha, "viewer")
    bounced = client.see(f"mailings/{number}/recipients?state=bounced")
    assert "550 5.1.1" in bounced and len(re.findall(r"p\d@example.org", bounced)) == 1
    assert "arrived" in client.see(f"mailings/{number}/recipients?state=unsure")
    assert "refused us" in client.see(f"mailings/{number}/recipients?state=blocked")
    assert len(set(re.findall(r"p\d@example.org", client.see(f"mailings/{number}/recipients")))) == 6
    assert "Nobody here" in client.see(f"mailings/{number}/recipients?state=expired")


def test_one_person_is_found_by_the_whole_address(alpha: TenantDB) -> None:
    number = settled(alpha, EMAILS, *ANSWERS)
    client = visitor(alpha)
    found = client.see(f"mailings/{number}/recipients?q=P3@example.org")
    assert set(re.findall(r'<td[^>]*><span title="(p\d@example.org)"', found)) == {"p3@example.org"}
    assert "Nobody here" in client.see(f"mailings/{number}/recipients?q=p3")


def test_long_lists_come_in_pages(alpha: TenantDB) -> None:
    number = launched(alpha, 30)
    client = visitor(alpha)
    first, second = (client.see(f"mailings/{number}/recipients?page={n}") for n in (1, 2))
    assert "p00000@example.org" in first and "p00029@example.org" not in first and "p00029@example.org" in second
    assert "1–25 of 30" in first


def whole(answer: Any) -> bytes:
    """A file that comes in pieces."""
    return b"".join(answer.streaming_content)


@pytest.mark.slow
def test_the_file_holds_one_state_is_defused_and_is_written_down(alpha: TenantDB) -> None:
    number = settled(alpha, ["=cmd@example.org", *EMAILS], *ANSWERS)
    answer = visitor(alpha).get(f"/t/alpha/mailings/{number}/recipients.csv")
    lines = whole(answer).decode().splitlines()
    assert lines[0] == "email,state,code,at" and len(lines) == 8
    assert any(line.startswith("'=cmd@example.org") for line in lines)
    assert answer.headers["Content-Disposition"] == f'attachment; filename="mailing-{number}-recipients.csv"'
    some = visitor(alpha).get(f"/t/alpha/mailings/{number}/recipients.csv?state=bounced")
    assert len(whole(some).decode().splitlines()) == 2
    assert entries(alpha, act="mailing.recipients_exported")[0]["actor"].startswith("staff")
