"""An older copy of the home folder is put back, or a clone of it is started: nothing goes out twice, a person is asked."""

import shutil
import signal
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.home import home, stamp_home
from siegelpost.tenancy.registry import DATA_FILE
from tests import postgres_copies
from tests.delivery.kill.crew import LANES, Crew
from tests.delivery.kill.points import answer_some, stand
from tests.delivery.kill.scene import MANY, Scene
from tests.delivery.kill.sink import sink
from tests.delivery.support import state_of, until

pytestmark = [pytest.mark.wire, pytest.mark.slow]
COPIED = ("paused", "home.copied")


@pytest.fixture
def place(alpha: TenantDB, tmp_path: Path) -> Iterator[Scene]:
    """A scene for one test: its home folder is put back, so nothing can outlive it."""
    with sink(tmp_path / "record") as made:
        scene = Scene(alpha, made, Crew(made, tmp_path / "log"))
        yield scene
        if scene.watch:
            scene.watch.end()
        scene.crew.kill_all()
    stamp_home(home(), "0" * 32)


def keep(place: Scene, folder: Path) -> None:
    """A backup: the home folder, and on PostgreSQL the tenant's database; nothing runs meanwhile."""
    place.tenant.close()
    subprocess.run(["cp", "-a", str(home().root), str(folder)], check=True)
    if place.tenant.vendor == "postgresql":
        postgres_copies.keep_database(place.tenant.slug, "backup")


def put_back(place: Scene, folder: Path) -> None:
    """As a backup is put back: what is there is removed, the copy takes its place."""
    place.tenant.close()
    shutil.rmtree(home().root)
    subprocess.run(["cp", "-a", str(folder), str(home().root)], check=True)
    if place.tenant.vendor == "postgresql":
        postgres_copies.put_back_database(place.tenant.slug, "backup")


def keep_data(place: Scene, folder: Path) -> None:
    """A backup of the tenant's database alone; nothing runs meanwhile."""
    place.tenant.close()
    if place.tenant.vendor == "postgresql":
        postgres_copies.keep_database(place.tenant.slug, "backup")
        return
    folder.mkdir()
    for file in data_files(place):
        shutil.copy(file, folder)


def put_back_data(place: Scene, folder: Path) -> None:
    """The home folder stays as it is."""
    place.tenant.close()
    if place.tenant.vendor == "postgresql":
        postgres_copies.put_back_database(place.tenant.slug, "backup")
        return
    for file in data_files(place):
        file.unlink()
    for file in folder.iterdir():
        shutil.copy(file, home().tenant(place.tenant.slug))


def data_files(place: Scene) -> list[Path]:
    """The database and what SQLite keeps beside it."""
    return list(home().tenant(place.tenant.slug).glob(f"{DATA_FILE}*"))


def interrupted(place: Scene) -> set[str]:
    """A mailing of which some are answered, some are in flight, some are claimed and some are due, when its sender dies.

    Returns those that were claimed and have no answer.
    """
    place.crew.man(1)
    stand(place, MANY, "mail")
    answer_some(place)
    unsure = {place.address_of(row) for row in place.claimed()} - place.answered()
    place.crew.kill()
    place.sink.release()
    assert LANES < len(unsure) < MANY - 2 * LANES
    if place.watch:
        place.watch.end()  # it would look into a file that is removed
        place.watch = None
    return unsure


def states(place: Scene) -> dict[str, int]:
    return {state: n for state, n in place.counts().items() if state != "audience"}


@pytest.mark.parametrize("runs", [False, True], ids=["while nothing runs", "under a running worker"])
def test_an_older_copy_that_is_put_back_sends_nothing_that_was_sent(place: Scene, tmp_path: Path, runs: bool) -> None:
    unsure = interrupted(place)
    keep(place, tmp_path / "copy")
    place.crew.start_worker()
    place.until_finished()
    got = place.sink.kept()
    if not runs:
        place.crew.end()
    put_back(place, tmp_path / "copy")
    if runs:
        assert place.crew.ended() != 0, "it went on in a folder that it does not know"
    place.crew.start_worker()
    until(lambda: state_of(place.tenant, place.mailing) == COPIED, 20, "the mailing waits for a person")
    place.until_nothing_is_claimed()
    place.crew.end()
    assert place.sink.kept() == got, "a copy sent what had been sent"
    assert max(Counter(one.recipient for one in got).values()) == 1
    assert place.unsure() == unsure
    assert states(place).keys() == {"sent", "unsure", "due"}


@pytest.mark.parametrize("runs", [False, True], ids=["while nothing runs", "under a running worker"])
def test_an_older_database_beside_a_home_folder_of_today_sends_nothing_that_was_sent(place: Scene, tmp_path: Path, runs: bool) -> None:
    interrupted(place)
    keep_data(place, tmp_path / "data")
    place.crew.start_worker()
    place.until_finished()
    got = place.sink.kept()
    if not runs:
        place.crew.end()
    put_back_data(place, tmp_path / "data")
    if not runs:
        place.crew.start_worker()
    until(lambda: state_of(place.tenant, place.mailing) == COPIED, 20, "the mailing waits for a person")
    place.until_nothing_is_claimed()
    place.crew.end()
    assert place.sink.kept() == got, "an older database sent what had been sent"
    assert {"unsure", "due"} <= states(place).keys() <= {"sent", "unsure", "due"}


@pytest.mark.postgresql
def test_an_older_home_folder_beside_a_database_of_today_proves_nothing(place: Scene, tmp_path: Path) -> None:
    first = interrupted(place)
    in_flight = {one.recipient for one in place.sink.kept()} & first
    subprocess.run(["cp", "-a", str(home().root), str(tmp_path / "copy")], check=True)
    place.sink.hold("kept", 0, passes=LANES)
    place.crew.start(0, SIEGELPOST_LEASE_SECONDS="10")  # nobody knows the folder of its journal afterwards: its lease must end
    place.until_all_stand("kept")
    place.crew.signal(signal.SIGSTOP)  # it would settle what is answered
    second = {place.address_of(row) for row in place.claimed()}
    place.crew.kill()
    shutil.rmtree(home().root)
    subprocess.run(["cp", "-a", str(tmp_path / "copy"), str(home().root)], check=True)
    place.sink.release()
    place.crew.start_worker()
    until(lambda: state_of(place.tenant, place.mailing) == COPIED, 20, "the mailing waits for a person")
    place.until_nothing_is_claimed()
    place.resume()
    place.until_finished()
    place.judge(in_flight | second)


def test_two_workers_on_one_home_send_everything_once(place: Scene) -> None:
    place.crew.size = 1
    place.crew.start_worker(0)
    place.crew.start_worker(1)
    place.sink.hold("mail", 0, 1)
    place.launch(MANY)
    for door in (0, 1):
        place.until_all_stand("mail", door)
    place.sink.release()
    place.until_finished()
    place.judge(set())
    assert {one.door for one in place.sink.kept()} == {0, 1}


def test_a_cloned_server_asks_and_the_original_loses_nothing(place: Scene, tmp_path: Path) -> None:
    """On SQLite the clone has a database of its own, on PostgreSQL both servers have the same one."""
    clone = tmp_path / "clone"
    place.crew.man(1)
    in_flight = stand(place, MANY, "kept")
    subprocess.run(["cp", "-a", str(home().root), str(clone)], check=True)
    claimed = {place.address_of(row) for row in place.claimed()}
    place.crew.start_worker(1, clone)
    if place.tenant.vendor == "postgresql":
        until(lambda: state_of(place.tenant, place.mailing) == COPIED, 20, "the mailing waits for a person")
    else:
        until(lambda: is_stamped(clone), 20, "the clone has seen that it is one")
    assert {one.recipient for one in place.sink.kept()} == in_flight, "the clone sent something"
    place.sink.release()
    if place.tenant.vendor == "postgresql":
        place.until_nothing_is_claimed()
        place.resume()
    place.until_finished()
    place.judge(claimed if place.tenant.vendor == "postgresql" else set())
    assert place.tenant.vendor == "postgresql" or {one.door for one in place.sink.kept()} == {0}, "the clone sent something"


def is_stamped(clone: Path) -> bool:
    mark = (clone / "installation.json").stat()
    return f"{mark.st_dev}:{mark.st_ino}" in (clone / "installation.json").read_text(encoding="utf-8")
