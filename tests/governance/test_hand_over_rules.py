"""The rules of a hand-over: passwords that nobody guesses, ways they may go, what a file is worth at which time."""

import secrets
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siegelpost.governance.handover import rules
from siegelpost.governance.handover.rules import Standing, Way, same_mailbox, state_of, why_not
from siegelpost.governance.handover.words import new_password, wordlist

THEN = datetime(2026, 5, 4, 12, tzinfo=UTC)

STEPS = st.frozensets(st.sampled_from(("clean", "unscanned", "infected", "downloaded", "mailed", "destroyed")))


def test_a_password_has_eight_words_and_more_than_a_hundred_bit() -> None:
    words = new_password(secrets.randbelow).split("-")
    assert len(words) == 8 and set(words) <= set(wordlist())
    assert rules.entropy(8, len(wordlist())) > 103
    assert len({new_password(secrets.randbelow) for _ in range(100)}) == 100


def test_each_word_of_the_list_can_be_drawn_and_none_beyond_it() -> None:
    size = len(wordlist())
    assert new_password(lambda below: below - 1).split("-") == [wordlist()[-1]] * 8
    assert new_password(lambda below: 0 if below == size else 1).split("-") == [wordlist()[0]] * 8


@given(steps=STEPS, hours=st.integers(0, 100), encrypted=st.booleans())
def test_no_file_can_be_taken_twice_or_after_a_day(steps: frozenset[str], hours: int, encrypted: bool) -> None:
    one = Standing(steps, THEN, THEN if encrypted else None)
    state = state_of(one, THEN + timedelta(hours=hours))
    assert state in rules.STATES
    if state == rules.WAITING:
        assert encrypted and hours < 24 and not steps & {"infected", "downloaded", "mailed", "destroyed"}
    if state == rules.READY:
        assert steps & {"clean", "unscanned"} and "infected" not in steps and hours < 24


def test_a_file_that_nobody_has_scanned_is_held() -> None:
    assert state_of(Standing((), THEN, None), THEN) == rules.HELD


@pytest.mark.parametrize("address", ["kanzlei@example.com", " KANZLEI@example.COM ", "kanzlei+geheim@example.com"])
def test_a_password_never_goes_to_the_mailbox_of_its_file(address: str) -> None:
    way = Way(rules.EMAIL, address=address)
    assert why_not(way, email="kanzlei@example.com", phone="", by_mail=False) == rules.SAME_MAILBOX
    assert why_not(way, email="kanzlei@example.com", phone="", by_mail=True) == ""


@pytest.mark.parametrize(
    "other",
    [
        "kanzlei@xn--mller-kva.example",
        "Kanzlei@MÜLLER.example",
        "kanzlei@müller.example.",
        '"kanzlei"@müller.example',
        "ｋanzlei@mu\u0308ller.example",
    ],
)
def test_a_mailbox_is_the_same_however_its_address_is_written(other: str) -> None:
    assert same_mailbox("kanzlei@müller.example", other) and same_mailbox(other, "kanzlei+2@müller.example")
    assert not same_mailbox(other, "kanzlei@muller.example") and not same_mailbox(other, "kanzlei@xn--\ufffd.example")
    assert same_mailbox("a@straße.example", "a@xn--strae-oqa.example")


def test_by_e_mail_it_goes_only_where_the_mailbox_of_the_file_is_known_to_be_another() -> None:
    assert why_not(Way(rules.EMAIL, address="other@example.net"), email="", phone="", by_mail=False) == rules.ADDRESS_UNKNOWN
    assert why_not(Way(rules.EMAIL), email="kanzlei@example.com", phone="", by_mail=False) == rules.ADDRESS_UNKNOWN
    assert why_not(Way(rules.EMAIL, address="other@example.net"), email="kanzlei@example.com", phone="", by_mail=False) == ""


@pytest.mark.parametrize("path", rules.BY_NUMBER)
def test_it_is_said_to_the_number_on_file_alone(path: str) -> None:
    assert why_not(Way(path, number="0049 30/123 45 67"), email="", phone="+49 30 1234567", by_mail=False) == ""
    for number, on_file in (("+49 30 7654321", "+49 30 1234567"), ("", ""), ("+49 30 1", "")):
        assert why_not(Way(path, number=number), email="", phone=on_file, by_mail=False) == rules.NUMBER_NOT_ON_FILE


@pytest.mark.slow
@given(st.emails())
def test_an_address_is_its_own_mailbox(address: str) -> None:
    assert same_mailbox(address, address.upper()) or address.casefold() != address.upper().casefold()


@pytest.mark.parametrize("text", ["", "=1+1", "+cmd", "-2", "@SUM(A1)", "＝1", "zwei\nZeilen", "a\x00b", "a\u202eb", "x" * 121])
def test_a_name_that_would_run_or_break_a_line_is_none(text: str) -> None:
    assert not rules.is_line(text, 120)
    assert rules.is_line("Kanzlei Muster & Söhne", 120)


@given(st.dates(date(2026, 1, 1), date(2030, 1, 1)))
def test_an_exception_lasts_from_today_to_a_year_from_now(until: date) -> None:
    today = date(2027, 6, 1)
    assert rules.may_last(until, today) == (0 <= (until - today).days <= 366)
