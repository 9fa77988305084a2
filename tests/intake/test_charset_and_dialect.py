"""The program finds out how a file is written, and refuses what is no text."""

import contextlib
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siegelpost.intake.charset import survey
from siegelpost.intake.dialect import Dialect, detect
from siegelpost.intake.errors import FileBinary, FileEmpty
from siegelpost.intake.rows import MAX_LINE, TOO_LARGE, open_text, records

TEXT = (
    "E-Mail;Vorname;Stra\u00dfe\r\nmara@example.org;J\u00fcrgen;Gr\u00fcner Weg 5\r\n"
    "ben@example.org;Zo\u00eb;\u00c4u\u00dfere Stra\u00dfe\r\n"
)


def read(data: bytes) -> list[tuple[int, list[str], str]]:
    file = io.BytesIO(data)
    text, dialect = open_text(file, survey(file))
    return list(records(text, dialect))


@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252", "latin-1", "cp850", "mac_roman", "iso8859-15"],
)
@pytest.mark.parametrize("late", [False, True])
@pytest.mark.slow
def test_umlauts_survive_every_usual_encoding(encoding: str, late: bool) -> None:
    text = TEXT if not late else "E-Mail;Vorname\n" + "ann@example.org;Ann\n" * 100_000 + "j@example.org;J\u00fcrgen\n"
    names = {cells[1] for _, cells, _ in read(text.encode(encoding))}
    assert "J\u00fcrgen" in names


def test_polish_letters_of_old_windows_are_found() -> None:
    assert (
        survey(io.BytesIO("E-Mail;Nazwisko\na@example.org;\u0141\u0105cki \u015awi\u0119tos\u0142aw\n".encode("cp1250"))).encoding
        == "cp1250"
    )


def test_one_broken_row_does_not_spoil_the_others() -> None:
    data = b"E-Mail;Vorname\n" + "a@example.org;J\u00fcrgen\n".encode() * 50 + b"b@example.org;J\xfcrgen\n"
    names = [cells[1] for _, cells, _ in read(data)]
    assert names[1:] == ["J\u00fcrgen"] * 50 + ["J\ufffdrgen"]


@pytest.mark.parametrize("data", [b"", b"\n\n", b"\xef\xbb\xbf", b"\xff\xfe", b" \r\n", b";;;\n"])
def test_an_empty_file_is_refused(data: bytes) -> None:
    with pytest.raises(FileEmpty):
        survey(io.BytesIO(data))


@pytest.mark.parametrize(
    "data",
    [
        b"PK\x03\x04\x14\x00\x06\x00" + b"x" * 100,
        b"\x89PNG\r\n\x1a\n" + bytes(range(256)),
        b"%PDF-1.7\n",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        bytes(range(256)) * 10,
        b"E-Mail\nmara@example.org\n" + b"\x00" * 50,
        b"\x01\x02\x03\x04\x05\x06" * 50,
    ],
)
def test_what_is_no_text_is_refused(data: bytes) -> None:
    with pytest.raises(FileBinary):
        survey(io.BytesIO(data))


@pytest.mark.parametrize(
    ("sample", "dialect"),
    [
        ("E-Mail;Vorname\na@example.org;Ann\n", Dialect(";")),
        ("email,first name\na@example.org,Ann\n", Dialect(",")),
        ("email\tname\na@example.org\tAnn, Dr.\n", Dialect("\t")),
        ("email|name|x\na@example.org|Ann;Ben|y\n", Dialect("|")),
        ('email;"note, long"\na@example.org;"x, y, z"\n', Dialect(";")),
        ('email;note\na@example.org;"a\nb;c\n,d,e"\n', Dialect(";")),
        ("email;a,b;c\nx@example.org;1,5;2,5\ny@example.org;1,5;3\n", Dialect(";")),
        ("sep=,\nemail,x\n", Dialect(",", announced=True)),
        ("'email','x'\n'a@example.org','y'\n", Dialect(",", "'")),
        ("E-Mail\na@example.org\n", Dialect(";")),
    ],
)
def test_separator_and_quotes_are_found(sample: str, dialect: Dialect) -> None:
    assert detect(sample) == dialect


def test_the_line_that_announces_the_separator_is_no_record() -> None:
    assert read(b"sep=,\r\nemail,x\r\na@example.org,1\r\n") == [(2, ["email", "x"], ""), (3, ["a@example.org", "1"], "")]


def test_blank_lines_and_rows_of_separators_are_skipped() -> None:
    assert [cells for _, cells, _ in read(b"email;x\n\n;;\na@example.org;1\n")] == [["email", "x"], ["a@example.org", "1"]]


def test_a_field_of_a_million_characters_is_one_bad_record() -> None:
    found = read(b"email;x\na@example.org;1\nb@example.org;" + b"y" * 1_000_000 + b"\nc@example.org;3\n")
    assert [(len(cells), fault) for _, cells, fault in found] == [(2, ""), (2, ""), (0, TOO_LARGE), (2, "")]


def test_a_quote_without_end_does_not_swallow_the_file_into_memory() -> None:
    found = read(b'email;x\na@example.org;"1\n' + b"b@example.org;2\n" * 20_000)
    assert [fault for _, _, fault in found].count(TOO_LARGE) == 1
    assert len(found) > 1_000


def test_a_line_without_end_is_cut() -> None:
    found = read(b"email;x\na@example.org;" + b"y" * (3 * MAX_LINE) + b"\nc@example.org;3\n")
    assert [fault for _, _, fault in found] == ["", TOO_LARGE, ""]


@given(st.binary(max_size=300))
def test_no_bytes_make_the_reader_fall_over(data: bytes) -> None:
    found: list[tuple[int, list[str], str]] = []
    with contextlib.suppress(FileEmpty, FileBinary):
        found = read(data)
    numbers = [number for number, _cells, _fault in found]
    assert numbers == sorted(numbers)
    assert all(fault in ("", TOO_LARGE) for _number, _cells, fault in found)
