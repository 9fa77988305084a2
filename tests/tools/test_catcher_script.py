"""Who does what is decided by addresses alone."""

import ast
import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailcatcher.loopback import NotThisMachine, loopback_address
from mailcatcher.script import LAST_ACTS, Script, ScriptWrong, place, read_script
from mailcatcher.server import faults_of
from tests.patience import PATIENCE
from tests.tools.catcher import PROGRAM

PEOPLE = [f"person{number}@example.org" for number in range(2_000)]


def test_the_same_people_do_the_same_in_every_run_and_in_any_order() -> None:
    assert Script().cast(PEOPLE) == Script().cast(reversed([person.upper() for person in PEOPLE]))


def test_shares_hold_within_a_fifth() -> None:
    counted = Counter(act for acts in Script().cast(PEOPLE).values() for act in acts)
    assert counted["open"] == pytest.approx(700, rel=0.2)
    assert counted["click"] == pytest.approx(240, rel=0.2)
    assert counted["complaint"] == counted["mailto"] == 1


@given(st.sets(st.integers(0, 10**6), max_size=60))
def test_nobody_leaves_twice_and_who_bounces_reads_nothing(numbers: set[int]) -> None:
    script = Script(shares={"open": 0.9, "click": 0.9, "one_click": 0.5, "hard_bounce": 0.5}, at_most={"complaint": 5, "mailto": 5})
    for acts in script.cast(f"p{number}@example.org" for number in numbers).values():
        assert sum(act in LAST_ACTS for act in acts) <= 1
        assert "hard_bounce" not in acts or acts == ["hard_bounce"]


def test_what_was_done_counts_against_the_limit() -> None:
    acts = Script().cast(PEOPLE, {"complaint": 1}).values()
    assert not any("complaint" in each for each in acts)


def test_places_are_spread_from_0_to_1() -> None:
    places = [place("open", person) for person in PEOPLE]
    assert 0 <= min(places) < 0.01
    assert 0.99 < max(places) < 1


@pytest.mark.parametrize(
    "told", ["[]", "{", '{"shares": {"dance": 1}}', '{"shares": {"open": 2}}', '{"addresses": {"a@b.example": ["dance"]}}']
)
def test_a_script_that_makes_no_sense_is_refused(tmp_path: Path, told: str) -> None:
    path = tmp_path / "script.json"
    path.write_text(told)
    with pytest.raises(ScriptWrong):
        read_script(path)


def test_a_script_adds_to_the_usual_shares(tmp_path: Path) -> None:
    path = tmp_path / "script.json"
    path.write_text(json.dumps({"shares": {"open": 1}, "addresses": {"ANN@example.org": ["click"]}}))
    cast = read_script(path).cast(["ann@example.org", "ben@example.org"])
    assert cast["ann@example.org"] == ["click"]
    assert "open" in cast["ben@example.org"] or cast["ben@example.org"] == ["hard_bounce"]


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST", "127.0.0.1", "::1", "[::1]"])
def test_this_machine_is_reached(host: str) -> None:
    assert loopback_address(host) in ("127.0.0.1", "::1")


@pytest.mark.parametrize("host", ["", "example.org", "127.0.0.2", "10.0.0.1", "0.0.0.0", "::", "localhost.example", "2130706433"])
def test_every_other_host_is_refused(host: str) -> None:
    with pytest.raises(NotThisMachine):
        loopback_address(host)


def test_the_catcher_imports_nothing_but_itself_and_python() -> None:
    for path in PROGRAM.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else [getattr(node, "module", "") or ""]
            if isinstance(node, ast.Import | ast.ImportFrom):
                assert {name.split(".")[0] for name in names} <= set(sys.stdlib_module_names) | {"mailcatcher"}, path


@pytest.mark.slow
def test_the_catcher_runs_where_nothing_is_installed() -> None:
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(PROGRAM), "--help"], capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("content", "faults"),
    [
        (b"", []),
        (b"a\r\nb\r\n", []),
        (b"a\nb\r\n", ["bare newline"]),
        (b"a\rb\r\n", ["bare newline"]),
        (b"x" * 998 + b"\r\n", []),
        (b"x" * 999 + b"\r\n", ["long line"]),
    ],
)
def test_what_breaks_the_format_of_mail_is_noted(content: bytes, faults: list[str]) -> None:
    assert faults_of(content) == faults
