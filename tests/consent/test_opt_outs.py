"""The opt-out lists: they grow, nothing empties them, their addresses are anonymised, and what they hold keeps mail away."""

import csv
import io
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.db import Error

from siegelpost.base.actor import Actor
from siegelpost.consent.opt_outs import Wish, anonymise, choose_days, overdue, page_of
from siegelpost.consent.suppression import reason_for
from siegelpost.evidence.reads import entries
from siegelpost.flows.import_subscribers import import_subscribers
from siegelpost.flows.objections import DayWrong, Objections, TooMany, WayUnknown, enter_objections
from siegelpost.flows.unsubscribe import unsubscribe
from siegelpost.intake.orders import ImportOrder
from siegelpost.tenancy.handle import TenantDB
from tests.consent.test_commands import run
from tests.public.world import NOW, OPERATOR, World, make_world

TODAY = NOW.date()
DAY = timedelta(days=1)


@pytest.fixture
def world(alpha: TenantDB, beta: TenantDB) -> World:
    """Alpha with two lists and a mailing; beta must stay as it is."""
    return make_world(alpha)


def leave(world: World, email: str = "ann@example.org") -> None:
    unsubscribe(world.tenant, world.person(email), world.mailing, how="one-click", actor=Actor.subject(), now=NOW)


def said(*lines: str, lists: tuple[int, ...] | None = None, way: str = "letter", on: date = TODAY) -> Objections:
    return Objections(lines=lines, list_ids=lists, way=way, received_on=on)


def test_a_line_says_date_list_and_way_and_the_address_for_seven_days(world: World) -> None:
    leave(world)
    (line,), total = page_of(world.tenant, Wish(), now=NOW + 6 * DAY, offset=0, limit=25)
    assert (line.list_id, line.how, line.at, line.email, line.stands, total) == (world.news, "one-click", NOW, "ann@example.org", True, 1)
    (line,), _total = page_of(world.tenant, Wish(), now=NOW + 7 * DAY, offset=0, limit=25)
    assert (line.email, line.stands) == ("", True)


def test_the_sweep_deletes_addresses_in_time_and_proves_it(world: World) -> None:
    leave(world)
    assert anonymise(world.tenant, actor=OPERATOR, now=NOW + 6 * DAY) == 0
    assert overdue(world.tenant, before=NOW + 8 * DAY) == 1
    assert anonymise(world.tenant, actor=OPERATOR, now=NOW + 7 * DAY) == 1
    (proof,) = entries(world.tenant, act="opt_outs.anonymised")
    assert proof["details"] == {"addresses": 1, "shown": 0, "days": 7}
    with world.tenant.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM consent_optoutaddress WHERE email = 'ann@example.org'")
        assert cursor.fetchone()[0] == 0


@pytest.mark.parametrize("days, shown", [(0, 0), (2, 1), (90, 1)])
def test_a_tenant_chooses_for_how_long(world: World, days: int, shown: int) -> None:
    with world.tenant.atomic():
        choose_days(world.tenant, days, actor=OPERATOR, now=NOW)
    leave(world)
    lines, _total = page_of(world.tenant, Wish(), now=NOW + DAY, offset=0, limit=25)
    assert len([one for one in lines if one.email]) == shown
    assert anonymise(world.tenant, actor=OPERATOR, now=NOW + days * DAY) == shown


def test_fewer_days_hold_for_what_is_shown_already(world: World) -> None:
    leave(world)
    with world.tenant.atomic():
        choose_days(world.tenant, 1, actor=OPERATOR, now=NOW)
    assert anonymise(world.tenant, actor=OPERATOR, now=NOW + DAY) == 1


@pytest.mark.parametrize("act", ["DELETE FROM consent_optout", "UPDATE consent_optout SET list_id = 1", "DROP"])
def test_nothing_empties_the_lists(world: World, act: str) -> None:
    leave(world)
    if act == "DROP":  # the third way of losing rows that both engines know
        act = "REPLACE INTO consent_optout SELECT * FROM consent_optout" if world.tenant.vendor == "sqlite" else "TRUNCATE consent_optout"
    with pytest.raises(Error), world.tenant.atomic(), world.tenant.cursor() as cursor:
        cursor.execute(act)
    assert page_of(world.tenant, Wish(), now=NOW, offset=0, limit=25)[1] == 1


def test_an_import_after_anonymising_is_refused_with_the_reason(world: World, tmp_path: Path) -> None:
    enter_objections(world.tenant, said("zoe@example.org"), today=TODAY, actor=OPERATOR, now=NOW)
    anonymise(world.tenant, actor=OPERATOR, now=NOW + 8 * DAY)
    file = tmp_path / "people.csv"
    file.write_text("email\nzoe@example.org\nnew@example.org\n", encoding="utf-8")
    order = ImportOrder(list_id=world.news, ground="fair", source="fair", mode="add")
    came = import_subscribers(world.tenant, file, order, actor=OPERATOR, now=NOW + 9 * DAY)
    assert (came.tally.added, came.tally.refused) == (1, {"opted_out": 1})


def test_objections_work_at_once_for_the_known_and_the_unknown(world: World) -> None:
    world.person("ann@example.org", world.news, world.offers)
    entered = enter_objections(
        world.tenant, said("Ann@example.org", "", "no address", "stranger@example.com;", way="call"), today=TODAY, actor=OPERATOR, now=NOW
    )
    assert (entered.new, entered.before, [number for number, _text, _code in entered.wrong]) == (2, 0, [3])
    assert [reason_for(world.tenant, one, world.offers) for one in ("ann@example.org", "stranger@example.com")] == ["opted_out"] * 2
    lines, _total = page_of(world.tenant, Wish(), now=NOW, offset=0, limit=25)
    assert {(one.how, one.received_on, one.actor) for one in lines} == {("call", TODAY, str(OPERATOR))}
    again = enter_objections(world.tenant, said("ann@example.org"), today=TODAY, actor=OPERATOR, now=NOW)
    assert (again.new, again.before) == (0, 1)


def test_an_objection_can_be_about_one_list(world: World) -> None:
    enter_objections(world.tenant, said("ann@example.org", lists=(world.news,)), today=TODAY, actor=OPERATOR, now=NOW)
    assert (reason_for(world.tenant, "ann@example.org", world.news), reason_for(world.tenant, "ann@example.org", world.offers)) == (
        "opted_out",
        "",
    )


@pytest.mark.parametrize(
    "wrong, fault",
    [
        (said("a@example.org", on=TODAY + DAY), DayWrong),
        (said("a@example.org", way="pigeon"), WayUnknown),
        (said(*(f"a{n}@example.org" for n in range(201))), TooMany),
    ],
)
def test_what_cannot_be_is_refused_whole(world: World, wrong: Objections, fault: type[Exception]) -> None:
    with pytest.raises(fault):
        enter_objections(world.tenant, wrong, today=TODAY, actor=OPERATOR, now=NOW)
    assert page_of(world.tenant, Wish(), now=NOW, offset=0, limit=1)[1] == 0


def test_what_is_exported_can_be_imported_again(world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    leave(world)  # long ago: the address is anonymised
    anonymise(world.tenant, actor=OPERATOR, now=NOW + 8 * DAY)
    run(capsys, "opt-out", "enter", "alpha", "bob@example.com", "--way", "call", "--json")
    file = tmp_path / "opt-outs.csv"
    assert run(capsys, "opt-out", "export", "alpha", str(file), "--json")[1] == {"lines": 2, "file": str(file)}
    rows = list(csv.reader(io.StringIO(file.read_text("utf-8-sig")), delimiter=";"))
    assert rows[0] == ["email", "list", "at", "received_on", "way", "stands"]
    assert rows[1][0].startswith("hash:") and rows[1][1:] == ["News", NOW.isoformat(timespec="seconds"), "", "one-click", "1"]
    assert (rows[2][0], rows[2][1], rows[2][4]) == ("bob@example.com", "*", "call")
    code, came, _ = run(capsys, "suppression", "import", "alpha", str(file), "--source", "optout", "--json")
    assert (code, came) == (0, {"rows": 2, "added": 1, "unchanged": 1, "refused": {}})  # Ann: of everything now, not of one list
    foreign = tmp_path / "foreign.csv"
    foreign.write_text(f"hash:{'ab' * 16}\nhash:nonsense\n", encoding="utf-8")
    came = run(capsys, "suppression", "import", "alpha", str(foreign), "--source", "optout", "--json")[1]
    assert came["refused"] == {"hash_unknown": 1, "email_invalid": 1}
    assert len(entries(world.tenant, act="disclosures.recorded")) == 1


def test_the_command_shows_the_lists(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    run(capsys, "opt-out", "enter", "alpha", "bob@example.com", "--way", "letter", "--list", "News")
    shown = run(capsys, "opt-out", "list", "alpha", "--json")[1]
    assert [(one["list"], one["way"], one["email"], one["stands"]) for one in shown["lines"]] == [
        ("News", "letter", "bob@example.com", True)
    ]
    assert run(capsys, "opt-out", "enter", "alpha", "bob@example.com", "--way", "letter", "--received", "soon")[0] == 4
