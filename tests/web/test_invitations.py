"""Somebody is invited by mail: nobody learns from it whose address that is, and the link opens what it should and nothing else."""

import re
from contextlib import ExitStack
from datetime import timedelta

import pytest
import time_machine
from django.db import connections
from django.test.utils import CaptureQueriesContext

from siegelpost.accounts.invitations import LIFE, forget_over, waiting
from siegelpost.accounts.links import one_time_link
from siegelpost.accounts.models import Invitation, Person
from siegelpost.accounts.reads import person_with, roles_in
from siegelpost.accounts.roles import delete_role
from siegelpost.accounts.services import give_role, set_active
from siegelpost.base import clock
from siegelpost.base.actor import Actor
from siegelpost.delivery.models import Outgoing
from siegelpost.evidence.reads import entries
from siegelpost.flows.roles import make_role
from siegelpost.flows.staff import let_in
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.models import Tenant
from siegelpost.tenancy.registry import open_tenant
from tests.mailings.making import some_sender
from tests.web.test_attacks import PASSWORD, log_in, with_password
from tests.web.visiting import NOON, Visitor, colleague, visitor

pytestmark = [pytest.mark.slow, pytest.mark.touches_beta]  # people of its own are made

NEW, THERE = "new@staff.example", "both@staff.example"
TOKEN = re.compile(r'(Token": |token" value=)"\w+"')


@pytest.fixture
def desk(alpha: TenantDB) -> Visitor:
    """An administrator of a tenant that can write."""
    some_sender(alpha)
    return visitor(alpha, "admin")


def invite(desk: Visitor, email: str, role: str = "viewer", **said: str) -> None:
    desk.send("staff/new", {"email": email, "name": "Nora Neu", "role": role, **said})


def mail_to(tenant: TenantDB, email: str) -> str:
    """The newest mail to an address."""
    found = tenant.objects(Outgoing).filter(to=email).order_by("-pk").first()
    assert found is not None
    return f"{found.subject}\n{found.text}"


def link_of(tenant: TenantDB, email: str) -> str:
    found = re.search(r"(/invitation/\S+)", mail_to(tenant, email))
    assert found
    return found[1]


def all_that_is_seen(alpha: TenantDB, desk: Visitor, email: str) -> list[object]:
    """Of an invitation of this address: each answer, each page afterwards, the mail, the log, and how often a database was asked."""
    with ExitStack() as stack:
        counts = [stack.enter_context(CaptureQueriesContext(connections[alias])) for alias in ("default", alpha.alias)]
        answer = desk.post(f"{desk.start}staff/new", {"email": email, "name": "Nora Neu", "role": "viewer"})
        work = [len(one) for one in counts]
    (number,) = [one.id for one in waiting(alpha.number, now=clock.now()) if one.wish.email == email]
    pages = [desk.see("staff"), desk.see(f"staff/invited/{number}"), desk.see("roles/matrix")]
    told = [(one["act"], one["details"]) for one in entries(alpha)[:2]]
    said = [TOKEN.sub("", text) for text in (answer.content.decode(), *pages, re.sub(r"/invitation/\S+", "", mail_to(alpha, email)))]
    desk.send(f"staff/invited/{number}")
    desk.see("staff")  # what that said is said now, and not on the next page
    plain = [re.sub(rf"invited/{number}\b", "invited/N", one.replace(email, "ADDRESS")) for one in said]
    return [answer.status_code, answer.headers["Location"], *plain, told, work]


@time_machine.travel(NOON, tick=False)
def test_whoever_invites_cannot_tell_who_has_an_account_here(alpha: TenantDB, beta: TenantDB, desk: Visitor) -> None:
    with_password(colleague(beta, "editor", THERE))
    colleague(beta, "admin", "shut@staff.example")
    set_active("shut@staff.example", active=False, now=NOON)
    colleague(None, "operator", "op@staff.example")
    Tenant.objects.filter(slug="alpha").update(own=False)  # where an operator is nobody
    all_that_is_seen(alpha, desk, "first@staff.example")  # fills what is kept in memory
    unknown = all_that_is_seen(alpha, desk, NEW)
    assert unknown[0] == 303 and "invited" in str(unknown[3])
    assert unknown[-1] != [0, 0], "the questions are counted"
    for email in (THERE, "shut@staff.example", "op@staff.example", "other@staff.example"):
        seen = all_that_is_seen(alpha, desk, email)
        assert [n for n, (one, other) in enumerate(zip(seen, unknown, strict=True)) if one != other] == [], email


def test_a_new_person_comes_in_by_the_mail_once(alpha: TenantDB, desk: Visitor) -> None:
    invite(desk, "New@Staff.example", "editor")
    assert person_with(NEW) is None and "Nora Neu" in desk.see("staff")
    link, newcomer = link_of(alpha, NEW), Visitor(None, alpha)
    assert link not in desk.see("staff") and "Alpha" in newcomer.get(link).content.decode(), "a look at it uses nothing up"
    assert newcomer.post(link).status_code == 303 and newcomer.see()
    assert newcomer.post(link).status_code == Visitor(None, alpha).get(link).status_code == 404
    person = person_with(NEW)
    assert person is not None and (person.name, roles_in(person, alpha)) == ("Nora Neu", ("editor",))
    given = entries(alpha, act="staff.roles_given")[0]
    boss = Person.objects.get(email="admin@staff.example")
    assert (given["actor"], given["subject"]) == (f"staff:{boss.pk}", f"staff:{person.pk}") and not Invitation.objects.exists()
    assert "has a role here already" in desk.send("staff/new", {"email": NEW, "role": "viewer"}, status=422).content.decode()


def test_an_account_that_is_there_is_linked_by_its_owner_and_keeps_its_password(alpha: TenantDB, beta: TenantDB, desk: Visitor) -> None:
    there = with_password(colleague(beta, "editor", THERE))
    elsewhere, kept_back = Visitor(there, beta), one_time_link(there, "")
    invite(desk, THERE)
    link, owner = link_of(alpha, THERE), Visitor(None, alpha)
    assert owner.post(link).headers["Location"] == f"/account{link}" and roles_in(there, alpha) == (), "the mail alone opens no account"
    assert "/login?" in owner.get(f"/account{link}").headers["Location"]
    assert log_in(owner, email=THERE).status_code == 302
    assert THERE in owner.get(f"/account{link}").content.decode() and roles_in(there, alpha) == ()
    assert owner.post(f"/account{link}").status_code == 303 and owner.see() and owner.get("/t/beta/").status_code == 200
    assert elsewhere.get("/t/beta/").status_code == elsewhere.get("/t/alpha/").status_code == 302, "who else sat in it is out"
    assert Visitor(None, alpha).post(kept_back).status_code == 404, "links from before open nothing"
    again = Visitor(None, alpha)
    log_in(again, PASSWORD, THERE)
    assert again.see()


def test_an_invitation_is_accepted_by_its_own_account_alone(alpha: TenantDB, beta: TenantDB, desk: Visitor) -> None:
    colleague(beta, "editor", THERE)
    invite(desk, THERE, "admin")
    invite(desk, NEW, "admin")
    stranger = Visitor(colleague(beta, "viewer", "thief@staff.example"), beta)
    for email in (THERE, NEW):
        answer = stranger.post(f"/account{link_of(alpha, email)}")
        assert answer.status_code == 403 and "another account" in answer.content.decode()
    assert stranger.get("/t/alpha/").status_code == 404 and Invitation.objects.count() == 2


def test_what_the_operators_command_gives_out_is_no_way_round(alpha: TenantDB, beta: TenantDB, desk: Visitor) -> None:
    """`staff link` logs in whoever the account is; what they were invited to stays behind the link of the mail."""
    there = colleague(beta, "editor", THERE)
    invite(desk, THERE, "admin")
    by_command = Visitor(None, alpha)
    assert by_command.post(one_time_link(there, "")).status_code == 303
    assert by_command.get("/t/beta/").status_code == 200 and by_command.get("/t/alpha/").status_code == 404
    let_in(alpha, THERE, ["viewer"], actor=Actor.operator(), now=NOON)  # `staff create`: the operator's own act, and a fresh start
    assert by_command.get("/t/beta/").status_code == 302 and not Invitation.objects.exists()


@pytest.mark.parametrize("why", ["old", "withdrawn", "sent again", "the inviter is out", "the role is gone", "the day is over", "made up"])
def test_a_link_that_should_not_open_any_more_opens_nothing(alpha: TenantDB, desk: Visitor, why: str) -> None:
    role = make_role(alpha, "Desk", ["lists.see"], actor=Actor.operator(), now=NOON)
    invite(desk, NEW, role.code)
    link, (one,) = link_of(alpha, NEW), waiting(alpha.number, now=clock.now())
    if why == "old":
        Invitation.objects.update(until=clock.now() - timedelta(seconds=1))
        assert "invited" not in desk.see("staff")
    elif why == "withdrawn":
        desk.send(f"staff/invited/{one.id}")
        desk.send(f"staff/invited/{one.id}", status=404)
    elif why == "sent again":
        invite(desk, NEW, role.code)
    elif why == "the inviter is out":
        give_role(colleague(alpha, "admin", "second@staff.example"), alpha.number, "admin", now=NOON)
        set_active("admin@staff.example", active=False, now=NOON)
    elif why == "the role is gone":
        delete_role(alpha, role.number)
    elif why == "the day is over":
        Invitation.objects.update(last_day=NOON.date())
    else:
        link += "x"
    for answer in (Visitor(None, alpha).get(link), Visitor(None, alpha).post(link)):
        over = answer.status_code == 404 and "used or withdrawn" in answer.content.decode()
        assert over or why in ("the inviter is out", "the role is gone", "the day is over")
    assert answer.status_code == 404 and person_with(NEW) is None


def test_somebody_who_runs_the_installation_is_told_so_behind_the_link(alpha: TenantDB, desk: Visitor) -> None:
    op = colleague(None, "operator", "op@staff.example")
    Tenant.objects.filter(slug="alpha").update(own=False)
    invite(desk, op.email)
    client = Visitor(op, open_tenant("alpha"))
    answer = client.post(f"/account{link_of(alpha, op.email)}")
    assert answer.status_code == 403 and "You run this installation" in answer.content.decode()
    assert client.get("/t/alpha/").status_code == 403, "enters by a visit, as before"


def test_whoever_was_shut_out_by_the_operator_does_not_come_in_by_an_invitation(alpha: TenantDB, beta: TenantDB, desk: Visitor) -> None:
    shut = with_password(colleague(beta, "editor", THERE))
    set_active(THERE, active=False, now=NOON)
    invite(desk, THERE)
    client, link = Visitor(None, alpha), link_of(alpha, THERE)
    assert client.post(link).headers["Location"] == f"/account{link}"
    log_in(client, email=THERE)
    assert client.post(f"/account{link}").status_code in (302, 303) and roles_in(shut, alpha) == ()


def test_where_nobody_can_write_nobody_is_invited(alpha: TenantDB) -> None:
    client = visitor(alpha, "admin")
    page = client.send("staff/new", {"email": NEW, "role": "viewer"}, status=409).content.decode()
    assert "no sender can write" in page and not Invitation.objects.exists()


def test_what_is_over_is_deleted(alpha: TenantDB, desk: Visitor) -> None:
    invite(desk, NEW)
    forget_over(now=clock.now())
    assert Invitation.objects.exists()
    forget_over(now=clock.now() + LIFE)
    assert not Invitation.objects.exists()
