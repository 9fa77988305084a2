"""The bytes of a body need nothing afterwards: short lines, no dots to stuff, already in DKIM's relaxed form, and the text comes back."""

import re
from collections.abc import Mapping
from email import message_from_bytes
from email.policy import default

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from siegelpost.render.mime import alternative, filler, header_text
from siegelpost.render.pieces import Pieces, Slot

ANY = st.text(st.characters(exclude_categories=["Cs"]), max_size=300)
TRICKY = st.text(st.sampled_from(" \t.=\r\nä€🎉a-_?\"'<>&\x0b\x0c\x00\u2028\u00a0"), max_size=120)
LONG = st.sampled_from([".", " ", "=", "a", "ä", "\t", " .", ". ", "a ", "\n."]).flatmap(lambda one: st.integers(60, 260).map(one.__mul__))
TEXTS = st.one_of(ANY, TRICKY, LONG)


def slot(name: str) -> Slot:
    def render(values: Mapping[str, object]) -> str:
        return str(values.get(name, ""))

    return Slot(render, frozenset({name}), plain=True)


def made(text: Pieces, html: Pieces | None, values: Mapping[str, object]) -> tuple[bytes, bytes]:
    kind, body = alternative(text, html, "=_boundary")
    return kind, filler(body)(values)


def unixed(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def parts(kind: bytes, body: bytes) -> list[str]:
    message = message_from_bytes(b"MIME-Version: 1.0\r\nContent-Type: " + kind + b"\r\n\r\n" + body, policy=default)
    assert not message.defects
    found = [part for part in message.walk() if not part.is_multipart()]
    assert all(not part.defects for part in found)
    return [bytes(part.get_payload(decode=True)).decode("utf-8").replace("\r\n", "\n") for part in found]


def fit_for_the_wire(body: bytes) -> None:
    """Our own reading of RFC 5321, RFC 2045 and RFC 6376 section 3.4.4."""
    assert body.endswith(b"\r\n") and not body.endswith(b"\r\n\r\n")
    assert b"\r" not in body.replace(b"\r\n", b"") and b"\n" not in body.replace(b"\r\n", b"")
    for line in body.split(b"\r\n"):
        assert len(line) <= 76
        assert not line.startswith(b".")
        assert not line.endswith((b" ", b"\t"))
        assert b"  " not in line and b"\t" not in line
        assert line.isascii()
    relaxed = b"\r\n".join(re.sub(rb"[ \t]+", b" ", line).rstrip(b" \t") for line in body.split(b"\r\n"))
    assert relaxed == body


@pytest.mark.slow
@settings(max_examples=150)
@given(TEXTS, TEXTS, TEXTS, TEXTS)
@example("", "", "", "")
@example(".", ".", ".", ".")
@example(" ", "\t", " ", "\r\n")
@example("a" * 75, "." * 76, " " * 75, "=" * 30)
@example("a" * 74 + " ", ".x", "\n.", "..\r\n")
@example("", "", "\r", "\n")
def test_every_text_comes_back_as_it_was(before: str, value: str, between: str, other: str) -> None:
    values = {"one": value, "two": other}
    text: Pieces = (before, slot("one"), between, slot("two"), "end")
    html: Pieces = ("<p>", slot("two"), before, "</p>")
    kind, body = made(text, html, values)
    fit_for_the_wire(body)
    assert parts(kind, body) == [
        "".join(map(unixed, (before, value, between, other, "end"))),
        "".join(map(unixed, ("<p>", other, before, "</p>"))),
    ]


@pytest.mark.slow
@settings(max_examples=100)
@given(TEXTS)
@example(".\r\n.\r\n")
@example("--=_boundary--\n")
def test_a_body_of_a_single_slot_is_as_good(value: str) -> None:
    kind, body = made((slot("one"),), None, {"one": value})
    fit_for_the_wire(body)
    if "--=_boundary" not in value:
        assert parts(kind, body) == [unixed(value)]


def test_empty_slots_leave_no_trace() -> None:
    kind, body = made(("a", slot("one"), slot("two"), "b"), ("<b>", slot("one"), "</b>"), {})
    fit_for_the_wire(body)
    assert parts(kind, body) == ["ab", "<b></b>"]


@pytest.mark.slow
@settings(max_examples=200)
@given(st.one_of(TEXTS, st.text(max_size=400)))
@example("Hello\r\nBcc: evil@example.net")
@example("a\u2028b\x85c\x00d\x1be")
@example("=?utf-8?q?Bcc?=")
@example("x" * 400)
@example("x" * 2000)
@example("short " + "y" * 1500 + " end")
@example("ä" * 400)
@example("\ud800 lonely")
@example(" " * 300)
@example("word " * 80)
def test_a_header_never_ends_before_it_should_and_reads_as_it_was_written(text: str) -> None:
    raw = header_text(text)
    assert raw.isascii()
    lines = raw.split(b"\r\n")
    assert b"\n" not in raw.replace(b"\r\n", b"") and b"\r" not in raw.replace(b"\r\n", b"")
    assert all(line.startswith((b" ", b"\t")) and line.strip() for line in lines[1:])
    assert max(map(len, lines)) <= 998 - len("Subject: ")
    message = message_from_bytes(b"Subject: " + raw + b"\r\nTo: ann@example.org\r\n\r\n", policy=default)
    assert message.keys() == ["Subject", "To"]
    wanted = re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+", " ", text.encode("utf-8", "replace").decode())
    assert " ".join(str(message["Subject"]).split()) == " ".join(wanted.split())


@pytest.mark.parametrize("text", ["Grüße aus Köln", "Plain", "Mehr als 66 Zeichen: " + "Wort " * 20, "🎉" * 40])
def test_usual_subjects_read_as_they_were_written(text: str) -> None:
    message = message_from_bytes(b"Subject: " + header_text(text) + b"\r\n\r\n", policy=default)
    assert str(message["Subject"]) == text.strip()
