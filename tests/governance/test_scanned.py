"""What comes in goes past the malware scanner; one that does not work lets nothing through, and is seen."""

import io
import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine

from siegelpost.base.settings import process_settings
from siegelpost.evidence.reads import entries
from siegelpost.flows.controls.scanned import EICAR
from siegelpost.flows.import_subscribers import import_subscribers
from siegelpost.flows.keep_upload import keep_upload
from siegelpost.flows.scanned import UploadInfected, UploadUnscanned
from siegelpost.intake.orders import ImportOrder
from siegelpost.intake.reads import drafts_of, imports_of
from siegelpost.tenancy.handle import TenantDB
from tests.delivery.support import a_list
from tests.governance.clamd_server import MALWARE, Scanner, scanning
from tests.governance.watching import NOW, WHO, seen, state
from tests.shell import Shell
from tests.web.uploading import upload
from tests.web.visiting import visitor

GOOD = b"E-mail;Name\nann@example.org;Ann\n"
BAD = b"E-mail;Name\nann@example.org;" + MALWARE + b"\n"


@pytest.fixture
def scanner(monkeypatch: pytest.MonkeyPatch) -> Iterator[Scanner]:
    """Set up, with signatures of an hour ago; the clock stands at NOW."""
    with scanning(NOW - timedelta(hours=1)) as server, time_machine.travel(NOW, tick=False):
        monkeypatch.setenv("SIEGELPOST_CLAMAV", server.place)
        process_settings.cache_clear()
        yield server
    monkeypatch.undo()
    process_settings.cache_clear()


def order(tenant: TenantDB) -> ImportOrder:
    return ImportOrder(list_id=a_list(tenant), ground="Art. 6(1)(a) GDPR", source="Fair", mode="update_add", email_column="")


@pytest.mark.slow
def test_malware_becomes_no_import_by_page_or_by_command(alpha: TenantDB, scanner: Scanner, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_bytes(BAD)
    with pytest.raises(UploadInfected):
        import_subscribers(alpha, file, order(alpha), actor=WHO, now=NOW)
    client = visitor(alpha, "editor")
    assert "found malware" in upload(client, BAD, status=422).content.decode()
    assert not imports_of(alpha) and not drafts_of(alpha)
    told = entries(alpha, act="upload.infected")
    assert len(told) == 2 and told[0]["subject"].startswith("file:") and "people" not in repr(told)
    upload(client, GOOD)
    assert len(scanner.scanned) == 3
    file.write_bytes(GOOD)
    assert import_subscribers(alpha, file, order(alpha), actor=WHO, now=NOW).tally.added == 1


def test_a_scanner_that_does_not_work_lets_nothing_through(alpha: TenantDB, scanner: Scanner, tmp_path: Path) -> None:
    client, file = visitor(alpha, "editor"), tmp_path / "people.csv"
    file.write_bytes(GOOD)
    scanner.signatures = NOW - timedelta(hours=25)
    with pytest.raises(UploadUnscanned):
        import_subscribers(alpha, file, order(alpha), actor=WHO, now=NOW)
    scanner.shutdown()
    scanner.server_close()
    assert "could not be scanned" in upload(client, GOOD, status=503).content.decode()
    assert not imports_of(alpha) and not drafts_of(alpha) and not entries(alpha, act="upload.scanned")


def test_a_list_of_blocked_addresses_and_an_instruction_go_past_it_too(
    alpha: TenantDB, scanner: Scanner, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "blocked.txt"
    file.write_bytes(b"ann@example.org\n" + MALWARE)
    code, _out, said = Shell(capsys, "suppression")("import", "alpha", str(file), "--source", "blacklist", "--json")
    assert code == 4 and "upload.infected" in said
    words = ("record", "alpha", "--kind", "other", "--text-file", str(file), "--by", "Ann", "--json")
    code, _out, said = Shell(capsys, "instruction")(*words)
    assert code == 4 and "upload.infected" in said


def test_the_scanner_is_tried_every_hour(no_tenants: None) -> None:
    assert seen("1.2-06").state == "amber"
    with scanning(NOW - timedelta(hours=3)) as server:
        assert seen("1.2-06", clamav=server.place).state == "red", "it does not find the test file"
        server.finds = (EICAR.encode(),)
        found = seen("1.2-06", clamav=server.place)
        assert (found.state, found.evidence["signature_hours"], found.evidence["test_file_found"]) == ("green", 3, True)
        assert seen("1.2-06", clamav=server.place, now=NOW + timedelta(hours=22)).state == "red", "signatures of yesterday"
    assert seen("1.2-06", clamav="127.0.0.1:1").state == "red"


def test_an_import_that_went_past_the_scanner_is_seen(alpha: TenantDB, scanner: Scanner) -> None:
    keep_upload(alpha, io.BytesIO(GOOD), file_name="a.csv", actor=WHO, now=NOW)
    found = seen("1.2-06", alpha)
    assert (found.state, found.evidence["files_scanned"], found.evidence["imports_unscanned"]) == ("green", 1, 0)
    assert state("1.2-06", alpha, clamav="") == "amber"
    os.environ["SIEGELPOST_CLAMAV"] = ""
    process_settings.cache_clear()
    keep_upload(alpha, io.BytesIO(GOOD + b"bob@example.org;Bob\n"), file_name="b.csv", actor=WHO, now=NOW)
    found = seen("1.2-06", alpha, clamav=scanner.place)
    assert (found.state, found.evidence["imports_unscanned"]) == ("red", 1)


def test_the_test_file_stands_nowhere_in_one_piece() -> None:
    """Or scanners would remove the program that asks for them."""
    assert len(EICAR) == 68
    root = Path(__file__).parents[2] / "src"
    assert not [path for path in root.rglob("*.py") if EICAR in path.read_text(encoding="utf-8")]
