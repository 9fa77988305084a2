"""Deaths that only PostgreSQL knows: of the server itself, and of a sender whose commit the server has not finished."""

import os
import signal
from collections.abc import Iterator
from contextlib import closing

import psycopg
import pytest
from django.db import connections

from siegelpost.tenancy.servers import postgres_settings
from tests.delivery.kill.engines import ask, connect, somebody_waits
from tests.delivery.kill.points import ANSWERED, answer_some, stand
from tests.delivery.kill.scene import MANY, Scene
from tests.delivery.support import until
from tests.postgres import postgres_cluster

pytestmark = [pytest.mark.wire, pytest.mark.slow, pytest.mark.postgresql]
WAITS_FOR_STANDBY = "SELECT COUNT(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep'"


def set_server(**settings: str) -> None:
    """Change settings of the whole server; "" takes one back."""
    with closing(psycopg.connect(postgres_cluster().url("postgres"), autocommit=True)) as server:
        for name, value in settings.items():
            server.execute(f"ALTER SYSTEM SET {name} = '{value}'" if value else f"ALTER SYSTEM RESET {name}")
        server.execute("SELECT pg_reload_conf()")


@pytest.fixture
def standby_is_missing(scene: Scene) -> Iterator[Scene]:
    """Commits wait for a standby that there is not: the server has written them, nobody sees them yet."""
    yield scene
    set_server(synchronous_standby_names="")


def test_a_claim_that_the_server_commits_after_its_sender_died_is_not_unsure(standby_is_missing: Scene) -> None:
    scene = standby_is_missing
    scene.crew.kill_all()
    scene.crew.man(1)
    scene.crew.signal(signal.SIGSTOP)
    scene.launch(MANY)
    set_server(synchronous_standby_names="nobody")
    scene.crew.signal(signal.SIGCONT)
    until(lambda: ask(scene.tenant, WAITS_FOR_STANDBY)[0][0], 20, "the commit of the claim waits")
    scene.crew.kill()
    scene.crew.start(0)
    somebody_waits(scene.tenant)  # it has looked at what the first one left and claims by itself now
    assert len(scene.journals()) == 2, "the journal was put away before its claim could be seen"
    set_server(synchronous_standby_names="")
    scene.until_finished()
    scene.judge(set())


@pytest.fixture
def lazy_server(scene: Scene) -> Iterator[Scene]:
    """Left to itself this server would not write down a commit for ten seconds."""
    set_server(synchronous_commit="off", wal_writer_delay="10s")
    yield scene
    set_server(synchronous_commit="", wal_writer_delay="")


def test_a_database_server_that_dies_forgets_nothing_that_was_claimed_or_settled(lazy_server: Scene) -> None:
    scene = lazy_server
    scene.man(1)
    stand(scene, MANY, "mail")
    answer_some(scene)
    until(lambda: scene.counts().get("sent") == ANSWERED, 20, "the answers are settled")
    before = scene.counts()
    with closing(connect(scene.tenant)) as victim, closing(connect(scene.tenant)) as witness:
        connections.close_all()  # our own would die too; `connect` has just opened one more
        os.kill(victim.info.backend_pid, signal.SIGKILL)  # the server gives up all its memory then and starts anew
        until(lambda: is_cut_off(witness), 30, "the server has noticed")
        until(server_answers, 30, "the server has started again")
    assert scene.counts() == before
    scene.sink.release()
    scene.until_finished()
    scene.judge(set())


def is_cut_off(witness: psycopg.Connection) -> bool:
    try:
        witness.execute("SELECT 1")
    except psycopg.OperationalError:
        return True
    return False


def server_answers() -> bool:
    try:
        with closing(psycopg.connect(postgres_cluster().url("postgres"))):
            return True
    except psycopg.OperationalError:
        return False


def test_a_session_that_stands_still_in_a_transaction_is_ended_by_the_server() -> None:
    options = postgres_settings("127.0.0.1:5432", "x", "y", "z")["OPTIONS"]["options"]
    with closing(psycopg.connect(postgres_cluster().url("postgres"), options=options)) as session:
        shown = [session.execute(f"SHOW {name}").fetchone() for name in ("idle_in_transaction_session_timeout", "synchronous_commit")]
    assert shown == [("1min",), ("on",)]
