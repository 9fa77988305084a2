"""Commands on people's data in the tenant of another controller: refused with 3 until somebody of the tenant lets the operator in."""

import io
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine

from siegelpost.accounts.reads import Person, person_with
from siegelpost.base import clock
from siegelpost.delivery.models import Outgoing
from siegelpost.evidence.access import accesses
from siegelpost.flows.import_subscribers import import_subscribers
from siegelpost.flows.operator_access import shut_out
from siegelpost.tenancy.handle import TenantDB
from tests.accounts.operators import HOST, WHY, approval, foreign, operator
from tests.cli.typed import Typed
from tests.templates import Template

PASSWORD = "seven red envelopes, 7"
SHOW = ("subscriber", "show", "alpha", "ann@example.org")
OPEN = ("access", "open", "alpha", "--reason", WHY, "--approval")
HOUR = timedelta(hours=1)


@pytest.fixture
def typed(_two_tenants: Template, capsys: pytest.CaptureFixture[str]) -> Typed:
    return Typed(_two_tenants, capsys)


@pytest.fixture
def customer(alpha: TenantDB) -> TenantDB:
    return foreign(alpha)


def boss() -> Person:
    found = person_with("boss@customer.example")
    assert found is not None
    return found


def refused(typed: Typed, *words: str | Path) -> tuple[int, str]:
    code, said = typed(*words)
    return code, said["error"]["code"] if "error" in said else ""


def saying(monkeypatch: pytest.MonkeyPatch, person: Person) -> None:
    """Whoever sits at the command line types address and password."""
    person.set_password(PASSWORD)
    person.save()
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{person.email}\n{PASSWORD}\n"))


def test_an_approval_opens_people_to_commands_until_its_time_is_over(customer: TenantDB, typed: Typed) -> None:
    assert refused(typed, *SHOW) == (3, "access.not_open")
    number = str(approval(customer, boss(), hours=1))
    assert refused(typed, *SHOW) == (3, "access.not_open"), "nobody has entered with it"
    assert typed("access", "list", "alpha")[1]["approvals"][0]["state"] == "open"
    code, said = typed(*OPEN, number)
    assert (code, set(said)) == (0, {"visit", "until"})
    assert refused(typed, *SHOW) == (4, "subscriber.unknown")
    with time_machine.travel(clock.now() + HOUR, tick=False):
        assert refused(typed, *SHOW) == (3, "access.not_open")
    today = clock.now().date()
    found = [(one.verb, one.result) for one in accesses(customer, today, today + timedelta(1)) if one.verb == "subscriber show"]
    assert [result for _verb, result in found] == ["refused", "refused", "ok", "refused"]


def test_it_ends_at_a_word_of_the_host_and_at_a_click_of_the_tenant(customer: TenantDB, typed: Typed) -> None:
    number = str(approval(customer, boss()))
    typed(*OPEN, number)
    assert typed("access", "close", "alpha") == (0, {"closed": True}) and typed("access", "close", "alpha") == (0, {"closed": False})
    assert refused(typed, *SHOW) == (3, "access.not_open")
    typed(*OPEN, number)
    shut_out(customer, int(number), actor=HOST, now=clock.now())
    assert refused(typed, *SHOW) == (3, "access.not_open") and refused(typed, *OPEN, number) == (3, "access.approval_closed")
    assert [one["how"] for one in typed("access", "list", "alpha")[1]["visits"]] == ["tenant", "left"]


def test_what_opens_nothing_says_why(customer: TenantDB, typed: Typed) -> None:
    number = str(approval(customer, boss()))
    assert refused(typed, "access", "open", "alpha", "--reason", "short", "--approval", number) == (4, "access.reason_unusable")
    assert refused(typed, "access", "open", "alpha", "--reason", "for ann@example.org", "--approval", number)[0] == 4
    assert refused(typed, *OPEN, "4711") == (4, "access.approval_unknown")
    assert refused(typed, "access", "open", "beta", "--reason", WHY, "--approval", number) == (4, "access.approval_unknown")
    assert refused(typed, *SHOW) == (3, "access.not_open")


@pytest.mark.slow
def test_an_emergency_at_the_command_line_takes_two_who_say_who_they_are(
    customer: TenantDB, typed: Typed, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann, bob = operator("ann"), operator("bob")
    saying(monkeypatch, boss())
    assert refused(typed, "access", "ask", "alpha", "--reason", WHY) == (3, "access.approval_of_another")
    saying(monkeypatch, ann)
    number = str(typed("access", "ask", "alpha", "--reason", WHY)[1]["approval"])
    saying(monkeypatch, ann)
    assert refused(typed, "access", "agree", "alpha", number) == (3, "access.second_person_needed")
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{bob.email}\nguessed\n"))
    assert refused(typed, "access", "agree", "alpha", number) == (3, "staff.not_proved")
    assert refused(typed, *SHOW) == (3, "access.not_open") and not customer.objects(Outgoing).exists()
    saying(monkeypatch, bob)
    assert typed("access", "agree", "alpha", number)[0] == 0
    assert customer.objects(Outgoing).count() == 2
    saying(monkeypatch, bob)
    assert refused(typed, *OPEN, number) == (3, "access.approval_of_another")
    saying(monkeypatch, ann)
    assert typed(*OPEN, number)[0] == 0
    assert refused(typed, *SHOW) == (4, "subscriber.unknown")


def test_an_import_that_began_while_it_was_open_is_carried_to_its_end(
    customer: TenantDB, typed: Typed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed("list", "create", "alpha", "News")
    file = tmp_path / "people.csv"
    file.write_text("email\nann@example.org\nbob@example.org\n", encoding="utf-8")
    words = ("import", "alpha", file, "--list", "News", "--ground", "consent at the fair", "--source", "fair")
    assert refused(typed, *words) == (3, "access.not_open")
    number = str(approval(customer, boss(), hours=1))
    typed(*OPEN, number)
    real = import_subscribers

    def later(*parts: Any, **named: Any) -> Any:
        shut_out(customer, int(number), actor=HOST, now=clock.now())
        return real(*parts, **named)

    monkeypatch.setattr("siegelpost.cli.imports.import_subscribers", later)
    code, said = typed(*words)
    assert (code, said["added"]) == (0, 2)
    assert refused(typed, *words) == (3, "access.not_open")


def test_operator_work_asks_nobody_and_is_logged(customer: TenantDB, typed: Typed) -> None:
    assert typed("list", "create", "alpha", "News")[0] == 0
    for words in ("list list", "token list", "csa", "evidence checkpoint", "access list", "disclosures", "tenant entitle"):
        more = ("--name", "Eva Muster") if words == "tenant entitle" else ()
        assert refused(typed, *words.split(), "alpha", *more)[1] != "access.not_open"
    today = clock.now().date()
    assert "list create" in [one.verb for one in accesses(customer, today, today)]


@pytest.mark.slow
def test_ways_into_the_accounts_of_a_tenant_that_works_need_an_access(customer: TenantDB, typed: Typed) -> None:
    """A colleague more, a link, a token: each would be an access that nobody gave and that never ends."""
    create = ("staff", "create", "new@customer.example", "--tenant", "alpha", "--role", "admin")
    assert typed("staff", "link", "boss@customer.example")[0] == 0, "nobody has worked with this account: it waits for its first login"
    Person.objects.filter(email="boss@customer.example").update(last_login=clock.now())
    token = ("token", "create", "alpha", "--name", "Shop", "--owner", "boss@customer.example", "--right", "read")
    doors = (create, token, ("staff", "link", "boss@customer.example"), ("staff", "forget-factors", "boss@customer.example"))
    assert [refused(typed, *words) for words in doors] == [(3, "access.not_open")] * 4
    assert person_with("new@customer.example") is None
    typed(*OPEN, str(approval(customer, boss())))
    assert [typed(*words)[0] for words in doors] == [0, 0, 0, 0]
