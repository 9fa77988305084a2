"""Roles that a tenant makes: on the pages, by the server's refusals, and in the log."""

import random

import pytest

from siegelpost.accounts.catalogue import RIGHTS, whole
from siegelpost.accounts.errors import LastAdmin, NotYoursToGive, RoleUnknown
from siegelpost.accounts.reads import colleagues, person_with, rights_in, roles_in
from siegelpost.accounts.roles import MadeRole, made_role, made_roles
from siegelpost.accounts.rules import GIVEN, rights_of
from siegelpost.base.actor import Actor
from siegelpost.base.errors import SiegelpostError
from siegelpost.evidence.reads import entries
from siegelpost.flows import roles as flow
from siegelpost.flows import staff as staff_flow
from siegelpost.flows.staff import let_in
from siegelpost.tenancy.handle import TenantDB
from tests.web.townsfolk import a_list
from tests.web.uploading import uploaded
from tests.web.visiting import NOON, Visitor, colleague, visitor

OPERATOR = Actor.operator()
DESK = {"staff.see", "staff.create", "staff.edit", "staff.delete", "roles.see", "roles.create", "roles.edit", "roles.delete"}


def a_role(tenant: TenantDB, name: str, *rights: str) -> MadeRole:
    return flow.make_role(tenant, name, rights, actor=OPERATOR, now=NOON)


def somebody(tenant: TenantDB, email: str, *roles: str) -> Visitor:
    return Visitor(let_in(tenant, email, roles, language="en", actor=OPERATOR, now=NOON), tenant)


def rights_at(tenant: TenantDB, email: str) -> frozenset[str]:
    person = person_with(email)
    assert person is not None
    return rights_in(person, tenant)


@pytest.mark.slow
def test_a_role_is_made_given_beside_another_and_counts_at_the_next_page(alpha: TenantDB) -> None:
    client, other = visitor(alpha, "admin"), visitor(alpha, "viewer")
    other.see("imports", status=403)
    client.send("roles/new", {"name": " Import  desk ", "right": ["imports.create", "lists.edit"]})
    (role,) = made_roles(alpha).values()
    assert role.name == "Import desk" and role.rights == {"imports.create", "imports.see", "lists.edit", "lists.see"}
    person = person_with("viewer@staff.example")
    assert person is not None
    client.send(f"staff/{person.pk}", {"role": ["viewer", role.code]})
    assert roles_in(person, alpha) == ("viewer", role.code)
    assert "/t/alpha/imports" in other.see("imports") and "Viewer, Import desk" in other.see("lists")
    assert "Viewer, Import desk" in client.see("staff") and "viewer@staff.example" in client.see("roles")
    client.send(f"roles/{role.number}", {"name": "Import desk", "right": ["lists.edit"]})
    other.see("imports", status=403)
    told = [(one["act"], one["details"]) for one in entries(alpha)]
    assert ("role.written", {"name": "Import desk", "rights": ["lists.edit", "lists.see"]}) in told
    assert ("staff.roles_given", {"roles": [role.code, "viewer"]}) in told


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"name": "", "right": ["lists.see"]}, "invalid-feedback"),
        ({"name": "x" * 61, "right": ["lists.see"]}, "invalid-feedback"),
        ({"name": "desk", "right": ["lists.see"]}, "a role with this name already"),
        ({"name": "New"}, "would allow nothing"),
        ({"name": "New", "right": ["lists.fly", "operator"]}, "would allow nothing"),
    ],
)
def test_what_is_wrong_with_a_role_is_said(alpha: TenantDB, values: dict[str, str], words: str) -> None:
    a_role(alpha, "Desk", "lists.see")
    page = visitor(alpha, "admin").send("roles/new", values, status=422).content.decode()
    assert words in page and len(made_roles(alpha)) == 1


@pytest.mark.slow
@pytest.mark.touches_beta  # its own staff asks for a page there
def test_a_role_that_somebody_has_is_not_deleted_and_one_of_another_tenant_does_not_exist(alpha: TenantDB, beta: TenantDB) -> None:
    client, role = visitor(alpha, "admin"), a_role(alpha, "Desk", "lists.see")
    somebody(alpha, "desk@staff.example", role.code)
    client.send(f"roles/{role.number}/delete", {"confirm": "Desk"}, status=403)
    client.send(f"roles/{role.number}/delete", {"confirm": "desk?"}, status=422)
    let_in(alpha, "desk@staff.example", ["viewer"], actor=OPERATOR, now=NOON)
    stranger = Visitor(colleague(beta, "admin", "beta@staff.example"), beta)
    stranger.see(f"roles/{role.number}", status=422)
    with pytest.raises(RoleUnknown):
        let_in(beta, "beta@staff.example", [role.code], actor=OPERATOR, now=NOON)
    client.send(f"roles/{role.number}/delete", {"confirm": "Desk"})
    assert made_roles(alpha) == {}


@pytest.mark.slow
def test_a_role_that_grants_itself_gets_nothing(alpha: TenantDB) -> None:
    visitor(alpha, "admin")
    desk = a_role(alpha, "Desk", *DESK)
    client = somebody(alpha, "desk@staff.example", desk.code)
    everything = {"name": "Desk", "right": list(RIGHTS)}
    client.send(f"roles/{desk.number}", everything)
    assert made_role(alpha, desk.number).rights == DESK, "boxes that one may not tick count for nothing"
    client.send("roles/new", everything | {"name": "Mine"})
    assert rights_at(alpha, "desk@staff.example") == DESK
    me, boss = person_with("desk@staff.example"), person_with("admin@staff.example")
    assert me is not None and boss is not None
    client.send(f"staff/{me.pk}", {"role": [desk.code, "admin"]}, status=422)
    client.send("staff/new", {"email": "puppet@staff.example", "role": ["admin"]}, status=422)
    client.send(f"staff/{boss.pk}/link", status=403)
    client.send(f"staff/{boss.pk}/away", {"confirm": boss.email}, status=403)
    page = client.see(f"staff/{boss.pk}")
    assert "/link" not in page and "/away" not in page and "Stays: Administrator" in page
    client.send(f"staff/{boss.pk}", {"role": [desk.code]})
    assert roles_in(boss, alpha) == ("admin", desk.code), "what one may not take stays"


def test_flows_refuse_what_pages_do_not_even_offer(alpha: TenantDB) -> None:
    desk = a_role(alpha, "Desk", *DESK)
    somebody(alpha, "desk@staff.example", desk.code)
    me = person_with("desk@staff.example")
    assert me is not None
    actor = Actor.staff(me.pk)
    for refused in (
        lambda: flow.change_role(alpha, desk.number, "Desk", [*DESK, "lists.see"], actor=actor, now=NOON),
        lambda: flow.make_role(alpha, "More", ["settings.edit"], actor=actor, now=NOON),
        lambda: let_in(alpha, me.email, ["admin"], actor=actor, now=NOON),
        lambda: let_in(alpha, "puppet@staff.example", ["viewer"], actor=actor, now=NOON),
        lambda: let_in(alpha, me.email, [desk.code, "viewer"], actor=Actor.system("worker"), now=NOON),
    ):
        with pytest.raises(NotYoursToGive):
            refused()
    assert rights_at(alpha, me.email) == DESK and person_with("puppet@staff.example") is None
    assert [one["act"] for one in entries(alpha)] == ["staff.roles_given", "role.written"], "what was refused is no act"


@pytest.mark.slow
def test_two_who_raise_each_other_and_a_crowd_at_random_get_nothing_that_none_of_them_had(alpha: TenantDB) -> None:
    """The flows themselves, with everything that a page could send, in an order of dice."""
    dice = random.Random(11)
    visitor(alpha, "admin")
    parts = [frozenset(dice.sample(RIGHTS, 12)) | DESK for _ in range(3)]
    made = [a_role(alpha, f"Part {number}", *rights) for number, rights in enumerate(parts)]
    emails = [f"p{number}@staff.example" for number in range(3)]
    for email, role in zip(emails, made, strict=True):
        let_in(alpha, email, [role.code], actor=OPERATOR, now=NOON)
    had = frozenset().union(*(rights_at(alpha, email) for email in emails))
    allowed = 0
    for _ in range(60):
        email = dice.choice(emails)
        actor = next(Actor.staff(one.id) for one in colleagues(alpha) if one.email == email)
        before, other = rights_at(alpha, email), dice.choice(emails)
        roles = dice.sample([*made_roles(alpha), *GIVEN], dice.randint(1, 2)) if dice.random() < 0.5 else [made[emails.index(email)].code]
        rights = dice.sample(sorted(dice.choice((had, before))), 9)
        try:
            if dice.random() < 0.5:
                let_in(alpha, other, roles, actor=actor, now=NOON)
            else:
                flow.change_role(alpha, dice.choice(made).number, f"R{dice.random()}", rights, actor=actor, now=NOON)
            allowed += 1
        except SiegelpostError:
            pass
        assert rights_at(alpha, email) <= before
        assert frozenset().union(*(rights_at(alpha, one) for one in emails)) <= had
    assert allowed


def test_the_last_administrator_keeps_that_role_whatever_else_they_have(alpha: TenantDB) -> None:
    visitor(alpha, "admin")
    everything = a_role(alpha, "Everything", *rights_of("admin"))
    with pytest.raises(LastAdmin):
        let_in(alpha, "admin@staff.example", [everything.code], actor=OPERATOR, now=NOON)
    let_in(alpha, "admin@staff.example", [everything.code, "admin"], actor=OPERATOR, now=NOON)
    let_in(alpha, "two@staff.example", ["admin"], actor=OPERATOR, now=NOON)
    let_in(alpha, "admin@staff.example", [everything.code], actor=OPERATOR, now=NOON)
    two = person_with("two@staff.example")
    assert two is not None
    with pytest.raises(LastAdmin):
        staff_flow.take_out(alpha, two.pk, actor=OPERATOR, now=NOON)


def test_a_word_of_the_catalogue_that_is_gone_allows_nothing_and_none_is_left_out_of_a_role(alpha: TenantDB) -> None:
    role = a_role(alpha, "All", *RIGHTS)
    assert made_role(alpha, role.number).rights == frozenset(RIGHTS) == whole(RIGHTS)


@pytest.mark.slow
def test_an_import_is_no_way_around_the_rights_to_make_lists_and_fields(alpha: TenantDB) -> None:
    letter = a_list(alpha)
    client = somebody(alpha, "desk@staff.example", a_role(alpha, "Desk", "imports.create").code)
    draft = uploaded(client)
    page = client.see(f"imports/{draft}/columns")
    assert 'value="+"' not in page and "new_list" not in page
    order = {"list_id": str(letter), "mode": "update_add", "ground": "agreed", "source": "fair", "column-0": "email"}
    client.send(f"imports/{draft}/columns", order | {"list_id": "0", "new_list": "Mine"}, status=422)
    field = {"column-1": "+", "name-1": "Shoe", "kind-1": "text", "purpose-1": "to know"}
    client.send(f"imports/{draft}/columns", order | field, status=403)
    client.send(f"imports/{draft}/columns", order)
