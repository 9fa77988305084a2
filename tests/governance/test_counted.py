"""Doors count what goes through them, file by file and byte by byte; the register is held against it."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.http import HttpResponse, StreamingHttpResponse

from siegelpost.base import clock
from siegelpost.governance.disclosures.models import HandedOut
from siegelpost.governance.disclosures.reads import disclosures
from siegelpost.tenancy.handle import TenantDB
from siegelpost.web.pages import dashboard
from tests.audience.test_export import filled
from tests.delivery.support import launched
from tests.evidence.logs import past_the_system
from tests.governance.test_outflows import Capsys, body
from tests.governance.watching import seen
from tests.intake.files import a_list, written
from tests.intake.test_import_command import IMPORT, PEOPLE, run
from tests.web.visiting import visitor

pytestmark = pytest.mark.slow

HEADERS = {"Content-Disposition": 'attachment; filename="people.csv"'}


def found(tenant: TenantDB) -> dict[str, Any]:
    """What the check of the register says."""
    finding = seen("2.1-01", tenant, now=clock.now())
    names = ("files_out", "bytes_out", "files_unregistered", "bytes_unregistered")
    return {"state": finding.state, **{name: finding.evidence[name] for name in names}}


def sound(tenant: TenantDB, files: int, size: int) -> None:
    """The check sees exactly these, and each has its entry."""
    assert found(tenant) == {"state": "green", "files_out": files, "bytes_out": size, "files_unregistered": 0, "bytes_unregistered": 0}


def test_files_of_commands_and_pages_are_counted_as_they_left(alpha: TenantDB, tmp_path: Path, capsys: Capsys) -> None:
    mailing, client = launched(alpha, 3), visitor(alpha, "admin")
    filled(alpha, 2)
    files = [tmp_path / name for name in ("list.csv", "recipients.csv", "register.csv", "log.jsonl", "access.csv", "refused.csv")]
    run(capsys, "export", "alpha", files[0], "--list", "Brief")
    run(capsys, "mailing", "recipients", "alpha", str(mailing), "--csv", files[1])
    run(capsys, "disclosures", "alpha", "--csv", files[2])
    run(capsys, "evidence", "export", "alpha", files[3])
    today = f"{clock.now().date()}"
    run(capsys, "log", "access", "alpha", "--from", today, "--to", today, "--csv", files[4])
    a_list(alpha, "Anderer")
    run(capsys, "import", "alpha", written(tmp_path, PEOPLE + "bob@;Bob;\n"), *IMPORT, "--refused", files[5])
    run(capsys, "evidence", "export", "operator", tmp_path / "operator.jsonl")
    size = sum(one.stat().st_size for one in files)
    sound(alpha, 6, size)
    size += len(body(client.get(f"{client.start}mailings/{mailing}/recipients.csv")))
    size += len(body(client.post(f"{client.start}evidence/file")))
    size += len(body(client.post(f"{client.start}disclosures/file")))
    sound(alpha, 9, size)
    assert len(disclosures(alpha)) == 9


def test_a_download_that_is_broken_off_counts_for_what_was_taken_of_it(alpha: TenantDB) -> None:
    mailing, client = launched(alpha, 3), visitor(alpha, "editor")
    answer = client.get(f"{client.start}mailings/{mailing}/recipients.csv")
    answer.close()
    sound(alpha, 1, 0)
    answer = client.get(f"{client.start}mailings/{mailing}/recipients.csv")
    piece = next(iter(answer.streaming_content))  # type: ignore[attr-defined]
    answer.close()
    sound(alpha, 2, len(piece))
    assert len(disclosures(alpha)) == 2


@pytest.mark.parametrize("made", [HttpResponse, StreamingHttpResponse])
def test_a_page_that_gives_out_a_file_without_an_entry_is_seen(alpha: TenantDB, monkeypatch: pytest.MonkeyPatch, made: type) -> None:
    """Whoever writes such a page and forgets the register: here the overview does it."""
    client = visitor(alpha, "editor")
    assert client.get(client.start).status_code == 200
    monkeypatch.setattr(dashboard, "render", lambda *_, **__: made([b"ann@example.org\n"], headers=HEADERS))
    assert body(client.get(client.start)) == b"ann@example.org\n"
    assert found(alpha) == {"state": "red", "files_out": 1, "bytes_out": 16, "files_unregistered": 1, "bytes_unregistered": 16}


def test_a_file_that_is_larger_than_its_entry_is_seen_for_eight_days(alpha: TenantDB, tmp_path: Path, capsys: Capsys) -> None:
    filled(alpha, 2)
    run(capsys, "export", "alpha", tmp_path / "out.csv", "--list", "Brief")
    past_the_system(alpha, "UPDATE disclosures_handedout SET bytes = bytes + 1")
    assert (found(alpha)["state"], found(alpha)["bytes_unregistered"]) == ("red", 1)
    past_the_system(alpha, "UPDATE disclosures_handedout SET bytes = bytes - 1, files = 2")
    assert (found(alpha)["state"], found(alpha)["files_unregistered"]) == ("red", 1)
    later = seen("2.1-01", alpha, now=clock.now() + timedelta(days=9))
    assert later.evidence["files_unregistered"] == 0


def test_what_cannot_be_counted_does_not_leave(alpha: TenantDB) -> None:
    mailing, client = launched(alpha, 3), visitor(alpha, "editor")
    past_the_system(alpha, "ALTER TABLE disclosures_handedout RENAME TO elsewhere")
    client.raise_request_exception = False
    answer = client.get(f"{client.start}mailings/{mailing}/recipients.csv")
    assert answer.status_code == 500 and b"@example.org" not in answer.content


def test_figures_of_a_report_are_nobodys_and_are_not_counted(alpha: TenantDB) -> None:
    mailing, client = launched(alpha, 3), visitor(alpha, "editor")
    assert client.get(f"{client.start}mailings/{mailing}/report.csv").status_code == 200
    assert alpha.objects(HandedOut).count() == 0
