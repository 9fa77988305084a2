"""`siegelpost segment`: stored, counted, and honest about what no longer fits."""

from datetime import timedelta
from typing import Any

import pytest

from siegelpost.audience.services import FieldSpec, add_member, create_field, create_list, put_subscriber
from siegelpost.base import clock
from siegelpost.base.actor import Actor
from siegelpost.flows.delete_list import delete_list
from siegelpost.tenancy.handle import TenantDB
from tests.cli.typed import Typed
from tests.shell import Shell
from tests.templates import Template

WHO = Actor.operator()
WRONG = {
    ("create", "alpha", "X", "city ="): "segment.not_understood",
    ("create", "alpha", "X", 'town = "Berlin"'): "segment.field_unknown",
    ("create", "alpha", "X", 'list "Nobody"'): "segment.list_unknown",
    ("create", "alpha", "X", 'city = "x" or 1=1; DROP TABLE audience_subscriber'): "segment.not_understood",
    ("create", "alpha", "Berliners", "city is empty"): "segment.exists",
    ("create", "alpha", " ", "city is empty"): "audience.name_wrong",
    ("change", "alpha", "Berliners", 'segment "Not Berliners"'): "segment.circle",
    ("change", "alpha", "Nobody", "city is empty"): "segment.unknown",
    ("delete", "alpha", "Nobody"): "segment.unknown",
    ("count", "alpha"): "segment.unknown",
}  # fmt: skip


@pytest.fixture
def typed(_two_tenants: Template, capsys: pytest.CaptureFixture[str]) -> Typed:
    return Typed(_two_tenants, capsys)


def test_segments_are_stored_counted_and_given_up(alpha: TenantDB, typed: Typed, capsys: pytest.CaptureFixture[str]) -> None:
    now = clock.now()
    news = create_list(alpha, "News", actor=WHO, now=now)
    create_field(alpha, FieldSpec(name="City", alias="city", kind="text", purpose="To write about what is near."), actor=WHO, now=now)
    with alpha.atomic():
        for n, city in enumerate(("Berlin", "berlin", "Bern", None)):
            fields = {"city": city} if city else {}
            person = put_subscriber(alpha, f"p{n}@example.org", fields, now - timedelta(days=10 * n), WHO)
            add_member(alpha, person, news, now)

    def said(*words: str) -> Any:
        code, answer = typed("segment", *words)
        assert code == 0, answer
        return answer

    said("create", "alpha", "Berliners", 'list "News" and city = "BERLIN"')
    said("create", "alpha", "Not Berliners", 'not segment "Berliners" and came since today - 20 days')
    assert [said("count", "alpha", name)["people"] for name in ("Berliners", "Not Berliners")] == [2, 1]
    assert said("count", "alpha", "--where", "city is empty")["people"] == 1
    assert {words: typed.refused("segment", *words)[1] for words in WRONG} == WRONG
    said("change", "alpha", "Berliners", 'list "News" and city starts with "ber"')
    assert said("count", "alpha", "Berliners")["people"] == 3

    delete_list(alpha, news, typed="News", actor=WHO, now=now)
    assert [(one["name"], one["fault"]) for one in said("list", "alpha")] == [
        ("Berliners", "segment.list_unknown"),
        ("Not Berliners", "segment.list_unknown"),
    ]
    assert typed.refused("segment", "count", "alpha", "Berliners") == (4, "segment.list_unknown")
    assert typed.refused("segment", "count", "alpha", "Not Berliners") == (4, "segment.list_unknown")
    said("delete", "alpha", "Berliners")
    assert typed.refused("segment", "count", "alpha", "Not Berliners") == (4, "segment.part_unknown")
    _code, table, _err = Shell(capsys)("segment", "list", "alpha")
    assert "Not Berliners" in table
