"""Somebody whose role reaches some lists only, and from whom fields are hidden: on the pages."""

import re
from dataclasses import dataclass
from typing import Any

import pytest

from siegelpost.accounts.catalogue import RIGHTS
from siegelpost.accounts.limits import Limits
from siegelpost.audience.catalogue import ListWords, change_list
from siegelpost.audience.services import create_folder, create_list, ensure_standard_fields
from siegelpost.base import clock
from siegelpost.base.actor import Actor
from siegelpost.base.settings import process_settings
from siegelpost.consent.suppression import suppress_pattern
from siegelpost.flows.launch import launch
from siegelpost.flows.roles import make_role
from siegelpost.flows.staff import let_in
from siegelpost.flows.steer import pause
from siegelpost.tenancy.handle import TenantDB
from tests.delivery.support import draft
from tests.web.townsfolk import a_person
from tests.web.visiting import NOON, Visitor

pytestmark = pytest.mark.slow

WHO = Actor.operator()


@dataclass(frozen=True)
class Town:
    """Two lists, one of them in a folder, with people and mailings; somebody who may do everything in that folder, and nothing else."""

    client: Visitor
    folder: int
    inside: int
    outside: int
    ann: int
    """On the list inside."""
    bob: int
    """On the list outside."""
    both: int
    mine: int
    """A mailing to the list inside."""
    theirs: int
    mixed: int


def limited(tenant: TenantDB, limits: Limits, email: str = "lim@staff.example", rights: frozenset[str] = frozenset(RIGHTS)) -> Visitor:
    role = make_role(tenant, f"Limited {email}", rights, limits=limits, actor=WHO, now=NOON)
    return Visitor(let_in(tenant, email, [role.code], language="en", actor=WHO, now=NOON), tenant)


@pytest.fixture
def town(alpha: TenantDB) -> Town:
    ensure_standard_fields(alpha, NOON)
    folder = create_folder(alpha, "North", actor=WHO, now=NOON)
    inside = create_list(alpha, "Inside", folder_id=folder, actor=WHO, now=NOON)
    outside = create_list(alpha, "Outside", actor=WHO, now=NOON)
    return Town(
        limited(alpha, Limits(everywhere=False, folders=frozenset({folder}))),
        folder, inside, outside,
        a_person(alpha, "ann@example.org", inside, first_name="Ann", last_name="Inner"),
        a_person(alpha, "bob@example.net", outside, first_name="Bob", last_name="Outer"),
        a_person(alpha, "cat@example.org", inside, outside, first_name="Cat", last_name="Both"),
        draft(alpha, inside, name="To mine"), draft(alpha, outside, name="To theirs"), draft(alpha, inside, outside, name="To mixed"),
    )  # fmt: skip


def test_lists_people_and_mailings_beyond_the_limits_do_not_exist(town: Town) -> None:
    lists = town.client.see("lists")
    assert "Inside" in lists and "Outside" not in lists
    people = town.client.see("subscribers")
    assert "ann@" in people and "cat@" in people and "bob@" not in people and "Outside" not in people
    mailings = town.client.see("mailings/")
    assert "To mine" in mailings and "To theirs" not in mailings and "To mixed" not in mailings
    page = town.client.see(f"subscribers/{town.both}")
    assert "Inside" in page and "Outside" not in page
    for path in (f"lists/{town.inside}", f"subscribers/{town.ann}", f"mailings/{town.mine}/edit", f"mailings/{town.mine}/send"):
        town.client.see(path)
    for path in (f"lists/{town.outside}", f"subscribers/{town.bob}", f"mailings/{town.theirs}/edit", f"mailings/{town.mixed}/send"):
        town.client.see(path, status=404)
    assert "bob@" not in town.client.see("subscribers?q=bob") and "bob@" not in town.client.see(f"subscribers?list={town.outside}")


def test_a_list_that_is_put_into_the_folder_later_is_within_the_limits(town: Town, alpha: TenantDB) -> None:
    change_list(alpha, town.outside, ListWords("Outside", "", town.folder), actor=WHO, now=NOON)
    assert "bob@" in town.client.see("subscribers") and "To mixed" in town.client.see("mailings/")


def test_what_is_hidden_stands_nowhere(town: Town, alpha: TenantDB) -> None:
    hidden = Limits(hidden=frozenset({"email", "last_name"}))
    client = limited(alpha, hidden, "veil@staff.example")
    for path in ("subscribers", f"subscribers/{town.ann}", "subscribers?q=inner", "subscribers?sort=name"):
        page = client.see(path)
        assert "ann@example" not in page and "Inner" not in page, path
    assert "a…@" in client.see("subscribers").replace("<wbr>", "")
    assert f"subscribers/{town.ann}" not in client.see("subscribers?q=ann@example.org"), "nobody is found by what is hidden"
    assert f"subscribers/{town.ann}" in client.see("subscribers?q=Ann"), "the first name is shown, and found"
    answer: Any = client.post(client.start + f"lists/{town.inside}/export", {})
    file = b"".join(answer.streaming_content).decode()
    assert "a…@example.org" in file and "ann@" not in file and "Inner" not in file and "Ann" in file


def test_the_overview_counts_what_lies_within_the_limits_and_nothing_else(town: Town, alpha: TenantDB) -> None:
    """Whatever comes beyond them, the page stays as it is, to the letter."""

    def seen() -> str:
        page = re.sub(r'(Token": |token" value=)"\w+"', "", town.client.see(""))
        return page[page.index('id="content"') :]

    before = seen()
    assert ">2<" in before and "on the lists that you see" in before and "With consent" not in before and "suppression" not in before
    for email in ("dan@example.org", "eve@example.org"):
        a_person(alpha, email, town.outside)
    with alpha.atomic():
        suppress_pattern(alpha, pattern="%@no.example", source="staff", actor=WHO, now=NOON)
    for number in (town.theirs, town.mixed):
        launch(alpha, number, settings=process_settings(), actor=WHO, now=clock.now())
        pause(alpha, number, actor=WHO, now=clock.now())
    assert seen() == before and town.client.see("running") == town.client.see("running")
    assert "To theirs" not in town.client.see("running")
    launch(alpha, town.mine, settings=process_settings(), actor=WHO, now=clock.now())
    after = seen()
    assert "To mine" in after and "To mixed" not in after and "To theirs" not in after
    a_person(alpha, "new@example.org", town.inside)
    assert ">3<" in seen()
    veiled = limited(alpha, Limits(hidden=frozenset({"email"})), "veil@staff.example").see("")
    assert "With consent" in veiled and ">6<" in veiled, "whoever sees all lists is told all figures"
