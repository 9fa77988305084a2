"""The file that survives its writer: locked while the writer lives, readable whatever stands in it."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siegelpost.delivery.journal import Found, Journal, Orphan
from siegelpost.delivery.rules import Outcome
from tests.delivery.support import NOON
from tests.patience import PATIENCE

NOW = int(NOON.timestamp())


OWNER = """
import fcntl, os, sys, time
fd = os.open(sys.argv[1], os.O_WRONLY | os.O_CREAT, 0o600)
fcntl.flock(fd, fcntl.LOCK_EX)
print("locked", flush=True)
time.sleep(60)
"""


@pytest.mark.wire
def test_a_journal_is_free_when_its_owner_is_dead_and_not_when_it_stands_still(tmp_path: Path) -> None:
    path = tmp_path / "x.journal"
    owner = subprocess.Popen([sys.executable, "-c", OWNER, str(path)], stdout=subprocess.PIPE)
    try:
        assert owner.stdout is not None and owner.stdout.readline() == b"locked\n"
        assert Orphan.take(path) is None
        owner.send_signal(signal.SIGSTOP)
        assert Orphan.take(path) is None
        owner.kill()
        owner.wait(PATIENCE)
        found = Orphan.take(path)
        assert found is not None
        found.remove()
        found.close()
        assert not path.exists()
    finally:
        owner.kill()
        owner.wait(PATIENCE)
        assert owner.stdout is not None
        owner.stdout.close()


def test_a_journal_that_cannot_be_written_stops_before_the_dot(tmp_path: Path) -> None:
    journal = Journal(tmp_path, "full", {})
    kept, journal._fd = journal._fd, os.open("/dev/full", os.O_WRONLY)
    with pytest.raises(OSError, match="space"):
        journal.note(dots=[1])
    os.close(journal._fd)
    journal._fd = kept
    journal.end()


@given(st.binary(max_size=200))
def test_no_bytes_in_a_journal_break_the_reader(tmp_path_factory: pytest.TempPathFactory, noise: bytes) -> None:
    path = tmp_path_factory.mktemp("journal") / "x.journal"
    path.write_bytes(b'{"boot": "b", "place": "p"}\n' + noise)
    orphan = Orphan.take(path)
    assert orphan is not None
    found = orphan.read()
    orphan.close()
    assert isinstance(found, Found)
    for name, _code in found.answers.values():
        Outcome(name)


@pytest.mark.parametrize("header", [b"[]\n", b"null\n", b"5\n", b"{\n", b"\xff\n"])
def test_a_header_that_is_none_is_read_as_none(tmp_path: Path, header: bytes) -> None:
    path = tmp_path / "x.journal"
    path.write_bytes(header)
    orphan = Orphan.take(path)
    assert orphan is not None
    found = orphan.read()
    orphan.close()
    assert not found.speaks_for("b", original=True)
    assert found.header == {}
