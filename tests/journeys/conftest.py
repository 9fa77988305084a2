"""One run of the demo for all tests that look at what it left; workers of xdist share it."""

import fcntl
import json
from pathlib import Path

import pytest

from tests.journeys.letters import Caught, caught_below
from tests.journeys.playing import Played, Result, play_twice


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Played:
    """The demo, run twice in one folder, as a newcomer does; the second time the usual ports are in use."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if hasattr(request.config, "workerinput") else base
    folder, told = shared / "demo-checkout", shared / "demo.json"
    with (shared / "demo.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not told.exists():
            told.write_text(json.dumps(play_twice(folder).as_data()))
    return Played.from_data(json.loads(told.read_text()))


@pytest.fixture(scope="session")
def result(demo: Played) -> Result:
    """The second run."""
    return demo.second


@pytest.fixture(scope="session")
def letters(demo: Played) -> list[Caught]:
    """The messages of the mailing, as the catcher filed them."""
    found = [letter for letter in caught_below(Path(demo.second.folder)) if letter.message["Auto-Submitted"] is None]
    assert len(found) > 1000, f"the demo sent {len(found)} messages:\n{demo.second.said[-3000:]}"
    return found


@pytest.fixture(scope="session")
def confirmation(demo: Played) -> Caught:
    """The one system mail: it asks whether a sign-up is meant."""
    (found,) = [letter for letter in caught_below(Path(demo.second.folder)) if letter.message["Auto-Submitted"] is not None]
    return found
