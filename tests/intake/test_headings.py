"""Columns find their fields by name; what is in doubt is asked, not guessed."""

import pytest

from siegelpost.intake.errors import ColumnInDoubt, ColumnMissing, HeadingsMissing
from siegelpost.intake.headings import map_columns

NAMES = {"salutation": "Anrede", "first_name": "Vorname", "last_name": "Nachname", "shoe_size": "Schuhgr\u00f6\u00dfe"}


@pytest.mark.parametrize("heading", ["E-Mail", "e-mail", "Mail", "E-Mail-Adresse", "email address", "EMAIL", " E Mail: ", "\ufeffemail"])
def test_the_address_is_found_under_its_usual_names(heading: str) -> None:
    assert map_columns(["x", heading], NAMES).email == 1


@pytest.mark.parametrize(
    ("heading", "alias"),
    [
        ("Vorname", "first_name"),
        ("first name", "first_name"),
        ("First_Name", "first_name"),
        ("Nachname", "last_name"),
        ("surname", "last_name"),
        ("Anrede", "salutation"),
        ("Schuhgr\u00f6\u00dfe", "shoe_size"),
        ("SCHUHGR\u00d6SSE", "shoe_size"),
        ("shoe_size", "shoe_size"),
        ("shoe size", "shoe_size"),
    ],
)
def test_fields_are_found_by_name_alias_and_synonym(heading: str, alias: str) -> None:
    assert map_columns(["E-Mail", heading], NAMES).fields == ((1, alias),)


def test_name_is_the_last_name_beside_a_first_name_only() -> None:
    assert map_columns(["E-Mail", "Name", "Vorname"], NAMES).fields == ((1, "last_name"), (2, "first_name"))
    assert map_columns(["E-Mail", "Name"], NAMES).ignored == ("Name",)


def test_other_columns_are_ignored_and_named() -> None:
    found = map_columns(["Kundennr", "E-Mail", "Vorname", "vorname", "", ""], NAMES)
    assert found.ignored == ("Kundennr", "vorname")
    assert found.width == 4


def test_the_user_names_the_column() -> None:
    assert map_columns(["E-Mail", "Mail 2"], NAMES, "mail2").email == 1


def test_two_likely_columns_are_asked_about() -> None:
    with pytest.raises(ColumnInDoubt) as caught:
        map_columns(["Mail", "E-Mail"], NAMES)
    assert "Mail, E-Mail" in caught.value.text("en")


def test_a_missing_column_is_reported_with_those_that_are_there() -> None:
    with pytest.raises(ColumnMissing) as caught:
        map_columns(["Kunde", "Ort"], NAMES)
    assert "Kunde, Ort" in caught.value.text("en")
    assert "Nothing was imported." in caught.value.text("en")


@pytest.mark.parametrize("line", [["mara@example.org", "Mara"], ["Mara", "Muster", "00000"], ["Mara", "01.02.1990"]])
def test_a_first_line_with_a_person_is_never_repeated(line: list[str]) -> None:
    with pytest.raises(HeadingsMissing) as caught:
        map_columns(line, NAMES)
    assert "mara" not in caught.value.text("en").lower()
