"""The attacker is able: it finds what a product would leave that keeps fingerprints, counts at once, or numbers in a row.

These stage deliveries by inserts: what they are about is the attacker, and on PostgreSQL what a database alone tells.
"""

import hashlib
import random
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from itertools import islice
from pathlib import Path

import pytest

from siegelpost.audience.models import Subscriber
from siegelpost.base import clock
from siegelpost.base.actor import Actor
from siegelpost.delivery.models import Delivery
from siegelpost.measure.aggregate import aggregate
from siegelpost.measure.models import Counter
from siegelpost.measure.policy import plan
from siegelpost.measure.services import register_targets
from siegelpost.measure.spool import Hit, Spool
from siegelpost.measure.uniques import Uniques
from siegelpost.sign.addresses import address_key
from siegelpost.sign.tokens import make_token
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.home import home
from siegelpost.tenancy.registry import open_by_number
from tests.edge.live import live
from tests.environments import as_production
from tests.measure.attacker import accuse, by_journal, by_marks, by_rows, suspect
from tests.measure.clues import likely_authors
from tests.measure.loot import Loot, Person, Rows, Scores, loot_of
from tests.measure.planted import AGENTS, OPENERS, N
from tests.measure.test_attack import most_by_chance

pytestmark = [pytest.mark.wire, pytest.mark.slow]

MAILING, VARIANT = 3, 17


def stage(alpha: TenantDB, many: int) -> list[Person]:
    """Subscribers with a delivery each, and a measured mailing."""
    now = clock.now()
    emails = [f"person{number:04d}@example.org" for number in range(many)]
    with alpha.atomic():
        saved = alpha.objects(Subscriber).bulk_create(
            [Subscriber(email=each, address_key=address_key(each, alpha.keys.addresses), created_at=now, updated_at=now) for each in emails]
        )
        due = int(now.timestamp())
        rows = [Delivery(mailing_id=MAILING, variant_id=VARIANT, subscriber_id=each.pk, due_at=due) for each in saved]
        alpha.objects(Delivery).bulk_create(rows)
    made = plan(alpha, MAILING, {VARIANT: ["https://example.com/offer"]}, public_url="http://localhost:8001", mode="anonymous")
    register_targets(alpha, made, actor=Actor.operator(), now=now)
    return [
        Person(row.pk, row.email, f"198.51.{100 + place // 100}.{100 + place % 100}", AGENTS[place % len(AGENTS)])
        for place, row in enumerate(saved)
    ]


def deliver(alpha: TenantDB, people: list[Person]) -> Iterator[Person]:
    """Send to one after the other, and give each who has just got it."""
    for person in people:
        with alpha.atomic():
            got = alpha.objects(Delivery).filter(subscriber_id=person.subscriber_id)
            got.update(state="sent", code="250", at=int(clock.now().timestamp()))
        yield person


def steal(alpha: TenantDB, into: Path) -> Loot:
    """The home folder as it lies there now; on PostgreSQL with what a dump of the tenant's database holds."""
    loot = loot_of(home().root, into)
    if alpha.vendor == "postgresql":
        with alpha.cursor() as cursor:
            cursor.execute("SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema()")
            for (table,) in cursor.fetchall():
                cursor.execute(f"SELECT * FROM {table}")
                names = [column[0] for column in cursor.description]
                loot.tables[f"alpha.{table}"] = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
        alpha.close()
    return loot


@contextmanager
def history_kept(alpha: TenantDB) -> Iterator[None]:
    """Another process holds the tenant's database open, as the runner does: SQLite's log of commits stays."""
    if alpha.vendor == "postgresql":
        yield
        return
    with closing(sqlite3.connect(home().tenant("alpha") / "tenant.sqlite3")) as other:
        other.execute("SELECT count(*) FROM measure_counter").fetchall()
        yield


def test_it_finds_them_where_a_salted_fingerprint_is_kept(alpha: TenantDB, tmp_path: Path) -> None:
    """A hash of network address and agent is no anonymity once its salt lies in the same folder."""
    people = stage(alpha, 400)
    openers = set(random.Random(3).sample([person.subscriber_id for person in people], 100))
    salt, folder = bytes(range(32)), home().root / "spool"
    (folder / "salt").write_text(salt.hex())
    with (folder / "e1-490000-1.spool").open("w") as lines:
        for person in people:
            if person.subscriber_id in openers:
                text = f"{person.address}\n{person.agent}".encode()
                lines.write(f"h 1 17 0 {hashlib.blake2b(text, key=salt, digest_size=8).hexdigest()}\n")
    accused = accuse(suspect(steal(alpha, tmp_path / "loot"), people), people, len(openers), random.Random(4))
    assert len(accused["by_hashes"] & openers) >= 0.9 * len(openers)


@pytest.mark.parametrize("at_once", [True, False])
def test_counters_that_rise_at_once_would_tell_and_so_they_rise_once_an_hour(alpha: TenantDB, tmp_path: Path, *, at_once: bool) -> None:
    """Forty people, one at a time: the database's log of commits (SQLite's lies in the home folder) shows after whom
    a counter rose. The log reaches back a while only, so some are found, each for certain; by the hour nobody is.
    """
    people = stage(alpha, 400)
    openers = set(random.Random(3).sample([person.subscriber_id for person in people[:40]], 10))
    spool = Spool(home().root / "spool", "e1", Uniques(bytes), at_once=at_once)
    with history_kept(alpha):
        for person in islice(deliver(alpha, people), 40):
            if person.subscriber_id in openers:
                spool.write(Hit(alpha.number, VARIANT, 0), clock.now().timestamp())
            spool.tick(clock.now().timestamp())
            aggregate(home().root, open_by_number, now=clock.now(), at_once=at_once)
        loot = steal(alpha, tmp_path / "loot")
    found = {person_id for person_id, score in by_journal(loot, people).items() if score > 0}
    certain, wrong = len(found & openers), len(found - openers)
    seen = at_once and alpha.vendor == "sqlite"
    assert (certain > 2, wrong) == (seen, 0)


@pytest.mark.postgresql
def test_a_dump_of_the_database_does_not_tell_who_opened(alpha: TenantDB, engine: str, tmp_path: Path) -> None:
    """The same as test_attack.py, with the rows of a PostgreSQL server in place of SQLite's files."""
    people = stage(alpha, N)
    openers = set(random.Random(3).sample([person.subscriber_id for person in people], OPENERS))
    pixel = make_token("o", alpha.number, (VARIANT,), alpha.keys.tokens)
    with as_production(), live(tmp_path, SIEGELPOST_ENVIRONMENT="production") as server:
        for person in deliver(alpha, people):
            if person.subscriber_id in openers:
                headers = {"User-Agent": person.agent, "X-Forwarded-For": person.address}
                assert server.ask(f"/o/{pixel}.gif", headers=headers).status == 200
        shutil.copy(server.log, home().root / "server.log")
    aggregate(home().root, open_by_number, now=clock.now() + timedelta(hours=1))
    assert sum(alpha.objects(Counter).values_list("n", flat=True)) == OPENERS
    accused = accuse(suspect(steal(alpha, tmp_path / "loot"), people), people, OPENERS, random.Random(4))
    assert {tactic: len(found & openers) for tactic, found in accused.items() if len(found & openers) >= most_by_chance(OPENERS)} == {}


def test_a_row_of_devices_betrays_who_fits_its_place() -> None:
    devices = ["phone", "desktop", "phone", "tablet", "desktop", "phone"]
    found = likely_authors(devices, [("phone", False), ("tablet", True)], share=1 / 3, marked=1 / 2, slip=0)
    assert [round(opened, 3) for opened, _clicked in found] == [0.5, 0.0, 0.5, 1.0, 0.0, 0.0]
    assert [round(clicked, 3) for _opened, clicked in found] == [0.0, 0.0, 0.0, 1.0, 0.0, 0.0]


def test_it_sees_a_mark_and_a_row_more(tmp_path: Path) -> None:
    people = [Person(number, "", "", "") for number in range(1, 10)]
    marks: Rows = [{"subscriber_id": person.subscriber_id, "opened": person.subscriber_id in (4, 6)} for person in people]
    more: Rows = [{"subscriber_id": 4}, {"subscriber_id": 6}]
    assert best(by_marks(Loot(tmp_path, {"a.opened": marks}), people)) == {4, 6}
    assert best(by_rows(Loot(tmp_path, {"a.opened": marks, "a.seen": more}), people)) == {4, 6}


def best(scores: Scores) -> set[int]:
    """Who has the highest score."""
    return {number for number in scores if scores[number] == max(scores.values())}
