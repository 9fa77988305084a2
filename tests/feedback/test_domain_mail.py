"""DMARC and TLS reports are read; whatever is hostile in them is not."""

import gzip
import zipfile
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siegelpost.feedback.dmarc import MAX_LINES, MAX_TEXT, read_dmarc
from siegelpost.feedback.report_facts import MAX_SOURCES, Line
from siegelpost.feedback.tls_report import read_tls
from siegelpost.feedback.unpack import MAX_DOCUMENTS, MAX_RATIO, MAX_UNPACKED, documents
from tests.feedback.domain_mail import DAY, dmarc, gzipped, mail, row, tls, zipped
from tests.inbound.delivered import NOON

NAMESPACE = b'<feedback xmlns="urn:ietf:params:xml:ns:dmarc-2.0">'
LAUGHS = '<!DOCTYPE f [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'


def test_a_dmarc_report_says_who_sent_how_many_and_how_they_were_aligned() -> None:
    rows = (
        row(),
        row(count=2),
        row("2001:db8:0::1", 1, "fail", "pass"),
        row("192.0.2.2", 4, "fail", "fail", "reject"),
        row("192.0.2.2", 5, "pass", "pass", "odd"),
    )
    found = read_dmarc(dmarc(*rows))
    assert found is not None
    assert (found.domain, found.reporter, found.number) == ("example.org", "Receiver Ltd", "n1")
    assert set(found.lines) == {
        Line("192.0.2.1", "dkim", "none", 5),
        Line("2001:db8::1", "spf", "none", 1),
        Line("192.0.2.2", "neither", "reject", 4),
        Line("192.0.2.2", "both", "", 5),
    }
    assert found.plausible(NOON)


def test_the_form_of_the_newer_standard_is_read_too() -> None:
    found = read_dmarc(dmarc().replace(b"<feedback>", NAMESPACE))
    assert found is not None and found.lines == (Line("192.0.2.1", "dkim", "none", 3),)


@pytest.mark.slow
@pytest.mark.parametrize(
    "document",
    [
        b"",
        b"words",
        b"<feedback>",
        dmarc().replace(b"</feedback>", b""),
        dmarc(head=LAUGHS),
        dmarc(head=LAUGHS, number="&b;"),
        dmarc(head='<!DOCTYPE f SYSTEM "file:///etc/passwd">'),
        dmarc(number="n" * (MAX_TEXT + 1)),
        dmarc("<record>" * 20 + "</record>" * 20),
        dmarc(row("not an address")),
        dmarc(row().replace("<count>3", "<count>many")),
        dmarc().replace(b"<begin>", b"<begin>9999999"),
        dmarc(*[row()] * (MAX_LINES + 2)),
    ],
    ids=range(13),
)
def test_what_is_no_dmarc_report_or_hostile_is_none(document: bytes) -> None:
    assert read_dmarc(document) is None


@pytest.mark.parametrize("count", [0, -1, 10**9 + 1])
def test_counts_out_of_range_are_left_out(count: int) -> None:
    found = read_dmarc(dmarc(row(count=count), row("192.0.2.2", 1)))
    assert found is not None and [one.source for one in found.lines] == ["192.0.2.2"]


def test_sources_beyond_the_limit_are_counted_without_their_address() -> None:
    rows = [row(f"10.0.{number // 250}.{number % 250}", 2 if number < MAX_SOURCES else 1) for number in range(MAX_SOURCES + 9)]
    found = read_dmarc(dmarc(*rows))
    assert found is not None and len(found.lines) == MAX_SOURCES + 1
    assert [one.count for one in found.lines if not one.source] == [9]


@pytest.mark.parametrize(
    ("begin", "seconds", "fits"),
    [
        (timedelta(), DAY, True),
        (timedelta(days=-28), DAY, True),
        (timedelta(days=-30), DAY, False),
        (timedelta(days=3), DAY, False),
        (timedelta(), -1, False),
        (timedelta(days=-9), 9 * DAY, False),
    ],
)
def test_only_reports_about_the_last_days_are_plausible(begin: timedelta, seconds: int, fits: bool) -> None:
    found = read_dmarc(dmarc(begin=NOON + begin, seconds=seconds))
    assert found is not None and found.plausible(NOON) is fits


@pytest.mark.parametrize(
    ("reported", "domain", "does"),
    [
        ("example.org", "example.org", True),
        ("example.org", "news.example.org", True),
        ("news.example.org", "example.org", True),
        ("org.example", "example.org", False),
        ("badexample.org", "example.org", False),
        ("example.org", "badexample.org", False),
    ],
)
def test_a_report_concerns_its_domain_and_what_is_above_and_below(reported: str, domain: str, does: bool) -> None:
    found = read_dmarc(dmarc(domain=reported))
    assert found is not None and found.concerns(domain) is does


def test_a_tls_report_says_how_many_sessions_failed_and_why() -> None:
    found = read_tls(tls())
    assert found is not None and found.plausible(NOON) and found.reporter == "Other Ltd"
    assert set(found.lines) == {
        Line("", "success", "sts", 7),
        Line("", "certificate-expired", "sts", 2),
        Line("", "validation-failure", "sts", 1),
    }


@pytest.mark.parametrize(
    "document",
    [
        b"",
        b"[]",
        b"{}",
        b"[" * 100_000,
        tls().replace(b"Z", b""),
        tls().replace(b": 7", b": 1e400"),
        tls().replace(b': "sts"', b": []"),
        tls().replace(b'"policies": [', b'"policies": [[],'),
    ],
    ids=range(8),
)
def test_what_is_no_tls_report_is_none(document: bytes) -> None:
    assert read_tls(document) is None


def test_names_hold_no_control_characters_and_no_halves_of_letters() -> None:
    found = read_tls(tls().replace(b"Other Ltd", b"O\\u0000th\\ud800er"))
    assert found is not None and found.reporter == "Other"


@pytest.mark.parametrize("packed", [gzip.compress(dmarc()), zipped(dmarc()), zipped(dmarc(), method=zipfile.ZIP_STORED), dmarc()])
def test_reports_are_unpacked(packed: bytes) -> None:
    assert list(documents(mail(packed))) == [dmarc()]


@pytest.mark.parametrize(
    "packed",
    [
        gzip.compress(b"0" * (MAX_UNPACKED + 1)),
        gzip.compress(b"0" * MAX_RATIO * 5_000),
        zipped(b"0" * (MAX_UNPACKED + 1)),
        zipped(b"0" * MAX_RATIO * 5_000),
        zipped(dmarc(), files=2),
        zipped(dmarc(), method=zipfile.ZIP_LZMA),
        gzip.compress(dmarc())[:-9],
        zipped(dmarc())[:-9],
        b"\x1f\x8b junk",
        b"PK\x03\x04 junk",
    ],
    ids=range(10),
)
def test_bombs_and_broken_archives_are_left_out(packed: bytes) -> None:
    assert list(documents(mail(packed))) == []


def test_a_mail_with_many_attachments_is_read_in_part() -> None:
    parts = b"".join(b"--x\nContent-Type: application/xml\n\n<a/>\n" for _ in range(20))
    assert len(list(documents(b"Content-Type: multipart/mixed; boundary=x\n\n" + parts + b"--x--\n"))) == MAX_DOCUMENTS


@given(st.binary(max_size=400), st.sampled_from([b"", b"\x1f\x8b\x08", b"PK\x03\x04", b"<feedback>", b"{"]))
def test_junk_is_read_without_a_fault(content: bytes, head: bytes) -> None:
    assert read_dmarc(head + content) is None
    assert read_tls(head + content) is None
    assert len(list(documents(mail(head + content)))) <= 1


def test_a_whole_mail_is_read() -> None:
    assert [read_dmarc(one) is not None for one in documents(gzipped(dmarc()))] == [True]
