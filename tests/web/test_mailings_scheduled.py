"""A start by itself in the browser: chosen on the page "Send", shown until then, taken back, and asked about when it was missed."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from siegelpost.base import clock
from siegelpost.base.settings import process_settings
from siegelpost.delivery.reads import plan_of
from siegelpost.flows.schedule import start_ripe
from siegelpost.mailings.models import Mailing
from siegelpost.mailings.reads import mailing
from siegelpost.mailings.schedule import start_of
from siegelpost.tenancy.handle import TenantDB
from tests.web.mailing_pages import a_draft, faults_in, version_in
from tests.web.visiting import Visitor, visitor

pytestmark = pytest.mark.slow

BERLIN = ZoneInfo("Europe/Berlin")


def sent_at(client: Visitor, number: int, typed: str, status: int = 303) -> str:
    """Confirm and send at a time as the browser's field gives it; returns the page that follows."""
    version = version_in(client.see(f"mailings/{number}/send?counted=1"))
    form = {"version": version, "confirm": "yes", "when": "later", "start": typed}
    return str(client.send(f"mailings/{number}/send", form, status).content.decode())


def in_days(n: int) -> str:
    return f"{clock.now().astimezone(BERLIN) + timedelta(days=n):%Y-%m-%dT%H:%M}"


def test_a_mailing_is_scheduled_shown_and_made_a_draft_again(alpha: TenantDB) -> None:
    number, client = a_draft(alpha), visitor(alpha)
    typed = in_days(3)
    sent_at(client, number, typed)
    start = start_of(alpha, number)
    assert mailing(alpha, number).state == "scheduled" and start
    assert f"{start.astimezone(BERLIN):%Y-%m-%dT%H:%M}" == typed
    page = client.see(f"mailings/{number}/send")
    assert "Starts automatically:" in page and start.isoformat(timespec="seconds") in page
    assert "This mailing is scheduled." in client.see(f"mailings/{number}/edit")
    client.send(f"mailings/{number}/draft")
    assert mailing(alpha, number).state == "draft"
    assert "This mailing is scheduled." not in client.see(f"mailings/{number}/edit")


@pytest.mark.parametrize("typed", ["", "soon", "2001-01-01T09:00"])
def test_a_time_that_cannot_be_is_refused_at_its_field(alpha: TenantDB, typed: str) -> None:
    number, client = a_draft(alpha), visitor(alpha)
    page = sent_at(client, number, typed, 422)
    assert faults_in(page) == ["start"] and 'value="later" class="form-check-input"' in page
    assert mailing(alpha, number).state == "draft"


def test_a_scheduled_mailing_can_be_sent_now(alpha: TenantDB) -> None:
    number, client = a_draft(alpha), visitor(alpha)
    sent_at(client, number, in_days(3))
    version = version_in(client.see(f"mailings/{number}/send?counted=1"))
    client.send(f"mailings/{number}/send", {"version": version, "confirm": "yes", "when": "now", "start": ""})
    assert mailing(alpha, number).state == "sending"
    client.send(f"mailings/{number}/draft")  # on a page that was left open
    assert mailing(alpha, number).state == "sending"


def test_pace_and_hours_are_frozen_with_the_launch(alpha: TenantDB) -> None:
    number, client = a_draft(alpha), visitor(alpha)
    version = version_in(client.see(f"mailings/{number}/send?counted=1"))
    form = {"version": version, "confirm": "yes", "when": "now", "per_hour": "500", "per_day": "", "days": ["mo", "tu"], "begin": "08:00"}
    client.send(f"mailings/{number}/send", form)
    pace = plan_of(alpha, number).pace
    assert (pace.per_hour, pace.per_day, pace.windows, pace.zone) == (500, 0, (((0, 1), 480, 1440),), "Europe/Berlin")


def test_a_pace_that_cannot_be_is_refused_at_its_field_and_stays_in_sight(alpha: TenantDB) -> None:
    number, client = a_draft(alpha), visitor(alpha)
    version = version_in(client.see(f"mailings/{number}/send?counted=1"))
    form = {"version": version, "confirm": "yes", "when": "now", "per_hour": "-1", "begin": "08:00", "end": "08:00"}
    page = client.send(f"mailings/{number}/send", form, 422).content.decode()
    assert set(faults_in(page)) == {"per_hour", "begin"} and '<details class="mb-3" open>' in page
    assert mailing(alpha, number).state == "draft"


@pytest.mark.parametrize(("language", "words"), [("en", "Waits until"), ("de", "es darf nur zu bestimmten Zeiten hinausgehen")])
def test_the_progress_says_until_when_it_waits_and_why(alpha: TenantDB, language: str, words: str) -> None:
    number, client = a_draft(alpha), visitor(alpha, language=language)
    version = version_in(client.see(f"mailings/{number}/send?counted=1"))
    hour = (clock.now().astimezone(BERLIN).hour + 4) % 24
    form = {"version": version, "confirm": "yes", "when": "now", "begin": f"{hour:02}:00", "end": f"{(hour + 1) % 24:02}:00"}
    client.send(f"mailings/{number}/send", form)
    for page in ("progress", "progress/now"):
        assert words in client.see(f"mailings/{number}/{page}")


@pytest.mark.parametrize(("language", "words"), [("en", "It was to start automatically"), ("de", "Es sollte automatisch starten")])
def test_a_missed_start_is_asked_about(alpha: TenantDB, language: str, words: str) -> None:
    number, client = a_draft(alpha), visitor(alpha, language=language)
    sent_at(client, number, in_days(3))
    with alpha.atomic():
        alpha.objects(Mailing).update(start_at=clock.now() - timedelta(hours=2))
    start_ripe(alpha, settings=process_settings(), now=clock.now())
    page = client.see(f"mailings/{number}/progress")
    assert words in page and f"/mailings/{number}/draft" in page and "data-confirm-typed" not in page
    client.send(f"mailings/{number}/resume")
    assert mailing(alpha, number).state == "scheduled"
    start_ripe(alpha, settings=process_settings(), now=clock.now())
    assert mailing(alpha, number).state == "sending"
