"""What other servers wrote about bounces: readable for the staff, sealed in the database, gone after 90 days."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siegelpost.feedback.browse import Wish, bounce_line, page_of_bounces
from siegelpost.feedback.dsn import MAX_WORDS, words_of
from siegelpost.feedback.models import ReturnedText
from siegelpost.feedback.texts import KEPT_FOR, forget_texts, text_of
from siegelpost.sign.files import FileRefused
from siegelpost.tenancy.handle import TenantDB
from tests.inbound.delivered import NOON, SAMPLES, Sent, deliver
from tests.inbound.test_receive import take

REPORTS = sorted(one.stem for one in SAMPLES.glob("*.eml"))


def returned(tenant: TenantDB, name: str = "postfix_unknown") -> tuple[Sent, int]:
    """One bounce, and its number."""
    sent = deliver(tenant)
    take(sent.verp, sent.sample(name))
    return sent, page_of_bounces(tenant, Wish(), offset=0, limit=1)[0][0].id


def test_what_the_other_server_wrote_is_kept_for_the_staff(alpha: TenantDB) -> None:
    _sent, number = returned(alpha)
    text = text_of(alpha, number)
    assert "User unknown" in text and "Status: 5.1.1" in text
    assert "List-Unsubscribe" not in text, "our own message with its tokens does not belong there"
    line = bounce_line(alpha, number)
    assert line is not None and line.written


def test_the_database_holds_no_word_of_it(alpha: TenantDB) -> None:
    _sent, number = returned(alpha)
    sealed = bytes(alpha.objects(ReturnedText).get(pk=number).sealed)
    for word in (b"ann@", b"unknown", b"5.1.1"):
        assert word not in sealed


def test_a_text_that_somebody_changed_is_refused(alpha: TenantDB) -> None:
    _sent, number = returned(alpha)
    row = alpha.objects(ReturnedText).get(pk=number)
    with alpha.atomic():
        alpha.objects(ReturnedText).filter(pk=number).update(sealed=bytes(row.sealed)[:-1] + b"\0")
    with pytest.raises(FileRefused):
        text_of(alpha, number)


def test_a_report_that_comes_twice_changes_no_text(alpha: TenantDB) -> None:
    sent, number = returned(alpha)
    before = text_of(alpha, number)
    take(sent.verp, sent.sample("sendmail_unknown"))
    assert text_of(alpha, number) == before
    assert alpha.objects(ReturnedText).count() == 1


def test_after_ninety_days_the_text_goes_and_the_bounce_stays(alpha: TenantDB) -> None:
    _sent, number = returned(alpha)
    assert timedelta(days=90) == KEPT_FOR
    assert forget_texts(alpha, now=NOON + KEPT_FOR) == 0
    assert forget_texts(alpha, now=NOON + KEPT_FOR + timedelta(seconds=1)) == 1
    assert text_of(alpha, number) == ""
    line = bounce_line(alpha, number)
    assert line is not None and (line.kind, line.code, line.written) == ("hard", "5.1.1", False)


def test_bounces_are_found_by_kind_mailing_and_person(alpha: TenantDB) -> None:
    first, second = deliver(alpha, number=1), deliver(alpha, number=2)
    take(first.verp, first.sample("postfix_unknown"))
    take(second.verp, second.sample("gmail_full"))
    person = first.subscriber_id
    for wish, kinds in (
        (Wish(), ["full", "hard"]),
        (Wish(kind="hard"), ["hard"]),
        (Wish(kind="soft"), []),
        (Wish(kind="complaint"), ["full", "hard"]),
        (Wish(mailing_id=second.mailing_id), ["full"]),
        (Wish(subscriber_id=person), ["full", "hard"]),
        (Wish(subscriber_id=person + 1), []),
    ):
        lines, total = page_of_bounces(alpha, wish, offset=0, limit=10)
        assert ([line.kind for line in lines], total) == (kinds, len(kinds)), wish
    assert [line.kind for line in page_of_bounces(alpha, Wish(), offset=1, limit=10)[0]] == ["hard"]


def test_a_complaint_is_no_bounce_that_the_staff_could_look_at(alpha: TenantDB) -> None:
    sent = deliver(alpha)
    take(sent.verp, sent.sample("arf_abuse"))
    assert page_of_bounces(alpha, Wish(), offset=0, limit=10) == ([], 0)


@pytest.mark.parametrize("name", REPORTS)
def test_of_every_sample_what_is_kept_is_readable(name: str) -> None:
    text = words_of((SAMPLES / f"{name}.eml").read_bytes())
    assert text and len(text) <= MAX_WORDS
    assert all(letter.isprintable() or letter in "\n\t\N{REPLACEMENT CHARACTER}" for letter in text)


@given(st.binary(max_size=3_000))
def test_whatever_comes_is_cut_and_cleaned(content: bytes) -> None:
    text = words_of(content)
    assert len(text) <= MAX_WORDS
    assert not any(letter in text for letter in "\x00\x1b\u202e\r")
