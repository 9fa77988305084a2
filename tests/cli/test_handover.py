"""The exchange desk by commands: the password is printed once, the file opens with it, and nothing of it is left."""

import io
import json
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
import pyzipper

from siegelpost.base import clock
from tests.cli.shell import Shell

pytestmark = [pytest.mark.wire, pytest.mark.slow]
FACTS = ("--to", "Kanzlei Muster", "--purpose", "Vertrag 7", "--categories", "E-Mail", "--records", "1", "--phone", "+49 30 1234567")


def test_a_file_goes_from_prepare_to_the_recorded_path(shell: Shell, tmp_path: Path) -> None:
    csv = tmp_path / "kunden.csv"
    csv.write_text("E-Mail\nanna@example.org\n", encoding="utf-8")
    held = shell("handover", "prepare", "own", csv, *FACTS, "--json").data
    assert held["state"] == "held" and shell("handover", "encrypt", "own", "1", "--json").error["code"] == "handover.held"
    day = (clock.now().date() + timedelta(days=2)).isoformat()
    assert shell("handover", "unscanned", "own", "--reason", "Kein Scanner", "--until", day, "--json").data["until"] == day
    assert shell("handover", "scan", "own", "1", "--json").data["state"] == "ready"
    password = shell("handover", "encrypt", "own", "1", "--json").data["password"]
    again = shell("handover", "encrypt", "own", "1", "--json")
    assert (again.code, again.error["code"]) == (3, "handover.password_shown") and password not in again.err
    taken = shell("handover", "take", "own", "1", tmp_path, "--json").data
    with pyzipper.AESZipFile(taken["file"]) as outer:
        outer.setpassword(password.encode())
        with zipfile.ZipFile(io.BytesIO(outer.read("data.zip"))) as inner:
            assert inner.read("kunden.csv") == csv.read_bytes()
    assert shell("handover", "take", "own", "1", tmp_path, "--json").error["code"] == "handover.taken"
    way = ("--path", "phone", "--to", "Frau Muster", "--target")
    assert shell("handover", "password", "own", "1", *way, "030 99", "--json").error["code"] == "handover.path_refused"
    assert shell("handover", "password", "own", "1", *way, "+49 30 1234567", "--json").code == 0
    (one,) = shell("handover", "list", "own", "--json").data
    assert one["password_open"] is False and one["path"]["to_whom"] == "Frau Muster" and password not in json.dumps(one)
    assert [path for path in shell.home.rglob("*") if path.is_file() and password.encode() in path.read_bytes()] == []


def test_a_deviation_by_command_prints_its_risk_and_needs_it_accepted(shell: Shell, tmp_path: Path) -> None:
    text = tmp_path / "weisung.txt"
    text.write_text("Bitte unverschlüsselt.", encoding="utf-8")
    shell("instruction", "record", "own", "--kind", "transfer-deviation", "--text-file", text, "--by", "Eva Muster")
    day = (clock.now().date() + timedelta(days=2)).isoformat()
    words = ("handover", "deviate", "own", "unencrypted", "--instruction", "1", "--until", day, "--json")
    refused = shell(*words)
    assert (refused.code, refused.error["code"]) == (3, "handover.risk_not_accepted") and "72 hours" in refused.err
    assert shell(*words, "--accept-risk").data["until"] == day
