"""Each way by which a file with people leaves has its entry, with the hash of that file, and finds those who were in it."""

import csv
import hashlib
import os
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from siegelpost.audience.models import Subscriber
from siegelpost.base import clock
from siegelpost.flows import handing_out
from siegelpost.flows.disclosed import told_to
from siegelpost.flows.instructions import record_instruction
from siegelpost.governance.disclosures.reads import DisclosureView, disclosures
from siegelpost.governance.instructions.services import NewInstruction
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.home import home
from tests.audience.test_export import filled
from tests.delivery.support import WHO, launched
from tests.evidence.logs import past_the_system
from tests.governance.watching import seen
from tests.intake.files import a_list, written
from tests.intake.test_import_command import IMPORT, PEOPLE, run
from tests.web.visiting import visitor

Capsys = pytest.CaptureFixture[str]


FIELDS = "at, kind, recipient, categories, records, people, purpose, ground, channel, digest, act, actor, salt"


def last(tenant: TenantDB) -> DisclosureView:
    return disclosures(tenant)[0]


def hashed(content: bytes | Path) -> str:
    return hashlib.sha256(content.read_bytes() if isinstance(content, Path) else content).hexdigest()


def told(tenant: TenantDB, email: str) -> set[int]:
    return {one.one.id for one in told_to(tenant, email, actor=WHO, now=clock.now()).answers if one.how == "sure"}


def body(answer: Any) -> bytes:
    assert answer.status_code == 200
    pieces: Iterable[bytes] = answer.streaming_content if answer.streaming else [answer.content]
    return b"".join(pieces)


def test_the_export_of_a_list(alpha: TenantDB, tmp_path: Path, capsys: Capsys) -> None:
    filled(alpha, 7)
    file = tmp_path / "out.csv"
    run(capsys, "export", "alpha", file, "--list", "Brief", "--to", "Druckerei Muster", "--purpose", "print")
    one = last(alpha)
    assert (one.kind, one.records, one.recipient, one.purpose, one.digest) == ("export", 7, "Druckerei Muster", "print", hashed(file))
    assert one.people.startswith("list:") and one.categories == ("contact", "profile") and one.channel == "command"
    assert told(alpha, "person3@example.org") == {one.id} and told(alpha, "stranger@example.org") == set()


def test_a_file_that_cannot_be_made_is_not_in_the_register(alpha: TenantDB, tmp_path: Path, capsys: Capsys) -> None:
    filled(alpha, 2)
    run(capsys, "export", "alpha", tmp_path / "none" / "out.csv", "--list", "Brief", exit_code=4)
    run(capsys, "disclosures", "alpha", "--csv", tmp_path / "none" / "out.csv", exit_code=4)
    assert disclosures(alpha) == []


@pytest.mark.slow
def test_a_file_that_the_register_cannot_take_does_not_leave(alpha: TenantDB, tmp_path: Path) -> None:
    mailing = launched(alpha, 3)
    client = visitor(alpha, "editor")
    past_the_system(alpha, "ALTER TABLE disclosures_disclosure RENAME TO elsewhere")
    answer = client.get(f"{client.start}mailings/{mailing}/recipients.csv")
    assert answer.status_code == 500 and b"@example.org" not in answer.content


@pytest.mark.parametrize(("state", "n"), [("", 3), ("due", 3), ("sent", 0)])
def test_the_recipients_of_a_mailing_by_command_and_page(alpha: TenantDB, tmp_path: Path, capsys: Capsys, state: str, n: int) -> None:
    mailing, file = launched(alpha, 3), tmp_path / "out.csv"
    run(capsys, "mailing", "recipients", "alpha", str(mailing), "--csv", file, *(("--state", state) if state else ()))
    client = visitor(alpha, "editor")
    content = body(client.get(f"{client.start}mailings/{mailing}/recipients.csv?state={state}"))
    by_page, by_command = disclosures(alpha)
    assert (by_command.digest, by_page.digest) == (hashed(file), hashed(content)) and content == file.read_bytes()
    assert (by_command.channel, by_page.channel, by_page.records) == ("command", "page", n)
    assert by_page.people == f"mailing:{mailing}" and by_page.recipient.startswith("staff:")
    assert told(alpha, "p00001@example.org") == ({by_page.id, by_command.id} if n else set())


def _target(fd: str) -> str:
    """The file behind an open descriptor, "" for one that is closed meanwhile."""
    try:
        return os.readlink(f"/proc/self/fd/{fd}")
    except OSError:
        return ""


def test_nothing_of_a_download_lies_in_clear_in_the_data_folder(alpha: TenantDB) -> None:
    packed = handing_out.Packed(alpha, [b"ann@example.org\n" * 200_000, b"end"])
    folder = home().tenant("alpha")
    names = [path for path in folder.rglob("*") if path.is_file() and b"ann@example.org" in path.read_bytes()]
    raw = b"".join(os.pread(int(fd), 10_000, 0) for fd in os.listdir("/proc/self/fd") if str(folder) in _target(fd))
    assert len(raw) > 1_000 and b"ann@example.org" not in raw
    assert names == [] and b"".join(packed) == b"ann@example.org\n" * 200_000 + b"end"


def test_refused_rows_by_command(alpha: TenantDB, tmp_path: Path, capsys: Capsys) -> None:
    a_list(alpha)
    twice = PEOPLE + "=bob@example.org;Bob;Muster\nbob@example.org;Bob;\nBob@example.org;Bob;\n"
    run(capsys, "import", "alpha", written(tmp_path, twice), *IMPORT, "--refused", tmp_path / "r.csv")
    one = last(alpha)
    assert (one.digest, one.people, one.categories) == (hashed(tmp_path / "r.csv"), "import:1", ("contact", "rows"))
    with (tmp_path / "r.csv").open(encoding="utf-8-sig", newline="") as file:
        assert one.records == len(list(csv.reader(file, delimiter=";"))) - 1 >= 2
    assert told(alpha, "bob@example.org") == {one.id} and told(alpha, "ann@example.org") == set()


def test_refused_rows_that_stay_sealed_are_no_outflow_until_somebody_takes_them(alpha: TenantDB, tmp_path: Path, capsys: Capsys) -> None:
    a_list(alpha)
    run(capsys, "import", "alpha", written(tmp_path, PEOPLE + "bob@;Bob;\n"), *IMPORT)
    assert disclosures(alpha) == []
    client = visitor(alpha, "editor")
    content = body(client.get(f"{client.start}imports/1/refused"))
    one = last(alpha)
    assert (one.digest, one.people, one.channel, one.records) == (hashed(content), "import:1", "page", 2)


def test_the_log_of_acts_by_command_and_page(alpha: TenantDB, tmp_path: Path, capsys: Capsys) -> None:
    run(capsys, "evidence", "export", "alpha", tmp_path / "log.jsonl")
    client = visitor(alpha, "admin")
    body(client.post(f"{client.start}evidence/file"))
    assert [(one.people, one.channel, one.purpose) for one in disclosures(alpha)] == [
        ("everybody", "page", "proving"), ("everybody", "command", "proving"),
    ]  # fmt: skip
    assert last(alpha).records > 0


def test_the_access_log_holds_staff_alone(alpha: TenantDB, tmp_path: Path, capsys: Capsys) -> None:
    today = f"{clock.now().date()}"
    run(capsys, "log", "access", "alpha", "--from", today, "--to", today, "--csv", tmp_path / "a.csv")
    one = last(alpha)
    assert (one.people, one.categories, one.digest) == ("staff", ("staff",), hashed(tmp_path / "a.csv"))
    assert told(alpha, "ann@example.org") == set()


def test_the_operators_access_log_is_no_tenants_outflow(alpha: TenantDB, tmp_path: Path, capsys: Capsys) -> None:
    today = f"{clock.now().date()}"
    run(capsys, "log", "access", "operator", "--from", today, "--to", today, "--csv", tmp_path / "a.csv")
    run(capsys, "evidence", "export", "operator", tmp_path / "log.jsonl")
    assert disclosures(alpha) == [] and (tmp_path / "a.csv").exists()


def test_the_input_log_finds_people_by_number(alpha: TenantDB, tmp_path: Path, capsys: Capsys) -> None:
    order = NewInstruction(kind="input-log", document=b"Please.", given_by="Eva Muster")
    number = record_instruction(alpha, order, actor=WHO, now=clock.now())
    filled(alpha, 3)
    with alpha.atomic():
        alpha.objects(Subscriber).filter(email="person1@example.org").update(language="de")
    days = ("--from", f"{clock.now().date() - timedelta(days=1)}", "--to", f"{clock.now().date()}")
    run(capsys, "log", "input", "alpha", *days, "--csv", tmp_path / "i.csv")
    one = last(alpha)
    assert (one.people, one.instruction_id, one.digest) == ("input-log", number, hashed(tmp_path / "i.csv"))
    assert told(alpha, "person1@example.org") == {one.id} and told(alpha, "elsewhere@example.org") == set()


def test_a_test_mail_shows_somebody_a_persons_values(alpha: TenantDB, capsys: Capsys) -> None:
    mailing = launched(alpha, 2)
    run(capsys, "mailing", "test", "alpha", str(mailing), "eve@example.net")
    assert disclosures(alpha) == []
    run(capsys, "mailing", "test", "alpha", str(mailing), "eve@example.net", "--like", "p00001@example.org")
    one = last(alpha)
    assert (one.kind, one.recipient, one.records, one.purpose) == ("forwarding", "eve@example.net", 1, "testing")
    assert told(alpha, "p00001@example.org") == {one.id} and told(alpha, "p00000@example.org") == set()


def test_the_command_shows_the_register_and_answers_a_person(alpha: TenantDB, tmp_path: Path, capsys: Capsys) -> None:
    assert "No data went out" in run(capsys, "disclosures", "alpha")
    filled(alpha, 2)
    run(capsys, "export", "alpha", tmp_path / "out.csv", "--list", "Brief", "--to", "=cmd|' /C calc'!A0")
    (one,) = run(capsys, "disclosures", "alpha", "--json")
    assert (one["id"], one["recipient"], one["records"], one["people"]) == (1, "=cmd|' /C calc'!A0", 2, last(alpha).people)
    (mine,) = run(capsys, "disclosures", "alpha", "--email", "person1@example.org", "--json")
    assert (mine["id"], mine["certainty"]) == (1, "sure")
    assert run(capsys, "disclosures", "alpha", "--email", "nobody@example.org", "--json") == []
    assert "yes" in run(capsys, "disclosures", "alpha", "--email", "person1@example.org")
    run(capsys, "disclosures", "alpha", "--csv", tmp_path / "r.csv")
    with (tmp_path / "r.csv").open(newline="", encoding="utf-8-sig") as file:
        head, row = csv.reader(file)
    assert head[:4] == ["number", "time", "kind", "recipient"] and row[3] == "'=cmd|' /C calc'!A0"
    assert (tmp_path / "r.csv").stat().st_mode & 0o777 == 0o600
    assert (last(alpha).people, last(alpha).digest) == ("register", hashed(tmp_path / "r.csv"))


def test_the_command_refuses_what_is_no_address_and_no_period(alpha: TenantDB, capsys: Capsys) -> None:
    wrong = run(capsys, "disclosures", "alpha", "--email", "nobody", "--json", exit_code=4)
    assert wrong["error"]["code"] == "disclosures.address_unreadable"
    days = ("--from", "2026-05-02", "--to", "2026-05-01")
    assert run(capsys, "disclosures", "alpha", *days, "--json", exit_code=4)["error"]["code"] == "disclosures.period_reversed"


def test_the_command_counts_both_days_of_a_period(alpha: TenantDB, tmp_path: Path, capsys: Capsys) -> None:
    filled(alpha, 1)
    run(capsys, "export", "alpha", tmp_path / "out.csv", "--list", "Brief")
    today: date = datetime.now(UTC).date()
    near = ("--from", f"{today - timedelta(days=1)}", "--to", f"{today}")
    assert len(run(capsys, "disclosures", "alpha", *near, "--json")) == 1
    assert run(capsys, "disclosures", "alpha", "--to", f"{today - timedelta(days=2)}", "--json") == []


def sound(tenant: TenantDB, tmp_path: Path, capsys: Capsys) -> None:
    """A tenant of which the check says that all is entered."""
    filled(tenant, 3)
    run(capsys, "export", "alpha", tmp_path / "out.csv", "--list", "Brief")
    found = seen("2.1-01", tenant, now=clock.now())
    assert found.state == "green" and found.evidence["register_entries"] == 1


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        ("DELETE FROM disclosures_disclosure", "entries_gone"),
        ("UPDATE disclosures_disclosure SET recipient = 'somebody else'", "entries_changed"),
        ("UPDATE disclosures_disclosure SET records = 1", "entries_changed"),
        ("DELETE FROM disclosures_marks", "entries_unmarked"),
        ("UPDATE disclosures_marks SET data = (SELECT salt FROM disclosures_disclosure)", "entries_unmarked"),
        (
            f"INSERT INTO disclosures_disclosure ({FIELDS}, marks_digest) SELECT {FIELDS}, '' FROM disclosures_disclosure",
            "entries_without_act",
        ),
    ],
)  # fmt: skip
def test_the_check_sees_a_register_that_was_changed(alpha: TenantDB, tmp_path: Path, capsys: Capsys, statement: str, what: str) -> None:
    sound(alpha, tmp_path, capsys)
    first = ["DELETE FROM disclosures_marks"] if statement == "DELETE FROM disclosures_disclosure" else []
    past_the_system(alpha, *first, statement)
    found = seen("2.1-01", alpha, now=clock.now())
    assert found.state == "red" and found.evidence[what] == 1, found.evidence


def test_a_register_that_was_cut_off_and_said_to_begin_later_is_seen(alpha: TenantDB, tmp_path: Path, capsys: Capsys) -> None:
    sound(alpha, tmp_path, capsys)
    past_the_system(
        alpha, "DELETE FROM disclosures_marks", "DELETE FROM disclosures_disclosure", "UPDATE disclosures_beginning SET entry_id = 999"
    )
    found = seen("2.1-01", alpha, now=clock.now())
    assert (found.state, found.evidence["entries_gone"], found.evidence["acts_without_entry"]) == ("red", 1, 1)


def test_the_check_sees_an_export_that_was_not_entered(alpha: TenantDB, tmp_path: Path, capsys: Capsys) -> None:
    sound(alpha, tmp_path, capsys)
    values = "'2026-11-01 12:00:00', 'operator', 'audience.exported', 'list:1', '{}'"
    past_the_system(alpha, f"INSERT INTO evidence_entry (at, actor, act, subject, details) VALUES ({values})")
    found = seen("2.1-01", alpha, now=clock.now())
    assert found.state == "red" and found.evidence["acts_without_entry"] == 1
