"""`siegelpost suppression …` and `siegelpost form …`, as typed."""

import json
from pathlib import Path
from typing import Any

import pytest

from siegelpost.cli.main import main
from siegelpost.consent.models import Form, Suppression
from siegelpost.consent.suppression import reason_for
from siegelpost.tenancy.handle import TenantDB
from tests.consent.ecg import ecg
from tests.consent.people import a_list


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, Any, str]:
    """Exit code, what was printed (as data where it is JSON), complaints."""
    with pytest.raises(SystemExit) as end:
        main(words)
    said, complaint = capsys.readouterr()
    return int(str(end.value.code)), json.loads(said) if "--json" in words and said else said, complaint


def test_a_blacklist_is_imported_and_each_entry_can_be_asked_for(
    alpha: TenantDB, beta: TenantDB, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "list.csv"
    file.write_bytes("Adresse;Name\nj\u00f6rg@example.org;\xd6\nann@example.org;\n%@example.net\n\n".encode("cp1252"))
    code, said, _ = run(capsys, "suppression", "import", "alpha", str(file), "--source", "blacklist", "--json")
    assert code == 0
    assert said == {"rows": 3, "added": 2, "unchanged": 0, "refused": {"email_invalid": 1}}
    code, said, _ = run(capsys, "suppression", "check", "alpha", "Someone@Example.net", "--json")
    assert (code, [(entry["reason"], entry["pattern"]) for entry in said]) == (0, [("blacklisted", "%@example.net")])
    assert run(capsys, "suppression", "check", "alpha", "free@example.com", "--json")[1] == []
    assert "Nothing stands against" in run(capsys, "suppression", "check", "alpha", "free@example.com")[1]


def test_an_opt_out_file_can_be_about_one_list(alpha: TenantDB, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    news, offers = a_list(alpha, "News"), a_list(alpha, "Offers")
    file = tmp_path / "list.txt"
    file.write_text("ann@example.org\n", encoding="utf-16")
    assert run(capsys, "suppression", "import", "alpha", str(file), "--source", "optout", "--list", "News")[0] == 0
    assert reason_for(alpha, "ann@example.org", news) == "opted_out"
    assert reason_for(alpha, "ann@example.org", offers) == ""


def test_the_austrian_list_is_taken_over_by_command_and_asked_by_it(
    alpha: TenantDB, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "ecg-liste.hash"
    file.write_bytes(ecg("ann@example.org"))
    code, said, _complaint = run(capsys, "suppression", "import", "alpha", str(file), "--source", "ecg", "--json")
    assert (code, said["entries"]) == (0, 21)
    assert reason_for(alpha, "ann@example.org", None) == "listed"


BAD = [
    (["suppression", "import", "alpha", "FILE", "--source", "ecg"], 4, "suppression.list_wrong"),
    (["suppression", "import", "alpha", "CUT", "--source", "ecg"], 4, "suppression.list_cut"),
    (["suppression", "import", "alpha", "ECG", "--source", "ecg", "--dated", "2024-11-30"], 4, "suppression.list_old"),
    (["suppression", "import", "alpha", "ECG", "--source", "ecg", "--dated", "soon"], 4, "suppression.list_date_wrong"),
    (["suppression", "import", "alpha", "missing.hash", "--source", "ecg"], 4, "suppression.file_missing"),
    (["suppression", "import", "alpha", "FILE", "--source", "retained"], 2, "suppression.source_unknown"),
    (["suppression", "import", "alpha", "missing.csv", "--source", "optout"], 4, "suppression.file_missing"),
    (["suppression", "import", "alpha", "BINARY", "--source", "optout"], 4, "import.file_binary"),
    (["suppression", "import", "alpha", "EMPTY", "--source", "optout"], 4, "import.file_empty"),
    (["suppression", "import", "alpha", "FILE", "--source", "optout", "--list", "Nope"], 4, "list.unknown"),
    (["suppression", "import", "../alpha", "FILE", "--source", "optout"], 4, "tenancy.unknown"),
    (["suppression", "check", "alpha", "no\r\naddress"], 4, "suppression.address_wrong"),
    (["suppression", "check", "nobody", "ann@example.org"], 4, "tenancy.unknown"),
    (["form", "create", "alpha", "☃", "--list", "Brief"], 4, "form.wrong"),
    (["form", "create", "alpha", "Form", "--list", "Nope"], 4, "list.unknown"),
    (["form", "create", "alpha", "Form", "--list", "Brief", "--field", "nope"], 4, "form.field_unknown"),
    (["form", "create", "../x", "Form", "--list", "Brief"], 4, "tenancy.unknown"),
]


@pytest.mark.parametrize("words, code, error", BAD)
def test_bad_input_is_said_in_four_parts_and_changes_nothing(
    alpha: TenantDB, tmp_path: Path, capsys: pytest.CaptureFixture[str], words: list[str], code: int, error: str
) -> None:
    a_list(alpha)
    files = {"FILE": b"ann@example.org\n", "BINARY": b"\x7fELF\x00\x01\xff" * 50, "EMPTY": b"", "ECG": ecg(), "CUT": ecg()[:-7]}
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    found, _said, complaint = run(capsys, *(str(tmp_path / word) if word in files else word for word in words))
    assert found == code
    assert complaint.startswith(f"{error}: ")
    assert "address@" not in complaint
    assert not alpha.objects(Suppression).exists()
    assert not alpha.objects(Form).exists()


def test_a_form_is_made_with_its_address_and_a_source_for_other_sites(alpha: TenantDB, capsys: pytest.CaptureFixture[str]) -> None:
    a_list(alpha, 'B"r<ief')
    words = ("form", "create", "alpha", "Unser Brief", "--list", 'B"r<ief', "--language", "en", "--json")
    code, said, _ = run(capsys, *words)
    assert code == 0
    assert said["url"] == "http://localhost:8001/f/alpha/unser-brief"
    assert (
        '<form method="post" action="http://localhost:8001/f/alpha/unser-brief?lang=en" accept-charset="utf-8" lang="en">' in said["source"]
    )
    assert "<script" not in said["source"]
    assert run(capsys, *words)[0] == 4
