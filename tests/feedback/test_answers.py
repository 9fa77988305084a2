"""What somebody wrote is read out of their mail; what machines send is no answer."""

import base64
import quopri

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siegelpost.feedback.answers import read_answer
from siegelpost.feedback.mime import decoded
from siegelpost.feedback.withdrawal import reads_like_withdrawal
from tests.inbound.delivered import SAMPLES

HEAD = "From: Ann Muster <ann@example.org>\nSubject: Re: News\nMessage-ID: <1@example.org>\n"
TOKEN = "EAEHAgMB4kACAxW9jznrabDszgFBLog"


def letter(text: str, head: str = "", kind: str = "text/plain; charset=utf-8") -> bytes:
    return f"{HEAD}{head}Content-Type: {kind}\n\n{text}".encode()


def test_sender_subject_and_words_are_read() -> None:
    found = read_answer(letter(f"Abmelden\n\n> https://m.example/u/{TOKEN}", "In-Reply-To: <0123456789abcdef0123456789abcdef@m.example>\n"))
    assert found is not None
    assert (found.sender, found.subject, found.name) == ("ann@example.org", "Re: News", "<1@example.org>")
    assert found.references == ("0123456789abcdef0123456789abcdef",)
    assert found.links == (TOKEN,)
    assert reads_like_withdrawal(found.subject, found.text) == "Abmelden"


@pytest.mark.parametrize("charset", ["iso-8859-1", "windows-1252", "iso-8859-15", "utf-8"])
@pytest.mark.parametrize("encoding", ["8bit", "quoted-printable", "base64"])
def test_umlauts_are_read_in_the_character_sets_of_german_mail(charset: str, encoding: str) -> None:
    words = "Bitte aus dem Verteiler löschen".encode(charset)
    body = {"8bit": words, "quoted-printable": quopri.encodestring(words), "base64": base64.encodebytes(words)}[encoding]
    head = f"{HEAD}Content-Type: text/plain; charset={charset}\nContent-Transfer-Encoding: {encoding}\n\n"
    found = read_answer(head.encode() + body)
    assert found is not None
    assert reads_like_withdrawal(found.subject, found.text)


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("=?utf-8?q?K=C3=BCndigung_Newsletter?=", "Kündigung Newsletter"),
        ("=?iso-8859-1?B?S/xuZGlndW5n?= =?utf-8?q?_Newsletter?=", "Kündigung Newsletter"),
        ("=?x-none?q?abc?= =?broken", "abc =?broken"),
        ("plain", "plain"),
    ],
)
def test_encoded_words_are_read(field: str, text: str) -> None:
    assert decoded(field) == text


def test_html_is_read_up_to_its_quotation() -> None:
    page = (
        "<html><head><style>p{}</style></head><body><p>Hallo,</p><div>Bitte&nbsp;abmelden.<br></div><blockquote>Nicht abmelden</blockquote>"
    )
    found = read_answer(letter(page, kind="text/html"))
    assert found is not None
    assert reads_like_withdrawal(found.subject, found.text) == "Bitte abmelden."


def test_plain_text_counts_before_html_and_attachments_do_not() -> None:
    attached = "--x\nContent-Type: text/plain\nContent-Disposition: attachment; filename=a.txt\n\nabmelden\n"
    parts = f"{attached}--x\nContent-Type: text/html\n\nabmelden\n--x\nContent-Type: text/plain\n\nDanke\n--x--\n"
    found = read_answer(letter(parts, kind='multipart/mixed; boundary="x"'))
    assert found is not None
    assert found.text.strip() == "Danke"


@pytest.mark.parametrize(
    "head",
    [
        "Auto-Submitted: auto-replied\n",
        "Precedence: bulk\n",
        "X-Autoreply: yes\n",
        "Return-Path: <>\n",
        "Feedback-ID: 1:m:t:s\n",
    ],
)
def test_machines_do_not_answer(head: str) -> None:
    assert read_answer(letter("abmelden", head)) is None
    assert read_answer(letter("abmelden", "Auto-Submitted: no\n")) is not None


@pytest.mark.parametrize("content", [b"", b"\rList\x00Unsubscribe", b"Subject: abmelden\n\n", b"From: somebody\nSubject: abmelden\n\n"])
def test_what_nobody_signed_is_no_answer(content: bytes) -> None:
    assert read_answer(content) is None


@pytest.mark.parametrize("name", ["absence_note", "postfix_unknown", "read_receipt", "arf_abuse", "exim_old"])
def test_reports_and_notes_are_no_answers(name: str) -> None:
    assert read_answer((SAMPLES / f"{name}.eml").read_bytes()) is None


@given(st.binary(max_size=2_000))
def test_junk_is_read_without_a_fault(content: bytes) -> None:
    found = read_answer(content)
    assert found is None or isinstance(found.text, str)
