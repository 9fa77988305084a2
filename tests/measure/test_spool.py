"""A line is written once and read once, whatever dies in between."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

from siegelpost.measure.spool import Contents, Devices, Estimate, Hit, Spool, taken, waiting
from siegelpost.measure.uniques import Uniques

HOUR = 490_000
NOON = HOUR * 3600.0
HIT = Hit(1, 17, 0, "phone")
READ = Hit(1, 17, 0, "unknown")


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


def test_classes_of_devices_are_added_up_before_they_are_written(tmp_path: Path) -> None:
    spool = spool_in(tmp_path)
    for device, position in (("phone", 0), ("desktop", 0), ("bot", 0), ("phone", 0), ("desktop", 3)):
        spool.write(Hit(1, 17, position, device), NOON)
    [path] = waiting(tmp_path)
    assert path.read_text() == "h 1 17 0\nh 1 17 0\nb 1 17 0\nh 1 17 0\nh 1 17 3\n"  # nothing tells one person's class
    spool.close()
    [contents] = read_all(tmp_path)
    assert contents.devices == [Devices(1, 17, "bot", 1), Devices(1, 17, "desktop", 1), Devices(1, 17, "phone", 2)]
    assert [hit.device for hit in contents.hits].count("bot") == 1


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
        uniques.saw((1, 17, 2), f"192.0.2.{number}", "Firefox", "desktop")
        spool.write(Hit(1, 17, 2, "desktop"), NOON)
    spool.close()
    [contents] = read_all(tmp_path)
    assert contents.estimates == [Estimate(1, 17, -1, 30), Estimate(1, 17, 2, 30)]


def test_a_cut_last_line_and_foreign_lines_are_left_out(tmp_path: Path) -> None:
    (tmp_path / f"e1-{HOUR}-1.spool").write_text("h 1 17 0\nd 1 17 toaster 1\nx\n\nh 1 seventeen 0\nu 1 17 0 5\nh 1 17 0")
    [contents] = read_all(tmp_path)
    assert contents.hits == [READ]
    assert contents.estimates == [Estimate(1, 17, 0, 5)]
    assert contents.skipped == 4


def test_many_threads_lose_and_double_no_line(tmp_path: Path) -> None:
    spool = spool_in(tmp_path, at_once=True)

    def write(variant: int) -> None:
        for number in range(200):
            spool.write(Hit(1, variant, number, "phone"), NOON)

    threads = [threading.Thread(target=write, args=(variant,)) for variant in range(4)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        spool.tick(NOON)
        time.sleep(0.001)
    spool.close()
    hits = [hit for contents in read_all(tmp_path) for hit in contents.hits]
    assert len(hits) == len(set(hits)) == 800


WRITER = """
import sys, itertools
from pathlib import Path
from siegelpost.measure.spool import Devices, Hit, Spool
from siegelpost.measure.uniques import Uniques
spool = Spool(Path(sys.argv[1]), "killed", Uniques(lambda size: b"s" * size), at_once=False)
for number in itertools.count(1):
    spool.write(Hit(1, 17, number, "phone"), 490_000 * 3600.0)
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
