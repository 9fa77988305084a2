"""The second program, alone: what it finds in a folder, whoever wrote it there."""

import json
import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from siegelpost.erasure.seeking import PROGRAM

ADDRESS, NAME = "ann@example.org", "Tücherknödel"


def sought(root: Path, needles: Sequence[str] = (ADDRESS, NAME), skip: Sequence[Path] = ()) -> dict[str, Any]:
    """What the program answers, started as `seeking` starts it."""
    order = {"root": str(root), "skip": [str(one) for one in skip], "needles": list(needles), "postgres": []}
    done = subprocess.run([sys.executable, "-I", str(PROGRAM)], input=json.dumps(order), capture_output=True, text=True, check=True)
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


@pytest.mark.slow
def test_it_finds_bytes_in_any_case_and_as_json_writes_them_across_the_pieces_it_reads(tmp_path: Path) -> None:
    (tmp_path / "deep" / "er").mkdir(parents=True)
    (tmp_path / "deep" / "er" / "a.bin").write_bytes(b"\x00" * ((4 << 20) - 5) + b"ANN@Example.ORG")
    (tmp_path / "b.json").write_text(json.dumps({"name": NAME.upper()}), encoding="ascii")
    (tmp_path / "c.txt").write_text(NAME.lower(), encoding="utf-8")
    (tmp_path / "others").mkdir()
    (tmp_path / "others" / "d.txt").write_text(ADDRESS, encoding="utf-8")
    answer = sought(tmp_path, skip=[tmp_path / "others"])
    assert [(one["needle"], one["place"]) for one in answer["hits"]] == [(1, "b.json"), (1, "c.txt"), (0, "deep/er/a.bin")]
    assert answer["files"] == 3 and answer["bytes"] > 4 << 20


@pytest.mark.slow
def test_it_tells_a_row_from_bytes_that_nobody_overwrote(tmp_path: Path) -> None:
    path = tmp_path / "data.sqlite3"
    with sqlite3.connect(path) as database:
        database.execute("PRAGMA secure_delete = OFF")
        database.execute("CREATE TABLE people (email TEXT)")
        database.executemany("INSERT INTO people VALUES (?)", [(ADDRESS,), ("bob@example.org",)])
        database.commit()
        assert sought(tmp_path)["hits"] == [{"needle": 0, "place": "data.sqlite3", "tables": ["people"]}]
        database.execute("DELETE FROM people WHERE email = ?", (ADDRESS,))
        database.commit()
        assert sought(tmp_path)["hits"] == [{"needle": 0, "place": "data.sqlite3", "tables": []}]
        database.execute("VACUUM")
    database.close()
    assert sought(tmp_path)["hits"] == []
