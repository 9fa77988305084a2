"""What the Austrian list holds of an address, and what is no such list."""

import hashlib
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siegelpost.base.errors import BadInput
from siegelpost.consent.listed.digests import SHA1, ecg_texts, kept, reader
from siegelpost.consent.listed.ecg_file import RECORD, read_ecg
from siegelpost.consent.listed.errors import ListFileCut, ListFileWrong
from tests.consent.ecg import ecg

KEY = bytes(range(32))


@pytest.mark.parametrize(
    ("parts", "entry"),
    [
        (("karl.testinger", "firma.at"), "ba72d6793be4cdd14256bbb5662033e3ee5e1951"),
        (("Max.Mustermann", "HOME.at"), "37fbe81ddddcb86b17d5afb55b8a10ba8d4ebd16"),
        (("whoever", "home.lan"), "471807096c1fbbece51ed10a4257f90385954ca9"),
    ],
)
def test_the_entries_that_programs_are_tried_with_are_found(parts: tuple[str, str], entry: str) -> None:
    assert entry in {hashlib.sha1(text, usedforsecurity=False).hexdigest() for text in ecg_texts("@".join(parts))}


def test_an_address_is_asked_with_and_without_dots_and_by_its_domain() -> None:
    assert set(ecg_texts("a.b.c@mail.example")) == {b"a.b.c@mail.example", b"abc@mail.example", b"@mail.example"}


def test_a_domain_in_letters_is_asked_in_letters_too() -> None:
    asked = ecg_texts("x@xn--mnchen-3ya.example")
    assert "@münchen.example".encode() in asked and "@münchen.example".encode("iso-8859-1") in asked
    assert b"x@xn--mnchen-3ya.example" in asked


@given(st.emails(), st.emails())
def test_only_who_is_named_is_found(one: str, other: str) -> None:
    entry = hashlib.sha1(one.lower().encode(), usedforsecurity=False).digest()
    found = kept(entry, KEY) in reader("ecg", SHA1, KEY)(other)
    assert found == (one.lower().encode() in ecg_texts(other))
    assert kept(entry, KEY) in reader("ecg", SHA1, KEY)(one) and kept(entry, KEY) not in reader("ecg", SHA1, bytes(32))(one)


def test_a_file_is_read_entry_by_entry() -> None:
    data = ecg("ann@example.org", "@example.net")
    assert read_ecg(data) == [data[at : at + RECORD] for at in range(0, len(data), RECORD)]


@given(st.integers(RECORD + 1, 22 * RECORD).filter(lambda n: n % RECORD))
def test_a_file_that_was_cut_inside_an_entry_is_refused(length: int) -> None:
    with pytest.raises(ListFileCut):
        read_ecg(random.Random(length).randbytes(length))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"email;name\nann@example.org;Ann\n" * 40,
        ("Grüße aus Österreich, schöne Straße\n" * 40).encode()[: 40 * RECORD],
        "\n".join(hashlib.sha1(bytes([n])).hexdigest() for n in range(60)).encode()[: 60 * RECORD],
        b"PK\x03\x04" + random.Random(1).randbytes(196),
        b"\x1f\x8b" + random.Random(2).randbytes(198),
        bytes(60 * RECORD),
        random.Random(3).randbytes(RECORD) * 30,
    ],
    ids=["nothing", "csv", "german", "hex", "zip", "gzip", "zeros", "one entry again and again"],
)
def test_a_file_of_another_kind_is_refused(data: bytes) -> None:
    with pytest.raises(ListFileWrong) as fault:
        read_ecg(data)
    assert isinstance(fault.value, BadInput)
