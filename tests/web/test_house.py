"""The pages of whoever runs the installation: releases, people who leave, complaints; one asks, a second one agrees."""

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile

from siegelpost.accounts.models import Seat
from siegelpost.accounts.reads import person_by_id, person_with
from siegelpost.accounts.rules import PRIVACY
from siegelpost.accounts.services import give_role
from siegelpost.base import clock
from siegelpost.base.actor import Actor
from siegelpost.base.settings import process_settings
from siegelpost.consent.blacklist import complained_at
from siegelpost.consent.suppression import suppress
from siegelpost.evidence.access import accesses
from siegelpost.evidence.reads import entries
from siegelpost.flows import holes, house
from siegelpost.flows.release import running
from siegelpost.governance.release.parts import PYPI, Part
from siegelpost.sign.addresses import address_key
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.installation import operator_db
from tests.accounts.operators import operator
from tests.governance.test_release import brought, place, put  # noqa: F401 - a fixture
from tests.governance.test_release_rules import entry
from tests.web.visiting import Visitor, colleague

pytestmark = pytest.mark.slow

ADDRESS = "eve@example.org"


def at(client: Visitor, path: str, status: int = 200, **values: object) -> str:
    """The text of a page of the house, or where a form leads."""
    answer = client.post(path, values) if values else client.get(path)
    assert answer.status_code == status, (
        f"{path}: {answer.status_code} {re.findall('invalid-feedback[^>]*>([^<]+)|alert[^>]*>([^<]+)', answer.content.decode())}"
    )
    return str(answer.headers.get("Location", "")) or answer.content.decode()


@pytest.fixture
def two(alpha: TenantDB) -> tuple[Visitor, Visitor]:
    """Two who run the installation."""
    return Visitor(operator("ann"), alpha), Visitor(operator("bob"), alpha)


def test_nobody_else_sees_them(alpha: TenantDB) -> None:
    boss = Visitor(colleague(alpha, "admin", "boss@alpha.example"), alpha)
    for path in ("/house", "/house/releases", "/house/leavers", "/house/complaints"):
        at(boss, path, 403)
        assert Visitor(None, alpha).get(path).status_code == 302
    at(boss, "/house/requests/0123456789abcdef/agree", 403, now="1")


def test_a_release_is_recorded_by_one_and_approved_by_another(
    two: tuple[Visitor, Visitor],
    place: Path,  # noqa: F811
) -> None:
    ann, bob = two
    assert "No release is recorded yet" in at(ann, "/house/releases")
    files = brought(place)
    texts = {"manifest": files.manifest, "signature": files.signature, "sbom": files.sbom, "key": files.key}

    def sent(**other: str) -> dict[str, SimpleUploadedFile]:
        return {name: SimpleUploadedFile(f"{name}.txt", text.encode()) for name, text in {**texts, **other}.items()}

    page = at(ann, "/house/releases/record", 422, **sent(signature=files.signature.replace("A", "B")))
    assert "signature of the release does not fit" in page and house.requests(now=clock.now()) == []
    assert at(ann, "/house/releases/record", 303, **sent()) == "/house/releases"
    (asked,) = house.requests(now=clock.now())
    assert "agrees here within seven days" in at(ann, "/house") and "Agree" in at(bob, "/house/releases")
    at(ann, f"/house/requests/{asked.key}/agree", 403, now="1")
    assert running().recorded == ""
    assert at(bob, f"/house/requests/{asked.key}/agree", 303, now="1") == "/house/releases"
    found = running()
    assert (found.recorded, found.by, found.approved_by) == ("9.9.9", person_number("ann"), person_number("bob"))
    page = at(bob, "/house/releases")
    assert "ann@operator.example" in page and "all as they were signed" in page
    assert bob.post(f"/house/requests/{asked.key}/agree", {"now": "1"}).status_code == 409


def person_number(name: str) -> int:
    found = person_with(f"{name}@operator.example")
    assert found is not None
    return found.pk


def test_whoever_did_not_just_show_the_password_agrees_to_nothing(two: tuple[Visitor, Visitor]) -> None:
    ann, bob = two
    leaver = operator("lea")
    at(ann, "/house/leavers", 303, person=str(leaver.pk), last="", heir="", unheired="on")
    (asked,) = house.requests(now=clock.now())
    began = clock.now()
    bob.get("/house")
    with time_machine.travel(began + timedelta(minutes=6)):
        bob.post("/account/alive")
    with time_machine.travel(began + timedelta(minutes=11)):
        answer = bob.post(f"/house/requests/{asked.key}/agree", {"now": "1"})
    assert answer.status_code == 303 and answer.headers["Location"].startswith("/account/again")
    assert [one.key for one in house.requests(now=clock.now())] == [asked.key]


def test_the_last_administrator_leaves_with_a_successor_or_with_a_second_person(alpha: TenantDB, two: tuple[Visitor, Visitor]) -> None:
    ann, bob = two
    boss, other = colleague(alpha, "admin", "boss@alpha.example"), colleague(alpha, "editor", "edda@alpha.example")
    page = at(ann, "/house/leavers", 422, person=str(boss.pk), last="", heir="")
    assert "takes over" in page.lower()
    at(ann, "/house/leavers", 303, person=str(boss.pk), last="", heir=str(other.pk))
    gone = person_by_id(boss.pk)
    assert gone is not None and not gone.is_active
    assert Seat.objects.filter(person=other, role="admin").exists()
    at(ann, "/house/leavers", 303, person=str(other.pk), last="", heir="", unheired="on")
    (asked,) = house.requests(now=clock.now())
    at(ann, f"/house/requests/{asked.key}/agree", 403, now="1")
    assert Seat.objects.filter(person=other, role="admin").exists()
    at(bob, f"/house/requests/{asked.key}/agree", 303, now="1")
    assert not Seat.objects.filter(person=other).exists()
    page = at(bob, "/house/leavers")
    assert "boss@alpha.example" in page and "edda@alpha.example" in page


def test_nobody_agrees_to_their_own_leave_and_a_request_is_taken_back(two: tuple[Visitor, Visitor]) -> None:
    ann, bob = two
    at(ann, "/house/leavers", 303, person=str(person_number("bob")), last="", heir="", unheired="on")
    (asked,) = house.requests(now=clock.now())
    assert "it is about you" in at(bob, "/house/leavers")
    at(bob, f"/house/requests/{asked.key}/agree", 403, now="1")
    at(bob, f"/house/requests/{asked.key}/take-back", 403, now="1")
    at(ann, f"/house/requests/{asked.key}/take-back", 303, now="1")
    assert house.requests(now=clock.now()) == [] and "Nobody leaves" in at(ann, "/house/leavers")


def test_a_last_day_is_noted_withdrawn_and_a_task_done(two: tuple[Visitor, Visitor]) -> None:
    ann, _bob = two
    leaver, now = operator("lea"), operator("max")
    day = (clock.now() + timedelta(days=20)).date().isoformat()
    at(ann, "/house/leavers", 303, person=str(leaver.pk), last=day, heir="")
    page = at(ann, "/house/leavers")
    number = int(page.split("/house/leavers/")[1].split("/")[0])
    at(ann, f"/house/leavers/{number}/stay", 303, now="1")
    at(ann, "/house/leavers", 303, person=str(now.pk), last="", heir="")
    link = at(ann, "/house/leavers").split('action="/house/leavers/')[1].split('"')[0]
    at(ann, f"/house/leavers/{link}", 303, now="1")
    assert len(entries(operator_db(), act="staff.leave_task_done")) == 1


def test_a_hole_stays_open_until_a_day_for_a_reason(two: tuple[Visitor, Visitor], osv: Path) -> None:
    ann, _bob = two
    page = at(ann, "/house/releases")
    assert "GHSA-1" in page and "to be closed by" in page and "critical" in page
    good = {"hole": "GHSA-1", "until": (clock.now() + timedelta(days=5)).date().isoformat(), "reason": "not reachable"}
    late = (clock.now() + timedelta(days=99)).date().isoformat()
    assert "within 90 days" in at(ann, "/house/releases/accept", 422, **{**good, "until": late})
    at(ann, "/house/releases/accept", 303, **good)
    assert "accepted until" in at(ann, "/house/releases")


@pytest.fixture
def osv(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy with one critical hole in the one library that runs here, of which the installation knows."""
    monkeypatch.setattr(holes, "running_parts", lambda: [Part(PYPI, "library", "1.0")])
    put(tmp_path, entry("GHSA-1"))
    known = replace(process_settings(), osv=str(tmp_path))
    monkeypatch.setattr("siegelpost.web.house.releases.process_settings", lambda: known)
    return tmp_path


def test_a_complaint_is_lifted_by_the_privacy_officer_and_a_second_person_with_the_same_file(
    alpha: TenantDB, two: tuple[Visitor, Visitor]
) -> None:
    ann, bob = two
    key = address_key(ADDRESS, alpha.keys.addresses)
    with alpha.atomic():
        suppress(alpha, kind="complaint", key=key, source="arf", actor=Actor.operator(), now=clock.now() - timedelta(days=3))
    officer = colleague(alpha, PRIVACY, "dora@alpha.example")
    give_role(officer, alpha.number, PRIVACY, now=clock.now() - timedelta(days=30))
    dora = Visitor(officer, alpha)
    assert "Releases" not in at(dora, "/house")

    def form(step: str, letter: bytes = b"Please write to me again. Eve") -> dict[str, object]:
        return {"tenant": "alpha", "address": ADDRESS, "step": step, "document": SimpleUploadedFile("letter.txt", letter)}

    assert "Ask a second person" not in at(ann, "/house/complaints")
    at(ann, "/house/complaints", 422, **form("ask"))
    at(bob, "/house/complaints", 422, **form("lift"))
    at(dora, "/house/complaints", 303, **form("ask"))
    assert "dora@alpha.example" in at(bob, "/house/complaints") and ADDRESS not in at(bob, "/house/complaints")
    at(dora, "/house/complaints", 422, **form("lift"))
    at(bob, "/house/complaints", 422, **form("lift", b"another letter"))
    assert complained_at(alpha, key) is not None
    at(bob, "/house/complaints", 303, **form("lift"))
    assert complained_at(alpha, key) is None and "No request is open" in at(bob, "/house/complaints")
    today = clock.now().date()
    verbs = [one.verb for one in accesses(alpha, today, today + timedelta(1)) if one.area == "suppression"]
    assert "ask-lift" in verbs and "lift" in verbs
