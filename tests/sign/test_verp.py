"""Addresses of ours survive mail servers that fold case, and nobody else can make one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siegelpost.sign.tokens import Token, TokenForged
from siegelpost.sign.verp import BOUNCE, OUTGOING, UNSUBSCRIBE, VerpMint, VerpToken, read_verp

KEY = b"k" * 32
LOCAL = VerpMint(BOUNCE, 7, KEY, "bounce.example.org").make(987654).partition("@")[0]


def the_key(tenant_number: int, key_number: int) -> bytes:
    return KEY


@given(
    st.sampled_from([BOUNCE, OUTGOING, UNSUBSCRIBE]),
    st.integers(min_value=1, max_value=2**32 - 1),
    st.lists(st.integers(min_value=0, max_value=2**40 - 1), min_size=1, max_size=2),
)
def test_an_address_comes_back_in_any_case(kind: str, tenant: int, numbers: list[int]) -> None:
    address = VerpMint(kind, tenant, KEY, "bounce.example.org").make(*numbers)
    local, _at, domain = address.partition("@")
    assert domain == "bounce.example.org"
    assert len(local) <= 64
    assert local == local.lower()
    for spelling in (local, local.upper(), local.title()):
        assert read_verp(spelling, the_key) == VerpToken(kind, Token(tenant, tuple(numbers)))


@given(st.integers(min_value=0, max_value=len(LOCAL) - 1), st.characters())
def test_any_changed_character_is_refused(place: int, letter: str) -> None:
    changed = LOCAL[:place] + letter + LOCAL[place + 1 :]
    if changed.lower() != LOCAL:
        with pytest.raises(TokenForged):
            read_verp(changed, the_key)


@pytest.mark.parametrize("number", [1, 2**8, 2**16, 2**24, 2**32])
def test_one_address_has_one_spelling(number: int) -> None:
    local = VerpMint(BOUNCE, 7, KEY, "bounce.example.org").make(number).partition("@")[0]
    last = [local[:-1] + letter for letter in "0123456789abcdefghijklmnopqrstuvwxyz"]
    spaced = [local[:place] + " " + local[place:] for place in range(2, len(local) + 1)]
    assert [spelling for spelling in (*last, *spaced) if is_genuine(spelling)] == [local]


def is_genuine(local_part: str) -> bool:
    try:
        read_verp(local_part, the_key)
    except TokenForged:
        return False
    return True


@given(st.integers(min_value=0, max_value=len(LOCAL) - 1))
def test_a_cut_address_is_refused(length: int) -> None:
    with pytest.raises(TokenForged):
        read_verp(LOCAL[:length], the_key)


@given(st.text() | st.text(alphabet="bou-abcdef0123456789", max_size=64).map("b-".__add__))
def test_any_other_local_part_is_refused(text: str) -> None:
    with pytest.raises(TokenForged):
        read_verp(text, the_key)


def test_an_address_of_one_kind_is_none_of_another() -> None:
    with pytest.raises(TokenForged):
        read_verp("o" + LOCAL[1:], the_key)


def test_a_foreign_key_is_refused() -> None:
    with pytest.raises(TokenForged):
        read_verp(LOCAL, lambda tenant, number: b"x" * 32)


@pytest.mark.parametrize("tenant, subscriber", [(255, 2**56 - 1), (2**32 - 1, 2**40 - 1)])
def test_the_ids_of_a_large_system_fit(tenant: int, subscriber: int) -> None:
    mailing = 2**40 - 1
    local = VerpMint(UNSUBSCRIBE, tenant, KEY, "bounce.example.org").make(subscriber, mailing).partition("@")[0]
    assert read_verp(local, the_key).token.numbers == (subscriber, mailing)


def test_ids_that_do_not_fit_are_refused_at_once() -> None:
    with pytest.raises(OverflowError):
        VerpMint(UNSUBSCRIBE, 2**32 - 1, KEY, "bounce.example.org").make(2**64 - 1, 2**64 - 1, 2**64 - 1)
