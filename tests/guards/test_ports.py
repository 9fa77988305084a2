"""A port that a test is given is its own."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.edge.live import listens
from tests.guards.sources import ROOT
from tests.patience import PATIENCE
from tests.ports import FIRST, LENT, free_port

MANY = 100
SOME = range(FIRST, FIRST + 20 * MANY)
"""Room for others who run these tests now; without a word between the two they would take the same one about twenty times."""
OTHER = f"""
import sys
from tests.ports import free_port
print(*[free_port(range({SOME.start}, {SOME.stop})) for _ in range({2 * MANY})], flush=True)
sys.stdin.read()
"""


@pytest.mark.slow
def test_what_one_process_was_given_another_is_not() -> None:
    ours = [free_port(SOME) for _ in range(MANY)]
    with subprocess.Popen([sys.executable, "-c", OTHER], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        theirs = [int(port) for port in other.stdout.readline().split()]
        ours += [free_port(SOME) for _ in range(MANY)]
        other.communicate(timeout=PATIENCE)
    assert len(theirs) == 2 * MANY and len({*ours, *theirs}) == 4 * MANY


def test_nobody_listens_there() -> None:
    assert not listens(free_port())


def test_the_system_lends_it_to_nobody() -> None:
    first, last = map(int, Path(LENT).read_text().split())
    assert all(not first <= free_port() <= last for _ in range(20))
