"""The bytes of an entry are those of RFC 8785, however they are written."""

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from siegelpost.evidence.lines import LineDamaged, canonical, read_leaf, write_leaf

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
NUMBERS = st.integers(-(2**53) + 1, 2**53 - 1) | st.floats(allow_nan=False, allow_infinity=False)
JSON = st.recursive(st.none() | st.booleans() | NUMBERS | TEXT, lambda inner: st.lists(inner) | st.dictionaries(TEXT, inner))


@given(JSON)
@pytest.mark.slow
def test_the_fast_writer_and_the_library_write_the_same(value: object) -> None:
    assert canonical(value) == rfc8785.dumps(value)  # type: ignore[arg-type]  # it names its types more narrowly


def test_names_are_sorted_by_their_utf_16_units() -> None:  # RFC 8785, section 3.2.3
    assert canonical({"\ufb33": 1, "\U0001f600": 2}) == '{"\U0001f600":2,"\ufb33":1}'.encode()


@pytest.mark.parametrize("value", [2**53, float("nan"), float("inf"), "\ud800", {"\ud800": 1}])
def test_what_has_no_form_is_refused(value: object) -> None:
    with pytest.raises(ValueError):
        canonical(value)


def test_a_hash_that_is_longer_or_shorter_than_a_hash_is_a_damaged_line() -> None:
    assert read_leaf(write_leaf(b"{}", bytes(32))) == (b"{}", bytes(32))
    for length in (31, 33):  # 44 signs of base64 as well
        with pytest.raises(LineDamaged):
            read_leaf(write_leaf(b"{}", bytes(length)))
