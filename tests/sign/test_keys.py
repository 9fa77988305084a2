"""Keys open for their master alone and never show themselves."""

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siegelpost.sign.addresses import address_key
from siegelpost.sign.keys import KeyRefused, TenantKeys, derive, unwrap, wrap

MASTER = bytes(range(32))


@given(st.binary(max_size=100))
def test_a_wrapped_key_comes_back(key: bytes) -> None:
    assert unwrap(MASTER, wrap(MASTER, key, random=os.urandom)) == key


@given(st.integers(min_value=0, max_value=60 * 8 - 1))
def test_any_flipped_bit_of_a_wrapped_key_is_refused(bit: int) -> None:
    blob = bytearray(wrap(MASTER, os.urandom(32), random=os.urandom))
    blob[bit // 8 % len(blob)] ^= 1 << bit % 8
    with pytest.raises(KeyRefused):
        unwrap(MASTER, bytes(blob))


@given(st.binary(max_size=40))
def test_junk_is_no_wrapped_key(junk: bytes) -> None:
    with pytest.raises(KeyRefused):
        unwrap(MASTER, junk)


def test_another_master_key_is_refused() -> None:
    blob = wrap(MASTER, b"secret", random=os.urandom)
    for other in (bytes(32), b"short", b""):
        with pytest.raises(KeyRefused) as caught:
            unwrap(other, blob)
        assert caught.value.code == "sign.key_refused"


def test_each_purpose_has_its_own_key() -> None:
    keys = TenantKeys(MASTER)
    derived = [keys.tokens, keys.message_ids, keys.addresses, keys.files, keys.wrapping]
    assert len({*derived, keys.root}) == 6
    assert all(len(key) == 32 for key in derived)
    assert keys.tokens == derive(MASTER, "tokens")


def test_keys_never_show_themselves() -> None:
    assert repr(TenantKeys(MASTER)) == "TenantKeys()"


def test_a_root_of_the_wrong_size_is_refused() -> None:
    with pytest.raises(KeyRefused):
        TenantKeys(b"short")


def test_the_keyed_hash_of_an_address_ignores_case_and_needs_the_key() -> None:
    one = address_key("Ann@Example.org", MASTER)
    assert one == address_key("ann@example.org", MASTER)
    assert len(one) == 16
    assert one != address_key("ann@example.org", bytes(32))
    assert one != address_key("bob@example.org", MASTER)


@given(st.text())
def test_any_text_has_a_keyed_hash(text: str) -> None:
    assert len(address_key(text, MASTER)) == 16
