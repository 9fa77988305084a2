"""A line is written once and read once, whatever dies in between."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

from siegelpost.measure.devices import Kind
from siegelpost.measure.spool import Classed, Contents, Estimate, Hit, Spool, taken, waiting
from siegelpost.measure.uniques import Uniques

HOUR = 490_000
NOON = HOUR * 3600.0
PHONE = Kind("phone", "apple")
HIT = Hit(1, 17, 0, PHONE)
READ = Hit(1, 17, 0)


def spool_in(folder: Path, *, at_once: bool = False, epoch: str = "e1") -> Spool:
    return Spool(folder, epoch, Uniques(lambda size: b"s" * size), at_once=at_once)


def read_all(folder: Path) -> list[Contents]:
    found = []
    for path in waiting(folder):
        with taken(path) as contents:
            if contents is not None:
                found.append(contents)
    return found


def test_a_line_holds_the_target_and_nothing_else(tmp_path: Path) -> None:
    spool = spool_in(tmp_path)
    spool.write(HIT, NOON + 1234.5)
    [path] = waiting(tmp_path)
    assert path.name == f"e1-{HOUR}-1.spool"
    assert path.read_text() == "h 1 17 0\n"
    assert path.stat().st_mode & 0o077 == 0


def test_the_file_times_tell_the_hour_only(tmp_path: Path) -> None:
    spool = spool_in(tmp_path)
    spool.write(HIT, NOON + 1234.5)
    [path] = waiting(tmp_path)
    assert (path.stat().st_mtime, path.stat().st_atime) == (NOON, NOON)


def test_nobody_reads_a_file_while_it_is_written(tmp_path: Path) -> None:
    spool = spool_in(tmp_path)
    spool.write(HIT, NOON)
    assert read_all(tmp_path) == []
    spool.close()
    [contents] = read_all(tmp_path)
    assert contents.hits == [READ]


def test_classes_are_added_up_each_for_itself_before_they_are_written(tmp_path: Path) -> None:
    spool = spool_in(tmp_path)
    desktop, scanner = Kind("desktop", "outlook"), Kind(machine="scanner")
    for kind, position in ((PHONE, 0), (desktop, 0), (scanner, 0), (PHONE, 0), (desktop, 3), (scanner, 3)):
        spool.write(Hit(1, 17, position, kind), NOON)
    [path] = waiting(tmp_path)
    assert path.read_text() == "h 1 17 0\n" * 3 + "h 1 17 3\n"  # nothing tells one person's class, and no machine is among them
    spool.close()
    [contents] = read_all(tmp_path)
    assert contents.classes == [
        Classed(1, 17, "device", "desktop", 1), Classed(1, 17, "device", "phone", 2),
        Classed(1, 17, "family", "apple", 2), Classed(1, 17, "family", "outlook", 1),
        Classed(1, 17, "followed", "scanner", 1), Classed(1, 17, "machine", "scanner", 1),
    ]  # fmt: skip


def test_with_the_day_goes_what_was_known_of_people(tmp_path: Path) -> None:
    salts = iter(range(1, 9))
    uniques = Uniques(lambda size: next(salts).to_bytes(size, "big"))
    spool = Spool(tmp_path, "e1", uniques, at_once=False)
    midnight = (HOUR - HOUR % 24 + 24) * 3600.0
    for moment in (midnight - 10, midnight + 10):
        spool.turn(moment)
        uniques.saw((1, 17, 0), "192.0.2.7", PHONE, estimated=True)
        spool.write(HIT, moment)
    spool.close()
    before, after = read_all(tmp_path)
    assert ([one.people for one in before.estimates], [one.people for one in after.estimates]) == ([1], [1])
    assert (before.forgotten, after.forgotten) == ({}, {1: 1})
    assert next(salts) == 3  # a new day drew a salt of its own


def test_an_hour_is_handed_over_when_it_is_over(tmp_path: Path) -> None:
    spool = spool_in(tmp_path)
    spool.write(HIT, NOON + 10)
    spool.tick(NOON + 3599)
    assert read_all(tmp_path) == []
    spool.tick(NOON + 3600)
    assert [(contents.hour, len(contents.hits)) for contents in read_all(tmp_path)] == [(HOUR, 1)]


def test_in_a_test_system_each_tick_hands_over(tmp_path: Path) -> None:
    spool = spool_in(tmp_path, at_once=True)
    for second in range(3):
        spool.write(HIT, NOON + second)
        spool.tick(NOON + second)
    assert [len(contents.hits) for contents in read_all(tmp_path)] == [1, 1, 1]


def test_estimates_go_with_the_file(tmp_path: Path) -> None:
    uniques = Uniques(lambda size: b"s" * size)
    spool = Spool(tmp_path, "e1", uniques, at_once=False)
    for number in range(30):
        uniques.saw((1, 17, 2), f"192.0.2.{number}", Kind("desktop"), estimated=True)
        spool.write(Hit(1, 17, 2), NOON)
    spool.close()
    [contents] = read_all(tmp_path)
    assert contents.estimates == [Estimate(1, 17, -1, 30), Estimate(1, 17, 2, 30)]


def test_a_cut_last_line_and_foreign_lines_are_left_out(tmp_path: Path) -> None:
    (tmp_path / f"e1-{HOUR}-1.spool").write_text("h 1 17 0\nc 1 17 device toaster 1\ny\n\nh 1 seventeen 0\nu 1 17 0 5\nh 1 17 0")
    [contents] = read_all(tmp_path)
    assert contents.hits == [READ]
    assert contents.estimates == [Estimate(1, 17, 0, 5)]
    assert contents.skipped == 4


def test_many_threads_lose_and_double_no_line(tmp_path: Path) -> None:
    spool = spool_in(tmp_path, at_once=True)

    def write(variant: int) -> None:
        for number in range(200):
            spool.write(Hit(1, variant, number), NOON)

    threads = [threading.Thread(target=write, args=(variant,)) for variant in range(4)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        spool.tick(NOON)
        time.sleep(0.001)
    spool.close()
    hits = [hit for contents in read_all(tmp_path) for hit in contents.hits]
    assert len(hits) == len({(hit.variant, hit.position) for hit in hits}) == 800


WRITER = """
import sys, itertools
from pathlib import Path
from siegelpost.measure.spool import Hit, Spool
from siegelpost.measure.uniques import Uniques
spool = Spool(Path(sys.argv[1]), "killed", Uniques(lambda size: b"s" * size), at_once=False)
for number in itertools.count(1):
    spool.write(Hit(1, 17, number), 490_000 * 3600.0)
    print(number, flush=True)
"""


def test_a_killed_writer_loses_no_line_that_it_had_written(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path)], stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        while int(writer.stdout.readline()) < 300:
            pass
        os.kill(writer.pid, signal.SIGKILL)
        said = [int(line) for line in writer.stdout.read().split("\n")[:-1] if line]
    [contents] = read_all(tmp_path)
    written = [hit.position for hit in contents.hits]
    assert written == list(range(1, len(written) + 1))
    assert len(written) >= max(said, default=300)
