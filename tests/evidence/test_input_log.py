"""The input log: every way in and out, both sources, hands that reach past the system, the file and its signature."""

import csv
import io
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.db import Error as DatabaseError

from siegelpost.audience.models import Subscriber
from siegelpost.audience.reads import list_by_id
from siegelpost.audience.services import add_member
from siegelpost.base.actor import Actor
from siegelpost.consent import suppression
from siegelpost.consent.rules import RETAINED
from siegelpost.evidence.errors import PeriodWrong
from siegelpost.evidence.input_check import compare, sweep
from siegelpost.evidence.input_reads import newest
from siegelpost.evidence.input_switch import is_on, switch
from siegelpost.evidence.models import InputEntry, InputNote
from siegelpost.evidence.reads import entries
from siegelpost.evidence.seal import seal
from siegelpost.evidence.sealed_file import verify_file
from siegelpost.evidence.services import append
from siegelpost.flows.delete_list import clear_lists, delete_list
from siegelpost.flows.export_list import export_list
from siegelpost.flows.input_log import Comparing, rest_on_instruction, switch_input_log, write_csv_file
from siegelpost.flows.instructions import end_instruction, record_instruction
from siegelpost.flows.leave import unsubscribe_for
from siegelpost.governance.instructions.errors import InstructionMissing
from siegelpost.governance.instructions.rules import INPUT_LOG, Term
from siegelpost.governance.instructions.services import NewInstruction, today
from siegelpost.sign.addresses import address_key
from siegelpost.tenancy.handle import TenantDB
from tests.evidence.logs import past_the_system
from tests.intake.files import imported
from tests.web.townsfolk import STAFF, a_list, a_person

WHO = Actor.operator()
JOB = Actor.system("worker")


def now() -> datetime:
    """The database's triggers ask the clock of the machine, so these tests do, too."""
    return datetime.now(UTC)


def an_instruction(tenant: TenantDB, term: Term | None = None, kind: str = INPUT_LOG) -> int:
    new = NewInstruction(kind=kind, document=b"Bitte.", given_by="Eva Muster", term=term)
    return record_instruction(tenant, new, carry_out=False, actor=WHO, now=now())


@pytest.fixture
def on(alpha: TenantDB) -> TenantDB:
    """Alpha with its input log on."""
    assert switch(alpha, True, instruction_id=1, actor=WHO, now=now())
    return alpha


def said(tenant: TenantDB, n: int = 100) -> list[tuple[str, str, str, str]]:
    """What is logged, the oldest first: activity, fields, actor, act."""
    return [(one.kind, one.fields, one.actor, one.act) for one in reversed(newest(tenant, n))]


def found(tenant: TenantDB) -> dict[str, int]:
    """Kinds of difference of a comparison now, with how many."""
    compared = compare(tenant, now=now())
    assert compared is not None
    return {kind: facts["n"] for kind, facts in compared.differences.items()}


def rows(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline=""), delimiter=";"))


def handed_out(tenant: TenantDB, path: Path) -> list[dict[str, str]]:
    write_csv_file(tenant, path, now().date() - timedelta(days=1), now().date(), actor=WHO, now=now())
    return rows(path)


def test_a_mixed_day_is_complete_and_each_line_names_who_acted(on: TenantDB, tmp_path: Path) -> None:
    letter, other = a_list(on, "Journal"), a_list(on, "Other")
    eve = a_person(on, "eve@example.org", letter)
    with on.atomic():
        add_member(on, eve, other, now())
        append(on, "audience.added", subject=f"subscriber:{eve}", actor=STAFF, at=now())
    (tmp_path / "people.csv").write_text("E-Mail\nann@example.org\nbob@example.org\neve@example.org\n", encoding="utf-8")
    job = imported(on, tmp_path / "people.csv", list_id=letter)
    export_list(on, list_by_id(on, letter), tmp_path / "out.csv", actor=WHO, now=now())
    unsubscribe_for(on, [eve], letter, actor=STAFF, now=now())
    with on.atomic():
        key = address_key("ann@example.org", on.keys.addresses)
        suppression.suppress(on, kind=RETAINED, key=key, source="bounces", actor=JOB, now=now())
    delete_list(on, letter, typed="Journal", actor=STAFF, now=now())
    clear_lists(on, now=now())
    with on.atomic():
        on.objects(Subscriber).filter(pk=eve).delete()
        append(on, "subscriber.erased", subject=f"subscriber:{eve}", actor=Actor.subject(), at=now())
    lines = said(on)
    assert lines[0] == ("create", "", "staff:1", "audience.subscriber_created")
    assert ("copy", f"list:{other}", "staff:1", "audience.added") in lines
    assert [one for one in lines if one[3] == f"import:{job.id}"] == [("create", "", "operator", f"import:{job.id}")] * 2
    assert [one for one in lines if one[1] == "export"] == [("copy", "export", "operator", "audience.exported")] * 3
    assert {one[1] for one in lines if one[2] == "staff:1" and one[0] == "change"} >= {f"consent:{letter}", f"list:{letter}", "suppression"}
    assert ("change", "suppression", "system:worker", "suppression.added") in lines
    assert sum(one[3] == f"list:{letter} deleted" and one[1] == f"list:{letter}" for one in lines) == 2
    assert ("delete", "", "subject", "subscriber.erased") in lines
    assert {one[0] for one in lines} == {"create", "change", "copy", "delete"} and all(one[2] for one in lines)
    assert found(on) == {}
    assert "@" not in (tmp_path / "log.csv").name and not any("@" in str(one) for one in handed_out(on, tmp_path / "log.csv"))


def of(tenant: TenantDB, person: int) -> list[tuple[str, str]]:
    """What is logged about one person, the oldest first: activity, fields."""
    return [(one.kind, one.fields) for one in reversed(newest(tenant)) if one.subscriber_id == person]


def test_of_whoever_is_new_lists_and_consent_are_part_of_the_first_entry_and_of_nobody_else(on: TenantDB) -> None:
    letter, other = a_list(on, "Journal"), a_list(on, "Other")
    old = a_person(on, "old@example.org")
    with on.atomic():
        new = a_person(on, "new@example.org", letter)
        add_member(on, old, letter, now())
    assert of(on, new) == [("create", "")] and of(on, old) == [("create", ""), ("change", f"list:{letter}")]
    with on.atomic():
        add_member(on, new, other, now())
        append(on, "audience.added", actor=STAFF, at=now())
    assert of(on, new)[1:] == [("copy", f"list:{other}")]


def test_a_number_that_was_free_again_is_not_taken_for_somebody_known(on: TenantDB) -> None:
    letter, gone = a_list(on, "Journal"), a_person(on, "gone@example.org")
    with on.atomic():
        on.objects(Subscriber).filter(pk=gone).delete()
        append(on, "subscriber.erased", actor=STAFF, at=now())
    new = a_person(on, "new@example.org", letter)
    assert new > gone and of(on, new) == [("create", "")]


def test_whom_a_hand_creates_and_puts_on_a_list_has_both_entries(on: TenantDB) -> None:
    letter, columns = a_list(on, "Journal"), "email, address_key, fields, language, created_at, updated_at"
    for name in ("old", "eve"):
        a_person(on, f"{name}@example.org")
    made = f"INSERT INTO audience_subscriber ({columns}) SELECT 'x@example.org', {{key}}, fields, '', created_at, updated_at "
    joined = "INSERT INTO audience_membership (list_id, subscriber_id, added_at) "
    joined += f"SELECT {letter}, max(id), max(created_at) FROM audience_subscriber"
    key = "x'00'" if on.vendor == "sqlite" else "'x'::bytea"
    past_the_system(on, made.format(key=key) + "FROM audience_subscriber LIMIT 1", joined)
    assert [(one.kind, one.actor) for one in newest(on, 2)] == [("change", "past the system"), ("create", "past the system")]


@pytest.mark.slow
def test_an_import_of_many_has_one_entry_for_each_and_a_note_that_fits(on: TenantDB, tmp_path: Path) -> None:
    people = 20_000
    file = tmp_path / "people.csv"
    file.write_text("E-Mail\n" + "".join(f"n{number}@example.org\n" for number in range(people)), encoding="utf-8")
    imported(on, file, list_id=a_list(on))
    with on.cursor() as cursor:
        cursor.execute("SELECT kind, fields, count(*), count(DISTINCT subscriber_id) FROM evidence_inputentry GROUP BY 1, 2")
        assert cursor.fetchall() == [(1, "", people, people)]
    assert found(on) == {}


def test_names_of_changed_fields_are_logged_and_no_value(on: TenantDB) -> None:
    eve = a_person(on, "eve@example.org", last_name="Alt", city="Ulm")
    with on.atomic():
        row = on.objects(Subscriber).get(pk=eve)
        row.email, row.fields = "eva@example.org", {"last_name": "Neu", "first_name": "Eva"}
        row.save(using=on.alias)
        append(on, "audience.subscriber_changed", actor=STAFF, at=now())
        on.objects(Subscriber).filter(pk=eve).update(updated_at=now())  # nothing of the person
    (line,) = [one for one in newest(on) if one.kind == "change"]
    assert sorted(line.fields.split()) == ["city", "email", "first_name", "last_name"]


def test_while_it_is_off_nothing_is_logged(alpha: TenantDB) -> None:
    a_person(alpha, "eve@example.org", a_list(alpha))
    assert newest(alpha) == [] and compare(alpha, now=now()) is None
    assert not alpha.objects(InputNote).exists()


HANDS = {
    "UPDATE audience_subscriber SET language = 'de'": "change",
    "DELETE FROM audience_membership": "change",
    "UPDATE consent_consent SET source = 'x'": "change",
    "DELETE FROM consent_consent": "change",
}


@pytest.mark.parametrize("statement", HANDS)
def test_what_a_hand_changes_in_the_database_is_found_once_and_stands_in_the_log_that_proves(on: TenantDB, statement: str) -> None:
    a_person(on, "eve@example.org", a_list(on))
    past_the_system(on, statement)
    a_person(on, "ann@example.org")
    line = newest(on)[1]
    assert (line.kind, line.actor) == (HANDS[statement], "past the system")
    assert found(on) == {"past": 1}
    (entry,) = entries(on, act="evidence.input_log_differs")
    assert entry["details"]["past"]["n"] == 1
    assert found(on) == {}


def test_whoever_borrows_the_number_of_a_transaction_is_found(on: TenantDB) -> None:
    eve = a_person(on, "eve@example.org")
    tx = on.objects(InputNote).get().tx
    forged = f"INSERT INTO evidence_inputentry (at, kind, subscriber_id, fields, tx) SELECT at, 4, {eve}, '', {tx} FROM evidence_inputentry"
    past_the_system(on, forged)
    differences = found(on)
    assert differences.pop("people") == 1 and differences == {"changed": 1}
    past_the_system(on, forged.replace(", 4,", ", 2,") + " LIMIT 1")
    assert found(on) == {"past": 1}


def test_a_note_that_the_system_did_not_write_does_not_count(on: TenantDB) -> None:
    a_person(on, "eve@example.org")
    past_the_system(on, *_unkept(on), "UPDATE evidence_inputnote SET actor = 'staff:2'")
    assert found(on) == {"changed": 1}


def test_a_log_that_was_switched_off_by_hand_is_put_back_and_what_came_meanwhile_is_counted(on: TenantDB) -> None:
    past_the_system(on, "UPDATE evidence_inputswitch SET active = false")
    a_person(on, "eve@example.org")
    assert found(on) == {"switched": 1, "people": 1}
    a_person(on, "ann@example.org")
    assert [one.kind for one in newest(on)] == ["create"] and found(on) == {}


def test_a_trigger_that_is_gone_is_missed(on: TenantDB) -> None:
    table = "" if on.vendor == "sqlite" else " ON audience_subscriber"
    past_the_system(on, f"DROP TRIGGER inputs_person_in{table}")
    a_person(on, "eve@example.org")
    assert found(on) == {"triggers": 1, "people": 1}


def test_a_transaction_in_which_nobody_was_named_is_reported(on: TenantDB) -> None:
    eve = a_person(on, "eve@example.org")
    with on.atomic():
        on.objects(Subscriber).filter(pk=eve).update(language="de")
    assert newest(on)[0].actor == "system:unnamed" and found(on) == {"unnamed": 1}


def test_what_was_taken_back_leaves_nothing_and_what_follows_is_still_the_systems(on: TenantDB) -> None:
    with on.atomic():
        with suppress(ZeroDivisionError), on.atomic():
            a_person(on, "bob@example.org")
            raise ZeroDivisionError
        a_person(on, "eve@example.org")
    with suppress(ZeroDivisionError), on.atomic():
        a_person(on, "ann@example.org")
        raise ZeroDivisionError
    assert [one.kind for one in newest(on)] == ["create"] and found(on) == {}


def test_entries_cannot_be_changed_or_removed_before_their_time(on: TenantDB) -> None:
    a_person(on, "eve@example.org")
    for model in (InputEntry, InputNote):
        with pytest.raises(DatabaseError), on.atomic():
            on.objects(model).update(tx=99)
        with pytest.raises(DatabaseError), on.atomic():
            on.objects(model).all()._raw_delete(on.alias)
        assert on.objects(model).count() == 1


def test_an_entry_of_the_fourteenth_week_is_deleted_and_nothing_else(on: TenantDB) -> None:
    a_person(on, "eve@example.org")
    a_person(on, "ann@example.org")
    old = (now() - timedelta(weeks=13, minutes=1)).strftime("%Y-%m-%d %H:%M:%S.%f")
    past_the_system(
        on, *_unkept(on), *(f"UPDATE {table} SET at = '{old}' WHERE id = 1" for table in ("evidence_inputentry", "evidence_inputnote"))
    )
    assert sweep(on, now=now()) == 1
    assert [one.subscriber_id for one in newest(on)] == [2] and on.objects(InputNote).count() == 1
    assert found(on) == {} and sweep(on, now=now()) == 0


def test_without_a_valid_instruction_nothing_is_switched(alpha: TenantDB) -> None:
    tomorrow = today(now()) + timedelta(days=1)
    for number in (an_instruction(alpha, kind="other"), an_instruction(alpha, Term(tomorrow)), 4711):
        with pytest.raises(InstructionMissing):
            switch_input_log(alpha, True, instruction_id=number, actor=WHO, now=now())
    assert not is_on(alpha)


def test_recording_one_turns_it_on_and_ending_it_turns_it_off(alpha: TenantDB) -> None:
    new = NewInstruction(kind=INPUT_LOG, document=b"Bitte.", given_by="Eva Muster")
    one = record_instruction(alpha, new, actor=WHO, now=now())
    assert is_on(alpha)
    two = an_instruction(alpha)
    end_instruction(alpha, one, actor=WHO, now=now())
    assert is_on(alpha)  # the other one holds
    rest_on_instruction(alpha, actor=JOB, now=now() + timedelta(days=1))
    end_instruction(alpha, two, actor=WHO, now=now())
    assert not is_on(alpha)
    acts = [(one["act"], one["subject"]) for one in entries(alpha) if one["act"].startswith("evidence.input")]
    assert acts[0] == ("evidence.input_log_off", f"instruction:{two}") and acts[-1] == ("evidence.input_log_on", f"instruction:{one}")


def test_off_and_on_again_shows_as_a_gap_in_the_file(alpha: TenantDB, tmp_path: Path) -> None:
    number = an_instruction(alpha)
    for active, name in ((True, "ann"), (False, "bob"), (True, "eve")):
        switch_input_log(alpha, active, instruction_id=number, actor=WHO, now=now())
        a_person(alpha, f"{name}@example.org")
    lines = handed_out(alpha, tmp_path / "log.csv")
    assert [one["activity"] for one in lines] == ["log_off", "log_on", "create", "log_off", "log_on", "create"]
    assert lines[1]["fields"] == f"instruction:{number}" and lines[1]["actor"] == "operator"
    assert (tmp_path / "log.csv").read_bytes().startswith(b"\xef\xbb\xbftime;activity;subscriber_id;fields;actor;act\r\n")


def test_no_cell_is_a_formula_or_holds_a_control_character(on: TenantDB, tmp_path: Path) -> None:
    a_person(on, "eve@example.org")
    past_the_system(on, """UPDATE audience_subscriber SET fields = '{"=cmd\\u0007\\n": "x"}'""")
    (line,) = [one for one in handed_out(on, tmp_path / "log.csv") if one["activity"] == "change"]
    assert line["fields"] == "'=cmd\ufffd\ufffd" and line["actor"] == "past the system"
    assert line["time"].endswith("Z") and len(line["time"]) == len("2026-01-01T00:00:00.000Z")


def test_a_file_kept_outside_verifies_and_one_byte_breaks_it(on: TenantDB, tmp_path: Path) -> None:
    a_person(on, "eve@example.org")
    kept = seal(on, now=now()).encode()
    handed_out(on, tmp_path / "log.csv")
    content, signature = (tmp_path / "log.csv").read_bytes(), (tmp_path / "log.csv.sig").read_bytes()
    whole = verify_file([content], signature, [kept])
    assert whole.faults == () and whole.witnessed == 1 and "/alpha/input-log/" in whole.origin
    assert verify_file([content.replace(b"create", b"delete")], signature).faults == ("changed",)
    assert verify_file([content + b"\n"], signature).faults == ("changed",)
    for at in (10, len(signature) // 2, len(signature) - 5):
        broken = signature[:at] + bytes([signature[at] ^ 1]) + signature[at + 1 :]
        assert verify_file([content], broken).faults == ("signature",)
    assert verify_file([content], signature, [b"nothing"]).faults == ("no_checkpoint",)
    (entry,) = entries(on, act="evidence.input_log_exported")
    assert entry["details"]["lines"] == 3


def test_a_file_holds_three_months_at_most(on: TenantDB, tmp_path: Path) -> None:
    for first, last in ((date(2026, 1, 1), date(2026, 4, 4)), (date(2026, 1, 2), date(2026, 1, 1))):
        with pytest.raises(PeriodWrong):
            write_csv_file(on, tmp_path / "log.csv", first, last, actor=WHO, now=now())
    assert list(tmp_path.iterdir()) == []
    write_csv_file(on, tmp_path / "log.csv", date(2026, 7, 1), date(2026, 9, 30), actor=WHO, now=now())


def test_the_worker_compares_and_heeds_the_instruction(alpha: TenantDB) -> None:
    number = an_instruction(alpha, Term(today(now()), today(now())))
    switch_input_log(alpha, True, instruction_id=number, actor=WHO, now=now())
    a_person(alpha, "eve@example.org")
    past_the_system(alpha, "UPDATE audience_subscriber SET language = 'de'")
    Comparing("https://staff.example.org", first=0).look([alpha], now=now() + timedelta(days=2))
    assert not is_on(alpha) and entries(alpha, act="evidence.input_log_differs")


def _unkept(tenant: TenantDB) -> Iterator[str]:
    """So that a test can make entries old: the hands of `past_the_system` drop SQLite's triggers by themselves."""
    if tenant.vendor == "postgresql":
        yield "SET session_replication_role = replica"
