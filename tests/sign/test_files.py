"""Sealed files: whole or not at all, whatever happens to them."""

import io
import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from siegelpost.sign.files import CHUNK, MAGIC, FileRefused, SealedWriter, open_sealed, seal, sealed_reader

KEY = b"f" * 32


@given(st.binary(max_size=3000))
def test_a_sealed_file_comes_back(data: bytes) -> None:
    assert open_sealed(KEY, seal(KEY, data, os.urandom)) == data


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK])
def test_the_edges_of_a_chunk_come_back(size: int) -> None:
    data = os.urandom(size)
    assert open_sealed(KEY, seal(KEY, data, os.urandom)) == data


@settings(max_examples=50)
@given(st.integers(min_value=0))
def test_any_flipped_bit_is_refused(bit: int) -> None:
    blob = bytearray(seal(KEY, b"one,two,three", os.urandom))
    bit %= len(blob) * 8
    blob[bit // 8] ^= 1 << bit % 8
    with pytest.raises(FileRefused):
        open_sealed(KEY, bytes(blob))


def test_a_file_cut_at_a_chunk_is_refused() -> None:
    blob = seal(KEY, bytes(2 * CHUNK), os.urandom)
    first = len(MAGIC) + 16 + CHUNK + 16
    for cut in (0, 5, len(MAGIC) + 16, first, len(blob) - 1):
        with pytest.raises(FileRefused):
            open_sealed(KEY, blob[:cut])


def test_swapped_chunks_are_refused() -> None:
    blob = seal(KEY, bytes(3 * CHUNK), os.urandom)
    head, size = len(MAGIC) + 16, CHUNK + 16
    swapped = blob[:head] + blob[head + size : head + 2 * size] + blob[head : head + size] + blob[head + 2 * size :]
    with pytest.raises(FileRefused):
        open_sealed(KEY, swapped)


def test_another_key_is_refused() -> None:
    with pytest.raises(FileRefused):
        open_sealed(b"g" * 32, seal(KEY, b"data", os.urandom))


def test_the_clear_text_is_not_in_the_file() -> None:
    assert b"ann@example.org" not in seal(KEY, b"ann@example.org", os.urandom)


def test_lines_stream_through_a_text_file() -> None:
    out = io.BytesIO()
    with SealedWriter(out, KEY, os.urandom) as sealed, io.TextIOWrapper(io.BufferedWriter(sealed), encoding="utf-8") as text:
        for number in range(200_000):
            text.write(f"{number};Jürgen\n")
    out.seek(0)
    with io.TextIOWrapper(sealed_reader(out, KEY), encoding="utf-8") as text:
        assert sum(1 for _line in text) == 200_000


def break_off(out: io.BytesIO) -> None:
    with SealedWriter(out, KEY, os.urandom) as sealed:
        sealed.write(bytes(2 * CHUNK))
        raise RuntimeError


def test_a_file_that_was_not_finished_is_refused() -> None:
    out = io.BytesIO()
    with pytest.raises(RuntimeError):
        break_off(out)
    with pytest.raises(FileRefused):
        open_sealed(KEY, out.getvalue())
