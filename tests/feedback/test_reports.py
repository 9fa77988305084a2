"""Reports as other servers write them, and as nobody should."""

import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from siegelpost.feedback import rules
from siegelpost.feedback.arf import Complaint, read_arf
from siegelpost.feedback.dsn import read_dsn, weigh
from siegelpost.feedback.mime import MAX_PARTS, read, walk
from siegelpost.feedback.rules import Verdict

SAMPLES = {path.stem: path.read_bytes() for path in sorted((Path(__file__).parent / "samples").glob("*.eml"))}
VERP = "b-caaqoaidxrqu4xyckdvws4e62p4ho4po"
MAILTO = "u-caaqoaidxrqu4xyckdvws4e62p4ho4po"
LINK = "EAEHAgMB4kACAxW9jznrabDszgFBLog"

BOUNCES = {
    "postfix_unknown": (Verdict.HARD, "5.1.1"),
    "postfix_full": (Verdict.FULL, "5.2.2"),
    "postfix_no_domain": (Verdict.HARD, "5.4.4"),
    "postfix_delayed": (Verdict.NONE, "4.4.1"),
    "postfix_expired": (Verdict.SOFT, "4.4.1"),
    "postfix_blocklist": (Verdict.POLICY, "5.7.1"),
    "disguised_blocklist": (Verdict.POLICY, "5.1.1"),
    "collective_address": (Verdict.NONE, "2.1.5"),
    "sendmail_unknown": (Verdict.HARD, "5.1.1"),
    "exim_unrouteable": (Verdict.HARD, "5.0.0"),
    "exim_old": (Verdict.HARD, "5.1.1"),
    "exchange_not_found": (Verdict.HARD, "5.1.10"),
    "exchange_denied": (Verdict.HARD, "5.4.1"),
    "exchange_expired": (Verdict.SOFT, "5.4.316"),
    "exchange_authentication": (Verdict.POLICY, "5.7.515"),
    "gmail_unknown": (Verdict.HARD, "5.1.1"),
    "gmail_full": (Verdict.FULL, "4.2.2"),
    "qmail_unknown": (Verdict.HARD, "5.1.1"),
    "international": (Verdict.HARD, "5.2.1"),
}
NO_BOUNCES = ["absence_note", "read_receipt", "human_answer", "arf_abuse", "arf_redacted", "arf_not_spam"]


def test_every_sample_has_a_test() -> None:
    assert set(SAMPLES) == {*BOUNCES, *NO_BOUNCES}


@pytest.mark.parametrize("ending", [b"\n", b"\r\n"], ids=["LF", "CRLF"])
@pytest.mark.parametrize("name", BOUNCES)
def test_a_report_is_understood(name: str, ending: bytes) -> None:
    reports = read_dsn(SAMPLES[name].replace(b"\n", ending))
    assert weigh(reports, "ann@example.net") == BOUNCES[name]
    assert all("@" in report.recipient for report in reports)


@pytest.mark.parametrize("name", NO_BOUNCES)
def test_what_is_no_delivery_report_reports_nothing(name: str) -> None:
    assert read_dsn(SAMPLES[name]) == []


def test_what_is_said_about_our_address_outweighs_the_rest() -> None:
    reports = read_dsn(SAMPLES["collective_address"])
    assert weigh(reports, "BOB@example.net") == (Verdict.HARD, "5.1.1")
    assert weigh([], "ann@example.net") == (Verdict.NONE, "")


def test_a_complaint_leads_to_the_delivery() -> None:
    complaint = read_arf(SAMPLES["arf_abuse"])
    assert complaint is not None
    assert complaint.counts
    assert complaint.kind == "abuse"
    assert complaint.local_parts == (VERP, MAILTO)
    assert complaint.links == (LINK,)
    assert complaint.feedback_id == "3:standard:alpha:news0001"


def test_a_redacted_complaint_still_has_our_unsubscribe_link() -> None:
    complaint = read_arf(SAMPLES["arf_redacted"])
    assert complaint is not None
    assert complaint.links == (LINK,)
    assert complaint.local_parts == (MAILTO,)


def test_who_takes_a_complaint_back_does_not_complain() -> None:
    complaint = read_arf(SAMPLES["arf_not_spam"])
    assert complaint is not None
    assert not complaint.counts


@pytest.mark.parametrize("name", [*BOUNCES, "human_answer", "absence_note"])
def test_what_is_no_feedback_report_is_no_complaint(name: str) -> None:
    assert read_arf(SAMPLES[name]) is None


def sound(content: bytes) -> bool:
    """Both readers answer, and nothing becomes a bounce where no report was found."""
    reports, complaint = read_dsn(content), read_arf(content)
    verdict, _code = weigh(reports, "ann@example.net")
    return (bool(reports) or verdict not in rules.BOUNCES) and (complaint is None or isinstance(complaint, Complaint))


@pytest.mark.slow
@given(st.binary(max_size=400))
def test_any_bytes_are_read_without_a_fault(content: bytes) -> None:
    assert sound(content)


@pytest.mark.slow
@settings(max_examples=200)
@given(st.sampled_from(sorted(SAMPLES)), st.data())
def test_a_damaged_report_is_read_without_a_fault(name: str, data: st.DataObject) -> None:
    content = bytearray(SAMPLES[name])
    for _each in range(data.draw(st.integers(min_value=1, max_value=8))):
        place = data.draw(st.integers(min_value=0, max_value=len(content) - 1))
        content[place : place + data.draw(st.integers(min_value=0, max_value=40))] = data.draw(st.binary(max_size=10))
        content += b"x"
    assert sound(bytes(content))


@given(st.sampled_from(sorted(SAMPLES)), st.floats(min_value=0, max_value=1))
def test_a_report_that_was_cut_off_is_read_without_a_fault(name: str, share: float) -> None:
    assert sound(SAMPLES[name][: int(len(SAMPLES[name]) * share)])


def nested(levels: int) -> bytes:
    opening = b"".join(b'Content-Type: multipart/mixed; boundary="%d"\r\n\r\n--%d\r\n' % (level, level) for level in range(levels))
    return opening + b"Content-Type: message/delivery-status\r\n\r\nAction: failed\r\n"


BOMBS = {
    "a thousand levels": nested(1_000),
    "ten thousand parts": b"Content-Type: multipart/report; boundary=x\r\n\r\n" + b"--x\r\n\r\ny\r\n" * 10_000,
    "wide and deep": b"Content-Type: multipart/report; boundary=x\r\n\r\n" + (b"--x\r\n" + nested(3)) * 5_000,
    "a head without end": b"Content-Type: multipart/report" + b";x=y" * 250_000 + b"\r\n\r\n",
    "a field folded for ever": b"Content-Type: multipart/report;\r\n" + b" a=b;\r\n" * 100_000 + b"\r\n",
    "only line breaks": b"Content-Type: multipart/report; boundary=x\r\n\r\n--x\r\n" + b"\r\n" * 500_000,
    "one line": b"A" * 1_000_000,
    "zeros": bytes(1_000_000),
    "bytes above 127": bytes(range(128, 256)) * 8_000,
    "a boundary that is an expression": b'Content-Type: multipart/report; boundary="(a+)+$"\r\n\r\n--' + b"a" * 900_000,
    "a thousand recipients": b"Content-Type: message/delivery-status\r\n\r\n" + b"Action: failed\r\n\r\n" * 50_000,
    "qmail without end": b"\r\nHi. This is the\r\n" + b" \r\n" * 300_000,
    "spaces": b"Content-Type: message/delivery-status\r\n\r\nDiagnostic-Code: smtp;" + b" " * 900_000,
    "no such encoding": b"Content-Transfer-Encoding: base64\r\nContent-Type: message/delivery-status\r\n\r\n" + b"=A" * 400_000,
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_read_in_a_moment(name: str) -> None:
    begun = time.process_time()
    assert sound(BOMBS[name])
    assert time.process_time() - begun < 1.0


def test_nesting_and_parts_have_a_limit() -> None:
    assert len(list(walk(nested(1_000)))) == 7
    assert len(list(walk(BOMBS["ten thousand parts"]))) == MAX_PARTS


def test_folded_fields_are_one_line_and_the_first_of_a_name_counts() -> None:
    part = read(b"Subject: one\r\n two\r\nSUBJECT: three\r\nno field\r\n: none\r\n\r\nbody")
    assert part.fields == {"subject": "one two"}
    assert part.body == b"body"
