"""Tokens: what we made comes back, everything else is refused in one way."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siegelpost.base.errors import NotFound
from siegelpost.sign.tokens import Token, TokenForged, TokenMint, decode, encode, make_token, peek_tenant, read_token

KEY = b"k" * 32
NUMBERS = st.lists(st.integers(min_value=0, max_value=2**64 - 1), max_size=4).map(tuple)
TENANTS = st.integers(min_value=1, max_value=2**32 - 1)
GENUINE = make_token("u", 7, (123456, 42), KEY)


def the_key(tenant_number: int, key_number: int) -> bytes:
    return KEY


@given(TENANTS, NUMBERS, st.binary(max_size=32), st.integers(min_value=0, max_value=15))
def test_a_token_comes_back(tenant: int, numbers: tuple[int, ...], extra: bytes, key_number: int) -> None:
    asked: list[tuple[int, int]] = []

    def key_of(tenant_number: int, number: int) -> bytes:
        asked.append((tenant_number, number))
        return KEY

    text = make_token("u", tenant, numbers, KEY, extra, key_number)
    assert read_token("u", text, key_of) == Token(tenant, numbers, extra)
    assert asked == [(tenant, key_number)]
    assert peek_tenant(text) == tenant
    assert TokenMint("u", tenant, KEY, key_number).make(*numbers, extra=extra) == text


@given(st.integers(min_value=0))
def test_any_flipped_bit_is_refused(bit: int) -> None:
    raw = bytearray(decode(GENUINE))
    bit %= len(raw) * 8
    raw[bit // 8] ^= 1 << bit % 8
    with pytest.raises(TokenForged):
        read_token("u", encode(bytes(raw)), the_key)


@given(st.integers(min_value=0, max_value=len(GENUINE) - 1), st.characters())
def test_any_changed_character_is_refused(place: int, letter: str) -> None:
    changed = GENUINE[:place] + letter + GENUINE[place + 1 :]
    if changed != GENUINE:
        with pytest.raises(TokenForged):
            read_token("u", changed, the_key)


@pytest.mark.parametrize("extra", [b"", b"1", b"12"], ids=["no", "four", "two"])
def test_one_token_has_one_spelling(extra: bytes) -> None:
    text = make_token("u", 7, (123456, 42), KEY, extra)
    spellings = [text[:-1] + letter for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"]
    assert [spelling for spelling in spellings if is_genuine(spelling)] == [text]


def is_genuine(text: str) -> bool:
    try:
        read_token("u", text, the_key)
    except TokenForged:
        return False
    return True


@given(st.integers(min_value=0, max_value=len(GENUINE) - 1))
def test_a_cut_token_is_refused(length: int) -> None:
    with pytest.raises(TokenForged):
        read_token("u", GENUINE[:length], the_key)


@given(st.text() | st.text(alphabet="ABCDEFab0123-_", max_size=80))
def test_any_other_text_is_refused(text: str) -> None:
    with pytest.raises(TokenForged):
        read_token("u", text, the_key)


@given(st.binary(min_size=1, max_size=60))
def test_a_genuine_mac_is_needed_whatever_the_bytes(raw: bytes) -> None:
    with pytest.raises(TokenForged):
        read_token("u", encode(raw), the_key)


@pytest.mark.parametrize("text", [GENUINE + "=", GENUINE + "\n", " " + GENUINE, GENUINE * 10, GENUINE + "A" * 300])
def test_padding_spaces_and_length_do_not_pass(text: str) -> None:
    with pytest.raises(TokenForged):
        read_token("u", text, the_key)


def test_a_token_of_one_purpose_is_none_of_another() -> None:
    with pytest.raises(TokenForged):
        read_token("p", GENUINE, the_key)


def test_a_token_is_bound_to_its_tenant() -> None:
    keys = {7: KEY, 8: b"x" * 32}
    foreign = make_token("u", 8, (123456, 42), KEY)
    with pytest.raises(TokenForged):
        read_token("u", foreign, lambda tenant, number: keys[tenant])


def test_an_unknown_tenant_answers_like_a_forgery() -> None:
    def nobody(tenant_number: int, key_number: int) -> bytes:
        raise NotFound

    def missing(tenant_number: int, key_number: int) -> bytes:
        raise KeyError

    for key_of in (nobody, missing):
        with pytest.raises(TokenForged) as caught:
            read_token("u", GENUINE, key_of)
        assert (caught.value.code, caught.value.status) == ("sign.token_forged", 404)


@pytest.mark.parametrize(("tenant", "number"), [(0, 1), (2**32, 1), (1, 2**64), (1, -1)])
def test_numbers_out_of_range_are_a_bug_of_the_caller(tenant: int, number: int) -> None:
    with pytest.raises((ValueError, OverflowError)):
        make_token("u", tenant, (number,), KEY)


def test_tokens_stay_short_enough_for_a_line_of_a_mail() -> None:
    assert len(make_token("u", 40_000, (2**31, 2**20), KEY)) <= 40
