"""Files and orders that cannot be used: each is refused with its code, and nothing changes."""

from pathlib import Path
from typing import Any

import pytest

from siegelpost.audience.errors import ListUnknown
from siegelpost.audience.models import Subscriber
from siegelpost.audience.reads import find_by_email
from siegelpost.base.errors import SiegelpostError
from siegelpost.consent.models import Consent
from siegelpost.evidence.models import Entry
from siegelpost.intake import errors
from siegelpost.intake.models import ImportJob
from siegelpost.tenancy.handle import TenantDB
from tests.intake.files import a_list, imported, written

GOOD = "E-Mail;Vorname\nann@example.org;Ann\n"

FILES = {
    "nothing at all": (b"", errors.FileEmpty),
    "blank lines": (b"\n\r\n  \n", errors.FileEmpty),
    "headings alone": (b"E-Mail;Vorname\n", errors.FileEmpty),
    "a workbook": (b"PK\x03\x04" + bytes(200), errors.FileBinary),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), errors.FileBinary),
    "zeros in a text": (b"E-Mail\nann@example.org\n" + bytes(100), errors.FileBinary),
    "no address column": (b"Vorname;Ort\nAnn;Musterstadt\n", errors.ColumnMissing),
    "two address columns": (b"E-Mail;Mail\nann@example.org;ben@example.org\n", errors.ColumnInDoubt),
    "no headings": (b"ann@example.org;Ann\nben@example.org;Ben\n", errors.HeadingsMissing),
    "one endless line": (b"x" * 200_000, errors.FileBinary),
}

ORDERS: dict[str, tuple[dict[str, Any], type[SiegelpostError], int]] = {
    "no ground": ({"ground": " "}, errors.GroundMissing, 2),
    "no source": ({"source": ""}, errors.SourceMissing, 2),
    "a ground of two lines": ({"ground": "a\nb"}, errors.OrderTooLong, 2),
    "an endless source": ({"source": "x" * 201}, errors.OrderTooLong, 2),
    "an unknown mode": ({"mode": "upsert"}, errors.ModeUnknown, 2),
    "a later mode": ({"mode": "replace"}, errors.ModeNotYet, 3),
    "an unknown column": ({"email_column": "Adresse"}, errors.ColumnMissing, 4),
    "a folder for refused rows": ({"refused_to": Path("/")}, errors.RefusedFileUnusable, 4),
    "a missing folder for refused rows": ({"refused_to": Path("/nowhere/at/all.csv")}, errors.RefusedFileUnusable, 4),
}


def untouched(tenant: TenantDB) -> bool:
    models = (Subscriber, Consent, ImportJob)
    noted = tenant.objects(Entry).filter(act__startswith="intake").exists()
    return not noted and not any(tenant.objects(model).exists() for model in models)


def four_parts(error: SiegelpostError) -> None:
    said = error.as_dict("en")
    assert said["code"].startswith("import.")
    assert all(said.values())
    assert "ann@" not in error.text("en")
    assert error.text("de") != error.text("en")


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_cannot_be_used_changes_nothing(alpha: TenantDB, beta: TenantDB, tmp_path: Path, name: str) -> None:
    content, error = FILES[name]
    with pytest.raises(error) as caught:
        imported(alpha, written(tmp_path, content))
    assert caught.value.exit_code == 4
    assert untouched(alpha)
    four_parts(caught.value)


@pytest.mark.parametrize("name", ORDERS)
def test_an_order_that_cannot_be_carried_out_changes_nothing(alpha: TenantDB, beta: TenantDB, tmp_path: Path, name: str) -> None:
    order, error, exit_code = ORDERS[name]
    with pytest.raises(error) as caught:
        imported(alpha, written(tmp_path, GOOD), **order)
    assert caught.value.exit_code == exit_code
    assert untouched(alpha)
    four_parts(caught.value)


def test_a_missing_file_and_a_folder_are_refused(alpha: TenantDB, beta: TenantDB, tmp_path: Path) -> None:
    for path in (tmp_path / "nothing.csv", tmp_path):
        with pytest.raises(errors.FileUnreadable):
            imported(alpha, path)
    assert untouched(alpha)


def test_the_imported_file_is_never_written_over(alpha: TenantDB, beta: TenantDB, tmp_path: Path) -> None:
    path = written(tmp_path, GOOD + "bad;row\n")
    with pytest.raises(errors.RefusedFileUnusable):
        imported(alpha, path, refused_to=path)
    assert path.read_bytes().startswith(GOOD.encode())


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-8-sig", "cp1252"])
def test_other_encodings_are_read(alpha: TenantDB, beta: TenantDB, tmp_path: Path, encoding: str) -> None:
    imported(alpha, written(tmp_path, "E-Mail;Vorname\nann@example.org;J\u00f6rg\n".encode(encoding)))
    ann = find_by_email(alpha, "ann@example.org")
    assert ann is not None
    assert ann.fields == {"first_name": "J\u00f6rg"}


@pytest.mark.parametrize("separator", [",", "\t", "|", ";"])
def test_another_separator_is_found(alpha: TenantDB, beta: TenantDB, tmp_path: Path, separator: str) -> None:
    text = 'E-Mail;Vorname;Nachname\nann@example.org;Ann;"Muster, Dr.; usw."\n'
    if separator != ";":
        text = text.replace('"Muster, Dr.; usw."', '"Muster"').replace(";", separator)
    assert imported(alpha, written(tmp_path, text)).tally.added == 1


ROWS = {
    "a row that is too short": ("ben@example.org\n", "too_few_cells"),
    "a row that is too long": ("ben@example.org;Ben;x;y\n", "too_many_cells"),
    "an address of 300 characters": ("b" * 288 + "@example.org;Ben\n", "email_too_long"),
    "a local part of 65 characters": ("b" * 65 + "@example.org;Ben\n", "email_too_long"),
    "no address": (";Ben\n", "email_missing"),
    "no address but spaces": (" \u00a0 ;Ben\n", "email_missing"),
    "two addresses": ("ben@example.org,eve@example.org;Ben\n", "email_invalid"),
    "a field of a million characters": ("ben@example.org;" + "x" * 1_000_000 + "\n", "cell_too_large"),
    "an address of a million characters": ("x" * 1_000_000 + "@example.org;Ben\n", "cell_too_large"),
    "a name of 1,001 characters": ("ben@example.org;" + "x" * 1_001 + "\n", "value_too_long"),
    "a line break in the address": ('"ben@example.org\r\nBcc: eve@example.org";Ben\n', "email_invalid"),
    "an escape sequence in the address": ("ben\x1b[31m@example.org;Ben\n", "email_invalid"),
}


@pytest.mark.parametrize("name", ROWS)
def test_a_bad_row_is_refused_and_the_good_ones_come_in(alpha: TenantDB, beta: TenantDB, tmp_path: Path, name: str) -> None:
    row, reason = ROWS[name]
    result = imported(alpha, written(tmp_path, f"{GOOD}{row}eve@example.org;Eve\n"))
    assert result.tally.refused == {reason: 1}
    assert result.tally.added == 2
    assert result.refused_file


def test_formulas_are_only_text_and_line_breaks_become_spaces(alpha: TenantDB, beta: TenantDB, tmp_path: Path) -> None:
    imported(alpha, written(tmp_path, 'E-Mail;Vorname;Nachname\nann@example.org;=cmd();"Mus\r\nBcc: eve@example.org"\n'))
    ann = find_by_email(alpha, "ann@example.org")
    assert ann is not None
    assert ann.fields == {"first_name": "=cmd()", "last_name": "Mus Bcc: eve@example.org"}


def test_an_unknown_list_is_said_to_be_unknown_before_anything_happens(alpha: TenantDB, beta: TenantDB, tmp_path: Path) -> None:
    a_list(alpha)
    with pytest.raises(ListUnknown):
        imported(alpha, written(tmp_path, GOOD), list_id=4711)
    assert untouched(alpha)
