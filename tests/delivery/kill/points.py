"""How to bring a sending process to a named point of its work and to kill it there.

Each function is told how many people to write to and returns the addresses that must be unsure afterwards.
"""

import signal
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from siegelpost.mailings.services import Content
from siegelpost.tenancy.home import home
from siegelpost.tenancy.registry import DATA_FILE
from tests.delivery.kill import trace
from tests.delivery.kill.crew import LANES
from tests.delivery.kill.engines import row_is_locked, somebody_waits, writers_wait
from tests.delivery.kill.scene import FEW, Scene
from tests.delivery.support import SOURCE, until

Point = Callable[[Scene, int], set[str]]
BIG = Content(subject="Big", format="txt", source=SOURCE + "0123456789 abcdefghijklmnopqrstuvwxyz\n" * 6_500)
"""A quarter of a megabyte: more than sockets hold by themselves."""
ANSWERED = 2 * LANES
"""Messages that are answered before the lanes stand still."""
WRITES = "write"
REMOVES = "unlink,unlinkat"
WAL_WRITES = "pwrite64"


def after_launch(scene: Scene, people: int) -> set[str]:
    scene.crew.signal(signal.SIGSTOP)
    scene.launch(people)
    scene.crew.kill()
    return set()


def after_claim(scene: Scene, people: int) -> set[str]:
    scene.sink.shut(0)
    scene.launch(people)
    scene.until_claimed()
    scene.crew.kill()
    scene.sink.open(0)
    return set()


def after_connect(scene: Scene, people: int) -> set[str]:
    scene.sink.drop(0)  # connections that were left from the last mailing would be used again
    stand(scene, people, "connect")
    scene.crew.kill()
    return set()


def after_mail(scene: Scene, people: int) -> set[str]:
    stand(scene, people, "mail")
    scene.crew.kill()
    return set()


def after_data(scene: Scene, people: int) -> set[str]:
    stand(scene, people, "data")
    scene.crew.kill()
    return set()


def before_the_journal_of_the_dot(scene: Scene, people: int) -> set[str]:
    stand(scene, people, "data")
    with trace.trap(scene.crew.pid(), WRITES, scene.journal()):
        scene.sink.release(0)
        assert scene.crew.ended() == -signal.SIGKILL
    return set()


def after_the_journal_of_the_dot(scene: Scene, people: int) -> set[str]:
    stand(scene, people, "data")
    with trace.trap(scene.crew.pid(), WRITES, scene.journal(), "SIGSTOP"):
        scene.sink.release(0)
        until(scene.begun, 20, "the sender stands still behind its first lines")
        unsure = scene.begun()
        scene.crew.kill()
    return unsure


def in_data(scene: Scene, people: int) -> set[str]:
    scene.sink.drop(0)  # a connection that has sent much has a send buffer that swallows everything
    scene.sink.hold("text", 0)
    if people > FEW:
        scene.crew.signal(signal.SIGSTOP, 1)  # these few big ones are all for the other
    scene.launch(2 * LANES, BIG)
    unsure = scene.until_all_stand("text")
    until(lambda: scene.begun() == unsure, 20, "the sender has heard that it may go ahead")
    scene.crew.kill()
    if people > FEW:
        scene.crew.signal(signal.SIGCONT, 1)
    scene.sink.release(0)
    until(lambda: scene.sink.broken[0] == LANES, 20, "the texts end half-way")
    return unsure


def after_the_dot(scene: Scene, people: int) -> set[str]:
    unsure = stand(scene, people, "dot")
    scene.crew.kill()
    scene.sink.drop(0)
    return unsure


def before_the_answer(scene: Scene, people: int) -> set[str]:
    unsure = stand(scene, people, "kept")
    scene.crew.kill()
    return unsure


def after_the_answer(scene: Scene, people: int) -> set[str]:
    unsure = stand(scene, people, "kept")
    scene.crew.signal(signal.SIGSTOP)
    scene.sink.release(0)
    until(lambda: scene.sink.answered[0] == LANES, 20, "the answers wait in the sender's sockets")
    scene.crew.kill()
    return unsure


def before_the_journal_of_the_answer(scene: Scene, people: int) -> set[str]:
    unsure = stand(scene, people, "kept")
    with trace.trap(scene.crew.pid(), WRITES, scene.journal()):
        scene.sink.release(0)
        assert scene.crew.ended() == -signal.SIGKILL
    return unsure


def before_the_commit(scene: Scene, people: int) -> set[str]:
    stand(scene, people, "mail")
    with writers_wait(scene.tenant):
        unsure = answer_some(scene)
        scene.crew.kill()
    return unsure


def in_the_middle_of_settle(scene: Scene, people: int) -> set[str]:
    """SQLite: the second page of the transaction is not written; PostgreSQL: the rows are changed, the counters wait."""
    stand(scene, people, "mail")
    if scene.tenant.vendor == "postgresql":
        with row_is_locked(scene.tenant, f"SELECT n FROM delivery_tally WHERE mailing_id = {scene.mailing} AND state = 'claimed'"):
            unsure = answer_some(scene)
            somebody_waits(scene.tenant)
            scene.crew.kill()
        return unsure
    with ExitStack() as locked:
        locked.enter_context(writers_wait(scene.tenant))
        unsure = answer_some(scene)
        with trace.trap(scene.crew.pid(), WAL_WRITES, wal(scene), when=2):
            locked.close()
            assert scene.crew.ended() == -signal.SIGKILL
    return unsure


def after_the_commit(scene: Scene, people: int) -> set[str]:
    stand(scene, people, "mail")
    journal = scene.journal()
    with trace.trap(scene.crew.pid(), REMOVES, journal):
        scene.sink.release(0)
        assert scene.crew.ended() == -signal.SIGKILL
    assert not scene.is_open(journal), "a journal goes when everything in it is in the database, and not before"
    return scene.begun()  # of the next slice, where it has one


def while_pausing(scene: Scene, people: int) -> set[str]:
    unsure = stand(scene, people, "kept")
    scene.pause()
    scene.crew.kill()
    return unsure


def while_paused(scene: Scene, people: int) -> set[str]:
    unsure = _pause_in_flight(scene, people)
    scene.crew.kill()
    return unsure


def while_resuming(scene: Scene, people: int) -> set[str]:
    unsure = _pause_in_flight(scene, people)
    scene.resume()
    scene.until_claimed(2 * LANES + 1)
    scene.crew.kill()
    return unsure


def _pause_in_flight(scene: Scene, people: int) -> set[str]:
    """Each lane keeps the message that waits for its answer and the one whose MAIL went out together with it."""
    unsure = stand(scene, people, "kept")
    scene.pause()
    scene.until_given_back(2 * LANES)
    return unsure


def wal(scene: Scene) -> Path:
    """SQLite writes a transaction here."""
    return home().tenant(scene.tenant.slug) / f"{DATA_FILE}-wal"


def stand(scene: Scene, people: int, stage: str) -> set[str]:
    """Each lane of the first sender stands at a stage, and those of the second, where there is one, behind MAIL."""
    scene.sink.hold(stage, 0)
    scene.launch(people)
    if len(scene.crew.senders) > 1:
        scene.until_all_stand("mail", 1)
    return scene.until_all_stand(stage)


def answer_some(scene: Scene) -> set[str]:
    """Let some messages through; returns those that stand without an answer then, when the journal holds the others."""
    scene.sink.hold("kept", 0, passes=ANSWERED)
    unsure = scene.until_all_stand("kept")
    until(lambda: sum(line.startswith("A ") for line in scene.journal_lines()) == ANSWERED, 20, "the answers are in the journal")
    return unsure
