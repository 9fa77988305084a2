"""The pages about people who left: lists, objections by post and telephone, export, set-ups."""

import pytest
import time_machine

from siegelpost.consent.opt_out_set_ups import set_ups
from siegelpost.consent.opt_outs import Wish, days_shown, page_of
from siegelpost.consent.suppression import reason_for
from siegelpost.evidence.reads import entries
from siegelpost.flows.objections import Objections, enter_objections
from siegelpost.tenancy.handle import TenantDB
from tests.web.townsfolk import HOSTILE, STAFF, a_list, a_person
from tests.web.visiting import NOON, visitor

OBJECTION = {"lists": "", "way": "letter", "received_on": "2026-03-01"}
CHOSEN = {"name": "Leaving", "active": "on", "version": "0"}


def objected(tenant: TenantDB, *emails: str, lists: tuple[int, ...] | None = None) -> None:
    said = Objections(lines=emails, list_ids=lists, way="call", received_on=NOON.date())
    enter_objections(tenant, said, today=NOON.date(), actor=STAFF, now=NOON)


@time_machine.travel(NOON, tick=False)
def test_staff_enter_several_objections_at_once(alpha: TenantDB) -> None:
    letter = a_list(alpha)
    a_person(alpha, "ann@example.org", letter)
    client = visitor(alpha)
    lines = f"ann@example.org\r\nstranger@example.com\r\n{HOSTILE}"
    page = client.send("opt-outs/objections", {**OBJECTION, "lines": lines}, 422).content.decode()
    assert "2 entered, 0 had objected before." in page and "<script>alert" not in page
    box = page.partition('name="lines"')[2].partition("</textarea>")[0]
    assert "ann@example.org" not in box
    client.send("opt-outs/objections", {**OBJECTION, "lists": str(letter), "lines": "bob@example.org"})
    assert [reason_for(alpha, one, letter) for one in ("ann@example.org", "stranger@example.com", "bob@example.org")] == ["opted_out"] * 3
    page = client.see("opt-outs")
    assert "received on 1 Mar 2026" in page and "a letter" in page and "bob@example.org" in page and "gets nothing" in page
    assert "Nothing found" in client.see("opt-outs?q=nobody@example.org")


@time_machine.travel(NOON, tick=False)
@pytest.mark.parametrize("wrong", [{"received_on": "2027-01-01"}, {"way": "pigeon"}, {"lists": "4711"}, {"lines": ""}, {"received_on": ""}])
def test_what_cannot_be_is_said_at_its_field(alpha: TenantDB, wrong: dict[str, str]) -> None:
    page = visitor(alpha).send("opt-outs/objections", {**OBJECTION, "lines": "ann@example.org", **wrong}, 422).content.decode()
    assert page.count("invalid-feedback") == 1
    assert page_of(alpha, Wish(), now=NOON, offset=0, limit=1)[1] == 0


@time_machine.travel(NOON, tick=False)
def test_the_lists_are_filtered_and_exported_with_an_entry_in_the_register(alpha: TenantDB) -> None:
    letter = a_list(alpha)
    objected(alpha, "all@example.org")
    objected(alpha, "one@example.org", lists=(letter,))
    client = visitor(alpha, "admin")
    assert "all@example.org" not in client.see(f"opt-outs?list={letter}") and "one@example.org" not in client.see("opt-outs?list=0")
    assert "one@example.org" in client.see("opt-outs?q=ONE@example.org")
    answer = client.send("opt-outs/export", {"purpose": "Move", "recipient": "Other GmbH"}, 200)
    content = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert content.count("\r\n") == 3 and "one@example.org" in content
    (act,) = entries(alpha, act="opt_outs.exported")
    assert act["details"]["lines"] == 2 and act["details"]["disclosure"]


def test_nobody_empties_the_lists_on_a_page(alpha: TenantDB) -> None:
    objected(alpha, "all@example.org")
    client = visitor(alpha, "admin")
    page = client.see("opt-outs")
    assert 'method="post"' not in page.partition("<main")[2].partition("</main>")[0]
    assert client.post(f"{client.start}opt-outs", {}).status_code == 405
    assert page_of(alpha, Wish(), now=NOON, offset=0, limit=1)[1] == 1


def test_set_ups_are_made_and_changed(alpha: TenantDB) -> None:
    letter, offers = a_list(alpha), a_list(alpha, "Offers")
    client = visitor(alpha)
    values = {**CHOSEN, "lists": [str(letter)], "also": [str(offers)], "final": "on", "notice_email": "desk@firm.example"}
    client.send("opt-outs/set-ups/new", values)
    (made,) = set_ups(alpha)
    assert (made.list_ids, made.also_ids, made.final, made.blacklist, made.notice_email) == (
        (letter,),
        (offers,),
        True,
        False,
        "desk@firm.example",
    )
    assert "1 list ends as well" in client.see("opt-outs/set-ups")
    client.send(f"opt-outs/set-ups/{made.id}", {**values, "version": "1", "everything": "on"})
    page = client.send(f"opt-outs/set-ups/{made.id}", {**values, "version": "1", "name": "Other"}, 422).content.decode()
    assert "Other" in page and set_ups(alpha)[0].name == "Leaving" and set_ups(alpha)[0].everything
    client.see("opt-outs/set-ups/4711", 404)


@pytest.mark.parametrize(
    "wrong",
    [
        {"hook_url": "http://example.org/"},
        {"hook_url": "https://10.0.0.1/"},
        {"farewell_id": "4711"},
        {"notice_email": "nobody"},
        {"name": ""},
    ],
)
def test_a_set_up_that_cannot_be_is_refused_at_its_field(alpha: TenantDB, wrong: dict[str, str]) -> None:
    page = visitor(alpha).send("opt-outs/set-ups/new", {**CHOSEN, **wrong}, 422).content.decode()
    assert page.count("invalid-feedback") == 1 and set_ups(alpha) == []


def test_the_days_of_an_address_are_chosen(alpha: TenantDB) -> None:
    client = visitor(alpha)
    client.send("opt-outs/set-ups/days", {"days": "3"})
    client.send("opt-outs/set-ups/days", {"days": "91"}, 422)
    assert days_shown(alpha) == 3


def test_a_viewer_sees_and_does_nothing_more(alpha: TenantDB) -> None:
    objected(alpha, "all@example.org")
    client = visitor(alpha, "viewer")
    page = client.see("opt-outs")
    assert "opt-outs/objections" not in page and "opt-outs/set-ups" not in page and "opt-outs/export" not in page
    for path in ("opt-outs/objections", "opt-outs/set-ups", "opt-outs/export", "opt-outs/set-ups/new"):
        assert client.get(f"{client.start}{path}").status_code in (403, 404)
    client.send("opt-outs/objections", {**OBJECTION, "lines": "x@example.org"}, 403)
    assert reason_for(alpha, "x@example.org", None) == ""
