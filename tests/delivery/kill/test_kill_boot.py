"""After a change of the boot id, or with a lost journal, silence proves nothing: what has no answer is unsure, never due."""

import signal
import time
from pathlib import Path

import pytest

from siegelpost.delivery.models import Slice
from tests.delivery.kill import boot
from tests.delivery.kill.crew import LANES
from tests.delivery.kill.points import ANSWERED, answer_some, stand
from tests.delivery.kill.scene import MANY, Scene

pytestmark = [pytest.mark.wire, pytest.mark.slow]


@pytest.mark.parametrize("processes", [1, 2])
def test_after_a_change_of_the_boot_id_only_answers_count(scene: Scene, tmp_path: Path, processes: int) -> None:
    if reason := boot.missing(tmp_path):
        pytest.skip(reason)
    scene.crew.kill_all()  # new ones begin with slices that leave something over
    scene.man(processes)
    stand(scene, MANY, "mail")
    arrived = answer_some(scene)
    unsure = {scene.address_of(row) for number in range(processes) for row in scene.claimed(number)} - scene.answered()
    assert len(unsure) < MANY - ANSWERED, "nobody was left for the time after the start"
    scene.crew.kill_all()
    scene.sink.release()
    for number in range(processes):
        scene.crew.start(number, before=boot.words(tmp_path))
    scene.until_finished()
    scene.judge(unsure, arrived=arrived)
    assert len(unsure) > processes * LANES
    scene.crew.kill_all()


def test_what_was_claimed_under_a_journal_that_is_lost_is_unsure(scene: Scene) -> None:
    stand(scene, scene.man(1), "mail")
    answer_some(scene)
    scene.crew.signal(signal.SIGSTOP)  # it would settle what is answered
    arrived = {one.recipient for one in scene.sink.kept()}
    unsure = {scene.address_of(row) for row in scene.claimed()}
    scene.journal().unlink()
    scene.crew.kill()
    with scene.tenant.atomic():  # as if ten seconds had passed
        scene.tenant.objects(Slice).filter(state="open").update(claimed_at=int(time.time()) - 10)
    scene.take_over()
    scene.judge(unsure, arrived=arrived & unsure)
    assert scene.counts()["unsure"] == len(unsure) > LANES, "not only those in flight"
