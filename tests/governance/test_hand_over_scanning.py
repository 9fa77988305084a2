"""Uploads are held until a scanner with signatures of today has seen them, or somebody bears the risk until a day."""

import io
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from siegelpost.base.actor import Actor
from siegelpost.base.settings import process_settings
from siegelpost.evidence.reads import entries
from siegelpost.flows import hand_over as flow
from siegelpost.flows.hand_over_rounds import HandOverRounds
from siegelpost.governance.handover import errors, exceptions, rules
from siegelpost.governance.handover.clamd import fresh_scanner, is_infected
from siegelpost.governance.handover.models import HandOver, Step
from siegelpost.governance.handover.reads import hand_over
from siegelpost.governance.handover.services import Content
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.home import home
from tests.governance.clamd_server import LARGEST, MALWARE, scanning
from tests.governance.handing import CSV, NOW, ORDER, WHO, borne, scanner_at
from tests.patience import PATIENCE

pytestmark = pytest.mark.wire


def uploaded(tenant: TenantDB, data: bytes = CSV) -> int:
    return flow.prepare(tenant, ORDER, Content("kunden.csv", data), actor=WHO, now=NOW)


@contextmanager
def _answering(listening: socket.socket, answer: bytes) -> Iterator[None]:
    """Says this to whoever comes, and nothing else."""

    def serve() -> None:
        line, _from = listening.accept()
        with line:
            line.recv(100)
            line.sendall(answer)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield
    thread.join(PATIENCE)


def nobody_listens() -> str:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{taken.getsockname()[1]}"


def test_without_a_scanner_an_upload_is_held_and_cannot_be_used(alpha: TenantDB) -> None:
    number = uploaded(alpha)
    assert hand_over(alpha, number, now=NOW).state == rules.HELD
    with pytest.raises(errors.FileHeld):
        flow.encrypt(alpha, number, actor=WHO, now=NOW)
    with pytest.raises(errors.ScannerSilent):
        flow.scan(alpha, number, actor=WHO, now=NOW)
    assert hand_over(alpha, number, now=NOW).state == rules.HELD


def test_a_scanner_sees_the_file_as_it_is_and_releases_it(alpha: TenantDB, monkeypatch: pytest.MonkeyPatch) -> None:
    data = CSV * 10_000
    with scanning(NOW - timedelta(hours=23)) as server, scanner_at(server.place, monkeypatch):
        number = uploaded(alpha, data)
    assert hand_over(alpha, number, now=NOW).state == rules.READY and server.scanned == [data]
    (said,) = entries(alpha, act="handover.clean")
    assert said["details"] == {"scanner": "ClamAV 1.4.3/27831"} and said["subject"] == f"hand_over:{number}"
    assert flow.encrypt(alpha, number, actor=WHO, now=NOW)


def test_malware_is_destroyed_and_can_never_be_taken(alpha: TenantDB, monkeypatch: pytest.MonkeyPatch) -> None:
    with scanning(NOW) as server, scanner_at(server.place, monkeypatch), pytest.raises(errors.Infected):
        uploaded(alpha, b"text " + MALWARE)
    number = alpha.objects(HandOver).get().pk
    assert hand_over(alpha, number, now=NOW).state == rules.REFUSED
    assert not list((home().tenant("alpha") / "handover").glob("*"))
    with pytest.raises(errors.LinkExpired):
        flow.encrypt(alpha, number, actor=WHO, now=NOW)


@pytest.mark.parametrize("age", [timedelta(hours=24, seconds=2), timedelta(days=-2), timedelta(days=400)])
def test_signatures_that_are_not_of_today_release_nothing(alpha: TenantDB, monkeypatch: pytest.MonkeyPatch, age: timedelta) -> None:
    with scanning(NOW - age) as server, scanner_at(server.place, monkeypatch):
        number = uploaded(alpha)
    assert hand_over(alpha, number, now=NOW).state == rules.HELD and server.scanned == []


def test_a_held_upload_is_released_by_itself_once_the_scanner_is_back(alpha: TenantDB, monkeypatch: pytest.MonkeyPatch) -> None:
    with scanner_at(nobody_listens(), monkeypatch):
        number = uploaded(alpha)
        HandOverRounds(process_settings()).look([alpha], now=NOW)
        assert hand_over(alpha, number, now=NOW).state == rules.HELD
    with scanning(NOW) as server, scanner_at(server.place, monkeypatch):
        HandOverRounds(process_settings()).look([alpha], now=NOW)
    assert hand_over(alpha, number, now=NOW).state == rules.READY
    assert alpha.objects(Step).get().actor == "system:worker"


def test_a_scanner_that_cannot_scan_a_file_releases_nothing(alpha: TenantDB) -> None:
    with scanning(NOW) as server:
        with pytest.raises(errors.ScannerSilent):
            is_infected(server.place, io.BytesIO(b"x" * (LARGEST + 1)))
        assert not is_infected(server.place, io.BytesIO(b"x" * LARGEST)) and not is_infected(server.place, io.BytesIO(b""))
        assert fresh_scanner(server.place, NOW).version == "ClamAV 1.4.3/27831"


def test_a_scanner_is_asked_over_a_socket_of_the_file_system_too(tmp_path: Path) -> None:
    place = str(tmp_path / "clamd.sock")
    with pytest.raises(errors.ScannerSilent):
        fresh_scanner(place, NOW)
    made = NOW.astimezone().strftime("%a %b %d %H:%M:%S %Y")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(place)
        listening.listen()
        with _answering(listening, f"ClamAV 1.0.7/27500/{made}\0".encode()):
            assert fresh_scanner(place, NOW).version == "ClamAV 1.0.7/27500"


@pytest.mark.parametrize("answer", [b"", b"ClamAV 1.4.3\0", b"ClamAV 1.4.3/27831/no date at all....\0", b"\xff" * 5000, b"OK\0"])
def test_what_does_not_say_how_old_its_signatures_are_is_no_scanner(answer: bytes) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        place = f"127.0.0.1:{listening.getsockname()[1]}"
        with _answering(listening, answer), pytest.raises(errors.ScannerSilent) as refused:
            fresh_scanner(place, NOW)
    assert refused.value.code == "handover.scanner_silent"


def test_who_bears_the_risk_is_recorded_with_its_end_and_then_uploads_go_unscanned(alpha: TenantDB) -> None:
    borne(alpha)
    number = uploaded(alpha)
    risk = exceptions.unscanned_risk(alpha, now=NOW)
    assert risk and hand_over(alpha, number, now=NOW).step(rules.UNSCANNED).note == f"risk {risk.id}"  # type: ignore[union-attr]
    assert [one["details"] for one in entries(alpha, act="handover.unscanned_accepted")] == [{"until": "2026-05-04"}]
    assert exceptions.unscanned_risk(alpha, now=NOW + timedelta(days=1)) is None
    tomorrow = flow.prepare(alpha, ORDER, Content("kunden.csv", CSV), actor=WHO, now=NOW + timedelta(days=1))
    assert hand_over(alpha, tomorrow, now=NOW + timedelta(days=1)).state == rules.HELD


def test_the_risk_is_ended_before_its_day(alpha: TenantDB) -> None:
    borne(alpha)
    assert exceptions.end_unscanned(alpha, actor=WHO, now=NOW) and not exceptions.end_unscanned(alpha, actor=WHO, now=NOW)
    number = uploaded(alpha)
    assert hand_over(alpha, number, now=NOW).state == rules.HELD


@pytest.mark.parametrize("days", [-1, 367])
def test_the_risk_has_an_end_within_a_year(alpha: TenantDB, days: int) -> None:
    with pytest.raises(errors.EndWrong):
        exceptions.accept_unscanned(alpha, reason="Kein Scanner", until=NOW.date() + timedelta(days=days), actor=WHO, now=NOW)
    with pytest.raises(errors.LineUnusable):
        exceptions.accept_unscanned(alpha, reason=" ", until=NOW.date(), actor=WHO, now=NOW)
    assert exceptions.unscanned_risk(alpha, now=NOW) is None


def test_whoever_bears_the_risk_is_still_protected_by_a_scanner_that_works(alpha: TenantDB, monkeypatch: pytest.MonkeyPatch) -> None:
    borne(alpha)
    with scanning(NOW) as server, scanner_at(server.place, monkeypatch):
        with pytest.raises(errors.Infected):
            uploaded(alpha, MALWARE)
        number = flow.prepare(alpha, ORDER, Content("a.csv", CSV), actor=Actor.staff(1), now=NOW)
    assert hand_over(alpha, number, now=NOW).step(rules.CLEAN) is not None
