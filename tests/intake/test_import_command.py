"""The commands of lists, imports, exports and subscribers, as people and programs call them."""

import json
from pathlib import Path
from typing import Any

import pytest

from siegelpost.cli.main import main
from siegelpost.tenancy.handle import TenantDB
from tests.intake.files import a_list, written

PEOPLE = "E-Mail;Vorname;Nachname\nann@example.org;Ann;Muster\nbad;;\n"


def run(capsys: pytest.CaptureFixture[str], *words: str | Path, exit_code: int = 0) -> Any:
    with pytest.raises(SystemExit) as ended:
        main([str(word) for word in words])
    said = capsys.readouterr()
    assert (ended.value.code or 0) == exit_code, said.err
    text = said.out if exit_code == 0 else said.err
    return json.loads(text) if "--json" in words else text


IMPORT = ("--list", "Brief", "--ground", "consent at the fair", "--source", "fair")


def test_a_list_is_made_and_shown(alpha: TenantDB, beta: TenantDB, capsys: pytest.CaptureFixture[str]) -> None:
    made = run(capsys, "list", "create", "alpha", "Neu", "--json")
    assert made["id"] > 0
    assert run(capsys, "list", "list", "alpha", "--json") == [
        {"id": made["id"], "name": "Neu", "description": "", "subscribers": 0, "purpose": "", "ground": ""}
    ]
    assert "Neu" in run(capsys, "list", "list", "alpha")
    assert run(capsys, "list", "create", "alpha", "Neu", "--json", exit_code=4)["error"]["code"] == "list.exists"


def test_an_import_prints_what_the_contract_names(
    alpha: TenantDB, beta: TenantDB, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    a_list(alpha)
    path = written(tmp_path, PEOPLE)
    found = run(capsys, "import", "alpha", path, *IMPORT, "--refused", tmp_path / "r.csv", "--json")
    assert found.pop("id") > 0
    assert found == {
        "rows": 2, "added": 1, "updated": 0, "unchanged": 0, "refused": {"email_invalid": 1},
        "refused_file": str(tmp_path / "r.csv"), "ignored_columns": [],
    }  # fmt: skip
    text = run(capsys, "import", "alpha", path, *IMPORT)
    assert "email" not in text
    assert "This is no e-mail address" in text


@pytest.mark.parametrize(
    ("words", "exit_code", "error"),
    [
        (("--list", "Brief", "--source", "x"), 2, "import.ground_missing"),
        (("--list", "Brief", "--ground", "x"), 2, "import.source_missing"),
        (("--list", "Nirgends", "--ground", "x", "--source", "x"), 4, "list.unknown"),
        ((*IMPORT, "--mode", "replace"), 3, "import.mode_not_yet"),
        ((*IMPORT, "--email-column", "Post"), 4, "import.column_missing"),
    ],
)
def test_an_import_that_cannot_be_done_ends_with_its_code(
    alpha: TenantDB, beta: TenantDB, tmp_path: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], exit_code: int, error: str
) -> None:
    a_list(alpha)
    said = run(capsys, "import", "alpha", written(tmp_path, PEOPLE), *words, "--json", exit_code=exit_code)
    assert said["error"]["code"] == error


def test_a_person_is_shown_with_consent_and_exported(
    alpha: TenantDB, beta: TenantDB, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    a_list(alpha)
    run(capsys, "import", "alpha", written(tmp_path, PEOPLE), *IMPORT)
    shown = run(capsys, "subscriber", "show", "alpha", "ANN@example.org", "--json")
    assert (shown["email"], shown["fields"], shown["lists"]) == ("ann@example.org", {"first_name": "Ann", "last_name": "Muster"}, ["Brief"])
    assert [one["ground"] for one in shown["consents"]] == ["consent at the fair"]
    assert "consent at the fair" in run(capsys, "subscriber", "show", "alpha", "ann@example.org")
    assert run(capsys, "subscriber", "show", "alpha", "who@example.org", "--json", exit_code=4)["error"]["code"] == "subscriber.unknown"
    assert run(capsys, "export", "alpha", "--list", "Brief", tmp_path / "out.csv", "--json") == {
        "rows": 1,
        "file": str(tmp_path / "out.csv"),
    }
    assert "ann@example.org" in (tmp_path / "out.csv").read_text(encoding="utf-8-sig")
