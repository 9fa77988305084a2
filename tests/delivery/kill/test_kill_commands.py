"""SIGKILL to a command in the middle of what it writes: launch, pause and resume happen as a whole or not at all.

On SQLite the command dies at one page of a transaction, on PostgreSQL while its transaction waits for our lock.
"""

import os
import signal
import subprocess
from datetime import UTC, datetime

import pytest

from siegelpost.base.settings import process_settings
from siegelpost.evidence.access import Access, record
from siegelpost.evidence.models import AccessEntry
from siegelpost.flows.launch import launch
from tests.delivery.installation import COMMAND
from tests.delivery.kill import trace
from tests.delivery.kill.engines import somebody_waits, writers_wait
from tests.delivery.kill.points import WAL_WRITES, stand, wal
from tests.delivery.kill.scene import FEW, Scene
from tests.delivery.support import WHO, state_of
from tests.patience import PATIENCE

pytestmark = [pytest.mark.wire, pytest.mark.slow, pytest.mark.skipif(bool(trace.missing()), reason=trace.missing() or "-")]
ACTS, AUDIENCE, COUNTERS = "evidence_entry", "delivery_delivery", "delivery_tally"


@pytest.fixture
def one(scene: Scene) -> Scene:
    """With one sender that stands still behind MAIL."""
    scene.man(1)
    scene.sink.hold("mail", 0)
    return scene


ACCESS_WRITES = 8
"""A command writes a line into the access log first: four pages of the WAL (SQLite), each with its head."""


def killed(scene: Scene, verb: str, *, page: int, table: str) -> None:
    """Run `siegelpost mailing VERB` and kill it at the given write of a page, or while it waits to write into the table."""
    words = (COMMAND, "mailing", verb, scene.tenant.slug, str(scene.mailing))
    with scene.tenant.atomic():  # the key of the day is there from now on, and the table has one page
        scene.tenant.objects(AccessEntry).all().delete()
        record(scene.tenant, Access(datetime.now(UTC), str(WHO), "commands", "test"))
    environ = {name: value for name, value in os.environ.items() if not name.startswith("DJANGO_")}
    if scene.tenant.vendor == "sqlite":
        traced = (*trace.words(WAL_WRITES, wal(scene), "SIGKILL", ACCESS_WRITES + page), *words)
        ended = subprocess.run(traced, env=environ, capture_output=True, timeout=PATIENCE, check=False)
        assert ended.returncode in (-signal.SIGKILL, 128 + signal.SIGKILL), "the command came through"
        assert scene.tenant.objects(AccessEntry).count() == 2, "it came as far as its act"
        return
    with writers_wait(scene.tenant, table):
        process = subprocess.Popen(words, env=environ, stdout=subprocess.DEVNULL)
        somebody_waits(scene.tenant)
        process.kill()
        process.wait(PATIENCE)


PLACES = {
    "while it is promised": (2, ACTS),
    "while the audience is written": (18, AUDIENCE),
    "while the audience is counted": (24, COUNTERS),
}


@pytest.mark.parametrize("place", PLACES)
def test_a_launch_that_was_killed_goes_on_where_it_stood(one: Scene, place: str) -> None:
    page, table = PLACES[place]
    one.prepare(FEW)
    killed(one, "send", page=page, table=table)
    assert state_of(one.tenant, one.mailing)[0] == ("draft" if table == ACTS else "preparing")
    launch(one.tenant, one.mailing, settings=process_settings(), actor=WHO, now=datetime.now(UTC))
    one.sink.release()
    one.until_finished()
    one.judge(set())


def test_a_pause_that_was_killed_did_not_happen(one: Scene) -> None:
    stand(one, FEW, "mail")
    killed(one, "pause", page=2, table=ACTS)
    assert state_of(one.tenant, one.mailing) == ("sending", "")
    one.sink.release()
    one.until_finished()
    one.judge(set())


def test_a_resume_that_was_killed_did_not_happen(one: Scene) -> None:
    stand(one, FEW, "mail")
    one.pause()
    one.sink.release()
    one.until_nothing_is_claimed()
    killed(one, "resume", page=2, table=ACTS)
    assert state_of(one.tenant, one.mailing) == ("paused", "staff")
    one.resume()
    one.until_finished()
    one.judge(set())
