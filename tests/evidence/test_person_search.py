"""What one colleague did is seen with a reason, once a second person agreed, by whoever asked, for a day; each step is logged."""

import io
from datetime import timedelta

import pytest
from django.db import DatabaseError

from siegelpost.accounts.errors import PersonUnknown, RightMissing
from siegelpost.accounts.models import Person, Seat
from siegelpost.base import clock
from siegelpost.evidence import person_search as room
from siegelpost.evidence.access import Access, accesses, record
from siegelpost.evidence.errors import OwnRequest, ReasonMissing, RequestAnswered, RequestClosed, RequestUnknown
from siegelpost.evidence.models import AccessRequest, Entry
from siegelpost.flows import person_search as search
from siegelpost.flows.errors import NotProved
from siegelpost.tenancy.handle import Logged, TenantDB
from siegelpost.tenancy.installation import operator_db, record_installation
from tests.evidence.logs import NOW
from tests.intake.test_import_command import run
from tests.web.visiting import colleague

WHY = "A list was deleted on Monday; who was there?"


@pytest.fixture
def staff(alpha: TenantDB) -> dict[str, Person]:
    """Two administrators, an editor who did something, and an operator."""
    record_installation("0" * 32, "", now=NOW)
    people = {name: colleague(alpha, "admin", f"{name}@staff.example") for name in ("ada", "bea")}
    people |= {"eve": colleague(alpha, "editor", "eve@staff.example"), "odo": colleague(None, "operator", "odo@staff.example")}
    for who, area in (("eve", "lists"), ("ada", "settings"), ("eve", "imports")):
        record(alpha, Access(NOW, f"staff:{people[who].pk}", area, "read"))
    return people


def asked(whose: Logged, staff: dict[str, Person], asker: str = "ada", about: str = "eve") -> int:
    return search.ask(whose, f"{about}@staff.example", WHY, asker=staff[asker], now=NOW)


def agreed(whose: Logged, number: int, by: Person, *, yes: bool = True, after: timedelta = timedelta()) -> None:
    search.answer(whose, number, agreed=yes, by=by, now=NOW + after)


def areas(whose: Logged, number: int, reader: Person, after: timedelta = timedelta()) -> list[str]:
    return [one.area for one in search.result(whose, number, reader=reader, now=NOW + after)]


def test_whoever_asked_sees_that_person_alone_once_a_second_one_agreed(alpha: TenantDB, staff: dict[str, Person]) -> None:
    number = asked(alpha, staff)
    with pytest.raises(RequestClosed):
        areas(alpha, number, staff["ada"])
    agreed(alpha, number, staff["bea"])
    assert areas(alpha, number, staff["ada"]) == ["lists", "imports"]


@pytest.mark.parametrize("reader", ["bea", "odo"])
def test_nobody_else_sees_the_result(alpha: TenantDB, staff: dict[str, Person], reader: str) -> None:
    number = asked(alpha, staff)
    agreed(alpha, number, staff["bea"])
    with pytest.raises(RequestClosed):
        areas(alpha, number, staff[reader])


@pytest.mark.parametrize(
    ("asker", "about", "by", "error"),
    [
        ("ada", "eve", "ada", OwnRequest),
        ("ada", "bea", "bea", OwnRequest),
        ("ada", "eve", "eve", RightMissing),
    ],
)
def test_nobody_agrees_for_themselves_or_without_the_right(
    alpha: TenantDB, staff: dict[str, Person], asker: str, about: str, by: str, error: type[Exception]
) -> None:
    number = asked(alpha, staff, asker, about)
    with pytest.raises(error):
        agreed(alpha, number, staff[by])
    assert room.request(alpha, number, now=NOW).state == room.WAITING


def test_it_is_open_for_a_day_and_no_longer(alpha: TenantDB, staff: dict[str, Person]) -> None:
    number = asked(alpha, staff)
    agreed(alpha, number, staff["bea"], after=timedelta(hours=1))
    assert areas(alpha, number, staff["ada"], timedelta(hours=24, minutes=59))
    with pytest.raises(RequestClosed):
        areas(alpha, number, staff["ada"], timedelta(hours=25))
    with pytest.raises(RequestClosed):
        areas(alpha, number, staff["ada"], timedelta(minutes=59))  # a clock that was put back opens nothing


@pytest.mark.parametrize(("days", "open_"), [(6, True), (7, False), (400, False)])
def test_a_request_waits_for_seven_days(alpha: TenantDB, staff: dict[str, Person], days: int, open_: bool) -> None:
    number, after = asked(alpha, staff), timedelta(days=days)
    if open_:
        agreed(alpha, number, staff["bea"], after=after)
    else:
        with pytest.raises(RequestAnswered):
            agreed(alpha, number, staff["bea"], after=after)
    assert room.request(alpha, number, now=NOW + after).state == (room.AGREED if open_ else room.OVER)


def test_what_was_refused_stays_refused(alpha: TenantDB, staff: dict[str, Person]) -> None:
    number = asked(alpha, staff)
    agreed(alpha, number, staff["bea"], yes=False)
    with pytest.raises(RequestAnswered):
        agreed(alpha, number, staff["bea"])
    with pytest.raises(RequestClosed):
        areas(alpha, number, staff["ada"])


@pytest.mark.parametrize("reason", ["", "too short", " " * 50, "x" * 501])
def test_nobody_asks_without_a_reason(alpha: TenantDB, staff: dict[str, Person], reason: str) -> None:
    with pytest.raises(ReasonMissing):
        search.ask(alpha, "eve@staff.example", reason, asker=staff["ada"], now=NOW)
    assert room.requests(alpha, now=NOW) == []


def test_an_editor_does_not_ask_and_a_stranger_is_not_asked_about(alpha: TenantDB, beta: TenantDB, staff: dict[str, Person]) -> None:
    colleague(beta, "editor", "zoe@staff.example")
    with pytest.raises(RightMissing):
        asked(alpha, staff, "eve", "ada")
    for about in ("zoe", "nobody"):
        with pytest.raises(PersonUnknown):
            asked(alpha, staff, "ada", about)
    assert room.requests(alpha, now=NOW) == []


def test_an_admin_of_another_tenant_has_no_say(alpha: TenantDB, beta: TenantDB, staff: dict[str, Person]) -> None:
    number, zoe = asked(alpha, staff), colleague(beta, "admin", "zoe@staff.example")
    with pytest.raises(RightMissing):
        agreed(alpha, number, zoe)
    with pytest.raises(RequestUnknown):
        agreed(beta, number, zoe)


def test_whoever_lost_the_role_meanwhile_reads_nothing(alpha: TenantDB, staff: dict[str, Person]) -> None:
    number = asked(alpha, staff)
    agreed(alpha, number, staff["bea"])
    Seat.objects.filter(person=staff["ada"]).update(role="viewer")
    with pytest.raises(RightMissing):
        areas(alpha, number, staff["ada"])


def test_somebody_who_is_blocked_does_not_agree(alpha: TenantDB, staff: dict[str, Person]) -> None:
    number = asked(alpha, staff)
    staff["bea"].is_active = False
    with pytest.raises(RightMissing):
        agreed(alpha, number, staff["bea"])


def test_the_operators_log_takes_two_operators(alpha: TenantDB, staff: dict[str, Person]) -> None:
    log, ulf = operator_db(), colleague(None, "operator", "ulf@staff.example")
    record(log, Access(NOW, f"staff:{staff['eve'].pk}", "entry", "login:password"))
    number = asked(log, staff, "odo")
    for nobody, error in (("odo", OwnRequest), ("ada", RightMissing)):
        with pytest.raises(error):
            agreed(log, number, staff[nobody])
    agreed(log, number, ulf)
    assert areas(log, number, staff["odo"]) == ["entry"]
    with pytest.raises(RightMissing):
        asked(log, staff, "ada")


def test_each_step_is_in_the_log_by_number_without_the_reason(alpha: TenantDB, staff: dict[str, Person]) -> None:
    number = asked(alpha, staff)
    agreed(alpha, number, staff["bea"])
    for _twice in range(2):
        areas(alpha, number, staff["ada"])
    found = list(alpha.objects(Entry).filter(act__startswith="access.search_").order_by("id").values_list("act", "actor", "subject"))
    ada, bea = (f"staff:{staff[name].pk}" for name in ("ada", "bea"))
    assert found == [
        (f"access.search_{step}", who, f"access_request:{number}")
        for step, who in (("asked", ada), ("agreed", bea), ("read", ada), ("read", ada))
    ]
    assert not [
        one for one in alpha.objects(Entry).values_list("details", flat=True) if "Monday" in str(one) or "staff.example" in str(one)
    ]


@pytest.mark.parametrize("statement", ["UPDATE evidence_accessrequest SET reason = 'another'", "DELETE FROM evidence_accessanswer"])
def test_neither_request_nor_answer_changes_later(alpha: TenantDB, staff: dict[str, Person], statement: str) -> None:
    number = asked(alpha, staff)
    agreed(alpha, number, staff["bea"])
    with pytest.raises(DatabaseError), alpha.atomic(), alpha.cursor() as cursor:
        cursor.execute(statement)
    assert alpha.objects(AccessRequest).get().reason == WHY
    assert room.request(alpha, number, now=NOW).state == room.AGREED


def test_who_somebody_is_takes_the_password_and_a_wrong_one_is_a_failed_login(alpha: TenantDB, staff: dict[str, Person]) -> None:
    staff["ada"].set_password("correct horse battery")
    staff["ada"].save()
    assert search.proved("Ada@staff.example", "correct horse battery", now=NOW).pk == staff["ada"].pk
    for email, password in (("ada@staff.example", "wrong"), ("nobody@staff.example", "x"), ("bea@staff.example", "")):
        with pytest.raises(NotProved):
            search.proved(email, password, now=NOW)
    failed = [one for one in accesses(operator_db(), NOW.date(), NOW.date()) if (one.verb, one.result) == ("login", "failed")]
    assert len(failed) == 3 and {one.who for one in failed} == {"unknown"}


def typed(monkeypatch: pytest.MonkeyPatch, email: str, password: str = "correct horse battery") -> None:
    """What comes out of the pipe before a command."""
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{email}\n{password}\n"))


def test_the_commands_take_two_people_with_their_passwords(
    alpha: TenantDB, staff: dict[str, Person], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("ada", "bea"):
        staff[name].set_password("correct horse battery")
        staff[name].save()
    record(alpha, Access(clock.now(), f"staff:{staff['eve'].pk}", "replies", "read"))
    words = ("log", "access", "alpha", "--person", "eve@staff.example", "--reason", WHY, "--json")
    typed(monkeypatch, "ada@staff.example", "wrong")
    assert run(capsys, *words, exit_code=3)["error"]["code"] == "staff.not_proved"
    typed(monkeypatch, "ada@staff.example")
    number = str(run(capsys, *words)["request"])
    typed(monkeypatch, "ada@staff.example")
    assert run(capsys, "log", "agree", "alpha", number, "--json", exit_code=3)["error"]["code"] == "evidence.own_request"
    typed(monkeypatch, "ada@staff.example")
    assert run(capsys, "log", "found", "alpha", number, "--json", exit_code=3)["error"]["code"] == "evidence.request_closed"
    typed(monkeypatch, "bea@staff.example")
    assert run(capsys, "log", "agree", "alpha", number, "--json") == {"request": int(number), "agreed": True}
    typed(monkeypatch, "ada@staff.example")
    assert "replies" in [one["area"] for one in run(capsys, "log", "found", "alpha", number, "--json")]
    typed(monkeypatch, "bea@staff.example")
    assert run(capsys, "log", "found", "alpha", number, "--json", exit_code=3)["error"]["code"] == "evidence.request_closed"
    (one,) = run(capsys, "log", "requests", "alpha", "--json")
    assert (one["state"], one["reason"], one["answered_by"]) == ("agreed", WHY, staff["bea"].pk)


def test_without_days_or_a_person_the_command_is_not_understood(alpha: TenantDB, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "log", "access", "alpha", "--json", exit_code=2)["error"]["code"] == "cli.usage"
