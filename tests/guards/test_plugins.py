"""The rules of a run: what counts as a failure, and which tests belong to which database."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.guards.sources import ROOT
from tests.patience import PATIENCE
from tests.plugins.together import LONGEST, place

pytestmark = pytest.mark.slow

AS_ROOT = os.geteuid() == 0
TESTS = """
import pytest

def test_that_runs(): pass

@pytest.mark.skip(reason="no server here")
def test_that_skips(): pass
"""
ENGINES = """
import pytest

@pytest.fixture
def engine(request): return request.config.getoption("--database")

def pytest_addoption(parser): parser.addoption("--database", default="sqlite")
"""
ON_ENGINES = """
import pytest

def test_pure(): pass

def test_both(engine): pass

@pytest.mark.postgresql
def test_only_there(engine): pass

@pytest.mark.sqlite
def test_only_here(engine): pass
"""


LOGS = """
import sys

def test_that_logs(): print('{"event": "x.done", "n": 1}', file=sys.stderr)

def test_that_names(): print('{"event": "x.done", "to": "ann@example.org"}', file=sys.stderr)

def test_that_says_it_plainly(): print("django.request WARNING", file=sys.stderr)
"""


FAILING = """
import time
from pathlib import Path

def test_that_fails():
    assert "what is there" == "what was wanted"

def test_that_comes_later():
    while not Path("told").exists():
        time.sleep(0.02)
"""


def words(folder: Path, *arguments: str) -> list[str]:
    """The command that runs pytest in `folder` with our plugins."""
    (folder / "pytest.ini").write_text("[pytest]\nmarkers =\n    postgresql: x\n    sqlite: x\n")
    return [
        sys.executable,
        "-m",
        "pytest",
        "-v",
        "-p",
        "no:cacheprovider",
        "-p",
        "tests.plugins.no_skips",
        "-p",
        "tests.plugins.engines",
        "-p",
        "tests.plugins.at_once",
        "-p",
        "tests.plugins.logged",
        *arguments,
    ]


def environ(ci: str) -> dict[str, str]:
    """What the plugins read."""
    return os.environ | {"PYTHONPATH": str(ROOT), "CI": ci}


def run(folder: Path, *arguments: str, ci: str = "true") -> subprocess.CompletedProcess[str]:
    """Run pytest in `folder` with our plugins."""
    return subprocess.run(
        words(folder, *arguments), cwd=folder, env=environ(ci), capture_output=True, text=True, timeout=PATIENCE, check=False
    )


@pytest.mark.parametrize(
    ("arguments", "code"), [((), int(AS_ROOT)), (("-k", "runs"), 0), (("-k", "skips"), int(AS_ROOT)), (("-k", "nothing"), 5)]
)
def test_a_skip_or_a_run_without_tests_is_a_failure_where_everything_can_be_had(
    tmp_path: Path, arguments: tuple[str, ...], code: int
) -> None:
    (tmp_path / "test_x.py").write_text(TESTS)
    assert run(tmp_path, *arguments).returncode == code


def test_elsewhere_a_skip_is_a_skip(tmp_path: Path) -> None:
    (tmp_path / "test_x.py").write_text(TESTS)
    assert run(tmp_path, ci="").returncode == 0


@pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["alone", "two workers"])
def test_a_failure_is_told_with_its_reason_while_the_others_still_run(tmp_path: Path, workers: tuple[str, ...]) -> None:
    (tmp_path / "test_x.py").write_text(FAILING)
    said = tmp_path / "stderr"
    with (
        said.open("wb") as errors,
        subprocess.Popen(words(tmp_path, *workers), cwd=tmp_path, env=environ("true"), stdout=subprocess.DEVNULL, stderr=errors) as tests,
    ):
        end = time.monotonic() + PATIENCE
        while "what was wanted" not in said.read_text() and tests.poll() is None and time.monotonic() < end:
            time.sleep(0.05)
        still_runs = tests.poll() is None
        (tmp_path / "told").touch()
    assert still_runs and "FAILED AT CALL: test_x.py::test_that_fails" in said.read_text()
    assert tests.returncode == 1


def test_a_file_that_cannot_be_read_is_told_too(tmp_path: Path) -> None:
    (tmp_path / "test_x.py").write_text("import nothing_of_this_name")
    assert "FAILED AT COLLECT: test_x.py" in run(tmp_path).stderr


def test_at_a_desk_a_failure_is_told_at_the_end_alone(tmp_path: Path) -> None:
    (tmp_path / "test_x.py").write_text("def test_that_fails(): assert 0")
    assert run(tmp_path, ci="").stderr == ""


@pytest.mark.parametrize(
    ("database", "names"),
    [("sqlite", {"test_pure", "test_both", "test_only_here"}), ("postgresql", {"test_both", "test_only_there"})],
)
def test_each_database_gets_the_tests_that_belong_to_it(tmp_path: Path, database: str, names: set[str]) -> None:
    (tmp_path / "conftest.py").write_text(ENGINES)
    (tmp_path / "test_x.py").write_text(ON_ENGINES)
    done = run(tmp_path, f"--database={database}")
    assert done.returncode == 0, done.stdout
    assert {line.split("::")[1].split()[0] for line in done.stdout.splitlines() if " PASSED" in line} == names


def test_what_takes_longest_is_named_as_it_is() -> None:
    assert [name for name in LONGEST if not (ROOT / name).exists()] == []
    places = [place(name) for name in (*LONGEST, "tests/base/test_settings.py")]
    assert places == sorted(set(places)), "one of them stands behind the folder that it is in"


@pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["alone", "two workers"])
@pytest.mark.parametrize(
    ("only", "code", "said"), [("logs", 0, ""), ("names", 1, "names somebody: x.done"), ("plainly", 1, "not structured: django.request")]
)
def test_a_log_line_that_names_somebody_or_has_no_form_turns_a_run_red(
    tmp_path: Path, workers: tuple[str, ...], only: str, code: int, said: str
) -> None:
    (tmp_path / "test_x.py").write_text(LOGS)
    ended = run(tmp_path, "-k", only, *workers)
    assert ended.returncode == code and said in ended.stdout and "ann@example.org" not in ended.stdout.split("A log line")[-1]
