"""Signatures are verified by dkimpy, which shares no line with ours; keys come from the DNS records that we tell people to publish."""

import re

import dkim
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from hypothesis import given, settings
from hypothesis import strategies as st

from siegelpost.mailings.domains import new_keys
from siegelpost.mailings.reads import DomainKeys
from siegelpost.sign.dkim import DkimKey, Signer, relaxed
from tests.mailings.making import published_keys

PAIR = new_keys()
KEYS = DomainKeys(domain="example.org", rsa_selector="r1", rsa_private=PAIR.rsa, ed_selector="e1", ed_private=PAIR.ed)
RECORDS = published_keys(KEYS)
LOADED = (DkimKey.load("example.org", "r1", PAIR.rsa), DkimKey.load("example.org", "e1", PAIR.ed))
NAMES = ("From", "To", "Subject", "Date", "Message-ID")
BODY = b"Hello =C3=A4\r\n=\r\n=2E dot\r\n"


def txt(name: bytes | str, timeout: int = 5) -> bytes:
    """The DNS: what the owner of the domain published."""
    return RECORDS[name.decode() if isinstance(name, bytes) else name]


def signed(headers: list[tuple[str, bytes]], body: bytes = BODY, keys: tuple[DkimKey, ...] = LOADED) -> bytes:
    made = Signer(keys, [name for name, _ in headers], twice=("From", "Subject", "Reply-To")).headers(
        b"".join(relaxed(*one) for one in headers), body
    )
    return made + b"".join(name.encode() + b": " + value + b"\r\n" for name, value in headers) + b"\r\n" + body


def verified(message: bytes, signatures: int = 2) -> list[bool]:
    found = []
    for number in range(signatures):
        try:
            found.append(bool(dkim.DKIM(message).verify(idx=number, dnsfunc=txt)))
        except dkim.ValidationError:
            found.append(False)
    return found


USUAL = [
    ("From", b'"News" <news@example.org>'),
    ("To", b"ann@example.org"),
    ("Subject", b"=?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\n =?utf-8?q?_und_mehr?="),
    ("Date", b"Mon, 02 Mar 2026 12:00:00 +0000"),
    ("Message-ID", b"<1@example.org>"),
]


def test_both_signatures_are_accepted_by_an_independent_verifier() -> None:
    assert verified(signed(USUAL)) == [True, True]


def test_a_header_that_was_folded_by_a_relay_still_fits() -> None:
    message = signed(USUAL).replace(b'From: "News" <', b'FROM:\t"News"\r\n\t <')
    assert verified(message) == [True, True]


@pytest.mark.parametrize("name", NAMES)
def test_a_changed_header_is_refused(name: str) -> None:
    message = signed(USUAL)
    at = message.index(b"\r\n" + name.encode() + b": ") + len(name) + 6
    assert verified(message[:at] + bytes((message[at] ^ 1,)) + message[at + 1 :]) == [False, False]


@pytest.mark.parametrize("at", range(len(BODY)))
def test_one_flipped_byte_of_the_body_is_refused(at: int) -> None:
    head = signed(USUAL)[: -len(BODY)]
    assert verified(head + BODY[:at] + bytes((BODY[at] ^ 1,)) + BODY[at + 1 :]) == [False, False]


@pytest.mark.parametrize("more", [b"Subject: Buy\r\n", b"From: evil@example.net\r\n", b"Reply-To: evil@example.net\r\n"])
def test_another_header_of_a_signed_name_cannot_be_added(more: bytes) -> None:
    message = signed(USUAL)
    start = message.index(b"\r\nFrom: ") + 2
    for place in (start, message.index(b"\r\n\r\n") + 2):
        assert verified(message[:place] + more + message[place:]) == [False, False]


@settings(max_examples=30)
@given(st.lists(st.binary(max_size=40).map(lambda raw: re.sub(rb"[^\x21-\x7e \t]", b"", raw)), min_size=5, max_size=5))
def test_whatever_stands_in_a_header_is_signed_as_a_verifier_reads_it(values: list[bytes]) -> None:
    headers = [(name, b"x" + value) for name, value in zip(NAMES, values, strict=True)]
    assert verified(signed(headers)) == [True, True]


def test_lines_of_a_signature_stay_short_and_name_the_key() -> None:
    message = signed(USUAL)
    head = message[: message.index(b"From: ")]
    assert max(map(len, head.split(b"\r\n"))) <= 78
    assert head.count(b"DKIM-Signature: ") == 2
    assert b"a=rsa-sha256" in head and b"a=ed25519-sha256" in head and b"s=r1;" in head and b"s=e1;" in head
    assert re.search(rb"\bl=", head) is None, "a body length would let anyone add text below"


@pytest.mark.parametrize(
    "weak",
    [
        rsa.generate_private_key(65537, 1024).private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()),
        Ed25519PrivateKey.generate().private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())[:-1],
        b"",
    ],
    ids=["1024 bits", "cut off", "empty"],
)
def test_a_key_that_is_too_weak_or_none_is_refused(weak: bytes) -> None:
    with pytest.raises(ValueError):
        DkimKey.load("example.org", "r1", weak)
