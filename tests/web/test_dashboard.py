"""The first page of a tenant: first steps, what runs, what needs somebody, figures."""

import re
from datetime import timedelta
from typing import Any

import pytest

from siegelpost.base import clock
from siegelpost.delivery.models import Outgoing, Tally
from siegelpost.feedback.models import MailingBrake
from siegelpost.flows import overview
from siegelpost.intake.models import ImportJob
from siegelpost.mailings.models import Mailing, SenderDomain
from siegelpost.mailings.reads import domains_of
from siegelpost.tenancy.handle import TenantDB
from tests.delivery.support import a_list, people
from tests.mailings.making import some_sender
from tests.measure.reported import sent
from tests.web.visiting import Visitor, colleague, visitor

HOSTILE = "<script>alert(\"1\")</script> & 'quoted' 🦊 \u202eright to left"


def mailing(tenant: TenantDB, state: str, name: str = "Spring", reason: str = "", **states: int) -> int:
    now = clock.now()
    with tenant.atomic():
        made = tenant.objects(Mailing).create(name=name, state=state, pause_reason=reason, created_at=now, launched_at=now)
        for each, n in states.items():
            tenant.objects(Tally).create(mailing_id=made.pk, state=each, n=n)
    return int(made.pk)


def relaunch(tenant: TenantDB, **changes: Any) -> None:
    with tenant.atomic():
        tenant.objects(Mailing).update(**changes)


def text(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_a_new_tenant_sees_four_steps_and_none_is_done(alpha: TenantDB) -> None:
    seen = visitor(alpha, "admin").see()
    assert (seen.count('class="is-next"'), seen.count('class="is-open"')) == (1, 3)
    assert "is-done" not in seen
    assert "Needs attention" not in seen and "Last mailings" not in seen and "data-chart" not in seen


@pytest.mark.slow
def test_steps_are_ticked_off_as_they_are_done(alpha: TenantDB) -> None:
    client = visitor(alpha, "editor")
    some_sender(alpha)
    assert client.see().count('class="is-done"') == 1
    people(alpha, 3, a_list(alpha))
    assert client.see().count('class="is-done"') == 3
    mailing(alpha, "draft")
    relaunch(alpha, launched_at=None)
    assert client.see().count('class="is-done"') == 4


def test_the_steps_go_once_a_mailing_was_sent(alpha: TenantDB) -> None:
    sent(alpha, 30)
    assert "Welcome" not in visitor(alpha, "editor").see()


@pytest.mark.parametrize(("role", "links"), [("viewer", 0), ("editor", 3), ("admin", 4)])
def test_steps_lead_only_where_the_role_may_go(alpha: TenantDB, role: str, links: int) -> None:
    card = visitor(alpha, role).see().partition("four steps")[2].partition("</ol>")[0]
    assert card.count("<a ") == links


def test_a_running_mailing_shows_its_progress_and_asks_again(alpha: TenantDB) -> None:
    made = mailing(alpha, "sending", audience=2000, due=500, sent=1490, bounced=10)
    client = visitor(alpha, "viewer")
    seen = client.see()
    assert "1,500 of 2,000" in seen
    assert 'data-share="75.0"' in seen and 'hx-get="/t/alpha/running"' in seen
    assert f'href="/t/alpha/mailings/{made}/"' in seen
    assert "1,500 of 2,000" in client.see("running")


def test_when_nothing_runs_any_more_nothing_asks_again(alpha: TenantDB) -> None:
    answer = visitor(alpha, "viewer").see("running")
    assert "hx-get" not in answer and 'id="running"' in answer


def test_a_paused_mailing_says_why(alpha: TenantDB) -> None:
    mailing(alpha, "paused", reason="home.copied", audience=10, due=4, sent=6)
    seen = text(visitor(alpha, "editor").see())
    assert "is paused; 4 messages wait." in seen
    assert "The data folder or its database is a copy" in seen


def test_what_is_unsure_or_refused_because_of_us_is_named(alpha: TenantDB) -> None:
    mailing(alpha, "finished", audience=10, sent=6, unsure=1, blocked=3)
    seen = text(visitor(alpha, "editor").see())
    assert "it is unsure whether 1 message arrived." in seen
    assert "3 messages were refused because of us." in seen


def test_old_questions_are_not_asked_again(alpha: TenantDB) -> None:
    mailing(alpha, "finished", audience=10, sent=9, unsure=1)
    relaunch(alpha, launched_at=clock.now() - timedelta(days=31))
    assert "Needs attention" not in visitor(alpha, "editor").see()


def test_mail_that_nobody_sends_is_said_first(alpha: TenantDB, monkeypatch: pytest.MonkeyPatch) -> None:
    client = visitor(alpha, "editor")
    with alpha.atomic():
        alpha.objects(Outgoing).create(kind="confirmation", state="due", due_at=0, created_at=clock.now())
    assert "the worker does not run" in client.see()
    monkeypatch.setattr(overview, "somebody_works", lambda _home: True)
    assert "the worker does not run" not in client.see()


def test_a_paused_mailing_alone_needs_no_worker(alpha: TenantDB) -> None:
    mailing(alpha, "paused", reason="staff", audience=10, due=10)
    assert "the worker does not run" not in visitor(alpha, "editor").see()


@pytest.mark.slow
def test_unchecked_domains_and_interrupted_imports_are_named(alpha: TenantDB) -> None:
    some_sender(alpha, unverified_ok=False)
    with alpha.atomic():
        alpha.objects(ImportJob).create(
            list_id=1, file_name="people.csv", file_hash="", ground="g", source="s", mode="add", state="running", started_at=clock.now()
        )
    editor, viewer = visitor(alpha, "editor").see(), visitor(alpha, "viewer").see()
    where = f"/senders/domains/{domains_of(alpha)[0].id}"
    assert f'{where}">example.org</a>: mailings from this sender domain cannot be sent yet.' in editor
    assert "people.csv</a>: this import was interrupted." in editor
    assert "people.csv: this import was interrupted." in viewer  # who may not import gets no link
    with alpha.atomic():
        alpha.objects(SenderDomain).update(unverified_ok=True)
    assert "this sender domain" not in visitor(alpha, "editor").see()


@pytest.mark.slow
def test_the_figures_are_those_of_this_tenant(alpha: TenantDB, beta: TenantDB) -> None:
    letter = a_list(alpha)
    people(alpha, 1234, letter)
    people(alpha, ["silent@example.org"], letter, consent=False)
    sent(alpha, 100)
    relaunch(alpha, launched_at=clock.now())
    found = re.findall(r'figure-value">([\d,]+)<', visitor(alpha, "viewer").see())
    assert found == ["1,235", "1,234", "0", "1"]


def test_growth_adds_up_to_who_is_stored(alpha: TenantDB) -> None:
    people(alpha, 5, a_list(alpha))  # they came in March 2026
    now = clock.now()
    weeks = overview.growth(alpha, 5, now=now)
    assert (len(weeks), weeks[-1].total, weeks[-1].monday.weekday()) == (12, 5, 0)
    assert weeks[-1].monday <= now.date() < weeks[-1].monday + timedelta(days=7)
    march = overview.growth(alpha, 5, now=now.replace(year=2026, month=3, day=8))
    assert [(week.joined, week.total) for week in march[-2:]] == [(0, 0), (5, 5)]


@pytest.mark.slow
def test_the_last_mailings_show_what_their_reports_show(alpha: TenantDB) -> None:
    one, small = sent(alpha, 100, name="Large"), sent(alpha, 19, name="Small")
    one.asked(0, 40, people=30)
    one.asked(1, 12, people=10)
    rows = re.findall(r"<tr>.*?</tr>", visitor(alpha, "viewer").see().partition("Last mailings")[2], re.DOTALL)
    large, few = (next(text(row) for row in rows if name in row) for name in ("Large", "Small"))
    assert re.findall(r"\d+", large)[-3:] == ["100", "40", "12"]
    assert few.count("withheld") == 2
    assert f"/mailings/{small.mailing}/report" in "".join(rows)


def test_hostile_names_are_shown_as_they_are(alpha: TenantDB) -> None:
    mailing(alpha, "paused", name=HOSTILE, reason="staff", audience=1, due=1)
    mailing(alpha, "finished", name="x" * 200, audience=1, sent=1)
    seen = visitor(alpha, "editor").see()
    assert "<script>alert" not in seen
    assert "&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;" in seen and "🦊" in seen


def test_strangers_and_people_of_other_tenants_see_nothing(alpha: TenantDB, beta: TenantDB) -> None:
    assert Visitor(None, alpha).get("/t/alpha/running").status_code == 302
    outsider = Visitor(colleague(beta, "admin"), alpha)
    assert [outsider.get(f"/t/alpha/{path}").status_code for path in ("", "running")] == [404, 404]


def test_nothing_can_be_posted_here(alpha: TenantDB) -> None:
    client = visitor(alpha, "admin")
    assert [client.post(f"/t/alpha/{path}").status_code for path in ("", "running")] == [405, 405]


@pytest.mark.parametrize(
    "language, complained, bounced, stopped",
    [
        ("en", "3 of 1,200 recipients at gmail complained.", "1 of 40 messages to firm.example bounced for good.", "It was stopped."),
        ("de", "3 von 1.200 Empfängern bei gmail haben sich beschwert.", "1 von 40 Nachrichten an firm.example kam", "Es wurde gestoppt."),
    ],
)
def test_a_mailing_that_came_back_too_often_is_named_with_its_figures(
    alpha: TenantDB, language: str, complained: str, bounced: str, stopped: str
) -> None:
    number = mailing(alpha, "paused", reason="feedback.braked")
    with alpha.atomic():
        brakes = alpha.objects(MailingBrake)
        brakes.create(mailing_id=number, receivers="gmail", cause="complaint", level=3, cases=3, of=1200, at=clock.now())
        brakes.create(mailing_id=number, receivers="firm.example", cause="hard", level=1, cases=1, of=40, at=clock.now())
        brakes.create(mailing_id=number + 1, receivers="gone.example", cause="hard", level=3, cases=1, of=40, at=clock.now())
    shown = text(visitor(alpha, "editor", language=language).see())
    assert [said for said in (complained, bounced, stopped) if said not in shown] == []
    assert "gone.example" not in shown
