"""Whoever steals the whole home folder does not learn who opened or clicked; had we built links per person, they would.

A real installation sends a real mailing to N = 400 people, of whom 200 open and 80 of those click, chosen by lot (see
planted.py). Each tactic of the attacker accuses as many as there were. Under the hypothesis "no better than chance" the
right ones among the accused follow the hypergeometric distribution; `most_by_chance` is reached with a probability below
1e-6 per tactic, that is at 125 of 200 openers (expected: 100), and at 33 of 80 clickers (expected: 16).
"""

import fcntl
import json
import os
import random
import shutil
import signal
import sqlite3
from contextlib import closing, suppress
from math import comb
from pathlib import Path

import pytest

from siegelpost.measure.spool import SUFFIX
from tests.journeys.processes import descendants, wait_for
from tests.measure.attacker import TACTICS, accuse, suspect
from tests.measure.loot import Loot, loot_of
from tests.measure.planted import CLICKERS, OPENERS, House, N, Planted, ask_by_name, house, plant
from tests.patience import PATIENCE

pytestmark = [pytest.mark.wire, pytest.mark.slow]

FALSE_ALARM = 1e-6
GROUPS = {"openers": OPENERS, "clickers": CLICKERS}
Found = dict[str, dict[str, int]]
"""Group -> tactic -> how many of the group it finds."""


def most_by_chance(group: int) -> int:
    """The smallest number of right accusations that chance reaches with a probability below FALSE_ALARM."""
    ways = comb(N, group)
    tail = 0
    for right in range(group, -1, -1):
        tail += comb(group, right) * comb(N - group, group - right)
        if tail / ways >= FALSE_ALARM:
            return right + 1
    return 0


def right(loot: Loot, planted: Planted) -> Found:
    """Let the attacker work, and count."""
    groups = {"openers": planted.openers, "clickers": planted.clickers}
    suspected = suspect(loot, planted.people)
    return {
        name: {tactic: len(named & group) for tactic, named in accuse(suspected, planted.people, len(group), random.Random(4)).items()}
        for name, group in groups.items()
    }


def better_than_chance(found: Found) -> dict[str, int]:
    """What chance alone does not explain."""
    return {f"{name} {tactic}": n for name, size in GROUPS.items() for tactic, n in found[name].items() if n >= most_by_chance(size)}


def end_the_hour(there: House) -> None:
    """As if the clock had struck: the edge closes its file, which is one of the hour before, and the worker takes it."""
    for pid, line in descendants(there.serve).items():
        if "-m siegelpost.public.server " in f"{line} " and pid > 1:  # 0 and 1 mean others
            os.kill(pid, signal.SIGTERM)
    with closing(sqlite3.connect(there.home / "tenants" / "own" / "tenant.sqlite3", timeout=PATIENCE)) as data, data:
        data.execute("UPDATE delivery_delivery SET at = at - 3600")  # what is asked for in an hour was delivered in it
    for path in (there.home / "spool").glob(f"*{SUFFIX}"):
        epoch, hour, number = path.name.split("-")
        with suppress(FileNotFoundError):  # an hour has struck in truth, and the worker was faster
            path.rename(path.with_name(f"{epoch}-{int(hour) - 1}-{number}"))
    wait_for(lambda: not list((there.home / "spool").iterdir()), "the worker takes what the edge left")


def rob(folder: Path) -> dict[str, Found]:
    """One run, robbed at three moments; "report" is what the product itself says at the end."""
    with house(folder) as there:
        planted = plant(there, random.Random(20260302))
        running = loot_of(there.home, folder / "while the hour runs")
        end_the_hour(there)
        over = loot_of(there.home, folder / "when it is over")
        report = there.place.json("report", "own", "1")
    copy = Path(shutil.copytree(running.folder, folder / "home per person"))
    ask_by_name(planted, copy, folder)
    per_person = loot_of(copy, folder / "per person")
    robbed = {loot.folder.name: right(loot, planted) for loot in (running, over, per_person)}
    return robbed | {"report": {"openers": {"opens": report["opens"]}, "clickers": {"clicks": report["clicks"]}}}


@pytest.fixture(scope="session")
def robbed(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> dict[str, Found]:
    """Moment -> what the attacker found; one run for all workers of xdist."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if hasattr(request.config, "workerinput") else base
    told = shared / "robbed.json"
    with (shared / "robbed.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not told.exists():
            told.write_text(json.dumps(rob(tmp_path_factory.mktemp("robbed"))))
    found: dict[str, Found] = json.loads(told.read_text())
    return found


@pytest.mark.parametrize("moment", ["while the hour runs", "when it is over"])
def test_the_whole_home_folder_does_not_tell_who_opened_or_clicked(robbed: dict[str, Found], moment: str) -> None:
    assert better_than_chance(robbed[moment]) == {}, robbed[moment]


def test_the_same_attacker_finds_them_where_addresses_are_per_person(robbed: dict[str, Found]) -> None:
    for name, size in GROUPS.items():
        assert max(robbed["per person"][name].values()) >= 0.9 * size


def test_each_of_those_requests_was_counted(robbed: dict[str, Found]) -> None:
    assert robbed["report"] == {"openers": {"opens": OPENERS}, "clickers": {"clicks": CLICKERS}}


def test_each_tactic_is_tried_on_each_group(robbed: dict[str, Found]) -> None:
    assert {len(named) for moment, found in robbed.items() if moment != "report" for named in found.values()} == {len(TACTICS)} == {14}
    assert (most_by_chance(OPENERS), most_by_chance(CLICKERS)) == (125, 33)
