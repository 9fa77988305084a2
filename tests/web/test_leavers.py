"""Off-boarding on the pages: one act, a list of cases, tasks that are ticked off, and what the leaver sees."""

import http.client
import json
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from siegelpost.accounts.leaving_reads import CLOSED, OPEN, CaseView, cases
from siegelpost.accounts.models import Leaving, Person, Seat, Session
from siegelpost.accounts.reads import person_with, roles_in
from siegelpost.base import clock
from siegelpost.flows.off_board import today
from siegelpost.tenancy.handle import TenantDB
from tests.api.calling import Program, program
from tests.cli.shell import ROOT, run
from tests.mailings.making import some_sender
from tests.patience import PATIENCE
from tests.web.browser import Site, serving
from tests.web.test_invitations import link_of
from tests.web.test_sessions import ask, logged_in
from tests.web.visiting import Visitor, colleague, visitor

pytestmark = pytest.mark.slow

WORKER = """
import django
django.setup()
from siegelpost.base.settings import process_settings
from siegelpost.flows.worker import Worker
Worker(process_settings()).run(until=lambda: True)
"""


def only_case(tenant: TenantDB) -> CaseView:
    now = clock.now()
    (one,) = cases((tenant.number,), today=today(now), now=now)
    return one


def test_one_form_ends_everything_and_leads_to_the_tasks(alpha: TenantDB) -> None:
    admin, eva = visitor(alpha, "admin"), program(alpha, role="editor")
    theirs = Visitor(person_with("editor@staff.example"), alpha)
    assert theirs.see("lists") and eva.see("lists")
    person = person_with("editor@staff.example")
    assert person is not None
    admin.send(f"staff/{person.pk}/off-board", {"confirm": "somebody"}, status=422)
    assert theirs.see("lists"), "nothing was changed"
    page = admin.get(admin.send(f"staff/{person.pk}/off-board", {"confirm": person.email}).headers["Location"]).content.decode()
    assert "SSH-Schlüssel" in page and "Austritt" not in page, "tasks in the tenant's language, the page in the reader's"
    answer = theirs.get("/t/alpha/lists")
    assert answer.status_code == 302 and answer.headers["Location"] == "/login?next=/t/alpha/lists&ended=1"
    assert "You have been logged out" in theirs.get(answer.headers["Location"]).content.decode()
    assert eva.refused("GET", "lists") == (401, "api.token_refused")
    assert "gone" not in admin.see("staff") and person.email not in admin.see("staff")


def test_a_stranger_is_not_told_that_a_session_ended(alpha: TenantDB) -> None:
    answer = Visitor(None, alpha).get("/t/alpha/lists")
    assert answer.headers["Location"] == "/login?next=/t/alpha/lists"
    assert "You have been logged out" not in Visitor(None, alpha).get("/login?next=/t/alpha/lists").content.decode()


def test_tasks_are_ticked_off_once_and_the_last_one_closes_the_case(alpha: TenantDB) -> None:
    admin, person = visitor(alpha, "admin"), colleague(alpha, "editor")
    admin.send(f"staff/{person.pk}/off-board", {"confirm": person.email})
    found = only_case(alpha)
    for one in found.tasks:
        assert only_case(alpha).state == OPEN
        admin.send(f"staff/leavers/{found.id}/tasks/{one.id}", {"note": "receipt 7"})
    admin.send(f"staff/leavers/{found.id}/tasks/{found.tasks[0].id}", {"note": "again"})
    closed = only_case(alpha)
    assert closed.state == CLOSED and {one.note for one in closed.tasks} == {"receipt 7"}
    page = admin.see(f"staff/leavers/{found.id}")
    assert "admin@staff.example" in page and "receipt 7" in page and 'name="note"' not in page and "all done" in admin.see("staff/leavers")


def test_the_last_administrator_is_asked_who_takes_over(alpha: TenantDB) -> None:
    admin, person = visitor(alpha, "admin"), colleague(alpha, "editor")
    me = person_with("admin@staff.example")
    assert me is not None
    form = admin.see(f"staff/{me.pk}/off-board")
    assert "name who takes over" in form and f'value="{person.pk}"' in form and f'value="{me.pk}"' not in form
    page = admin.send(f"staff/{me.pk}/off-board", {"confirm": me.email, "heir": ""}, status=403).content.decode()
    assert "Nobody else administers this tenant" in page and roles_in(me, alpha)
    answer = admin.send(f"staff/{me.pk}/off-board", {"confirm": me.email, "heir": str(person.pk)})
    assert answer.headers["Location"] == "/login?ended=1" and roles_in(person, alpha) == ("editor", "admin")
    assert admin.get("/account").status_code == 302


def test_a_last_day_is_noted_shown_and_taken_back(alpha: TenantDB) -> None:
    admin, day = visitor(alpha, "admin"), today(clock.now()) + timedelta(days=30)
    some_sender(alpha)
    admin.send("staff/new", {"email": "temp@staff.example", "role": "viewer", "last": day.isoformat()})
    assert "until " in admin.see("staff")
    assert Visitor(None, alpha).post(link_of(alpha, "temp@staff.example")).status_code == 303
    person = person_with("temp@staff.example")
    assert person is not None and "until " in admin.see("staff") and only_case(alpha).last_day == day
    later = day + timedelta(days=30)
    admin.send(f"staff/{person.pk}/off-board", {"confirm": person.email, "last": later.isoformat()})
    now = clock.now()
    newest, _before = cases((alpha.number,), today=today(now), now=now)
    assert newest.last_day == later
    admin.send(f"staff/leavers/{newest.id}/stay")
    assert "until " not in admin.see("staff") and roles_in(person, alpha)
    assert "carried out or withdrawn" in admin.send(f"staff/leavers/{newest.id}/stay", status=409).content.decode()
    admin.send("staff/new", {"email": "old@staff.example", "role": "viewer", "last": "2026-01-01"}, status=422)
    assert person_with("old@staff.example") is None


def test_the_list_of_tasks_is_the_tenants_own(alpha: TenantDB) -> None:
    admin, person = visitor(alpha, "admin"), colleague(alpha, "editor")
    days = {"access_days": "0", "entry_days": "0", "equipment_days": "14"}
    admin.send("staff/leavers/tasks", {"access": "x\n" * 41, **days}, status=422)
    admin.send("staff/leavers/tasks", {"access": "VPN\n\n  Chat  ", "entry": "", "equipment": "Car", **days})
    admin.send(f"staff/{person.pk}/off-board", {"confirm": person.email})
    now = clock.now()
    found = [(one.kind, one.words, (one.due_on - today(now)).days) for one in only_case(alpha).tasks]
    assert found == [("access", "VPN", 0), ("access", "Chat", 0), ("equipment", "Car", 14)]


def test_cases_of_another_tenant_and_of_the_house_do_not_exist_here(alpha: TenantDB, beta: TenantDB) -> None:
    person = colleague(alpha, "editor")
    visitor(alpha, "admin").send(f"staff/{person.pk}/off-board", {"confirm": person.email})
    found, stranger = only_case(alpha), Visitor(colleague(beta, "admin", "boss@beta.example"), beta)
    stranger.see(f"staff/leavers/{found.id}", status=404)
    for path in (f"{found.id}/stay", f"{found.id}/tasks/{found.tasks[0].id}"):
        stranger.send(f"staff/leavers/{path}", status=404)
    stranger.see(f"staff/{person.pk}/off-board", status=404)
    assert not only_case(alpha).tasks[0].done_at and person.email not in stranger.see("staff/leavers")


def test_somebody_who_may_only_look_ticks_nothing_off(alpha: TenantDB) -> None:
    person = colleague(alpha, "editor")
    visitor(alpha, "admin").send(f"staff/{person.pk}/off-board", {"confirm": person.email})
    found, auditor = only_case(alpha), visitor(alpha, "auditor")
    page = auditor.see(f"staff/leavers/{found.id}")
    assert "SSH" in page and "<form" not in page.split("<main")[1].split("</main>")[0]
    auditor.send(f"staff/leavers/{found.id}/tasks/{found.tasks[0].id}", status=403)
    auditor.see(f"staff/{person.pk}/off-board", status=403)


def test_the_worker_carries_out_what_is_due(alpha: TenantDB) -> None:
    """In a process of its own, which knows people and roles, and nothing of the login."""
    person = colleague(alpha, "editor")
    visitor(alpha, "admin").send(f"staff/{person.pk}/off-board", {"confirm": person.email, "last": today(clock.now()).isoformat()})
    Leaving.objects.update(ends_at=clock.now())
    environ = {**os.environ, "DJANGO_SETTINGS_MODULE": "siegelpost.project.settings"}
    subprocess.run([sys.executable, "-c", WORKER], env=environ, check=True, timeout=PATIENCE)
    assert not Seat.objects.filter(person=person).exists() and not Person.objects.get(pk=person.pk).is_active


@pytest.mark.wire
@pytest.mark.slow
def test_a_token_in_the_middle_of_a_call_and_an_open_session_are_refused_at_the_next(alpha: TenantDB, tmp_path: Path) -> None:
    """The call is half sent when its owner is off-boarded by the command; it ends, and nothing begins after it."""
    caller = program(alpha, role="editor")
    with serving(tmp_path) as site:
        key = logged_in(site, "editor@staff.example")
        assert ask(site, "/t/alpha/", key=key)[0] == 200 and call(site, caller) == 200
        body = json.dumps({"email": "new@example.org"}).encode()
        half = begun(site, caller, body)
        done = run(("staff", "leave", "editor@staff.example", "--json"), dict(os.environ), ROOT)
        assert done.data["acted_at"] and done.data["left"] > 0
        assert ask(site, "/t/alpha/", key=key)[0] == 302 and call(site, caller) == 401
        half.send(body[len(body) // 2 :])
        assert half.getresponse().status < 500
        half.close()
        assert call(site, caller) == 401
    assert not Session.objects.filter(person_id=person_number("editor@staff.example")).exists()


def person_number(email: str) -> int:
    found = person_with(email)
    assert found is not None
    return int(found.pk)


def headers_of(site: Site, caller: Program) -> dict[str, str]:
    return {"Host": urlsplit(site.url).netloc, "Authorization": f"Bearer {caller.key}", "Content-Type": "application/json"}


def call(site: Site, caller: Program) -> int:
    """The status of one whole call."""
    connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=PATIENCE)
    connection.request("GET", f"/api/v1/t/{caller.slug}/lists", headers=headers_of(site, caller))
    status = connection.getresponse().status
    connection.close()
    return status


def begun(site: Site, caller: Program, body: bytes) -> http.client.HTTPConnection:
    """A call of which the second half is still to come."""
    connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=PATIENCE)
    connection.putrequest("POST", f"/api/v1/t/{caller.slug}/subscribers", skip_host=True)
    for name, value in {**headers_of(site, caller), "Content-Length": str(len(body))}.items():
        connection.putheader(name, value)
    connection.endheaders()
    connection.send(body[: len(body) // 2])
    return connection
