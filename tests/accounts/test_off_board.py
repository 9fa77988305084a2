"""Somebody leaves: nothing of theirs opens any more, whatever they had, and nothing of it comes back with them."""

from contextlib import suppress
from datetime import date, datetime, timedelta
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from siegelpost.accounts.approvals.acts import EXPORT
from siegelpost.accounts.approvals.errors import Wish
from siegelpost.accounts.approvals.reads import approval, still_open
from siegelpost.accounts.errors import LastOperator, NotYoursToGive, PersonUnknown
from siegelpost.accounts.factor_rows import with_factor
from siegelpost.accounts.factors import add_app
from siegelpost.accounts.leaving_errors import HeirMissing, HeirUnusable, LastDayWrong, LeavingUnknown, SecondMissing
from siegelpost.accounts.leaving_reads import CLOSED, HELD, OPEN, PLANNED, WITHDRAWN, case
from siegelpost.accounts.leaving_rules import HOUSE, KINDS
from siegelpost.accounts.links import one_time_link
from siegelpost.accounts.models import Identity, Leaving, LeavingTask, Person, Seat, Session, Token
from siegelpost.accounts.reads import operators, person_with, roles_in
from siegelpost.accounts.rules import rights_of
from siegelpost.accounts.services import set_active as block
from siegelpost.base.actor import Actor
from siegelpost.base.errors import SiegelpostError
from siegelpost.evidence.reads import entries
from siegelpost.flows.approving import ask
from siegelpost.flows.off_board import Parting, leave_house, leave_tenant, today
from siegelpost.flows.off_board_alone import two_agree
from siegelpost.flows.off_board_rounds import heed_leavers
from siegelpost.flows.off_board_start import Newcomer, let_in_until, let_operate_until
from siegelpost.flows.off_board_tasks import task_done, withdraw
from siegelpost.flows.rights_at import rights_at
from siegelpost.flows.roles import make_role
from siegelpost.flows.staff import change_roles, let_in, let_operate, set_active, take_out
from siegelpost.flows.tokens import NewToken, create_token
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.installation import operator_db
from tests.governance.watching import NOW, WHO, seen, state
from tests.web.visiting import Visitor

LATER = NOW + timedelta(days=40)
LAST = date(2026, 5, 31)


def somebody(tenant: TenantDB, email: str, *roles: str) -> Person:
    """With everything that opens something: password, second factor, session, token."""
    person = let_in(tenant, email, roles, actor=WHO, now=NOW - timedelta(days=1))
    person.set_password("seven red envelopes, 7")
    person.save()
    add_app(person, b"x" * 20, 0, now=NOW)
    Identity.objects.create(issuer="https://id.example", subject=email, person=person, linked_at=NOW, checked_at=NOW)
    create_token(tenant, NewToken(name="Shop", rights=("read",), owner=email), actor=WHO, now=NOW - timedelta(days=1))
    Visitor(person, tenant).see()
    return Person.objects.get(pk=person.pk)


def left_over(person: Person) -> list[str]:
    """What of somebody opens anything."""
    fresh = Person.objects.get(pk=person.pk)
    found = {
        "account": fresh.is_active, "operator": fresh.operator, "password": fresh.has_usable_password(),
        "session": Session.objects.filter(person_id=person.pk).exists(), "role": Seat.objects.filter(person=person).exists(),
        "token": Token.objects.filter(owner=person, revoked_at=None).exists(), "factor": person.pk in with_factor(),
        "identity": Identity.objects.filter(person=person).exists(),
    }  # fmt: skip
    return [word for word, there in found.items() if there]


def state_of(number: int, place: int, *, now: datetime = NOW) -> str:
    return case(number, (place,), today=today(now), now=now).state


@pytest.fixture
def boss(alpha: TenantDB) -> Actor:
    return Actor.staff(let_in(alpha, "boss@staff.example", ["admin"], actor=WHO, now=NOW - timedelta(days=2)).pk)


@pytest.mark.slow
def test_one_act_takes_everything_and_leaves_the_tasks(alpha: TenantDB, boss: Actor) -> None:
    eva = somebody(alpha, "eva@staff.example", "editor")
    link = one_time_link(eva, "")
    assert set(left_over(eva)) == {"account", "password", "session", "role", "token", "factor", "identity"}
    number = leave_tenant(alpha, eva.pk, Parting(), actor=boss, now=NOW)
    assert left_over(eva) == [] and Visitor(None, alpha).post(link).status_code == 404
    found = case(number, (alpha.number,), today=today(NOW), now=NOW)
    assert found.state == OPEN and {one.kind for one in found.tasks} == set(KINDS) and found.late == 0
    told = [one["act"] for one in reversed(entries(alpha))][-3:]
    assert told == ["staff.leave_planned", "staff.role_taken", "staff.off_boarded"]
    last = entries(operator_db())[0]
    assert (last["act"], last["actor"]) == ("staff.shut_out", str(boss))
    assert state("1.2-12") == state("1.3-05", alpha) == "green"


@pytest.mark.slow
@pytest.mark.touches_beta
def test_who_works_elsewhere_keeps_account_and_session_and_loses_just_the_rights_here(alpha: TenantDB, beta: TenantDB, boss: Actor) -> None:
    let_in(beta, "eva@staff.example", ["viewer"], actor=WHO, now=NOW - timedelta(days=3))
    eva = somebody(alpha, "eva@staff.example", "editor")
    there, link = Visitor(eva, beta), one_time_link(eva, "")
    there.see()
    leave_tenant(alpha, eva.pk, Parting(), actor=boss, now=NOW)
    assert set(left_over(eva)) == {"account", "password", "session", "role", "factor", "identity"}
    assert there.see() and there.get("/t/alpha/").status_code == 404
    assert Visitor(None, alpha).post(link).status_code == 404
    let_in(alpha, eva.email, ["editor"], actor=WHO, now=NOW)
    assert Visitor(None, alpha).post(link).status_code == 404  # the same roles again, and not the same link
    assert state("1.2-12") == "green"


def test_a_last_day_acts_by_itself_when_it_is_over_and_not_before(alpha: TenantDB, boss: Actor) -> None:
    eva = let_in_until(alpha, Newcomer(email="eva@staff.example", roles=["editor"], last_day=LAST), actor=boss, now=NOW)
    number = Leaving.objects.get(person=eva).pk
    before, after = (case(number, (alpha.number,), today=LAST, now=NOW).ends_at + timedelta(seconds=n) for n in (-1, 0))
    heed_leavers(now=before)
    assert state_of(number, alpha.number, now=before) == PLANNED and roles_in(eva, alpha) and state("1.2-12", now=before) == "green"
    assert state("1.2-12", now=after) == "red", "the day is over and nobody acted"
    heed_leavers(now=after)
    heed_leavers(now=after)
    assert left_over(eva) == [] and state_of(number, alpha.number, now=after) == OPEN
    assert state("1.2-12", now=after) == "amber", "logins elsewhere were to end on that day, too"
    assert (
        entries(alpha, act="staff.off_boarded", limit=5)[0]["actor"] == "system:worker"
        and len(entries(alpha, act="staff.off_boarded")) == 1
    )


def test_a_day_that_is_over_acts_at_once_and_a_slip_of_the_hand_does_nothing(alpha: TenantDB, boss: Actor) -> None:
    eva = somebody(alpha, "eva@staff.example", "editor")
    with pytest.raises(LastDayWrong):
        leave_tenant(alpha, eva.pk, Parting(date(226, 5, 1)), actor=boss, now=NOW)
    assert "role" in left_over(eva)
    leave_tenant(alpha, eva.pk, Parting(today(NOW) - timedelta(days=3)), actor=boss, now=NOW)
    assert left_over(eva) == []
    with pytest.raises(LastDayWrong):
        let_in_until(alpha, Newcomer(email="zoe@staff.example", roles=["viewer"], last_day=date(2026, 4, 1)), actor=boss, now=NOW)
    assert person_with("zoe@staff.example") is None


def test_the_last_administrator_names_who_takes_over_in_the_same_act(alpha: TenantDB, boss: Actor) -> None:
    me, eva = int(boss.name), let_in(alpha, "eva@staff.example", ["editor"], actor=WHO, now=NOW)
    for wish, fault in ((Parting(), HeirMissing), (Parting(heir=me), HeirMissing), (Parting(heir=999), HeirUnusable)):
        with pytest.raises(fault):
            leave_tenant(alpha, me, wish, actor=boss, now=NOW)
    leave_tenant(alpha, me, Parting(heir=eva.pk), actor=boss, now=NOW)
    assert roles_in(eva, alpha) == ("editor", "admin") and not Seat.objects.filter(person_id=me).exists()
    assert state("1.3-05", alpha) == state("1.3-04", alpha) == "green"


def test_who_became_the_last_administrator_meanwhile_is_held_and_the_control_is_red(alpha: TenantDB, boss: Actor) -> None:
    me, eva = int(boss.name), let_in(alpha, "eva@staff.example", ["admin"], actor=WHO, now=NOW)
    number = leave_tenant(alpha, me, Parting(LAST), actor=boss, now=NOW)
    take_out(alpha, eva.pk, actor=boss, now=NOW)
    heed_leavers(now=LATER)
    assert state_of(number, alpha.number, now=LATER) == HELD and state("1.2-12", now=LATER) == "red"
    let_in(alpha, "eva@staff.example", ["admin"], actor=WHO, now=LATER)
    heed_leavers(now=LATER)
    assert state_of(number, alpha.number, now=LATER) == OPEN and not Seat.objects.filter(person_id=me).exists()


def test_whoever_names_an_heir_must_be_able_to_make_one_when_the_day_has_come(alpha: TenantDB, boss: Actor) -> None:
    """Somebody plans the leave of a colleague and names themselves; then the colleague becomes the last who administers."""
    desk = make_role(alpha, "Desk", ["staff.see", "staff.delete", *rights_of("viewer")], actor=WHO, now=NOW)
    sly, eva = (
        let_in(alpha, f"{name}@staff.example", [role], actor=WHO, now=NOW) for name, role in (("sly", desk.code), ("eva", "viewer"))
    )
    number = leave_tenant(alpha, eva.pk, Parting(LAST, heir=sly.pk), actor=Actor.staff(sly.pk), now=NOW)
    change_roles(alpha, eva.pk, ["admin"], actor=boss, now=NOW)
    take_out(alpha, int(boss.name), actor=boss, now=NOW)
    heed_leavers(now=LATER)
    assert roles_in(sly, alpha) == (desk.code,) and state_of(number, alpha.number, now=LATER) == HELD


def test_two_who_run_the_installation_may_leave_a_tenant_without_anybody(alpha: TenantDB, boss: Actor) -> None:
    for word in ("one", "two"):
        let_operate(f"{word}@staff.example", language="en", now=NOW)
    one, two = operators()
    for pair in ((one, one), (one, Person.objects.get(pk=int(boss.name))), (one, two)):
        with pytest.raises(SecondMissing):
            two_agree(*pair, leaver_id=two.pk)
    two_agree(one, two, leaver_id=int(boss.name))
    leave_tenant(alpha, int(boss.name), Parting(unheired=True), actor=WHO, now=NOW)
    assert not Seat.objects.filter(tenant_number=alpha.number).exists()


@pytest.mark.slow
@pytest.mark.touches_beta
def test_out_of_the_house_means_everywhere_and_the_last_operator_stays(alpha: TenantDB, beta: TenantDB, boss: Actor) -> None:
    eva = somebody(alpha, "eva@staff.example", "editor")
    let_in(beta, eva.email, ["viewer"], actor=WHO, now=NOW)
    let_operate(eva.email, language="en", now=NOW)
    eva = Person.objects.get(pk=eva.pk)
    for stays in (lambda: leave_house(eva, Parting(), actor=WHO, now=NOW), lambda: set_active(eva.email, active=False, now=NOW)):
        with pytest.raises(LastOperator):
            stays()
    assert Person.objects.get(pk=eva.pk).is_active and state("1.3-04") == "red"  # one is too few, and no reason to stop anything
    let_operate("zoe@staff.example", language="en", now=NOW)
    number = leave_house(eva, Parting(), actor=WHO, now=NOW)
    assert left_over(eva) == [] and state_of(number, HOUSE) == OPEN
    assert entries(beta, act="staff.role_taken")[0]["subject"] == f"staff:{eva.pk}"
    days = {day: [row.person_id for row in rights_at(alpha, day).rows] for day in (NOW.date() - timedelta(days=1), NOW.date())}
    assert eva.pk in days[NOW.date() - timedelta(days=1)] and eva.pk not in days[NOW.date()]
    assert [one.email for one in operators()] == ["zoe@staff.example"] and state("1.2-12") == "green"


def test_an_operator_who_is_let_in_until_a_day_runs_nothing_after_it(alpha: TenantDB) -> None:
    let_operate("zoe@staff.example", language="en", now=NOW)
    eva = let_operate_until("eva@staff.example", LAST, language="en", now=NOW)
    heed_leavers(now=LATER)
    assert left_over(eva) == [] and [one.email for one in operators()] == ["zoe@staff.example"]


def test_who_comes_back_with_the_same_address_brings_nothing_along(alpha: TenantDB, boss: Actor) -> None:
    eva = somebody(alpha, "eva@staff.example", "admin")
    before = Visitor(eva, alpha)
    leave_tenant(alpha, eva.pk, Parting(), actor=boss, now=NOW)
    again = let_in(alpha, eva.email, ["viewer"], actor=boss, now=NOW)
    assert again.pk == eva.pk and left_over(eva) == ["account", "role"] and roles_in(again, alpha) == ("viewer",)
    assert before.get("/account").status_code == 302 and entries(operator_db())[0]["act"] == "staff.let_in_again"
    assert state("1.2-12") == "green" and Leaving.objects.get().returned_at == NOW
    assert not rights_at(alpha, NOW.date()).rows[-1].blocked


def test_an_account_that_the_operator_blocked_is_not_opened_by_leaving_and_coming_back(alpha: TenantDB, boss: Actor) -> None:
    eva = somebody(alpha, "eva@staff.example", "editor")
    block(eva.email, active=False, now=NOW)
    leave_tenant(alpha, eva.pk, Parting(), actor=boss, now=NOW)
    let_in(alpha, eva.email, ["editor"], actor=boss, now=NOW)
    assert left_over(eva) == ["role"]


@pytest.mark.slow
def test_a_login_at_the_same_moment_opens_nothing_and_leaves_nothing(alpha: TenantDB, boss: Actor) -> None:
    eva = somebody(alpha, "eva@staff.example", "editor")
    leave_tenant(alpha, eva.pk, Parting(), actor=boss, now=NOW)
    late = Visitor(eva, alpha)  # the password was right a moment before
    assert late.get("/account").status_code == 302 and seen("1.2-12").evidence["sessions"] == 1 and state("1.2-12") == "red"
    heed_leavers(now=NOW)
    assert left_over(eva) == [] and state("1.2-12") == "green"
    assert entries(operator_db())[0]["details"] == {"sessions": 1}


@pytest.mark.parametrize("broken", ["accounts_open", "sessions", "second_factors", "roles", "tokens"])
def test_the_control_sees_whatever_a_hand_in_the_database_gives_back(alpha: TenantDB, boss: Actor, broken: str) -> None:
    eva = somebody(alpha, "eva@staff.example", "editor")
    leave_tenant(alpha, eva.pk, Parting(), actor=boss, now=NOW)
    assert state("1.2-12") == "green"
    if broken == "accounts_open":
        Person.objects.filter(pk=eva.pk).update(is_active=True)
    elif broken == "sessions":
        Session.objects.create(session_key="x", session_data="", expire_date=LATER, person_id=eva.pk)
    elif broken == "second_factors":
        add_app(eva, b"y" * 20, 0, now=NOW)
    elif broken == "roles":
        Seat.objects.create(person=eva, tenant_number=alpha.number, role="viewer", created_at=NOW)
    else:
        Token.objects.update(revoked_at=None)
    found = seen("1.2-12")
    assert found.state == "red" and found.evidence[broken] == 1


@pytest.mark.parametrize(
    ("kind", "control", "days"), [("access", "1.2-12", (0, 1, 2)), ("entry", "1.2-13", (0, 1, 2)), ("equipment", "1.2-14", (7, 8, 15))]
)
def test_tasks_turn_a_control_amber_and_then_red_until_they_are_done(
    alpha: TenantDB, boss: Actor, kind: str, control: str, days: tuple[int, int, int]
) -> None:
    eva = let_in(alpha, "eva@staff.example", ["editor"], actor=WHO, now=NOW)
    number = leave_tenant(alpha, eva.pk, Parting(), actor=boss, now=NOW)
    assert [state(control, now=NOW + timedelta(days=n)) for n in days] == ["green", "amber", "red"]
    tasks = case(number, (alpha.number,), today=today(NOW), now=NOW).tasks
    for one in (one for one in tasks if one.kind == kind):
        assert task_done(alpha, number, one.id, "receipt 7", actor=boss, now=NOW)
    assert state(control, now=NOW + timedelta(days=days[-1])) == "green"


def test_a_case_closes_with_its_last_task_and_says_who_did_what(alpha: TenantDB, boss: Actor) -> None:
    eva = let_in(alpha, "eva@staff.example", ["editor"], actor=WHO, now=NOW)
    number = leave_tenant(alpha, eva.pk, Parting(), actor=boss, now=NOW)
    tasks = case(number, (alpha.number,), today=today(NOW), now=NOW).tasks
    for nth, one in enumerate(tasks):
        assert state_of(number, alpha.number) == OPEN
        task_done(alpha, number, one.id, f"receipt {nth}", actor=boss, now=NOW)
    found = case(number, (alpha.number,), today=today(NOW), now=NOW)
    assert found.state == CLOSED and {(one.by, one.done_at) for one in found.tasks} == {(str(boss), NOW)}
    assert not task_done(alpha, number, tasks[0].id, "again", actor=WHO, now=NOW)
    assert case(number, (alpha.number,), today=today(NOW), now=NOW).tasks[0].note == "receipt 0"
    assert entries(alpha)[0]["act"] == "staff.leave_closed"


def test_what_was_planned_is_withdrawn_or_replaced_and_never_done_twice(alpha: TenantDB, boss: Actor) -> None:
    eva = somebody(alpha, "eva@staff.example", "editor")
    first = leave_tenant(alpha, eva.pk, Parting(LAST), actor=boss, now=NOW)
    second = leave_tenant(alpha, eva.pk, Parting(LAST + timedelta(days=60)), actor=boss, now=NOW)
    heed_leavers(now=LATER)
    assert [state_of(one, alpha.number, now=LATER) for one in (first, second)] == [WITHDRAWN, PLANNED]
    withdraw(alpha, second, actor=boss, now=LATER)
    heed_leavers(now=LATER + timedelta(days=400))
    assert "role" in left_over(eva)


def test_nobody_off_boards_whom_they_may_not_touch(alpha: TenantDB, boss: Actor) -> None:
    eva = let_in(alpha, "eva@staff.example", ["editor"], actor=WHO, now=NOW)
    operator = let_operate("zoe@staff.example", language="en", now=NOW)
    for who, whom, fault in (
        (Actor.staff(eva.pk), int(boss.name), NotYoursToGive), (boss, 999, PersonUnknown), (boss, operator.pk, PersonUnknown),
    ):  # fmt: skip
        with pytest.raises(fault):
            leave_tenant(alpha, whom, Parting(), actor=who, now=NOW)
    assert not Leaving.objects.exists()


@pytest.mark.parametrize("named", [True, False])
def test_what_waits_for_an_approval_is_asked_anew_by_whoever_takes_over(alpha: TenantDB, boss: Actor, *, named: bool) -> None:
    eva, bob = (let_in(alpha, f"{word}@staff.example", ["editor"], actor=WHO, now=NOW) for word in ("eva", "bob"))
    wish = Wish(act=EXPORT, matter="list:1", what={"list": 1, "name": "Letter"})
    asked = ask(alpha, wish, "The yearly report", asker=eva, staff_url="https://s.example", now=NOW)
    leave_tenant(alpha, eva.pk, Parting(heir=bob.pk if named else None), actor=boss, now=NOW)
    assert approval(alpha, asked, now=NOW).ended == "left"
    assert [(one.asker.number, one.state) for one in still_open(alpha, now=NOW)] == ([(bob.pk, "waiting")] if named else [])
    assert roles_in(bob, alpha) == ("editor",), "somebody else administers"


def test_a_case_is_touched_by_its_own_place_alone(alpha: TenantDB, beta: TenantDB, boss: Actor) -> None:
    eva = let_in(alpha, "eva@staff.example", ["editor"], actor=WHO, now=NOW)
    number = leave_tenant(alpha, eva.pk, Parting(LAST), actor=boss, now=NOW)
    task = case(number, (alpha.number,), today=today(NOW), now=NOW).tasks[0]
    for place in (beta, None):
        for attempt in (partial(task_done, place, number, task.id, "x"), partial(withdraw, place, number)):
            with pytest.raises(LeavingUnknown):
                attempt(actor=WHO, now=NOW)
    assert state_of(number, alpha.number) == PLANNED and not LeavingTask.objects.exclude(done_at=None).exists()


ACTS = st.lists(st.tuples(st.sampled_from(["leave", "heir", "out", "lower", "back"]), st.integers(0, 2), st.integers(0, 2)), max_size=5)


@pytest.mark.slow
def test_whatever_people_do_a_tenant_that_had_an_administrator_has_one(alpha: TenantDB) -> None:
    """One after the other on the same installation: each example begins where the last one ended."""
    people = [let_in(alpha, f"{word}@staff.example", ["admin"], actor=WHO, now=NOW) for word in ("ada", "bob", "cyd")]

    def act(what: str, who: Person, other: Person) -> None:
        if what in ("leave", "heir"):
            leave_tenant(alpha, who.pk, Parting(heir=other.pk if what == "heir" else None), actor=WHO, now=NOW)
        elif what == "out":
            take_out(alpha, who.pk, actor=WHO, now=NOW)
        else:
            let_in(alpha, who.email, ["admin" if what == "back" else "viewer"], actor=WHO, now=NOW)

    @settings(max_examples=15)
    @given(ACTS)
    def run(acts: list[tuple[str, int, int]]) -> None:
        for what, who, other in acts:
            with suppress(SiegelpostError):
                act(what, people[who], people[other])
            admins = Seat.objects.filter(tenant_number=alpha.number, role="admin").values("person_id")
            assert Person.objects.filter(pk__in=admins, is_active=True).exists()

    run()
    assert state("1.2-12") == "green"
