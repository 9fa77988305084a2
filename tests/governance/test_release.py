"""Which release runs, who deployed and approved it, and which of its known holes are overdue: as the commands and the controls tell it."""

import json
import zipfile
from datetime import date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from scripts.make_release import release
from siegelpost.accounts.approvals.errors import ApprovalOver, NotSecond
from siegelpost.accounts.reads import Person, person_with
from siegelpost.evidence.notes import public_key, verifier
from siegelpost.evidence.reads import entries
from siegelpost.flows import holes as flow
from siegelpost.flows import house
from siegelpost.flows import release as releases
from siegelpost.flows.holes import accept_risk, look_for_holes
from siegelpost.flows.release import Brought, approve_release, installed, propose_release, running
from siegelpost.flows.staff import let_operate, set_active
from siegelpost.governance.release.errors import (
    AcceptanceWrong,
    HoleUnknown,
    NotAnOperator,
    ReleaseFileUnusable,
    ReleaseNotRunning,
    ReleaseUnproven,
)
from siegelpost.governance.release.manifest import ORIGIN
from siegelpost.governance.release.parts import PYPI, Part
from siegelpost.tenancy.installation import operator_db, record_installation
from tests.cli.typed import Typed
from tests.governance.test_release_rules import entry
from tests.governance.watching import NOW, seen
from tests.templates import Template
from tests.web.visiting import colleague

A, B = "deploys@example.org", "approves@example.org"
SEED = bytes(range(32))
DAY = timedelta(days=1)


@pytest.fixture
def installation(no_tenants: None) -> None:
    """With two people who run it."""
    record_installation("0" * 32, "", now=NOW)
    for email in (A, B):
        let_operate(email, language="en", now=NOW)


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program of two files, installed, and the signed release of it in `dist`."""
    root = tmp_path / "site" / "siegelpost"
    (root / "__pycache__").mkdir(parents=True)
    files = {"__init__.py": "__version__ = '9.9.9'\n", "page.html": "<p>\n", "__pycache__/x.pyc": "-"}
    for name, text in files.items():
        (root / name).write_text(text)
    monkeypatch.setattr(releases, "siegelpost", type("Installed", (), {"__file__": str(root / "__init__.py"), "__version__": "9.9.9"}))
    dist = tmp_path / "dist"
    dist.mkdir()
    wheel = dist / "siegelpost-9.9.9-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for name in ("__init__.py", "page.html"):
            archive.write(root / name, f"siegelpost/{name}")
        archive.writestr("siegelpost-9.9.9.dist-info/RECORD", "")
    release(wheel, SEED, commit="c0" * 20, at=NOW)
    return tmp_path


def brought(place: Path, **more: Any) -> Brought:
    stem = place / "dist" / "siegelpost-9.9.9"
    files = {"manifest": ".manifest", "signature": ".manifest.sig", "sbom": ".cdx.json", "key": ".pub"}
    paths: dict[str, Any] = {name: Path(f"{stem}{end}") for name, end in files.items()}
    return Brought.read(**{**paths, **more})


def person(email: str) -> Person:
    found = person_with(email)
    assert found is not None
    return found


def record_release(files: Brought, *, by: str = A, second: str = B, now: datetime = NOW) -> None:
    """One asks, another approves."""
    key, _found = propose_release(files, by=person(by), now=now)
    approve_release(key, by=person(second), proved_at=now, now=now)


def test_a_release_is_recorded_with_who_deployed_and_who_approved_it(installation: None, place: Path) -> None:
    assert (seen("1.4-04").state, running().recorded) == ("amber", "")
    record_release(brought(place), now=NOW)
    now = running()
    assert (now.recorded, now.commit, now.differs, now.at) == ("9.9.9", "c0" * 20, 0, NOW)
    assert now.by != now.approved_by
    assert seen("1.4-04").state == "green"
    (act,) = entries(operator_db(), act="release.recorded")
    assert act["subject"] == "release:9.9.9" and "@" not in str(act)


def test_what_was_asked_for_is_approved_once_within_a_week_by_whoever_has_just_shown_it_and_only_while_it_runs(
    installation: None, place: Path
) -> None:
    key, _found = propose_release(brought(place), by=person(A), now=NOW)
    assert (running().recorded, [one.key for one in house.requests(now=NOW)]) == ("", [key])
    with pytest.raises(NotSecond):
        approve_release(key, by=person(B), proved_at=NOW - DAY, now=NOW)
    with pytest.raises(ApprovalOver):
        approve_release(key, by=person(B), proved_at=NOW + 7 * DAY, now=NOW + 7 * DAY)
    page = place / "site" / "siegelpost" / "page.html"
    page.write_text("<p>!\n")
    with pytest.raises(ReleaseNotRunning):
        approve_release(key, by=person(B), proved_at=NOW, now=NOW)
    page.write_text("<p>\n")
    approve_release(key, by=person(B), proved_at=NOW, now=NOW)
    with pytest.raises(ApprovalOver):
        approve_release(key, by=person(B), proved_at=NOW, now=NOW)
    assert house.requests(now=NOW) == [] and len(entries(operator_db(), act="release.recorded")) == 1
    assert sorted(one.name for one in releases.folder().iterdir()) == ["manifest", "sbom.cdx.json"]


def test_a_file_that_is_not_as_it_was_signed_is_red(installation: None, place: Path) -> None:
    record_release(brought(place), now=NOW)
    root = place / "site" / "siegelpost"
    (root / "page.html").write_text("<p>!\n")
    (root / "more.py").write_text("")
    assert (seen("1.4-04").state, running().changed, running().unsigned) == ("red", ("siegelpost/page.html",), ("siegelpost/more.py",))
    (root / "page.html").unlink()
    assert running().missing == ("siegelpost/page.html",)
    (root / "more.py").unlink()
    (root / "page.html").write_text("<p>\n")
    assert seen("1.4-04").state == "green"
    kept = releases.folder() / releases.MANIFEST
    kept.write_text(kept.read_text().replace(sha256(b"<p>\n").hexdigest(), sha256(b"<p>!\n").hexdigest()))
    assert (seen("1.4-04").state, running().lost) == ("red", True), "the manifest was changed to fit"


def test_what_is_unsigned_unapproved_or_not_installed_is_not_recorded(installation: None, place: Path) -> None:
    other = place / "other.pub"
    other.write_text(verifier(ORIGIN, public_key(bytes(32))))
    bill = place / "bill.json"
    bill.write_text(brought(place).sbom.replace("django", "djangp"))
    for more, error in (
        ({"key": other}, ReleaseUnproven),
        ({"sbom": bill}, ReleaseUnproven),
        ({"manifest": bill}, ReleaseUnproven),
        ({"signature": place / "nowhere"}, ReleaseFileUnusable),
    ):
        with pytest.raises(error):
            record_release(brought(place, **more))
    with pytest.raises(NotSecond):
        record_release(brought(place), second=A)
    stranger = colleague(None, "viewer", "stranger@example.org")
    with pytest.raises(NotAnOperator):
        record_release(brought(place), by=stranger.email)
    with pytest.raises(NotSecond):
        record_release(brought(place), second=stranger.email)
    (place / "site" / "siegelpost" / "page.html").write_text("<p>!\n")
    with pytest.raises(ReleaseNotRunning):
        record_release(brought(place), now=NOW)
    (place / "site" / "siegelpost" / "page.html").write_text("<p>\n")
    set_active(B, active=False, now=NOW)
    with pytest.raises(NotSecond):
        record_release(brought(place))
    assert running().recorded == "" and not entries(operator_db(), act="release.recorded")


def test_the_program_itself_is_looked_at_file_by_file() -> None:
    paths = {path for path, _content in installed()}
    assert "siegelpost/flows/release.py" in paths and not any("__pycache__" in path for path in paths)


@pytest.fixture
def osv(installation: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy with one critical hole in the one library that runs here."""
    monkeypatch.setattr(flow, "running_parts", lambda: [Part(PYPI, "library", "1.0")])
    copy = tmp_path / "osv"
    copy.mkdir()
    put(copy, entry("GHSA-1"))
    return copy


def put(copy: Path, one: dict[str, Any]) -> None:
    (copy / f"{one['id']}.json").write_text(json.dumps(one))


def state(copy: Path | str, after: timedelta) -> tuple[str, Any]:
    """Of the control, some time later, by a copy that somebody keeps fresh."""
    if isinstance(copy, Path):
        put(copy, entry("GHSA-0", "other", modified=(NOW + after).isoformat()))
    found = seen("1.2-08", now=NOW + after, osv=str(copy))
    return found.state, found.evidence["holes_overdue"]


@pytest.mark.parametrize(("grade", "hours"), [("CRITICAL", 48), ("HIGH", 7 * 24), ("MODERATE", 30 * 24), ("LOW", 90 * 24)])
def test_a_hole_is_red_when_its_time_since_it_was_first_seen_is_over(osv: Path, grade: str, hours: int) -> None:
    put(osv, entry("GHSA-1", database_specific={"severity": grade}))
    assert state(osv, timedelta()) == ("green", 0)
    assert state(osv, timedelta(hours=hours)) == ("green", 0)
    assert state(osv, timedelta(hours=hours, seconds=1)) == ("red", 1)
    assert len(entries(operator_db(), act=flow.SEEN)) == 1, "it is first seen once"


def test_another_number_of_the_same_hole_gives_no_new_time(osv: Path) -> None:
    assert state(osv, timedelta()) == ("green", 0)
    (osv / "GHSA-1.json").unlink()
    put(osv, entry("AAAA-1", aliases=["GHSA-1"]))
    assert state(osv, 3 * DAY) == ("red", 1)


def test_a_risk_is_accepted_until_a_day_for_a_reason_by_an_operator(osv: Path) -> None:
    look_for_holes(str(osv), now=NOW)
    later = NOW + 3 * DAY
    good: dict[str, Any] = {"until": (NOW + 5 * DAY).date(), "reason": "not reachable", "by": A, "now": later}
    for wrong, error in (
        ({"reason": " "}, AcceptanceWrong),
        ({"until": date(2026, 5, 3)}, AcceptanceWrong),
        ({"until": (later + 91 * DAY).date()}, AcceptanceWrong),
        ({"by": "stranger@example.org"}, NotAnOperator),
    ):
        with pytest.raises(error):
            accept_risk(str(osv), "GHSA-1", **{**good, **wrong})
    with pytest.raises(HoleUnknown):
        accept_risk(str(osv), "GHSA-2", **good)
    assert state(osv, 3 * DAY) == ("red", 1)
    accept_risk(str(osv), "GHSA-1", **good)
    assert state(osv, 5 * DAY) == ("green", 0)
    assert state(osv, 6 * DAY) == ("red", 1), "it is over"


def test_where_nobody_can_look_it_is_amber(osv: Path) -> None:
    assert state("", timedelta())[0] == state(str(osv / "nowhere"), timedelta())[0] == "amber"
    (osv / "GHSA-1.json").unlink()
    assert state(osv, timedelta())[0] == "green"
    assert seen("1.2-08", now=NOW + 7 * DAY, osv=str(osv)).state == "amber", "the copy is old"
    (osv / "x.json").write_text("{")
    assert state(osv, timedelta())[0] == "amber", "an entry cannot be read"
    for one in osv.iterdir():
        one.unlink()
    assert seen("1.2-08", osv=str(osv)).state == "amber", "it is empty"


@pytest.fixture
def typed(_two_tenants: Template, capsys: pytest.CaptureFixture[str]) -> Typed:
    return Typed(_two_tenants, capsys)


def test_the_commands_tell_it(osv: Path, typed: Typed) -> None:
    code, said = typed("release", "holes")
    assert (code, said["holes"], said["copy_of"]) == (0, [], None)
    words = ("release", "accept", "GHSA-1", "--until", "2026-06-01", "--reason", "x", "--by", A)
    assert typed(*words)[1]["error"]["code"] == "release.hole_unknown"
    code, said = typed("release", "show")
    assert (code, said["recorded"], said["changed"]) == (0, None, [])
