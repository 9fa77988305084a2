"""`siegelpost serve` keeps its children alive, ends them together, and leaves none behind."""

import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.living import ask, running
from tests.journeys.processes import descendants, kill_rest, listens, plain_environ, siegelpost, still_there, wait_for
from tests.patience import PATIENCE
from tests.ports import free_port

pytestmark = [pytest.mark.wire, pytest.mark.slow]

CHILDREN = ("siegelpost.public.server", "siegelpost.inbound", "siegelpost.flows.worker_process", "siegelpost.flows.sender_process")


class House:
    """One running system without tenants."""

    def __init__(self, folder: Path) -> None:
        self.environ = plain_environ(SIEGELPOST_HOME=str(folder / "home"), SIEGELPOST_ENVIRONMENT="test", SIEGELPOST_SENDERS="1")
        self.environ |= {"SIEGELPOST_RELAY_URL": "smtp://127.0.0.1:9?tls=off"}
        self.log, self.public, self.inbound = folder / "serve.log", free_port(), free_port()
        self.process: subprocess.Popen[bytes] | None = None
        self.seen: dict[int, str] = {}

    def words(self) -> tuple[str, ...]:
        return ("serve", "--public-port", str(self.public), "--inbound-port", str(self.inbound))

    def family(self) -> dict[int, str]:
        """All descendants that are programs of ours."""
        assert self.process is not None
        found = descendants(self.process.pid)
        self.seen.update(found)
        return found

    def child(self, module: str) -> int:
        """Process id of the one that runs `module`, 0 for none."""
        return min((pid for pid, line in self.family().items() if f"-m {module} " in line + " "), default=0)

    def kill(self, module: str) -> None:
        """Kill the one that runs `module` and wait for the next."""
        wait_for(lambda: self.child(module) > 0, f"{module} runs", 30, alive=self.process)
        old = self.child(module)
        assert old > 1, "0 and 1 mean others"
        os.kill(old, signal.SIGKILL)
        wait_for(lambda: self.child(module) not in (0, old), f"{module} runs again", 30, alive=self.process)

    def complete(self) -> bool:
        return all(self.child(module) for module in CHILDREN) and listens(self.public) and listens(self.inbound)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path)
    siegelpost(made.environ, "init", "--operator-email", "operator@example.org")
    try:
        with running(made.environ, made.log, *made.words()) as made.process:
            wait_for(made.complete, "siegelpost serve is complete", 60, alive=made.process)
            yield made
    finally:
        kill_rest(made.seen)


def test_a_killed_child_is_started_again_and_sigterm_ends_all(house: House) -> None:
    assert house.process is not None
    for module in CHILDREN:
        house.kill(module)
    wait_for(house.complete, "everything answers again", 30, alive=house.process)
    assert ask(f"http://localhost:{house.public}/nothing").status == 404
    family = house.family()
    house.process.send_signal(signal.SIGTERM)
    assert house.process.wait(PATIENCE) == 0
    assert still_there(family) == {}
    assert not listens(house.public)
    assert not listens(house.inbound)
    assert "Traceback" not in house.log.read_text()


def test_a_killed_serve_leaves_no_child(house: House) -> None:
    assert house.process is not None
    family = house.family()
    assert len(family) >= len(CHILDREN) + 1  # and the staff's pages
    house.process.send_signal(signal.SIGKILL)
    house.process.wait(PATIENCE)
    wait_for(lambda: not still_there(family), f"its children end too: {sorted(family.values())}", 5)
    assert not listens(house.public)
    assert not listens(house.inbound)
