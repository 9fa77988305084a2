"""Whether a published key is ours: everything that a name server may hold under a selector."""

import base64
from datetime import UTC, datetime, timedelta

import pytest

from siegelpost.mailings.domain_answers import ABSENT, EMPTY, FAILED, FOUND, Answer
from siegelpost.mailings.domain_dkim import FORMER, NEXT, SIGNS, PublicKey, judge_key, tags
from siegelpost.mailings.domain_records import Record, dkim_records, dkim_value
from siegelpost.mailings.domains import new_keys
from tests.mailings.making import made_keys

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
RSA, ED = (dkim_value(one) for one in (made_keys().rsa, made_keys().ed))
RECORDS = dkim_records("example.org", ("one", "two"), (RSA, ED))
P = RSA.partition("p=")[2]


def code(answer: Answer | str, *, record: Record = RECORDS[0], role: str = SIGNS, needed: bool = True, days: int = 0) -> tuple[str, str]:
    """Code and severity for an answer, or for the text of one record."""
    seen = Answer(FOUND, (answer,)) if isinstance(answer, str) else answer
    found = judge_key(PublicKey(record, role, needed, NOW + timedelta(days=days) if role == FORMER else None), seen, NOW)
    assert found.text("de") and found.text("en")
    return found.code, found.severity


def brief(value: str) -> str:
    """For the name of a test: a key is another one in each worker of xdist."""
    return value if len(value) < 20 else "text"


@pytest.mark.parametrize(
    "text",
    [
        RSA,
        f"p={P}",
        f"k=rsa;p={P};",
        f"v=DKIM1; k=rsa; t=s; s=email:x; h=sha1:sha256; n=hello; p={P}",
        f" v = DKIM1 ; p = {P[:50]} {P[50:]} ",
    ],
    ids=brief,
)
def test_our_key_is_known_in_every_spelling(text: str) -> None:
    assert code(text) == ("dkim.ok", "ok")


@pytest.mark.parametrize(
    "text, what",
    [
        (dkim_value(new_keys().rsa), "mismatch"),
        (ED, "mismatch"),
        (f"v=DKIM1; k=ed25519; p={P}", "mismatch"),
        ("v=DKIM1; k=rsa; p=", "revoked"),
        ("v=DKIM1; k=rsa", "broken"),
        (f"v=DKIM2; p={P}", "broken"),
        (f"k=rsa; v=DKIM1; p={P}", "broken"),
        (f"v=DKIM1; p={P}; p={P}", "broken"),
        (f"v=DKIM1; h=sha1; p={P}", "broken"),
        (f"v=DKIM1; s=tlsrpt; p={P}", "broken"),
        (f"v=DKIM1; p={P}!", "broken"),
        (f"v=DKIM1; p={P[:-5]}", "broken"),
        ("v=spf1 -all", "broken"),
        ("", "broken"),
        ("\\226\\130\\172", "broken"),
        (RSA + RSA, "broken"),
        ("x" * 76_500, "broken"),
    ],
    ids=brief,
)
def test_anything_else_blocks(text: str, what: str) -> None:
    assert code(text) == (f"dkim.{what}", "block")


def test_nothing_is_told_apart_from_an_alias_that_leads_nowhere() -> None:
    assert code(Answer(ABSENT)) == code(Answer(EMPTY)) == ("dkim.missing", "block")
    assert code(Answer(ABSENT, alias="gone.example.net")) == ("dkim.dangling", "block")
    assert code(Answer(FOUND, (RSA,), alias="keys.example.net")) == ("dkim.delegated", "ok")


def test_two_records_block_even_where_one_is_ours() -> None:
    assert code(Answer(FOUND, (RSA, "hello"))) == ("dkim.several", "block")


def test_no_answer_blocks_but_is_told_apart_from_a_wrong_one() -> None:
    assert code(Answer(FAILED, reason="timeout")) == ("dkim.unchecked", "block")


def test_a_key_in_testing_is_a_warning() -> None:
    assert code(f"v=DKIM1; t=y:s; p={P}") == ("dkim.testing", "warn")


def test_the_second_key_is_advice_where_nothing_is_signed_with_it() -> None:
    assert code(Answer(ABSENT), record=RECORDS[1]) == ("dkim.missing", "block")
    assert code(Answer(ABSENT), record=RECORDS[1], needed=False) == ("dkim.missing", "advice")
    assert code(ED, record=RECORDS[1]) == ("dkim.ok", "ok")


def test_the_next_key_never_blocks_and_is_seen_only_where_it_is_ours() -> None:
    assert code(RSA, role=NEXT) == ("dkim.next_seen", "ok")
    for wrong in (Answer(ABSENT), Answer(FOUND, (ED,)), Answer(FOUND, (RSA, RSA + " ")), Answer(FOUND, ("v=DKIM1; p=",))):
        assert code(wrong, role=NEXT) == ("dkim.next_missing", "advice")
    assert code(Answer(FAILED, reason="loop"), role=NEXT) == ("dkim.next_unchecked", "advice")


def test_a_former_key_stays_for_its_days_and_may_go_then() -> None:
    assert code(RSA, role=FORMER, days=1) == ("dkim.old_kept", "ok")
    assert code(Answer(ABSENT), role=FORMER, days=1) == ("dkim.old_gone", "warn")
    assert code(RSA, role=FORMER, days=0) == ("dkim.old_removable", "advice")
    assert code(Answer(ABSENT), role=FORMER, days=0) == ("dkim.old_removed", "ok")
    assert code("v=DKIM1; p=", role=FORMER, days=0) == ("dkim.old_removed", "ok")
    assert code(Answer(FAILED, reason="server"), role=FORMER) == ("dkim.old_unchecked", "advice")


def test_days_are_written_as_the_reader_writes_them() -> None:
    found = judge_key(PublicKey(RECORDS[0], FORMER, True, NOW + timedelta(days=7)), Answer(FOUND, (RSA,)), NOW)
    assert "2026-03-09" in found.text("en")
    assert "09.03.2026" in found.text("de")


def test_foreign_text_is_cut_and_what_to_publish_is_not() -> None:
    found = judge_key(PublicKey(RECORDS[0], SIGNS), Answer(FOUND, ("x" * 76_500,)), NOW)
    assert len(found.published[0]) == 601
    assert found.publish == (RECORDS[0],)


def test_a_record_is_read_as_base64_holds_it() -> None:
    assert base64.b64decode(tags(RSA)["p"])[:4] == bytes.fromhex("30820122")  # SubjectPublicKeyInfo of 2048 bits
    assert len(base64.b64decode(tags(ED)["p"])) == 32
