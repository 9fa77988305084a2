"""The measurements run, say what was measured in the same run, and end with 1 where a bar is missed."""

import json
import shutil
import subprocess
import sys
from typing import Any

import pytest

from siegelpost.workbench.bench import machine
from tests.journeys.processes import plain_environ
from tests.patience import patient

pytestmark = [pytest.mark.wire, pytest.mark.slow, pytest.mark.sqlite]


def bench(*words: str) -> tuple[int, dict[str, Any]]:
    command = [sys.executable, "-m", "siegelpost.cli", "bench", *words, "--json"]
    done = subprocess.run(command, env=plain_environ(), capture_output=True, text=True, timeout=patient(240))
    assert done.stdout.strip(), done.stderr[-2000:]
    return done.returncode, json.loads(done.stdout)


@pytest.mark.skipif(not shutil.which("smtp-source", path="/usr/sbin:/usr/bin"), reason="smtp-source (package postfix) is missing")
def test_unsigned_mail_is_measured_beside_smtp_source() -> None:
    code, found = bench("unsigned", "--size", "100")
    assert len(found["messages_per_second"]) == len(found["limit_source_per_second"]) == 3
    assert all(rate > 0 for rate in found["messages_per_second"] + found["limit_source_per_second"])
    assert code == int(found["ratio"] < found["bar"])


def test_an_import_is_measured_and_the_bar_decides() -> None:
    code, found = bench("import", "--size", "100")
    assert found["rows"] == 100 and found["rows_per_second"] > 0
    assert code == int(found["rows_per_second"] < found["bar"])


def test_the_log_is_measured_and_its_file_verifies() -> None:
    code, found = bench("log", "--size", "1000")
    assert found["entries"] == 1000 and found["append_ms"] > 0 and 0 < found["ratio_of_limit"] < 1
    assert len(found["import_pairs"]) >= 7 and all(found[name] > 0 for name in ("import_times_as_long", "import_work"))
    kept = found["append_ms"] < found["append_bar"] and found["verify_seconds"] <= found["verify_bar"]
    kept = kept and found["import_times_as_long"] <= found["import_bar"]
    assert code == int(not kept or found["memory_mb"] > found["memory_mb_bar"])


def test_the_machine_is_named_beside_the_figures() -> None:
    assert "cores" in machine() and "GiB" in machine()
