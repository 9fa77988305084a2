"""`siegelpost tenant`: accounts below accounts, tests and ends, as they are typed."""

from typing import Any

import pytest

from siegelpost.tenancy.handle import TenantDB
from tests.cli.typed import Typed
from tests.shell import Shell
from tests.templates import Template

pytestmark = pytest.mark.slow

WRONG = {
    ("create", "deeper", "--name", "N", "--parent", "twig"): "tenancy.nested_too_deep",
    ("create", "other", "--name", "N", "--parent", "nobody"): "tenancy.unknown",
    ("end", "twig"): "tenancy.end_unclear",
    ("end", "twig", "--now", "--never"): "tenancy.end_unclear",
    ("end", "twig", "--last", "2020-01-01"): "tenancy.end_implausible",
    ("status", "twig", "odd"): "tenancy.status_unknown",
    ("sub-accounts", "twig", "2"): "tenancy.nested_too_deep",
}


@pytest.fixture
def typed(_two_tenants: Template, capsys: pytest.CaptureFixture[str]) -> Typed:
    return Typed(_two_tenants, capsys)


def test_the_tree_is_made_shown_and_ended_by_commands(alpha: TenantDB, typed: Typed, capsys: pytest.CaptureFixture[str]) -> None:
    def said(*words: str) -> Any:
        code, answer = typed("tenant", *words)
        assert code == 0, answer
        return answer

    said("create", "twig", "--name", "Leaf", "--parent", alpha.slug, "--test")
    assert [(one["slug"], one["parent"], one["status"]) for one in said("list")] == [
        ("alpha", None, "normal"),
        ("twig", "alpha", "test"),
        ("beta", None, "normal"),
    ]
    assert said("status", "twig", "normal")["status"] == "normal"
    assert {words: typed("tenant", *words)[1]["error"]["code"] for words in WRONG} == WRONG
    assert said("end", "twig", "--now")["status"] == "ended"
    assert said("end", "twig", "--never")["ends_at"] is None
    assert said("sub-accounts", alpha.slug, "2")["sub_accounts"] == 2
    _code, table, _err = Shell(capsys)("tenant", "list")
    assert "  twig" in table and "Status" in table
