"""What staff upload to hand over: no programs, no macros, no archive that unpacks to far more than it is."""

import io
import struct
import zipfile

import pytest
import pyzipper
from hypothesis import given
from hypothesis import strategies as st

from siegelpost.governance.handover import contents, rules
from siegelpost.governance.handover.contents import check, read_upload, shown_name
from siegelpost.governance.handover.errors import FileUnusable, MacroFound, ZipBomb
from siegelpost.governance.handover.models import HandOver
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.home import home
from tests.governance.handing import prepared

CSV = b"E-Mail\nanna@example.org\n"
TYPES = '<Types><Override ContentType="application/vnd.ms-{}.main+xml"/></Types>'


def packed(*files: tuple[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files:
            archive.writestr(name, data)
    return out.getvalue()


def lying(archive: bytes, size: int) -> bytes:
    """The same archive, whose only entry says that it unpacks to `size` bytes."""
    changed = bytearray(archive)
    for mark, at in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        place = changed.index(mark) + at
        changed[place : place + 4] = struct.pack("<I", size)
    return bytes(changed)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("kunden.csv", CSV),
        ("umlaute.csv", "Größe;Straße\n".encode("cp1252")),
        ("excel.csv", "E-Mail\r\n".encode("utf-16")),
        ("vertrag.pdf", b"%PDF-1.7\n\x00\xff"),
        ("bild.png", b"\x89PNG\r\n\x1a\n\x00"),
        ("alles.zip", packed(("a.csv", CSV), ("ordner/b.csv", CSV))),
        ("tabelle.xlsx", packed(("[Content_Types].xml", TYPES.format("excel.sheet").encode()), ("xl/workbook.xml", b"<x/>"))),
        ("alt.doc", contents.OLE + b"\x00" * 500),
        ("zwei.zip", packed(("innen.zip", packed(("kern.zip", packed(("a.csv", CSV))))))),
    ],
)
def test_data_documents_and_pictures_may_be_handed_over(name: str, data: bytes) -> None:
    assert check(name, data) is None  # type: ignore[func-returns-value]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("kunden.csv", b"%PDF-1.7\n\x00\xff"),
        ("kunden.csv", b"\x89PNG\r\n\x1a\n\x00"),
        ("kunden.CSV", packed(("a.csv", CSV))),
        ("tabelle.xlsx", CSV),
        ("tabelle.xls", packed(("xl/workbook.xml", b"<x/>"))),
        ("bild.png", b"\xff\xd8\xff\xe0"),
        ("bild.jpeg", CSV),
        ("vertrag.pdf", CSV),
        ("alles.zip", packed(("kunden.csv", packed(("a.csv", CSV))))),
    ],
)
def test_a_file_that_was_renamed_to_another_type_is_refused(name: str, data: bytes) -> None:
    with pytest.raises(FileUnusable, match="another kind"):
        check(name, data)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("brief.docm", packed(("[Content_Types].xml", b"<x/>"))),
        ("TABELLE.XLSM", packed(("a.xml", b"<x/>"))),
        ("brief.docx", packed(("word/vbaProject.bin", b"\x00"))),
        ("brief.docx", packed(("WORD/VBAPROJECT.BIN", b"\x00"))),
        ("brief.docx", packed(("[Content_Types].xml", TYPES.format("word.document.macroEnabled").encode()))),
        ("alles.zip", packed(("brief.docm", b"x"))),
        ("alles.zip", packed(("innen/tabelle.xlsx", packed(("xl/vbaProject.bin", b"\x00"))))),
        ("alles.zip", packed(("alt.xls", contents.OLE + b"\x00" * 64 + "_VBA_PROJECT".encode("utf-16-le")))),
        ("alt.doc", contents.OLE + b"\x00" * 64 + "_VBA_PROJECT".encode("utf-16-le")),
        ("offen.odt", packed(("Basic/Standard/Module1.xml", b"<x/>"))),
    ],
)
def test_a_document_with_macros_is_refused_also_within_an_archive(name: str, data: bytes) -> None:
    with pytest.raises(MacroFound) as refused:
        check(name, data)
    assert refused.value.code == "handover.macro"


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("bombe.zip", packed(("null", b"\x00" * 2_000_000))),
        ("brief.docx", packed(("word/document.xml", b" " * 2_000_000))),
        ("lügt.zip", lying(packed(("null", b"\x00" * 2_000_000)), 10)),
        ("innen.zip", packed(("a.zip", packed(("null", b"\x00" * 2_000_000))))),
        ("tief.zip", packed(("a.zip", packed(("b.zip", packed(("c.zip", packed(("d.csv", CSV))))))))),
    ],
)
def test_an_archive_that_unpacks_to_far_more_than_it_is_is_refused(name: str, data: bytes) -> None:
    with pytest.raises(ZipBomb) as refused:
        check(name, data)
    assert refused.value.code == "handover.zip_bomb"


def test_an_archive_of_more_files_than_anybody_looks_through_is_refused() -> None:
    with pytest.raises(ZipBomb):
        check("viele.zip", packed(*((f"{n}", b"") for n in range(contents.MOST_ENTRIES + 1))))


def test_many_modest_archives_in_one_share_one_budget(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contents, "MOST_UNPACKED", 500_000)
    one = packed(("a.txt", bytes(range(32, 127)) * 1_000))
    assert check("a.zip", one) is None  # type: ignore[func-returns-value]
    with pytest.raises(ZipBomb):
        check("a.zip", packed(*((f"{n}.zip", one) for n in range(6))))


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("programm", b"\x7fELF\x02\x01\x01\x00"),
        ("skript", b"#!/bin/sh\n"),
        ("setup.exe", CSV),
        ("alles.zip", packed(("lies.mich.js", CSV))),
        ("gepackt.gz", b"\x1f\x8b\x08\x00"),
        ("gepackt.7z", b"7z\xbc\xaf\x27\x1c"),
        ("kaputt.zip", packed(("a", CSV * 100))[:-60] + b"PK\x05\x06" + b"\x00" * 18),
        ("entpackt-sich.dat", b"\x7fELF\x00" + packed(("a.csv", CSV))),
        ("leer.zip", packed()),
        ("davor.zip", packed(("setup.exe", CSV)) + packed(("a.csv", CSV))),
        ("namenlos.zip", packed(("Z.csv", CSV)).replace(b"Z.csv", b"\x00.csv")),
        ("gesperrt.docx", contents.OLE + b"\x00" * 64 + "EncryptedPackage".encode("utf-16-le")),
    ],
)
def test_what_nobody_can_look_into_or_would_run_is_refused(name: str, data: bytes) -> None:
    with pytest.raises(FileUnusable) as refused:
        check(name, data)
    assert refused.value.code == "handover.file_unusable"


def test_an_archive_with_a_password_is_refused_nobody_can_scan_it() -> None:
    out = io.BytesIO()
    with pyzipper.AESZipFile(out, "w", encryption=pyzipper.WZ_AES) as archive:
        archive.setpassword(b"geheim")
        archive.writestr("a.csv", CSV)
    with pytest.raises(FileUnusable) as refused:
        check("a.zip", out.getvalue())
    assert refused.value.code == "handover.file_unusable"


@given(st.binary(max_size=300))
def test_no_bytes_at_all_make_the_check_fail_otherwise(data: bytes) -> None:
    refused = False
    try:
        check("daten", data)
    except (FileUnusable, MacroFound, ZipBomb):
        refused = True
    assert (
        refused
        or b"\x00" not in data
        or data.startswith((b"%PDF-", b"PK", *contents.PICTURES, contents.OLE, b"RIFF", b"\xff\xfe", b"\xfe\xff"))
    )


@given(st.text(max_size=200))
def test_a_name_is_one_part_without_what_breaks_a_line(name: str) -> None:
    shown = shown_name(name)
    assert shown and len(shown) <= 100 and "/" not in shown and "\\" not in shown and shown.isprintable() and shown not in (".", "..")


def test_an_upload_is_not_empty_and_not_too_large() -> None:
    assert read_upload(io.BytesIO(b"x")) == b"x"
    for data in (b"", b"x" * (rules.FILE_LIMIT + 1)):
        with pytest.raises(FileUnusable) as refused:
            read_upload(io.BytesIO(data))
        assert refused.value.code == "handover.file_unusable"


def test_nothing_is_kept_of_what_is_refused(alpha: TenantDB) -> None:
    for data, refusal in ((packed(("word/vbaProject.bin", b"\x00")), MacroFound), (packed(("null", b"\x00" * 2_000_000)), ZipBomb)):
        with pytest.raises(refusal):
            prepared(alpha, data=data)
    assert alpha.objects(HandOver).count() == 0 and not list(home().tenant("alpha").glob("handover/*"))
