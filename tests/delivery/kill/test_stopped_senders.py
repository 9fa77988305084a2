"""SIGSTOP to a sender past its lease, another takes over, SIGCONT: nobody gets a message twice."""

import signal

import pytest

from siegelpost.delivery.claim import boottime
from tests.delivery.kill.crew import LANES
from tests.delivery.kill.points import answer_some, stand
from tests.delivery.kill.scene import MANY, Scene
from tests.delivery.support import until

pytestmark = [pytest.mark.wire, pytest.mark.slow]
SHORT, LONG = 4, 600
"""Seconds of a lease; its holder stops sending at three quarters, or ten seconds before the end."""


@pytest.mark.parametrize(
    "lease, stage",
    [(SHORT, "data"), (SHORT, "kept"), (LONG, "kept")],
    ids=["its lease is over, before the dot", "its lease is over, before the answer", "its clock is behind"],
)
def test_a_sender_that_stood_still_while_another_took_over_sends_nothing_twice(scene: Scene, lease: int, stage: str) -> None:
    scene.crew.kill_all()
    scene.crew.size = 2
    scene.crew.start(0, SIEGELPOST_LEASE_SECONDS=str(lease))
    stand(scene, MANY, "mail")
    in_flight = answer_some(scene) if stage == "kept" else set()
    if stage == "data":
        scene.sink.hold("data", 0)
        scene.until_all_stand("data")
    scene.crew.signal(signal.SIGSTOP)
    unsure = {scene.address_of(row) for row in scene.claimed()} - scene.answered()
    if lease == SHORT:
        until(lambda: scene.lease_until() < boottime(), SHORT + 2, "the lease is over")
    else:
        scene.end_lease()
    scene.crew.start(1)
    scene.until_finished()
    scene.crew.signal(signal.SIGCONT)
    scene.sink.release(0)
    until(lambda: not scene.journals(), 20, "the first one has noticed and put its journal away")
    scene.judge(unsure, arrived=in_flight if lease == SHORT else None)
    assert in_flight <= unsure and len(in_flight) == (LANES if stage == "kept" else 0)
    assert scene.crew.senders[0].poll() is None, "it died instead of going on"
    scene.crew.kill_all()
