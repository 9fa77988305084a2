"""Whatever happens to the processes, each recipient gets the message exactly once or is listed as unsure; nobody is lost."""

import os
import random
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from siegelpost.tenancy.home import Home, is_original
from tests.delivery.installation import Installation, children, group_of, kill_group, running
from tests.delivery.smtp_server import USUAL, Say, Server, Talk, serving
from tests.delivery.support import until
from tests.patience import PATIENCE, patient
from tests.ports import free_port

pytestmark = [pytest.mark.wire, pytest.mark.slow]
PEOPLE, LIVES = 600, 5


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """An installation that all tests of this file use, one after the other."""
    place = Installation(tmp_path_factory.mktemp("kill"))
    place.set_up(PEOPLE)
    return place


@pytest.fixture
def server(made: Installation) -> Iterator[Server]:
    """A relay that takes its time after every fifth text or so."""
    dice = random.Random(7)

    def script(stage: str, _talk: Talk) -> Say | None:
        return Say(USUAL["dot"], after=0.35 if dice.random() < 0.2 else 0.01) if stage == "dot" else None

    with serving(script) as found:
        made.relay = found.port
        yield found
    made.cancel_the_rest()  # what a failed test left must not reach the relay of the next


def finish(place: Installation, mailing: int, seconds: float = 40) -> None:
    with running(place, "worker") as worker:
        until(lambda: place.state(mailing)[0] == "finished", seconds, "the mailing is finished")
        end_softly(worker)


def end_softly(process: "subprocess.Popen[bytes]", seconds: float = 30) -> None:
    """SIGTERM to the first process alone; the others follow it."""
    process.terminate()
    assert process.wait(patient(seconds)) == 0
    until(lambda: not group_of(process.pid), 5, "the children ended with their parent")


def compare(place: Installation, mailing: int, got: Counter[str]) -> Counter[str]:
    """Hold what the relay took against what the product says; returns how many are in each state."""
    listed = place.recipients(mailing)
    assert len(listed) == PEOPLE
    assert {address for address, n in got.items() if n > 1} == set(), "somebody got it twice"
    assert {address for address, state in listed.items() if state == "sent" and got[address] != 1} == set(), "sent, but never arrived"
    assert {address for address, state in listed.items() if state not in ("sent", "unsure") and got[address]} == set()
    found = Counter(listed.values())
    status = place.status(mailing)
    assert {state: status[state] for state in found} == dict(found)
    return found


def test_kills_at_any_moment_lose_nobody_and_nobody_gets_it_twice(made: Installation, server: Server) -> None:
    made = replace(made, more={"SIEGELPOST_SENDERS": "1", "SIEGELPOST_CONNECTIONS": "8"})  # half the processes to start five times
    mailing = made.send()
    dice = random.Random()
    for life in range(LIVES):
        before, share = len(server.accepted), dice.randint(5, 40)
        server.stands_at = before + share + 24  # it goes on beside us, but not for as long as a busy machine may take for the kill
        with running(made, "worker") as worker:
            until(lambda: len(server.accepted) >= before + share, 30, f"life {life} sends {share} messages")  # noqa: B023 - waited for here
            time.sleep(dice.random() * 0.05)
            assert server.open > 0, "no connection was open at the kill"
            kill_group(worker)
        assert made.count(mailing, "due", "claimed", "retry") > 16, "only what was in flight was left: send more, or kill sooner"
    server.stands_at = None
    finish(made, mailing)
    found = compare(made, mailing, server.recipients())
    assert set(found) == {"sent", "unsure"}
    assert 1 <= found["unsure"] <= LIVES * 8, "at most the messages in flight, of which each connection has one"


def test_serve_starts_a_worker_again_that_was_killed(made: Installation, server: Server) -> None:
    mailing = made.send()
    with running(made, "serve", "--public-port", str(free_port()), "--inbound-port", str(free_port())) as serve:
        until(lambda: len(server.accepted) >= 30, 30, "serve sends")
        (first,) = children(serve.pid, "worker_process")
        os.kill(first, signal.SIGKILL)
        until(lambda: children(serve.pid, "worker_process") not in ([], [first]), 10, "serve started another worker")
        until(lambda: made.state(mailing)[0] == "finished", 40, "the mailing is finished")
        end_softly(serve)
    assert set(compare(made, mailing, server.recipients())) <= {"sent", "unsure"}


def test_a_worker_that_dies_takes_its_senders_with_it(made: Installation, server: Server) -> None:
    mailing = made.send()
    with running(made, "worker") as worker:
        until(lambda: len(server.accepted) >= 20, 30, "it sends")
        os.kill(worker.pid, signal.SIGKILL)
        worker.wait(PATIENCE)
        until(lambda: not group_of(worker.pid), 25, "the senders ended after their parent was killed")
    assert made.count(mailing, "claimed", "unsure") == 0
    finish(made, mailing)
    assert compare(made, mailing, server.recipients()) == {"sent": PEOPLE}


def test_a_folder_that_is_put_back_where_it_was_is_known_for_a_copy(made: Installation, tmp_path: Path) -> None:
    # File systems give the number of a removed file to the next one: it alone must not make a copy an original.
    subprocess.run(["cp", "-a", str(made.home / "installation.json"), str(tmp_path / "kept")], check=True)
    for _ in range(20):
        (made.home / "installation.json").unlink()
        subprocess.run(["cp", "-a", str(tmp_path / "kept"), str(made.home / "installation.json")], check=True)
        assert not is_original(Home(made.home))
