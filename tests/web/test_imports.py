"""Imports in the browser: from a file to people on a list, and what is refused on the way."""

import csv
import io
import os
import re
import signal
from datetime import timedelta
from pathlib import Path

import pytest

from siegelpost.audience.reads import fields_of, find_by_email, lists_of
from siegelpost.base import clock
from siegelpost.evidence.reads import entries
from siegelpost.flows import run_import
from siegelpost.flows.run_import import folder_of
from siegelpost.intake import jobs, kept
from siegelpost.intake.models import ImportJob
from siegelpost.intake.reads import drafts_of, import_by_id, imports_of
from siegelpost.tenancy.handle import TenantDB
from siegelpost.web.uploads import MOST_BYTES
from tests.patience import PATIENCE
from tests.web.uploading import GOOD, MIXED, archive, choices, ended, letter, upload, uploaded
from tests.web.visiting import Visitor, visitor

HOSTILE = "<script>alert(1)</script>\"'&\u202e🎈"


def planned(tenant: TenantDB, content: str = GOOD, role: str = "editor", **changes: str) -> tuple[Visitor, int]:
    client = visitor(tenant, role)
    list_id = letter(tenant)
    number = uploaded(client, content)
    client.send(f"imports/{number}/columns", choices(list_id, **changes))
    return client, number


@pytest.mark.wire
def test_an_import_goes_from_a_file_to_people_and_hands_out_what_it_refused(alpha: TenantDB) -> None:
    client = visitor(alpha)
    list_id = letter(alpha)
    number = uploaded(client, MIXED)
    second = client.see(f"imports/{number}/columns")
    assert "ann@example.org" in second
    assert re.search(r'value="email" selected', second) and re.search(r'value="first_name" selected', second)
    client.send(f"imports/{number}/columns", choices(list_id))
    third = client.see(f"imports/{number}/sample")
    assert "Muster" in third and "no e-mail address" in third and "appears further up" in third
    assert find_by_email(alpha, "ann@example.org") is None  # a sample writes nothing
    client.send(f"imports/{number}/sample")

    job = ended(alpha, number)
    assert (job.state, job.rows, job.added, job.updated, job.unchanged) == ("done", 5, 2, 0, 0)
    assert job.refused == {"email_invalid": 2, "duplicate": 1}
    assert job.finished_at is not None and job.actor.startswith("staff:")
    person = find_by_email(alpha, "ann@example.org")
    assert person is not None and person.fields == {"first_name": "Ann", "last_name": "Muster"} and person.list_ids == {list_id}
    page = client.see(f"imports/{number}")
    assert "appears further up" in page and "fair of 2026" in page
    answer = client.get(f"{client.start}imports/{number}/refused")
    rows = list(csv.reader(io.StringIO(b"".join(answer).decode("utf-8-sig")), delimiter=";"))
    assert [row[1] for row in rows[1:]] == ["email_invalid", "duplicate", "email_invalid"]
    assert rows[3][3] == "'=cmd@example"  # no formula for a spreadsheet
    assert "attachment" in answer.headers["content-disposition"]
    assert not kept.is_kept(folder_of(alpha), number)  # the upload is gone
    assert [one["subject"] for one in entries(alpha, act="intake.imported")] == [f"import:{number}"]
    assert f"imports/{number}" in client.see("imports")


def test_an_upload_lies_sealed_and_can_be_discarded(alpha: TenantDB) -> None:
    client = visitor(alpha)
    number = uploaded(client)
    path = kept.kept_path(folder_of(alpha), number)
    assert b"ann@example.org" not in path.read_bytes() and path.stat().st_mode & 0o077 == 0
    assert "people.csv" in client.see("imports")
    client.send(f"imports/{number}/discard")
    assert not path.exists() and drafts_of(alpha) == []
    assert client.see(f"imports/{number}/columns", status=404)


@pytest.mark.parametrize(
    "content, says",
    [
        (b"", "no rows"),
        (b"E-Mail\n", "no rows"),
        (b"\x89PNG\r\n\x1a\n" + bytes(64), "a picture"),
        (archive("xl/workbook.xml"), "an Excel workbook"),
        (b"%PDF-1.7 hello", "a PDF document"),
        (b"\x1f\x8b" + bytes(20), "gzip"),
        (b"ann@example.org;Ann\nbob@example.org;Bob\n", "data instead of headings"),
    ],
)
def test_a_file_that_is_no_table_of_people_is_refused_at_the_field(alpha: TenantDB, content: bytes, says: str) -> None:
    page = upload(visitor(alpha), content, status=422).content.decode()
    assert says in page and 'aria-invalid="true"' in page and "is-invalid" in page
    assert drafts_of(alpha) == [] and not list(folder_of(alpha).glob("imports/*"))


@pytest.mark.parametrize("name", ["people.xlsx", "people.jpg", "people.PDF"])
def test_a_text_that_was_renamed_to_another_type_is_refused_at_the_field(alpha: TenantDB, name: str) -> None:
    page = upload(visitor(alpha), GOOD, name, status=422).content.decode()
    assert "like that of another kind of file" in page and "is-invalid" in page
    assert drafts_of(alpha) == [] and not list(folder_of(alpha).glob("imports/*"))


def test_no_file_is_said_at_the_field(alpha: TenantDB) -> None:
    assert "invalid-feedback" in visitor(alpha).send("imports/new", status=422).content.decode()


def test_a_body_that_says_it_is_too_large_is_refused_before_it_is_read(alpha: TenantDB) -> None:
    client = visitor(alpha)
    body = b'--x\r\ncontent-disposition: form-data; name="file"; filename="a.csv"\r\n\r\nE-Mail\r\n--x--\r\n'
    answer = client.generic(
        "POST", f"{client.start}imports/new", body, content_type="multipart/form-data; boundary=x", CONTENT_LENGTH=str(MOST_BYTES * 2)
    )
    assert answer.status_code == 413 and "siegelpost import" in answer.content.decode()
    assert drafts_of(alpha) == []


@pytest.mark.wire
def test_a_double_click_starts_one_import(alpha: TenantDB) -> None:
    client, number = planned(alpha)
    for _click in range(3):
        client.send(f"imports/{number}/sample")
    assert ended(alpha, number).added == 2
    assert client.send(f"imports/{number}/start").headers["location"].endswith(f"/imports/{number}")
    assert len(imports_of(alpha)) == 1 and len(entries(alpha, act="intake.imported")) == 1
    # the back button: earlier steps lead to the result
    for step in ("columns", "sample"):
        assert client.get(f"{client.start}imports/{number}/{step}").headers["location"].endswith(f"/imports/{number}")


@pytest.mark.wire
def test_a_new_field_and_a_new_list_are_made_at_the_start_and_not_before(alpha: TenantDB) -> None:
    client, number = planned(
        alpha,
        list_id="0",
        new_list="Messe 2026",
        column_at_3="+",
        name_at_3="Kunden-Nr.",
        kind_at_3="text",
        purpose_at_3="To find people again",
    )
    assert [one.name for one in lists_of(alpha)] == ["Brief"]
    assert "Messe 2026" in client.see(f"imports/{number}/sample")
    client.send(f"imports/{number}/sample")
    assert ended(alpha, number).added == 2
    assert [one.name for one in lists_of(alpha)] == ["Brief", "Messe 2026"]
    assert ("kunden_nr", "Kunden-Nr.") in [(one.alias, one.name) for one in fields_of(alpha)]
    person = find_by_email(alpha, "bob@example.org")
    assert person is not None and person.fields["kunden_nr"] == "K-2"


@pytest.mark.parametrize(
    "changes, says",
    [
        ({"ground": ""}, "Please fill this in."),
        ({"source": ""}, "Please fill this in."),
        ({"ground": "x" * 201}, "at most 200"),
        ({"column_at_0": ""}, "exactly one column"),
        ({"column_at_1": "email"}, "exactly one column"),
        ({"column_at_1": "last_name"}, "same field"),
        ({"column_at_3": "+"}, "not complete"),
        ({"list_id": "0"}, "Give the new list a name"),
        ({"list_id": "999"}, "Select a valid choice"),
        ({"mode": "replace"}, "Select a valid choice"),
    ],
)
def test_what_is_missing_in_the_second_step_is_said_and_what_was_typed_stays(alpha: TenantDB, changes: dict[str, str], says: str) -> None:
    client = visitor(alpha)
    list_id = letter(alpha)
    number = uploaded(client)
    page = client.send(f"imports/{number}/columns", {**choices(list_id, **changes)}, status=422).content.decode()
    assert says in page
    assert "source" in changes or "fair of 2026" in page
    assert client.get(f"{client.start}imports/{number}/sample").headers["location"].endswith("/columns")


def test_the_inputs_of_a_new_field_come_at_once(alpha: TenantDB) -> None:
    client = visitor(alpha)
    number = uploaded(client, "E-Mail;Geburtstag\nann@example.org;24.12.1990\n")
    part = client.send(f"imports/{number}/columns/1", {"column-1": "+"}, status=200).content.decode()
    assert 'value="Geburtstag"' in part and 'value="date" selected' in part
    assert "<input" not in client.send(f"imports/{number}/columns/1", {"column-1": ""}, status=200).content.decode()


@pytest.mark.slow
def test_hostile_cells_and_names_are_shown_as_text(alpha: TenantDB) -> None:
    client = visitor(alpha)
    letter(alpha)
    content = f'E-Mail,{"<b>x</b>" + "y" * 10_000}\nann@example.org,"{HOSTILE.replace(chr(34), chr(34) * 2)}"\n'
    number = uploaded(client, content, name="<img src=x>.csv")
    for path in (f"imports/{number}/columns", "imports"):
        page = client.see(path)
        assert "<script>alert" not in page and "<img src=x>" not in page and "<b>x</b>" not in page
    assert "&lt;script&gt;alert" in client.see(f"imports/{number}/columns")


@pytest.mark.slow
def test_existing_customers_need_their_conditions_and_what_was_typed_stays(alpha: TenantDB) -> None:
    client = visitor(alpha)
    list_id = letter(alpha)
    number = uploaded(client)
    told = {"sale": "orders of 2025", "goods": "garden tools", "told": "checkout"}
    asked = choices(list_id, ground="Existing customers, § 7(3) UWG", **told)
    page = client.send(f"imports/{number}/columns", asked, status=422).content.decode()
    assert "Not declared: nobody objected" in page and 'value="garden tools"' in page
    client.send(f"imports/{number}/columns", {**asked, "not_objected": "on"})
    page = client.see(f"imports/{number}/columns")
    assert 'value="orders of 2025"' in page and re.search(r'name="not_objected"[^>]*checked', page)


@pytest.mark.parametrize("path", ["imports", "imports/new", "imports/1", "imports/1/columns", "imports/1/sample", "imports/1/refused"])
def test_a_viewer_imports_nothing(alpha: TenantDB, path: str) -> None:
    client = visitor(alpha, "viewer")
    client.see(path, status=403)
    assert "/imports" not in client.see("forms")


@pytest.mark.parametrize("path", ["imports/{}", "imports/{}/columns", "imports/{}/sample", "imports/{}/refused", "imports/{}/progress"])
@pytest.mark.touches_beta
def test_imports_of_another_tenant_do_not_exist(alpha: TenantDB, beta: TenantDB, path: str) -> None:
    there = uploaded(visitor(beta, "admin"))
    client = visitor(alpha, "admin")
    assert {number: client.get(client.start + path.format(number)).status_code for number in (there, 2**63)} == {there: 404, 2**63: 404}


@pytest.mark.wire
def test_an_import_whose_process_is_gone_says_so_and_can_be_started_again(alpha: TenantDB) -> None:
    client, number = planned(alpha)
    with alpha.atomic():  # as a killed process leaves it
        alpha.objects(ImportJob).filter(pk=number).update(state=jobs.RUNNING, rows=1)
    assert import_by_id(alpha, number).state == "interrupted"
    assert "was interrupted" in client.see(f"imports/{number}")
    assert "HX-Refresh" in client.get(f"{client.start}imports/{number}/progress").headers
    client.send(f"imports/{number}/start")
    assert ended(alpha, number).added == 2


@pytest.mark.wire
def test_an_import_stops_cleanly_when_its_server_is_gone_and_goes_on_later(alpha: TenantDB) -> None:
    many = "E-Mail;Vorname;Nachname;K\n" + "".join(f"p{n}@example.org;P;Q;{n}\n" for n in range(60_000))
    client, number = planned(alpha, many)
    client.send(f"imports/{number}/sample")
    page = client.see(f"imports/{number}")
    assert "hx-get" in page and "every 1s" in page
    child = run_import._children[-1]
    while import_by_id(alpha, number).rows == 0:
        assert child.poll() is None
    assert child.stdin is not None
    child.stdin.close()
    child.wait(PATIENCE)
    job = import_by_id(alpha, number)
    assert job.state == "failed" and 0 < job.rows < 60_000
    assert "stopped half-way" in client.see(f"imports/{number}")
    client.send(f"imports/{number}/start")
    again = ended(alpha, number)
    assert again.state == "done" and again.added + again.unchanged == 60_000 and again.unchanged >= job.added


@pytest.mark.wire
def test_a_killed_import_never_runs_for_ever(alpha: TenantDB) -> None:
    many = "E-Mail;Vorname;Nachname;K\n" + "".join(f"p{n}@example.org;P;Q;{n}\n" for n in range(60_000))
    client, number = planned(alpha, many)
    client.send(f"imports/{number}/sample")
    child = run_import._children[-1]
    while import_by_id(alpha, number).rows == 0:
        assert child.poll() is None
    os.kill(child.pid, signal.SIGKILL)
    child.wait(PATIENCE)
    assert import_by_id(alpha, number).state == "interrupted"
    kept.sweep(alpha, folder_of(alpha), clock.now())
    assert alpha.objects(ImportJob).get(pk=number).state == "interrupted"
    assert kept.is_kept(folder_of(alpha), number)


def test_uploads_are_removed_after_a_day(alpha: TenantDB) -> None:
    client = visitor(alpha)
    number = uploaded(client)
    kept.sweep(alpha, folder_of(alpha), clock.now() + timedelta(hours=23))
    assert kept.is_kept(folder_of(alpha), number)
    kept.sweep(alpha, folder_of(alpha), clock.now() + timedelta(hours=25))
    assert not kept.is_kept(folder_of(alpha), number) and drafts_of(alpha) == []


def test_a_list_that_was_made_meanwhile_stops_the_start_and_nothing_is_left_half_done(alpha: TenantDB) -> None:
    client, number = planned(alpha, list_id="0", new_list="Messe", column_at_3="+", name_at_3="Nr", purpose_at_3="why")
    letter(alpha, "Messe")
    page = client.send(f"imports/{number}/sample", status=422).content.decode()
    assert "Messe" in page and "already" in page
    assert import_by_id(alpha, number).state == "draft" and "nr" not in [one.alias for one in fields_of(alpha)]


def test_an_import_without_refused_rows_hands_out_no_file(alpha: TenantDB, tmp_path: Path) -> None:
    client = visitor(alpha)
    answer = client.get(f"{client.start}imports/{uploaded(client)}/refused")
    assert answer.status_code == 404 and "Content-Disposition" not in answer.headers
