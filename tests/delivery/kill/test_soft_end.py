"""SIGTERM: what is in flight is finished, the rest is given back, and nothing is unsure."""

import signal

import pytest

from tests.delivery.kill.crew import LANES
from tests.delivery.kill.points import stand
from tests.delivery.kill.scene import Scene

pytestmark = [pytest.mark.wire, pytest.mark.slow]


@pytest.mark.parametrize("processes", [1, 2])
@pytest.mark.parametrize("stage", ["mail", "data", "kept"])
def test_a_sender_that_is_asked_to_end_finishes_what_is_in_flight(scene: Scene, stage: str, processes: int) -> None:
    people = scene.man(processes)
    stand(scene, people, stage)
    claimed, pid = scene.claimed(), scene.crew.pid()
    scene.crew.signal(signal.SIGTERM)
    scene.until_given_back(2 * LANES if stage == "kept" else LANES)
    scene.sink.release(0)
    assert scene.crew.ended() == 0
    assert scene.states_of(claimed) == {"sent", "due"}, "nobody stays claimed or becomes unsure"
    assert not scene.journals_of(pid)
    scene.take_over()
    scene.judge(set())
