"""The wall clock is set by hours while a mailing is sent: nothing is sent twice, unsure, or left standing; leases know another clock."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.delivery.kill.crew import LANES
from tests.delivery.kill.points import stand
from tests.delivery.kill.scene import MANY, Scene

pytestmark = [pytest.mark.wire, pytest.mark.slow]
HOURS = 5


@pytest.mark.parametrize("hours", [HOURS, -HOURS], ids=["forward", "backward"])
@pytest.mark.parametrize("processes", [1, 2])
def test_a_clock_that_jumps_while_a_mailing_is_sent_changes_nothing(scene: Scene, tmp_path: Path, processes: int, hours: int) -> None:
    clock = tmp_path / "clock"
    clock.write_text("0", encoding="ascii")
    scene.crew.kill_all()
    scene.crew.size = processes
    for number in range(processes):
        scene.crew.start(number, module="tests.delivery.kill.skewed", words=(str(clock),))
    scene.man(processes)
    stand(scene, MANY, "kept")
    assert len(scene.claimed()) < MANY, "something has to be claimed after the jump"
    clock.write_text(str(hours * 3600), encoding="ascii")
    scene.sink.release()
    scene.until_finished()
    scene.judge(set())
    scene.crew.kill_all()


def test_a_mailing_that_was_launched_by_a_clock_that_was_ahead_does_not_wait_for_it(scene: Scene) -> None:
    people = scene.man(1)
    scene.launch(people, now=datetime.now(UTC) + timedelta(hours=HOURS))
    scene.until_finished()
    scene.judge(set())
    assert scene.counts() == {"audience": people, "sent": people}


def test_what_was_claimed_by_a_clock_that_was_ahead_is_taken_over_at_once(scene: Scene) -> None:
    people = scene.man(1)
    unsure = stand(scene, people, "kept")
    with scene.tenant.atomic():
        scene.slices(0).update(claimed_at=int(datetime.now(UTC).timestamp()) + HOURS * 3600)
    scene.crew.kill()
    scene.take_over()
    scene.judge(unsure, arrived=unsure)
    assert scene.counts() == {"audience": people, "sent": people - LANES, "unsure": LANES}
