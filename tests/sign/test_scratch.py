"""What is written for a moment comes back from anywhere, and nothing of it can be read from the disk."""

import io
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siegelpost.sign.scratch import Scratch


@given(st.lists(st.binary(max_size=70), max_size=8), st.integers(0, 600), st.integers(0, 90))
def test_it_is_read_as_a_file_in_clear_would_be(pieces: list[bytes], at: int, count: int) -> None:
    plain, scratch = io.BytesIO(b"".join(pieces)), Scratch(io.BytesIO(), os.urandom)
    for piece in pieces:
        assert scratch.write(piece) == len(piece)
    plain.seek(at)
    assert scratch.seek(at) == at and scratch.read(count) == plain.read(count)
    assert scratch.seek(0, io.SEEK_END) == len(plain.getvalue()) and scratch.read() == b""
    scratch.seek(0)
    assert io.BufferedReader(scratch).read() == plain.getvalue()


def test_the_disk_has_nothing_of_it_and_no_two_are_alike(tmp_path: Path) -> None:
    said = b"ann@example.org;Ann;Muster\n" * 50
    for name in ("one", "two"):
        with Scratch((tmp_path / name).open("w+b", buffering=0), os.urandom) as scratch:
            scratch.write(said)
    one, two = (tmp_path / name for name in ("one", "two"))
    assert len(one.read_bytes()) == len(said) and b"ann" not in one.read_bytes() and one.read_bytes() != two.read_bytes()


def test_a_reader_cannot_begin_before_the_start_nor_after_it_was_closed() -> None:
    scratch = Scratch(io.BytesIO(), os.urandom)
    with pytest.raises(ValueError):
        scratch.seek(-1)
    scratch.close()
    with pytest.raises(ValueError):
        scratch.read(1)
