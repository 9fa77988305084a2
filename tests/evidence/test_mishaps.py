"""What happens to the logs where no attacker is needed: clocks that jump, a disk that is full, rows that lie in between."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import DatabaseError

from siegelpost.audience.models import Subscriber, SubscriberList
from siegelpost.audience.services import create_list
from siegelpost.delivery.models import Outgoing
from siegelpost.evidence.input_check import compare
from siegelpost.evidence.input_switch import switch
from siegelpost.evidence.models import Entry, InputEntry, InputNote, Leaf
from siegelpost.evidence.seal import seal
from siegelpost.evidence.services import append
from siegelpost.evidence.verify import verify
from siegelpost.flows.sealing import mail_to_witness
from siegelpost.intake.errors import ImportStopped
from siegelpost.tenancy.handle import TenantDB
from tests.evidence.logs import NOW, WHO, exported, past_the_system, write
from tests.evidence.test_input_log import now
from tests.evidence.test_sealing import told
from tests.intake.files import a_list, imported
from tests.mailings.making import some_sender

DAY = timedelta(days=1)


def test_a_clock_that_jumps_leaves_no_entry_without_a_place_and_no_checkpoint_that_does_not_fit(alpha: TenantDB, tmp_path: Path) -> None:
    kept = []
    for jump in (timedelta(0), -40 * DAY, 400 * DAY, -DAY, timedelta(seconds=-1)):
        with alpha.atomic():
            append(alpha, "list.created", actor=WHO, at=NOW + jump)
        kept.append(seal(alpha, now=NOW + jump).encode())
    assert alpha.objects(Leaf).count() == alpha.objects(Entry).count()
    found = verify(exported(alpha, tmp_path / "log").splitlines(keepends=True), kept)
    assert (found.counts, found.witnessed) == ({}, 5)


def test_a_clock_that_was_a_year_ahead_does_not_silence_the_mails_to_the_witness(alpha: TenantDB) -> None:
    tenant = told(alpha, "dpo@example.org")
    some_sender(tenant)
    note = seal(tenant, now=NOW)
    jumps = (timedelta(0), 365 * DAY, DAY, DAY + timedelta(hours=1), DAY - timedelta(seconds=1))
    assert [mail_to_witness(tenant, note, now=NOW + jump) for jump in jumps] == [True, True, True, False, False]
    assert tenant.objects(Outgoing).filter(kind="checkpoint").count() == 3


BETWEEN = (
    "UPDATE evidence_leaf SET id = -id WHERE id > 4",
    "UPDATE evidence_leaf SET id = 1 - id WHERE id < 0",
    "INSERT INTO evidence_leaf (id, entry_id, salt, hash) SELECT 5, 4711, salt, hash FROM evidence_leaf WHERE id = 4",
    "INSERT INTO evidence_entry (id, at, actor, act, subject, details) "
    "SELECT 4711, at, actor, act, subject, details FROM evidence_entry WHERE id = 4",
)


def test_an_entry_that_was_put_in_between_breaks_the_signed_lengths_without_any_witness(alpha: TenantDB, tmp_path: Path) -> None:
    write(alpha, 9)
    seal(alpha, now=NOW)
    past_the_system(alpha, *BETWEEN)
    found = verify(exported(alpha, tmp_path / "log").splitlines(keepends=True))
    assert found.counts["rewritten"] == found.signed == 2 and found.counts["changed"] == 1


@contextmanager
def a_full_disk(tenant: TenantDB, table: str = "evidence_entry", pages: int = 0) -> Iterator[None]:
    """SQLite may take so many pages more; PostgreSQL, whose disk is not ours to fill, says so at the first row of a table."""
    if tenant.vendor == "postgresql":
        past_the_system(
            tenant,
            "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE disk_full; END $$",
            f"CREATE TRIGGER full_disk BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION full_disk()",
        )
        yield
        past_the_system(tenant, f"DROP TRIGGER full_disk ON {table}")
        return
    with tenant.cursor() as cursor:
        cursor.execute("PRAGMA page_count")
        cursor.execute(f"PRAGMA max_page_count = {cursor.fetchone()[0] + pages}")
    yield
    tenant.close()


def test_where_the_disk_is_full_an_act_fails_and_nothing_of_it_is_there(alpha: TenantDB, tmp_path: Path) -> None:
    write(alpha, 5)
    kept = seal(alpha, now=NOW).encode()
    done = 0

    def acts() -> None:
        nonlocal done
        for done in range(1_000):
            create_list(alpha, f"List {done}", actor=WHO, now=NOW)

    with a_full_disk(alpha), pytest.raises(DatabaseError):
        acts()
    assert alpha.objects(SubscriberList).count() == alpha.objects(Entry).filter(act="audience.list_created").count() == done
    found = verify(exported(alpha, tmp_path / "log").splitlines(keepends=True), [kept])
    assert (found.counts, found.witnessed) == ({}, 1)


def test_where_the_disk_is_full_while_sealing_no_entry_has_half_a_place(alpha: TenantDB, tmp_path: Path) -> None:
    write(alpha, 400)
    with a_full_disk(alpha, "evidence_leaf", pages=4), pytest.raises(DatabaseError):
        seal(alpha, now=NOW)
    assert alpha.objects(Leaf).count() % 100 == 0
    assert verify(exported(alpha, tmp_path / "log").splitlines(keepends=True)).counts == {}


def test_an_import_that_the_input_log_fills_the_disk_for_stops_and_people_and_entries_agree(alpha: TenantDB, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text("E-Mail\n" + "".join(f"n{number}@example.org\n" for number in range(2_000)), encoding="utf-8")
    switch(alpha, True, instruction_id=1, actor=WHO, now=now())
    letter = a_list(alpha)
    with a_full_disk(alpha, "evidence_inputentry", pages=40), pytest.raises(ImportStopped):
        imported(alpha, file, list_id=letter)
    people = alpha.objects(Subscriber).count()
    assert people == alpha.objects(InputEntry).filter(kind=1).count() < 2_000
    assert people == 0 or alpha.objects(InputNote).exists()
    compared = compare(alpha, now=now())
    assert compared is not None and compared.differences == {}
