"""Robinson lists in every form in which they come; what is shifted, cut or packed strangely is refused as a whole."""

import hashlib
import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siegelpost.base import clock
from siegelpost.base.settings import process_settings
from siegelpost.consent.listed.digests import ALGORITHMS, reader
from siegelpost.consent.listed.errors import ListFileCut, ListFileOld, ListFileWrong, ListUnnamed
from siegelpost.consent.listed.hash_file import read_hashes
from siegelpost.consent.listed.states import lists_of
from siegelpost.consent.suppression import reason_for
from siegelpost.flows.listed import ListFile, take_robinson
from siegelpost.tenancy.handle import TenantDB
from tests.consent.ecg import WHO
from tests.delivery.support import claimed, counts, launched
from tests.governance.watching import seen

PEOPLE = [f"person{n}@example.org" for n in range(30)]
HASHED = ["md5", "sha1", "sha256", "sha512"]


def digests(algorithm: str) -> list[bytes]:
    return [ALGORITHMS[algorithm](one.encode()) for one in PEOPLE]


def packed(**files: bytes) -> bytes:
    found = io.BytesIO()
    with zipfile.ZipFile(found, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return found.getvalue()


def spoilt(archive: bytes) -> bytes:
    """What is packed is no stream of its kind any more; name and table of contents are whole."""
    return archive[:40] + bytes(one ^ 0x5A for one in archive[40:90]) + archive[90:]


def text(algorithm: str) -> bytes:
    lines = PEOPLE if algorithm == "plain" else [one.hex() for one in digests(algorithm)]
    return "\r\n".join(["Wert;Datum", *(f'"{line}";2026' for line in lines)]).encode()


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_text_bytes_and_zip_say_the_same(algorithm: str) -> None:
    said = digests(algorithm)
    assert read_hashes(text(algorithm), algorithm) == read_hashes(packed(list=text(algorithm)), algorithm) == said
    assert read_hashes(text(algorithm).upper() if algorithm != "plain" else b"\xef\xbb\xbf" + text(algorithm), algorithm) == said
    if algorithm != "plain":
        assert read_hashes(b"".join(said), algorithm) == said


@pytest.mark.parametrize(
    ("data", "algorithm"),
    [
        (b"", "sha1"),
        (packed(), "sha1"),
        (packed(a=text("sha1"), b=b""), "sha1"),
        (packed(a=text("sha1"))[:-30], "sha1"),
        (spoilt(packed(a=text("sha1"))), "sha1"),
        (text("sha256"), "sha1"),
        (text("plain"), "md5"),
        (text("md5"), "plain"),
        (b"\n".join(b"2026;" + one.hex().encode() for one in digests("sha1")), "sha1"),
        (text("sha1") + b"\r\nsomething else", "sha1"),
        (b"name;email\r\nAnn;ann@example.org\r\nBen;ben@example.org\r\n", "plain"),
    ],
    ids=[
        "nothing",
        "empty zip",
        "two files",
        "cut zip",
        "spoilt zip",
        "other hash",
        "addresses",
        "hashes",
        "shifted",
        "last line",
        "shifted addresses",
    ],
)
def test_what_is_no_such_list_is_refused_as_a_whole(data: bytes, algorithm: str) -> None:
    with pytest.raises(ListFileWrong):
        read_hashes(data, algorithm)


@given(st.sampled_from(HASHED), st.integers(1, 15))
def test_bare_hashes_that_were_cut_are_refused(algorithm: str, cut: int) -> None:
    with pytest.raises(ListFileCut):
        read_hashes(b"".join(digests(algorithm))[:-cut], algorithm)


@given(st.emails(), st.emails(), st.sampled_from(sorted(ALGORITHMS)))
def test_each_kind_names_the_person_and_nobody_else(one: str, other: str, algorithm: str) -> None:
    key = bytes(32)
    assert (reader("robinson", algorithm, key)(one) == reader("robinson", algorithm, key)(other)) == (one.lower() == other.lower())


def bring(tenant: TenantDB, algorithm: str = "sha256", **changes: object) -> int:
    said = {"data": text("sha256"), "dated": clock.now().date(), "algorithm": algorithm, "licence": "contract 7", **changes}
    return take_robinson(tenant, ListFile(**said), settings=process_settings(), actor=WHO, now=clock.now())  # type: ignore[arg-type]


def test_a_robinson_list_blocks_says_its_licence_and_its_control_is_green(alpha: TenantDB) -> None:
    assert seen("4.3-11", alpha, now=clock.now()).state == "not_set_up"
    assert bring(alpha, edition="week 49") == len(PEOPLE)
    mailing = launched(alpha, [PEOPLE[3], "other@example.org"])
    assert counts(alpha, mailing) == {"audience": 2, "due": 1, "excluded:listed": 1}
    claimed(alpha, mailing).journal.end()
    found = lists_of(alpha)["robinson"]
    assert (found.version, found.licence, found.hits) == ("week 49", "contract 7", 1)
    assert seen("4.3-11", alpha, now=clock.now()).state == "green"
    assert seen("4.3-11", alpha, now=found.good_until).state == "red"
    assert seen("4.3-10", alpha, now=clock.now()).state == "not_set_up"


def test_without_licence_or_kind_and_older_than_a_week_nothing_is_taken(alpha: TenantDB) -> None:
    for changes, fault in (
        ({"licence": " "}, ListUnnamed), ({"algorithm": "crc32"}, ListUnnamed),
        ({"dated": (clock.now().replace(year=clock.now().year - 1)).date()}, ListFileOld),
    ):  # fmt: skip
        with pytest.raises(fault):
            bring(alpha, **changes)
    assert lists_of(alpha) == {} and reason_for(alpha, PEOPLE[0], None) == ""
    assert hashlib.sha256(PEOPLE[0].encode()).hexdigest().encode() in text("sha256")
