"""Each command that opens a tenant or the installation leaves an entry in its access log, before it does anything, or does nothing."""

import re
from datetime import timedelta

import pytest

from siegelpost.audience.models import SubscriberList
from siegelpost.base import clock
from siegelpost.evidence.access import Access, accesses
from siegelpost.tenancy.handle import Logged, TenantDB
from siegelpost.tenancy.installation import operator_db
from tests.cli.typed import Typed
from tests.evidence.logs import past_the_system
from tests.guards.sources import PACKAGE
from tests.templates import Template


@pytest.fixture
def typed(_two_tenants: Template, capsys: pytest.CaptureFixture[str]) -> Typed:
    return Typed(_two_tenants, capsys)


def of(log: Logged) -> list[Access]:
    """The accesses of today and yesterday."""
    today = clock.now().date()
    return list(accesses(log, today - timedelta(days=1), today))


def test_a_command_is_written_with_its_words_and_without_what_was_typed(alpha: TenantDB, typed: Typed) -> None:
    typed("list", "create", "alpha", "Geheime Liste")
    typed("subscriber", "show", "alpha", "eve@example.org")
    found = [(one.who, one.area, one.verb, one.result) for one in of(alpha)]
    assert [one[:2] for one in found] == [("operator", "commands")] * 2
    assert [one[2] for one in found] == ["list create", "subscriber show"]
    assert "Geheim" not in str(found) and "eve" not in str(found)


@pytest.mark.parametrize("words", ["tenant list", "staff list", "relay list", "webhook list", "pace show", "controls", "certificates"])
def test_a_command_about_the_installation_is_in_the_operators_own_log(alpha: TenantDB, typed: Typed, words: str) -> None:
    typed(*words.split(" "))
    last = of(operator_db())[-1]
    assert (last.who, last.area, last.verb, last.result) == ("operator", "commands", words, "ok")


def test_where_it_cannot_be_written_a_command_does_nothing(alpha: TenantDB, typed: Typed) -> None:
    past_the_system(alpha, "ALTER TABLE evidence_accessentry RENAME TO elsewhere")
    code, said = typed("list", "create", "alpha", "News")
    assert code != 0 and set(said) == {"error"}
    assert not alpha.objects(SubscriberList).exists()


def test_only_processes_do_without_it() -> None:
    """`context.ready` writes nothing; `tenant migrate` brings the log itself up to date first."""
    users = {one.name for one in (PACKAGE / "cli").glob("*.py") if re.search(r"\bready\(\)", one.read_text("utf-8"))}
    assert users == {"context.py", "edge.py", "serve.py", "tenants.py", "worker.py"}
