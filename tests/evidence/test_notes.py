"""Checkpoints as texts: what was signed is read back, and nothing else is."""

import base64
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siegelpost.evidence import notes
from siegelpost.evidence.notes import Note, NoteDamaged

SEED, OTHER = bytes(range(32)), bytes(range(1, 33))
AT = datetime(2026, 5, 1, 12, tzinfo=UTC)
NOTE = Note("siegelpost/0123/alpha", 17, bytes(range(32)), AT)


def test_what_was_signed_is_read_back() -> None:
    text = notes.sign(NOTE, SEED)
    assert notes.opened(text, notes.public_key(SEED)) == NOTE
    assert text.split("\n")[:2] == ["siegelpost/0123/alpha", "17"]


def test_another_key_opens_nothing() -> None:
    with pytest.raises(NoteDamaged):
        notes.opened(notes.sign(NOTE, SEED), notes.public_key(OTHER))


@given(st.integers(0, 400), st.characters(codec="utf-8"))
def test_no_character_of_a_checkpoint_can_be_another_one(at: int, character: str) -> None:
    text = notes.sign(NOTE, SEED)
    at %= len(text)
    changed = text[:at] + character + text[at + 1 :]
    if changed != text:
        with pytest.raises(NoteDamaged):
            notes.opened(changed, notes.public_key(SEED))


@given(st.text(max_size=200))
def test_any_other_text_is_refused_and_not_a_fault(text: str) -> None:
    with pytest.raises(NoteDamaged):
        notes.read(text)
    with pytest.raises(NoteDamaged):
        notes.read_verifier(text)


def test_a_public_key_is_written_as_others_write_it() -> None:
    origin, key = notes.read_verifier("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")  # from Go's sumdb/note
    assert (origin, len(key)) == ("PeterNeumann", 32)
    assert notes.verifier(origin, key) == "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"


def test_checkpoints_are_found_in_whatever_stands_around_them() -> None:
    first, second = notes.sign(NOTE, SEED), notes.sign(Note(NOTE.origin, 18, bytes(32), AT + timedelta(days=1)), SEED)
    mail = f"Guten Tag,\r\n\r\n{first}\r\nKind regards\r\n\u2014 somebody\r\n{second}".replace("\r\n", "\n").replace("\n", "\r\n")
    assert notes.found_in(mail) == [first, second]


@pytest.mark.parametrize("wrong", ["another type", "another number", "another origin", "a byte too many"])
def test_a_public_key_that_is_not_what_it_says_is_refused(wrong: str) -> None:
    origin, number, packed = notes.verifier(NOTE.origin, notes.public_key(SEED)).split("+", 2)
    key = base64.b64decode(packed)
    texts = {
        "another type": f"{origin}+{number}+{base64.b64encode(bytes([4]) + key[1:]).decode()}",
        "another number": f"{origin}+00000000+{packed}",
        "another origin": f"{origin}x+{number}+{packed}",
        "a byte too many": f"{origin}+{number}+{base64.b64encode(key + bytes(1)).decode()}",
    }
    with pytest.raises(NoteDamaged):
        notes.read_verifier(texts[wrong])
