"""What a report means for an address."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siegelpost.feedback.rules import Verdict, arrived_in_between, count, judge_status, mildest, status_in

STATUS = st.from_regex(r"[245]\.\d{1,3}\.\d{1,3}", fullmatch=True) | st.just("")


@pytest.mark.parametrize(
    "status, words, verdict",
    [
        ("5.1.1", "550 5.1.1 user unknown", Verdict.HARD),
        ("5.1.10", "550 5.1.10 recipient not found", Verdict.HARD),
        ("5.2.1", "", Verdict.HARD),
        ("5.4.4", "host not found", Verdict.HARD),
        ("5.0.0", "550 5.1.1 no such user", Verdict.HARD),
        ("5.5.0", "550 5.5.0 Requested action not taken: mailbox unavailable", Verdict.HARD),
        ("", "550 No such user here", Verdict.HARD),
        ("5.4.1", "550 5.4.1 Recipient address rejected: Access denied.", Verdict.HARD),
        ("5.4.1", "no answer from host", Verdict.SOFT),
        ("5.4.7", "delivery time expired", Verdict.SOFT),
        ("5.0.0", "something went wrong", Verdict.SOFT),
        ("", "", Verdict.SOFT),
        ("4.1.1", "450 4.1.1 user unknown", Verdict.SOFT),
        ("5.1.1", "552 mailbox is full", Verdict.FULL),
        ("5.2.2", "", Verdict.FULL),
        ("4.2.2", "", Verdict.FULL),
        ("5.7.1", "550 5.7.1 user unknown", Verdict.POLICY),
        ("5.6.0", "", Verdict.POLICY),
        ("5.1.1", "550 5.1.1 your host is on a blocklist", Verdict.POLICY),
        ("5.1.8", "sender domain not found", Verdict.POLICY),
        ("5.3.4", "message too big", Verdict.POLICY),
        ("5.1.1", "550 <spam.quota@example.net>: user unknown", Verdict.HARD),
        ("2.1.5", "", Verdict.NONE),
    ],
)
def test_a_failure_is_judged_by_status_and_words(status: str, words: str, verdict: Verdict) -> None:
    assert judge_status(status, "failed", words) is verdict


@pytest.mark.parametrize("action", ["delayed", "Delivered", " relayed ", "expanded"])
def test_what_is_no_failure_is_no_bounce(action: str) -> None:
    assert judge_status("5.1.1", action, "550 user unknown") is Verdict.NONE


@pytest.mark.slow
@given(STATUS, st.text(max_size=50), st.sampled_from(["quota exceeded", "552 mailbox full", "listed as spam", "blocked by dnsbl"]))
def test_a_full_mailbox_and_a_policy_never_count_hard(status: str, before: str, words: str) -> None:
    assert judge_status(status, "failed", f"{before} {words}") is not Verdict.HARD


@pytest.mark.slow
@given(st.from_regex(r"5\.7\.\d{1,3}", fullmatch=True), st.text())
def test_security_is_always_about_us(status: str, words: str) -> None:
    assert judge_status(status, "failed", words) in (Verdict.POLICY, Verdict.FULL)


@given(st.text(), st.text(), st.text())
def test_any_words_are_judged(status: str, action: str, words: str) -> None:
    assert judge_status(status, action, words) in Verdict


def test_a_network_address_is_no_status() -> None:
    assert status_in("host 192.5.1.1 and 5.1.1.7 said no") == ""
    assert status_in("host 192.5.1.1 said: 550 5.1.1. No") == "5.1.1"


def test_one_mailbox_that_works_saves_a_collective_address() -> None:
    assert mildest([Verdict.HARD, Verdict.NONE]) is Verdict.NONE
    assert mildest([Verdict.HARD, Verdict.FULL]) is Verdict.FULL
    assert mildest([]) is Verdict.NONE


def test_the_third_hard_bounce_in_a_row_retires() -> None:
    row = 0
    for retired in (False, False, True):
        row, retire = count(row, Verdict.HARD, limit=3)
        assert retire is retired


def test_a_delivery_in_between_begins_the_row_anew() -> None:
    assert count(2, Verdict.HARD, limit=3, delivered_between=True) == (1, False)


ARRIVED = (True, frozenset[Verdict]())
REFUSED = (False, frozenset[Verdict]())
HARD = (True, frozenset({Verdict.HARD}))
SOFT = (True, frozenset({Verdict.SOFT}))


@pytest.mark.parametrize(
    "earlier, arrived",
    [
        ([], False),
        ([ARRIVED], True),
        ([HARD, ARRIVED], False),
        ([ARRIVED, HARD], True),
        ([SOFT, HARD, ARRIVED], False),
        ([SOFT, ARRIVED, HARD], True),
        ([REFUSED, SOFT], False),
    ],
)
def test_only_what_stayed_there_arrived(earlier: list[tuple[bool, frozenset[Verdict]]], arrived: bool) -> None:
    assert arrived_in_between(earlier) is arrived


@given(st.integers(min_value=0, max_value=9), st.sampled_from(list(Verdict)), st.integers(min_value=1, max_value=9), st.booleans())
def test_only_hard_bounces_count(current: int, verdict: Verdict, limit: int, between: bool) -> None:
    after, retire = count(current, verdict, limit=limit, delivered_between=between)
    before = 0 if between else current
    assert after == before + (verdict is Verdict.HARD)
    assert retire == (verdict is Verdict.HARD and after >= limit)
