"""What somebody with limits does, and what they give: nothing beyond, and nothing that reaches further than they do."""

import re

import pytest

from siegelpost.accounts.catalogue import RIGHTS
from siegelpost.accounts.errors import NotYoursToGive
from siegelpost.accounts.limits import UNLIMITED, Limits
from siegelpost.accounts.reads import person_with, roles_in
from siegelpost.accounts.roles import made_roles
from siegelpost.audience.reads import find_by_email, find_subscriber, list_by_id, list_by_name
from siegelpost.base.actor import Actor
from siegelpost.consent.reads import running_lists
from siegelpost.evidence.reads import entries
from siegelpost.flows.roles import change_role, make_role
from siegelpost.flows.staff import let_in
from siegelpost.mailings.reads import lists_of
from siegelpost.tenancy.handle import TenantDB
from tests.web.mailing_pages import typed
from tests.web.test_limits import Town, limited, town
from tests.web.townsfolk import a_list, a_person
from tests.web.uploading import choices, upload, uploaded
from tests.web.visiting import NOON, Visitor, visitor

pytestmark = pytest.mark.slow

__all__ = ["town"]
NEW = {"email": "eve@example.org", "ground": "asked by phone", "source": "phone"}


def test_people_are_added_changed_and_unsubscribed_on_lists_within_the_limits_alone(town: Town, alpha: TenantDB) -> None:
    client = town.client
    client.send("subscribers/new", {**NEW, "list": town.outside}, status=422)
    assert find_by_email(alpha, "eve@example.org") is None
    client.send("subscribers/new", {**NEW, "list": town.inside})
    client.send(f"subscribers/{town.both}/fields", {"field_first_name": "Kat", "field_last_name": "Both", "version": "x"}, status=409)
    client.send(f"subscribers/{town.both}/unsubscribe/{town.outside}", status=404)
    client.send(
        "subscribers/bulk", {"person": [town.both, town.bob], "act": "take_off", "list": town.outside, "confirmed": "1"}, status=404
    )
    client.send("subscribers/bulk", {"person": [town.both, town.bob], "act": "unsubscribe", "list": town.inside, "confirmed": "1"})
    assert running_lists(alpha, town.both) == {town.outside} and running_lists(alpha, town.bob) == {town.outside}
    client.see(f"subscribers/{town.both}", status=404)
    assert find_subscriber(alpha, town.both) is not None, "out of sight, and still there"


def test_somebody_whom_the_tenant_has_elsewhere_is_added_as_anybody(town: Town, alpha: TenantDB) -> None:
    answer = town.client.send("subscribers/new", {**NEW, "email": "bob@example.net", "list": town.inside})
    assert "stored already" not in town.client.get(answer.headers["location"]).content.decode()
    assert running_lists(alpha, town.bob) == {town.inside, town.outside}


def test_a_list_is_made_in_a_folder_of_the_limits_and_stays_where_it_is(town: Town, alpha: TenantDB) -> None:
    town.client.send("lists/new", {"name": "Lost", "description": "", "folder": ""}, status=422)
    town.client.send("lists/new", {"name": "Found", "description": "", "folder": town.folder})
    found = list_by_name(alpha, "Found")
    assert found.folder_id == town.folder and "Found" in town.client.see("lists")
    town.client.send(f"lists/{found.id}/edit", {"name": "Found 2", "description": "", "folder": "", "version": found.version})
    assert (list_by_id(alpha, found.id).name, list_by_id(alpha, found.id).folder_id) == ("Found 2", town.folder)


def test_a_mailing_goes_to_lists_within_the_limits_alone(town: Town, alpha: TenantDB) -> None:
    page = town.client.see("mailings/new/txt")
    assert "Inside (" in page and "Outside (" not in page
    town.client.send("mailings/new/txt", typed(alpha, lists=[town.inside, town.outside]), status=422)
    answer = town.client.send("mailings/new/txt", typed(alpha, lists=[town.inside]))
    (number,) = re.findall(r"mailings/(\d+)/edit", answer.headers["location"])
    assert lists_of(alpha, int(number)) == (town.inside,)
    town.client.send(f"mailings/{number}/edit", typed(alpha, lists=[town.outside]), status=422)
    assert "Nobody has this address" in town.client.see(f"mailings/{number}/preview?like=bob@example.net")
    assert "Nobody has this address" not in town.client.see(f"mailings/{number}/preview?like=ann@example.org")


def test_a_file_is_imported_into_lists_within_the_limits_without_fields_that_are_hidden(town: Town, alpha: TenantDB) -> None:
    limits = Limits(everywhere=False, lists=frozenset({town.inside}), hidden=frozenset({"last_name"}))
    client = limited(alpha, limits, "import@staff.example")
    number = uploaded(client)
    page = client.see(f"imports/{number}/columns")
    assert "Inside" in page and "Outside" not in page and 'value="last_name"' not in page
    client.send(f"imports/{number}/columns", choices(town.outside, column_at_2=""), status=422)
    client.send(f"imports/{number}/columns", choices(town.inside, column_at_2="last_name"))
    sample = client.see(f"imports/{number}/sample")
    assert "ann@example.org" in sample and "Muster" not in sample, "a column cannot be a field that is hidden"
    town.client.see(f"imports/{number}/columns", status=404)  # what somebody has begun is theirs until it has a list
    upload(client, "no table", status=422)


def test_what_is_hidden_orders_nothing(town: Town, alpha: TenantDB) -> None:
    a_person(alpha, "aaa@example.org", town.inside, first_name="Zoe", last_name="Aaa")  # the first by all but the order of adding
    client = limited(alpha, Limits(hidden=frozenset({"email", "last_name"})), "veil@staff.example")
    orders = [re.findall(r"/subscribers/(\d+)\"", client.see(f"subscribers?sort={sort}")) for sort in ("added", "name", "address")]
    assert orders[0] == orders[1] == orders[2] and set(orders[0]) >= {str(town.ann), str(town.bob), str(town.both)}
    assert "sort=name" not in client.see("subscribers") and "sort=address" not in client.see("subscribers")
    boss = visitor(alpha, "admin")
    assert re.findall(r"/subscribers/(\d+)\"", boss.see("subscribers?sort=-name")) != orders[0], "for others it does"


def test_the_page_of_a_role_chooses_lists_and_fields_and_the_log_keeps_them(town: Town, alpha: TenantDB) -> None:
    boss = visitor(alpha, "admin")
    wish = {"name": "North", "right": ["lists.see", "subscribers.see"], "reach": "some", "hidden": ["email", "last_name", "nonsense"]}
    assert "reach no list" in boss.send("roles/new", wish, status=422).content.decode()
    boss.send("roles/new", {**wish, "folder": [town.folder], "list": [town.outside, 4711]})
    role = next(one for one in made_roles(alpha).values() if one.name == "North")
    limits = Limits(False, frozenset({town.outside}), frozenset({town.folder}), frozenset({"email", "last_name"}))
    assert role.limits == limits
    said = {"name": "North", "rights": ["lists.see", "subscribers.see"], "limits": limits.as_dict()}
    assert ("role.written", said) in [(one["act"], one["details"]) for one in entries(alpha)]
    assert "only folder “North”, “Outside”; without Nachname; e-mail addresses shortened" in boss.see("roles")
    boss.send("staff/new", {"email": "nora@staff.example", "role": [role.code]})
    let_in(alpha, "nora@staff.example", [role.code], actor=Actor.operator(), now=NOON)
    for path in ("roles/matrix", "roles/matrix.csv"):
        assert "North: only folder “North”, “Outside”" in boss.see(path), path
    page = boss.see(f"roles/{role.number}")
    assert re.search(rf'name="folder" value="{town.folder}" checked', page) and 'value="email" checked' in page
    boss.send(f"roles/{role.number}", {"name": "North", "right": ["lists.see"], "reach": "all"})
    assert made_roles(alpha)[role.code].limits == UNLIMITED


def test_nobody_gives_a_role_that_reaches_further_than_they_do(town: Town, alpha: TenantDB) -> None:
    client = town.client
    me = person_with("lim@staff.example")
    assert me is not None
    everything = {"name": "Mine", "right": list(RIGHTS), "reach": "all", "list": [town.outside]}
    client.send("roles/new", everything, status=422)
    client.send("roles/new", {**everything, "folder": [town.folder]})
    mine = next(one for one in made_roles(alpha).values() if one.name == "Mine")
    assert mine.limits == Limits(everywhere=False, folders=frozenset({town.folder})), "what one does not see is not taken"
    client.send(f"staff/{me.pk}", {"role": [mine.code, "viewer"]}, status=422)
    client.send("staff/new", {"email": "puppet@staff.example", "role": ["viewer"]}, status=422)
    client.send("staff/new", {"email": "mate@staff.example", "role": [mine.code]})
    actor = Actor.staff(me.pk)
    for limits in (UNLIMITED, Limits(False, frozenset({town.outside})), Limits(False, frozenset({town.inside}))):
        with pytest.raises(NotYoursToGive):
            make_role(alpha, "Wide", ["lists.see"], limits=limits, actor=actor, now=NOON)
    wide = make_role(alpha, "Wide", ["lists.see"], actor=Actor.operator(), now=NOON)
    with pytest.raises(NotYoursToGive):
        change_role(alpha, wide.number, "Wide", [], limits=mine.limits, actor=actor, now=NOON)
    assert roles_in(me, alpha) != ("viewer",) and "Outside" not in client.see("roles")


def test_a_role_that_somebody_has_beside_another_does_not_open_what_that_one_hides(town: Town, alpha: TenantDB) -> None:
    """Whoever changes a role answers for all that its people may do by it, together with their other roles."""
    here = Limits(everywhere=False, lists=frozenset({town.inside}))
    limited(alpha, here, "writer@staff.example")
    writer = person_with("writer@staff.example")
    assert writer is not None
    operator = Actor.operator()
    veiled = make_role(alpha, "Veiled", ["subscribers.see"], limits=Limits(hidden=frozenset({"last_name"})), actor=operator, now=NOON)
    small = make_role(alpha, "Small", ["lists.see"], limits=here, actor=operator, now=NOON)
    wider = ["lists.see", "subscribers.see"]
    change_role(alpha, small.number, "Small", wider, limits=here, actor=Actor.staff(writer.pk), now=NOON)
    change_role(alpha, small.number, "Small", ["lists.see"], limits=here, actor=operator, now=NOON)
    let_in(alpha, "pat@staff.example", [veiled.code, small.code], actor=operator, now=NOON)
    with pytest.raises(NotYoursToGive):
        change_role(alpha, small.number, "Small", wider, limits=here, actor=Actor.staff(writer.pk), now=NOON)


def test_a_role_with_hidden_fields_is_made_by_others_with_them_hidden(town: Town, alpha: TenantDB) -> None:
    client = limited(alpha, Limits(hidden=frozenset({"last_name"})), "veil@staff.example")
    client.send("roles/new", {"name": "Blind", "right": ["subscribers.see"], "reach": "all", "hidden": ["first_name"]})
    blind = next(one for one in made_roles(alpha).values() if one.name == "Blind")
    assert blind.limits == Limits(hidden=frozenset({"first_name", "last_name"}))


def test_what_is_closed_to_limits_is_not_shown(town: Town) -> None:
    page = town.client.see("lists")
    assert "/suppression" not in page and "/access-log" not in page and "/subscribers" in page
    for path in ("suppression", "evidence", "disclosures", "approvals", "erasures", f"folders/{town.folder}", "hand-over"):
        assert Visitor.see(town.client, path, status=403)


def test_whoever_sets_limits_learns_that_a_rule_lacks_people_now(alpha: TenantDB) -> None:
    """On the page of the role, after saving, and on the page of the rules; a rule cannot be switched on then."""
    boss, number = visitor(alpha, "admin"), a_list(alpha, "Only")
    rights = ["approvals.see", "approvals.approve"]
    role = make_role(alpha, "Second", rights, actor=Actor.operator(), now=NOON)
    let_in(alpha, "second@staff.example", [role.code], actor=Actor.operator(), now=NOON)
    assert "Nobody with limits decides" in boss.see(f"roles/{role.number}")
    boss.send("approvals/rules", {"act": "person.erase", "person-needed": "on"})
    assert "Fewer than two" not in boss.see("approvals/rules")
    boss.send(f"roles/{role.number}", {"name": "Second", "right": rights, "reach": "some", "list": [number]})
    assert "Fewer than two people can decide now about" in boss.see("roles") and "Fewer than two" in boss.see("approvals/rules")
    page = boss.send("approvals/rules", {"act": "role.grant", "role-needed": "on"}, status=422).content.decode()
    assert "nobody here could decide" in page
