"""SIGKILL to a sending process at each named point of its work: point x one or two processes, on either engine.

Whoever takes over finishes the mailing. Nobody is lost, nobody gets it twice, and `unsure` are exactly those that were in
flight, each by name; rows and counters obey the conservation law at every moment.
"""

import time

import pytest

from tests.delivery.kill import points, trace
from tests.delivery.kill.crew import LANES
from tests.delivery.kill.points import Point
from tests.delivery.kill.scene import Scene
from tests.delivery.support import state_of

pytestmark = [pytest.mark.wire, pytest.mark.slow]
NONE, ARRIVED, LOST, TURN = "nobody is unsure", "the sink took them", "the sink never took them", "those of one turn, which never left"

POINTS: dict[str, tuple[Point, str]] = {
    # point: how to get there, and who is unsure then
    "after launch": (points.after_launch, NONE),
    "after claim": (points.after_claim, NONE),
    "after connect": (points.after_connect, NONE),
    "after MAIL": (points.after_mail, NONE),
    "after DATA": (points.after_data, NONE),
    "in DATA": (points.in_data, LOST),
    "after the final dot": (points.after_the_dot, LOST),
    "before the answer": (points.before_the_answer, ARRIVED),
    "after the answer, before its journal line": (points.after_the_answer, ARRIVED),
    "after the journal line, before the commit": (points.before_the_commit, ARRIVED),
}
EXACT: dict[str, tuple[Point, str]] = {
    # the same, at one system call
    "at the journal line of a dot": (points.before_the_journal_of_the_dot, NONE),
    "after the journal line of a dot": (points.after_the_journal_of_the_dot, TURN),
    "at the journal line of an answer": (points.before_the_journal_of_the_answer, ARRIVED),
    "in the middle of settle": (points.in_the_middle_of_settle, ARRIVED),
}
STEERED: dict[str, Point] = {
    "while pausing": points.while_pausing,
    "while paused": points.while_paused,
    "while resuming": points.while_resuming,
}


def judge(scene: Scene, unsure: set[str], who: str) -> None:
    scene.take_over()
    scene.judge(unsure, arrived=unsure if who is ARRIVED else set())
    assert len(unsure) in {NONE: {0}, TURN: set(range(1, LANES + 1))}.get(who, {LANES})


@pytest.mark.parametrize("processes", [1, 2])
@pytest.mark.parametrize("point", POINTS)
def test_a_sender_is_killed_and_nobody_is_lost_or_written_to_twice(scene: Scene, point: str, processes: int) -> None:
    kill, who = POINTS[point]
    unsure = kill(scene, scene.man(processes))
    judge(scene, unsure, who)
    assert scene.counts().get("unsure", 0) == len(unsure)


@pytest.mark.skipif(bool(trace.missing()), reason=trace.missing() or "-")
@pytest.mark.parametrize("processes", [1, 2])
@pytest.mark.parametrize("point", EXACT)
def test_a_sender_is_killed_at_one_system_call_and_nobody_is_lost_or_written_to_twice(scene: Scene, point: str, processes: int) -> None:
    kill, who = EXACT[point]
    unsure = kill(scene, scene.man(processes))
    judge(scene, unsure, who)
    assert scene.counts().get("unsure", 0) == len(unsure)


@pytest.mark.skipif(bool(trace.missing()), reason=trace.missing() or "-")
@pytest.mark.parametrize("processes", [1, 2])
def test_a_sender_is_killed_after_the_commit_and_before_its_journal_is_removed(scene: Scene, processes: int) -> None:
    unsure = points.after_the_commit(scene, scene.man(processes))
    scene.take_over()
    scene.judge(unsure)
    assert len(unsure) <= LANES


@pytest.mark.parametrize("processes", [1, 2])
@pytest.mark.parametrize("point", STEERED)
def test_a_sender_is_killed_while_its_mailing_is_paused_or_resumed(scene: Scene, point: str, processes: int) -> None:
    unsure = STEERED[point](scene, scene.man(processes))
    assert len(unsure) == LANES
    if point != "while resuming":
        scene.sink.release()
        scene.crew.start(0)
        scene.until_nothing_is_claimed()
        assert state_of(scene.tenant, scene.mailing) == ("paused", "staff")
        begun = scene.sink.kept()
        time.sleep(0.3)
        assert scene.sink.kept() == begun, "a paused mailing went on"
        scene.resume()
        scene.until_finished()
    else:
        scene.take_over()
    scene.judge(unsure, arrived=unsure)
