"""From a file to subscribers with consent; what must not come in stays out."""

import csv
import io
import os
from datetime import timedelta
from pathlib import Path

import pytest

from siegelpost.audience.fields import FieldSpec
from siegelpost.audience.models import Subscriber
from siegelpost.audience.reads import find_by_email, list_by_name
from siegelpost.audience.services import create_field, create_list
from siegelpost.base import batches
from siegelpost.consent.grants import grant_many
from siegelpost.consent.reads import records_of, running_lists
from siegelpost.consent.suppression import suppress, suppress_pattern
from siegelpost.evidence.models import Entry
from siegelpost.intake import writing
from siegelpost.intake.errors import ImportStopped
from siegelpost.intake.orders import ImportOrder
from siegelpost.intake.reads import imports_of
from siegelpost.intake.refused import open_refused
from siegelpost.sign.addresses import address_key
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.home import home
from tests.consent.ecg import bring
from tests.intake.files import GROUND, ME, NOW, SOURCE, a_list, imported, written

PEOPLE = (
    "E-Mail;Vorname;Nachname;Kundennummer\n"
    "ann@Example.org;Ann;Muster;1\n"
    " b\u00f6@b\u00fccher.example ;;;2\n"
    "ben@b\u00fccher.example;Ben;Beispiel;3\n"
)


def test_a_file_becomes_subscribers_with_consent(alpha: TenantDB, beta: TenantDB, tmp_path: Path) -> None:
    result = imported(alpha, written(tmp_path, PEOPLE))
    assert (result.tally.rows, result.tally.added, result.tally.refused) == (3, 2, {"email_invalid": 1})
    assert result.ignored_columns == ("Kundennummer",)
    ben = find_by_email(alpha, "ben@xn--bcher-kva.example")
    assert ben is not None
    assert ben.fields == {"first_name": "Ben", "last_name": "Beispiel"}
    assert ben.list_ids == running_lists(alpha, ben.id) == {a_list(alpha)}
    (consent,) = records_of(alpha, ben.id)
    assert (consent.ground, consent.source, consent.import_id, consent.granted_at) == (GROUND, SOURCE, result.id, NOW)


def test_the_job_and_the_log_say_what_was_imported(alpha: TenantDB, beta: TenantDB, tmp_path: Path) -> None:
    result = imported(alpha, written(tmp_path, PEOPLE))
    (job,) = imports_of(alpha)
    assert (job.id, job.state, job.file_name, job.ground, job.source, job.mode) == (
        result.id, "done", "people.csv", GROUND, SOURCE, "update_add",
    )  # fmt: skip
    assert (job.rows, job.added, job.refused) == (3, 2, {"email_invalid": 1})
    assert len(job.file_hash) == 64
    entry = alpha.objects(Entry).get(act="intake.imported")
    assert (entry.subject, entry.details["added"], entry.details["ground"]) == (f"import:{result.id}", 2, GROUND)
    assert "ann" not in str(entry.details)


def test_the_same_file_again_changes_nothing(alpha: TenantDB, beta: TenantDB, tmp_path: Path) -> None:
    path = written(tmp_path, PEOPLE)
    imported(alpha, path)
    before = list(alpha.objects(Subscriber).order_by("pk").values())
    result = imported(alpha, path, now=NOW + timedelta(days=1))
    assert (result.tally.added, result.tally.updated, result.tally.unchanged) == (0, 0, 2)
    assert list(alpha.objects(Subscriber).order_by("pk").values()) == before
    ann = find_by_email(alpha, "ann@example.org")
    assert ann is not None
    assert len(records_of(alpha, ann.id)) == 1


def test_new_values_update_and_empty_cells_do_not_erase(alpha: TenantDB, beta: TenantDB, tmp_path: Path) -> None:
    imported(alpha, written(tmp_path, PEOPLE))
    result = imported(alpha, written(tmp_path, "email,first name,last name\nANN@example.org,Anna,\n"))
    assert (result.tally.added, result.tally.updated, result.tally.unchanged) == (0, 1, 0)
    ann = find_by_email(alpha, "ann@example.org")
    assert ann is not None
    assert ann.fields == {"first_name": "Anna", "last_name": "Muster"}


def test_mode_add_leaves_those_who_are_there_alone(alpha: TenantDB, beta: TenantDB, tmp_path: Path) -> None:
    imported(alpha, written(tmp_path, PEOPLE))
    result = imported(alpha, written(tmp_path, "email,first name\nann@example.org,X\nnew@example.org,Neu\n"), mode="add")
    assert (result.tally.added, result.tally.updated, result.tally.unchanged) == (1, 0, 1)
    ann = find_by_email(alpha, "ann@example.org")
    assert ann is not None
    assert ann.fields["first_name"] == "Ann"


def test_mode_update_adds_nobody(alpha: TenantDB, beta: TenantDB, tmp_path: Path) -> None:
    imported(alpha, written(tmp_path, PEOPLE))
    result = imported(alpha, written(tmp_path, "email,first name\nann@example.org,Anna\nnew@example.org,Neu\n"), mode="update")
    assert (result.tally.added, result.tally.updated, result.tally.refused) == (0, 1, {"not_on_list": 1})
    assert find_by_email(alpha, "new@example.org") is None


def test_a_person_of_another_list_joins_this_one(alpha: TenantDB, beta: TenantDB, tmp_path: Path) -> None:
    imported(alpha, written(tmp_path, PEOPLE))
    other = create_list(alpha, "Zweiter", actor=ME, now=NOW)
    result = imported(alpha, written(tmp_path, PEOPLE), list_id=other)
    assert result.tally.added == 2
    assert alpha.objects(Subscriber).count() == 2
    assert list_by_name(alpha, "Zweiter").members == 2


def test_whoever_left_or_complained_does_not_come_back(alpha: TenantDB, beta: TenantDB, tmp_path: Path) -> None:
    wanted, other = a_list(alpha), create_list(alpha, "Zweiter", actor=ME, now=NOW)
    kinds = {"optout": wanted, "complaint": None, "retained": None, "exclusion": None}
    with alpha.atomic():
        for kind, list_id in kinds.items():
            key = address_key(f"{kind}@example.org", alpha.keys.addresses)
            suppress(alpha, kind=kind, key=key, source="test", list_id=list_id, actor=ME, now=NOW)
        elsewhere = address_key("elsewhere@example.org", alpha.keys.addresses)
        suppress(alpha, kind="optout", key=elsewhere, source="test", list_id=other, actor=ME, now=NOW)
        suppress_pattern(alpha, pattern="%@blocked.example", source="test", actor=ME, now=NOW)
    bring(alpha, "anndot@example.org")
    rows = "".join(f"{kind.upper()}@example.org\n" for kind in kinds)
    result = imported(alpha, written(tmp_path, f"email\n{rows}x@Blocked.example\nann.dot@example.org\nelsewhere@example.org\n"))
    assert result.tally.added == 1
    assert result.tally.refused == {"opted_out": 1, "complained": 1, "retained": 1, "excluded": 1, "blacklisted": 1, "listed": 1}
    assert alpha.objects(Subscriber).count() == 1


def test_duplicates_within_the_file_are_refused_and_the_first_counts(alpha: TenantDB, beta: TenantDB, tmp_path: Path) -> None:
    result = imported(alpha, written(tmp_path, "email;Vorname\nann@example.org;Ann\nANN@EXAMPLE.ORG;X\nann@example.org;Y\n"))
    assert (result.tally.added, result.tally.refused) == (1, {"duplicate": 2})
    ann = find_by_email(alpha, "ann@example.org")
    assert ann is not None
    assert ann.fields == {"first_name": "Ann"}


def test_values_are_read_by_the_type_of_their_field(alpha: TenantDB, beta: TenantDB, tmp_path: Path) -> None:
    a_list(alpha)
    for name, kind in (("Umsatz", "number"), ("Geburtstag", "date"), ("VIP", "boolean")):
        create_field(alpha, FieldSpec(name=name, alias=name.lower(), kind=kind, purpose="Test"), actor=ME, now=NOW)
    head = "email;Umsatz;Geburtstag;VIP\n"
    result = imported(
        alpha, written(tmp_path, f"{head}ann@example.org;1.234,5;31.12.1990;ja\nben@example.org;viel;;\neve@example.org;;;nein\n")
    )
    assert result.tally.refused == {"value_unfit": 1}
    ann = find_by_email(alpha, "ann@example.org")
    assert ann is not None
    assert ann.fields == {"umsatz": 1234.5, "geburtstag": "1990-12-31", "vip": True}


def test_refused_rows_lie_sealed_in_the_tenant_s_folder(alpha: TenantDB, beta: TenantDB, tmp_path: Path) -> None:
    result = imported(alpha, written(tmp_path, PEOPLE + "=cmd()@x;=cmd();+1+1;\n"))
    folder = home().tenant(alpha.slug)
    sealed = Path(result.refused_file).read_bytes()
    assert Path(result.refused_file).is_relative_to(folder)
    assert b"cher" not in sealed
    assert os.stat(result.refused_file).st_mode & 0o777 == 0o600
    with open_refused(folder, result.id, alpha.keys.files) as file:
        rows = list(csv.reader(io.TextIOWrapper(file, "utf-8-sig"), delimiter=";"))
    assert rows[0] == ["Line", "Reason", "Explanation", "E-Mail", "Vorname", "Nachname", "Kundennummer"]
    assert rows[1] == [
        "3", "email_invalid", "This is no e-mail address that mail can be sent to. (E-Mail)", " b\u00f6@b\u00fccher.example ", "", "", "2",
    ]  # fmt: skip
    assert rows[2][3:6] == ["'=cmd()@x", "'=cmd()", "'+1+1"]


def test_refused_rows_go_where_the_caller_says_in_clear_and_private(alpha: TenantDB, beta: TenantDB, tmp_path: Path) -> None:
    target = tmp_path / "refused.csv"
    for _ in range(2):
        result = imported(alpha, written(tmp_path, PEOPLE), refused_to=target)
    assert result.refused_file == str(target)
    assert target.stat().st_mode & 0o777 == 0o600
    assert "email_invalid" in target.read_text(encoding="utf-8-sig")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["people.csv", "refused.csv"]


def test_without_refused_rows_there_is_no_file(alpha: TenantDB, beta: TenantDB, tmp_path: Path) -> None:
    result = imported(alpha, written(tmp_path, "email\nann@example.org\n"), refused_to=tmp_path / "refused.csv")
    assert result.refused_file == ""
    assert not (tmp_path / "refused.csv").exists()


def test_a_fault_half_way_says_what_is_in_and_the_next_run_finishes(
    alpha: TenantDB, beta: TenantDB, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(tmp_path, "email\n" + "".join(f"person{number}@example.org\n" for number in range(500)) + "bad\n")
    a_list(alpha)

    def disk_full_after_a_while(*args: object, **kwargs: object) -> int:
        if alpha.objects(Subscriber).count() > 300:
            raise OSError(28, "No space left on device")
        return grant_many(*args, **kwargs)  # type: ignore[arg-type]

    with monkeypatch.context() as patched:
        patched.setattr(writing, "grant_many", disk_full_after_a_while)
        with pytest.raises(ImportStopped) as caught:
            imported(alpha, path)
    stored = alpha.objects(Subscriber).count()
    assert 0 < stored < 500
    assert caught.value.exit_code == 5
    assert (caught.value.facts["added"], caught.value.facts["line"]) == (stored, stored + 1)
    assert "person" not in caught.value.text("en")
    assert imports_of(alpha)[0].state == "failed"
    assert alpha.objects(Entry).filter(act="intake.import_stopped").count() == 1

    result = imported(alpha, path)
    assert (result.tally.added, result.tally.unchanged, result.tally.refused) == (500 - stored, stored, {"email_invalid": 1})


def test_transactions_stay_short_and_let_others_in(alpha: TenantDB, beta: TenantDB, engine: str) -> None:
    size = batches.BatchSize("sqlite")
    size.learn(size.rows, seconds=0.5)
    assert size.rows == batches.SMALLEST_BATCH
    for _ in range(30):
        size.learn(size.rows, seconds=0.001)
    assert size.rows == batches.LARGEST_BATCH

    waits: list[float] = []
    order = ImportOrder(list_id=a_list(alpha), ground=GROUND, source=SOURCE)
    writer = writing.BatchWriter(alpha, order, 1, NOW, tick=lambda: 100.0, sleep=waits.append)
    writer.write([])
    writer.write([])
    assert waits == ([batches.PAUSE_SECONDS] if engine == "sqlite" else [])


@pytest.mark.parametrize("fault", [KeyboardInterrupt, OSError])
def test_an_import_that_is_broken_off_keeps_what_is_in_and_the_refused_rows_so_far(
    alpha: TenantDB, beta: TenantDB, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: type[BaseException]
) -> None:
    path = written(tmp_path, "email\nbad\n" + "".join(f"person{number}@example.org\n" for number in range(500)))
    a_list(alpha)

    def stop_later(*args: object, **kwargs: object) -> int:
        if alpha.objects(Subscriber).count() > 250:
            raise fault
        return grant_many(*args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(writing, "grant_many", stop_later)
    with pytest.raises(ImportStopped):
        imported(alpha, path, refused_to=tmp_path / "refused.csv")
    assert "email_invalid" in (tmp_path / "refused.csv").read_text(encoding="utf-8-sig")
    assert imports_of(alpha)[0].state == "failed"
    assert sorted(one.name for one in tmp_path.iterdir()) == ["people.csv", "refused.csv"]


def test_a_full_disk_under_the_refused_rows_stops_the_import_and_leaves_no_half_file(
    alpha: TenantDB, beta: TenantDB, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*args: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(ImportStopped) as caught:
        imported(alpha, written(tmp_path, PEOPLE), refused_to=tmp_path / "refused.csv")
    assert caught.value.facts["added"] == 2
    assert [one.name for one in tmp_path.iterdir()] == ["people.csv"]
