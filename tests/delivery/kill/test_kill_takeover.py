"""Who takes over may be killed too, and what stays unsure is sent again only when a person says so, as the same message."""

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from siegelpost.flows.send_again import UNSURE, send_again
from tests.delivery.kill.crew import LANES
from tests.delivery.kill.engines import writers_wait
from tests.delivery.kill.points import before_the_answer, stand
from tests.delivery.kill.scene import FEW, Scene
from tests.delivery.support import WHO, until

pytestmark = [pytest.mark.wire, pytest.mark.slow]


def holds(process: int, path: Path) -> bool:
    """Whether the process has the lock of the file (proc(5), /proc/locks)."""
    inode = path.stat().st_ino
    locks = [line.split() for line in Path("/proc/locks").read_text(encoding="ascii").splitlines()]
    return any("FLOCK" in one and str(process) in one and one[5].endswith(f":{inode}") for one in locks)


def test_a_sender_that_is_killed_while_it_takes_over_is_taken_over_itself(scene: Scene) -> None:
    unsure = before_the_answer(scene, scene.man(1))
    (journal,) = scene.journals()
    with writers_wait(scene.tenant):
        for _ in range(2):
            scene.crew.start(0)
            until(lambda: holds(scene.crew.pid(), journal), 20, "it settles what the first one left")
            scene.crew.kill()
    scene.take_over()
    scene.judge(unsure, arrived=unsure)
    assert scene.counts() == {"audience": FEW, "sent": FEW - LANES, "unsure": LANES}


def test_a_living_sender_takes_over_by_itself(scene: Scene) -> None:
    people = scene.man(2)
    unsure = stand(scene, people, "kept")
    scene.crew.kill()
    scene.sink.release()
    scene.until_finished()
    scene.judge(unsure, arrived=unsure)
    assert scene.counts() == {"audience": people, "sent": people - LANES, "unsure": LANES}


def test_what_is_sent_again_is_the_same_message(scene: Scene) -> None:
    unsure = before_the_answer(scene, scene.man(1))
    scene.take_over()
    scene.judge(unsure, arrived=unsure)
    assert send_again(scene.tenant, scene.mailing, UNSURE, actor=WHO, now=datetime.now(UTC)) == len(unsure)
    scene.until_finished()
    got = Counter(one.recipient for one in scene.sink.kept())
    assert {address for address, n in got.items() if n == 2} == unsure and max(got.values()) == 2
    assert len({one.message_id for one in scene.sink.kept()}) == FEW, "a second copy has the Message-ID of the first"
    assert scene.counts() == {"audience": FEW, "sent": FEW}
