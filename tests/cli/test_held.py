"""What a rule of the tenant holds back on its pages is held back at the command line: asked for there, decided there, done there once."""

import io
from datetime import timedelta
from pathlib import Path

import pytest

from siegelpost.accounts.approvals.acts import ALWAYS, ERASE, EXPORT, GRANT, INSTRUCT, OFFERED, ROTATE, SEND, Rule
from siegelpost.accounts.approvals.models import Rule as Row
from siegelpost.accounts.command_rules import HELD
from siegelpost.accounts.reads import Person, person_with, rights_in
from siegelpost.audience.reads import lists_of
from siegelpost.base import clock
from siegelpost.base.actor import Actor
from siegelpost.base.settings import process_settings
from siegelpost.evidence.reads import entries
from siegelpost.flows.approval_rules import change_rule
from siegelpost.flows.approved_instruction import instruction_wish
from siegelpost.flows.launch import launch
from siegelpost.governance.instructions.services import NewInstruction
from siegelpost.mailings.browse import standing
from siegelpost.mailings.reads import domains_of
from siegelpost.tenancy.handle import TenantDB
from tests.accounts.approving import WHY, a_mailing
from tests.cli.test_operator_access import PASSWORD
from tests.cli.typed import Typed
from tests.isolation.stock import stocked
from tests.isolation.test_commands import leaves
from tests.shell import Shell
from tests.templates import Template
from tests.web.visiting import colleague

pytestmark = pytest.mark.slow

HOST = Actor.operator()
SIGNS_OF: dict[str, tuple[str, ...]] = {
    SEND: ("mailing.preparing", "mailing.scheduled"),
    EXPORT: ("audience.exported", "mailing.recipients_exported", "intake.refused_exported", "tenant.exported"),
    GRANT: ("staff.roles_given",),
    ERASE: ("erasure.begun",),
    INSTRUCT: ("instructions.recorded",),
    ROTATE: ("sender.keys_prepared", "sender.keys_switched"),
}


@pytest.fixture
def typed(_two_tenants: Template, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Typed:
    monkeypatch.chdir(tmp_path)
    Path("people.csv").write_text("E-Mail\nno address\n", encoding="utf-8")
    return Typed(_two_tenants, capsys)


def everything_held(tenant: TenantDB) -> tuple[Person, Person]:
    """An administrator, and somebody else who may approve; every rule asks, for one person already."""
    anna, dora = colleague(tenant, "admin", "anna@alpha.example"), colleague(tenant, "privacy", "dora@alpha.example")
    for act in OFFERED:
        change_rule(tenant, Rule(act, needed=True), actor=Actor.staff(anna.pk), now=clock.now())
    return anna, dora


def sits(monkeypatch: pytest.MonkeyPatch, person: Person) -> None:
    """Whoever sits at the command line types address and password."""
    person.set_password(PASSWORD)
    person.save()
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{person.email}\n{PASSWORD}\n"))


def held_lines(tenant: TenantDB, typed: Typed) -> dict[str, tuple[str, ...]]:
    """One line of each command that can be held back, about things that are there."""
    sent, draft = a_mailing(tenant, 3), a_mailing(tenant, 1)
    launch(tenant, sent, settings=process_settings(), actor=HOST, now=clock.now())
    name = lists_of(tenant)[0].name
    code, made = typed("import", "alpha", "people.csv", "--list", name, "--ground", "G", "--source", "S")
    assert code == 0 and made["refused"]
    domain, until = domains_of(tenant)[0].domain, f"{clock.now() + timedelta(days=30):%Y-%m-%d}"
    order = ("--kind", "personalised-measuring", "--text-file", "people.csv", "--by", "Eva", "--until", until)
    code, ordered = typed("instruction", "record", "alpha", *order)
    told = ("--information", "I", "--consent-text", "T", "--ground", "G", "--contact", "C")
    assert code == 0 and typed("measuring", "duties", "alpha", "--by", "Eva", *told)[0] == 0
    purpose = ("--purpose", "Planning which topics the spring conference covers", "--figure", "clicks")
    return {
        "mailing send": (str(draft),),
        "mailing recipients": (str(sent), "--csv", "out.csv"),
        "export": ("out.csv", "--list", name),
        "refused": (str(made["id"]), "out.csv"),
        "tenant export": ("out.csv",),
        "tenant erase": ("--waive-export", WHY, "--cancel-mailings"),
        "subscriber erase": ("p00000@example.org",),
        "instruction record": ("--kind", "other", "--text-file", "people.csv", "--by", "Eva"),
        "sender rotate": (domain,),
        "measuring personalise": ("--instruction", str(ordered["id"]), "--list", name, *purpose),
    }


def test_each_command_that_can_be_held_back_is_and_changes_nothing(alpha: TenantDB, typed: Typed) -> None:
    lines = held_lines(alpha, typed)
    everything_held(alpha)
    edda = colleague(alpha, "viewer", "edda@alpha.example")
    tried = {words: (*words.split(), "alpha", *rest) for words, rest in lines.items()}
    tried["staff create"] = ("staff", "create", edda.email, "--tenant", "alpha", "--role", "admin")
    tried["staff leave"] = ("staff", "leave", "anna@alpha.example", "--tenant", "alpha", "--successor", edda.email)
    assert set(tried) == set(HELD)
    found = {words: typed.refused(*line) for words, line in tried.items()}
    assert found == dict.fromkeys(tried, (3, "approval.needed"))
    assert not Path("out.csv").exists() and rights_in(edda, alpha) < rights_in(colleague(alpha, "admin", "anna@alpha.example"), alpha)


def test_the_options_are_those_of_the_commands_that_are_named() -> None:
    options = {" ".join(one.words): {opt for param in one.params for opt in param.opts} for one in leaves()}
    assert {words for words, found in options.items() if {"--ask-approval", "--reason", "--approval"} <= found} == set(HELD)
    assert set(HELD.values()) <= {*OFFERED, *ALWAYS}


def test_a_mailing_is_asked_for_decided_and_sent_at_the_command_line_once(
    alpha: TenantDB, typed: Typed, monkeypatch: pytest.MonkeyPatch
) -> None:
    mailing = a_mailing(alpha, 3)
    anna, dora = everything_held(alpha)
    send = ("mailing", "send", "alpha", str(mailing))
    sits(monkeypatch, anna)
    assert typed(*send, "--ask-approval", "--reason", WHY) == (3, {"approval": 1, "state": "waiting"})
    assert typed.refused(*send, "--approval", "1") == (3, "approval.waits")
    sits(monkeypatch, anna)
    assert typed.refused("approval", "decide", "alpha", "1", "--agree") == (3, "approval.not_second")
    sits(monkeypatch, dora)
    assert typed("approval", "decide", "alpha", "1", "--agree", "--reason", WHY) == (0, {"approval": 1, "agreed": True})
    assert typed.refused(*send, "--per-hour", "100", "--approval", "1") == (3, "approval.differs")
    assert typed.refused(*send, "--approval", "2") == (4, "approval.unknown")
    assert standing(alpha, mailing).state == "draft"
    assert typed(*send, "--approval", "1")[0] == 0
    assert standing(alpha, mailing).state == "sending" and typed("approval", "show", "alpha", "1")[1]["state"] == "done"
    assert [one["state"] for one in typed("approval", "list", "alpha")[1]] == ["done"]
    other = a_mailing(alpha, 1)
    assert typed.refused("mailing", "send", "alpha", str(other), "--approval", "1") == (3, "approval.over")


def test_an_approval_that_is_named_is_used_up_also_where_the_rule_asks_for_nobody_any_more(
    alpha: TenantDB, typed: Typed, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_mailing(alpha, 3)
    anna, dora = everything_held(alpha)
    line = ("export", "alpha", "out.csv", "--list", lists_of(alpha)[0].name)
    sits(monkeypatch, anna)
    assert typed(*line, "--ask-approval", "--reason", WHY)[0] == 3
    sits(monkeypatch, dora)
    typed("approval", "decide", "alpha", "1", "--agree")
    with alpha.atomic():
        alpha.objects(Row).create(act=EXPORT, needed=False, actor="operator", at=clock.now())
    assert typed(*line, "--approval", "1")[0] == 0 and Path("out.csv").exists()
    Path("out.csv").unlink()
    assert typed.refused(*line, "--approval", "1") == (3, "approval.over") and not Path("out.csv").exists()
    assert len(entries(alpha, act="audience.exported")) == 1


def test_who_may_not_do_it_cannot_ask_and_who_has_asked_can_take_it_back(
    alpha: TenantDB, typed: Typed, monkeypatch: pytest.MonkeyPatch
) -> None:
    mailing = a_mailing(alpha, 3)
    anna, dora = everything_held(alpha)
    send = ("mailing", "send", "alpha", str(mailing), "--ask-approval", "--reason", WHY)
    sits(monkeypatch, dora)
    assert typed.refused(*send) == (3, "staff.right_missing")
    sits(monkeypatch, anna)
    assert typed.refused(*send[:-1], "short") == (4, "approval.reason_missing")
    sits(monkeypatch, anna)
    typed(*send)
    sits(monkeypatch, dora)
    assert typed.refused("approval", "take-back", "alpha", "1") == (3, "approval.not_yours")
    sits(monkeypatch, anna)
    assert typed("approval", "take-back", "alpha", "1") == (0, {"approval": 1, "state": "ended"})


def test_an_instruction_from_today_on_is_the_same_tomorrow(alpha: TenantDB) -> None:
    new = NewInstruction(kind="other", document=b"So.", given_by=" Eva  Muster ")
    assert instruction_wish(alpha, new).what["from"] is None and instruction_wish(alpha, new).what["by"] == "Eva Muster"


@pytest.mark.slow
@pytest.mark.sqlite  # what a command does is the same on any engine
def test_no_command_does_what_a_rule_holds_back(
    alpha: TenantDB, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every command there is, typed about what is there, while every rule asks for a second person."""
    monkeypatch.chdir(tmp_path)
    Path("people.csv").write_text("E-Mail\nann@example.org\n", encoding="utf-8")
    Path("letter.md").write_text("# Hello\n\n[Leave]({{ unsubscribe_url }})\n\n{{ imprint }}\n", encoding="utf-8")
    numbers = stocked(alpha)
    everything_held(alpha)
    seats, shell = _granted(alpha), Shell(capsys)
    before = {act: [len(entries(alpha, act=one)) for one in signs] for act, signs in SIGNS_OF.items()}
    tried = [shell(*one.typed(numbers, "Only Alpha", "only-alpha.example")) for one in leaves() if one.names_a_tenant]
    assert {act: [len(entries(alpha, act=one)) for one in signs] for act, signs in SIGNS_OF.items()} == before
    assert _granted(alpha) == seats and len(tried) >= 60
    assert sum('"approval.' in err for _code, _out, err in tried) >= 5, "otherwise nothing was tried"


def _granted(tenant: TenantDB) -> dict[str, frozenset[str]]:
    people = [person_with(f"{name}@only-alpha.example") for name in ("boss", "bea", "lea", "eve")]
    return {one.email: rights_in(one, tenant) for one in people if one is not None}
