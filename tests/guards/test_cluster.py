"""The throw-away PostgreSQL server leaves nothing behind, however its user ends."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest

from tests.guards.sources import ROOT
from tests.patience import PATIENCE
from tests.postgres import postgres_missing

pytestmark = [pytest.mark.postgresql, pytest.mark.slow, pytest.mark.skipif(bool(postgres_missing()), reason=postgres_missing() or "-")]

USER = """
import json, sys
from tests.postgres import postgres_cluster
cluster = postgres_cluster()
print(json.dumps([cluster.url_superuser, str(cluster.folder), cluster.process_id]), flush=True)
sys.stdin.read()
"""


@pytest.mark.parametrize("ending", [signal.SIGKILL, signal.SIGTERM, None], ids=["killed", "terminated", "by itself"])
def test_the_server_is_gone_with_the_process_that_started_it(ending: signal.Signals | None) -> None:
    user = subprocess.Popen([sys.executable, "-c", USER], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert user.stdin is not None
    assert user.stdout is not None
    url, folder, process_id = json.loads(user.stdout.readline())
    with psycopg.connect(url) as connection:
        assert int(str(connection.info.server_version)) >= 150000
        assert connection.info.hostaddr == "127.0.0.1"
    if ending is None:
        user.stdin.close()
    else:
        user.send_signal(ending)
    user.wait(timeout=PATIENCE)
    user.stdin.close()
    user.stdout.close()
    assert _gone(Path(folder), process_id)


def _gone(folder: Path, process_id: int) -> bool:
    """Wait for the watcher."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if not folder.exists() and not _runs(process_id):
            return True
        time.sleep(0.1)
    return False


def _runs(process_id: int) -> bool:
    """A process that ended and waits to be noticed by its parent runs no more."""
    try:
        os.kill(process_id, 0)
        return "\nState:\tZ" not in Path(f"/proc/{process_id}/status").read_text(encoding="ascii")
    except OSError:
        return False
