"""Staff in the browser: who is here, in which role, and links that nobody sees but their receiver."""

import re

import pytest

from siegelpost.accounts.models import Seat
from siegelpost.accounts.reads import colleagues, person_here, person_with, roles_in
from siegelpost.accounts.services import give_role, person_for, set_active
from siegelpost.delivery.models import Outgoing
from siegelpost.tenancy.handle import TenantDB
from tests.mailings.making import some_sender
from tests.web.visiting import NOON, Visitor, colleague, visitor


def test_somebody_who_is_here_is_not_let_in_twice(alpha: TenantDB) -> None:
    client = visitor(alpha, "admin")
    person = colleague(alpha, "viewer")
    page = client.send("staff/new", {"email": person.email, "role": "admin"}, status=422).content.decode()
    assert "has a role here already" in page and roles_in(person, alpha) == ("viewer",)


@pytest.mark.parametrize(
    "values",
    [
        {"email": "nobody"},
        {"email": "a@b.example", "role": "operator"},
        {"email": "a@b.example", "role": ""},
        {"email": "a@b.example", "role": "editor", "name": "x" * 101},
    ],
)
def test_what_is_wrong_is_said_at_the_field(alpha: TenantDB, values: dict[str, str]) -> None:
    page = visitor(alpha, "admin").send("staff/new", values, status=422).content.decode()
    assert "invalid-feedback" in page and len(colleagues(alpha)) == 1


@pytest.mark.slow
def test_an_operator_is_shown_and_cannot_be_changed_here(alpha: TenantDB) -> None:
    client = visitor(alpha, "admin")
    operator = colleague(None, "operator")
    assert operator.email in client.see("staff")
    client.see(f"staff/{operator.pk}", status=404)
    for path, values in (("", {"role": "viewer"}), ("/link", {}), ("/away", {"confirm": operator.email})):
        client.send(f"staff/{operator.pk}{path}", values, status=404)


@pytest.mark.slow
def test_a_role_is_changed_and_counts_at_the_next_page(alpha: TenantDB) -> None:
    client, other = visitor(alpha, "admin"), visitor(alpha, "editor")
    person = person_with("editor@staff.example")
    assert person is not None
    client.send(f"staff/{person.pk}", {"role": "viewer"})
    other.see("imports", status=403)
    client.send(f"staff/{person.pk}", {"role": "operator"}, status=422)


@pytest.mark.slow
def test_the_last_administrator_stays(alpha: TenantDB) -> None:
    client = visitor(alpha, "admin")
    me = person_with("admin@staff.example")
    assert me is not None
    page = client.send(f"staff/{me.pk}", {"role": "viewer"}, status=403).content.decode()
    assert "last person who administers" in page
    page = client.send(f"staff/{me.pk}/away", {"confirm": me.email}, status=403).content.decode()
    assert "last person who administers" in page
    blocked = colleague(alpha, "admin", "blocked@staff.example")
    set_active(blocked.email, active=False, now=NOON)
    client.send(f"staff/{me.pk}/away", {"confirm": me.email}, status=403)  # a blocked one administers nothing
    assert roles_in(me, alpha) == ("admin",)


def test_taking_out_asks_for_the_address_and_works_from_the_next_page_on(alpha: TenantDB) -> None:
    client, other = visitor(alpha, "admin"), visitor(alpha, "editor")
    person = person_with("editor@staff.example")
    assert person is not None
    page = client.send(f"staff/{person.pk}/away", {"confirm": "editor"}, status=422).content.decode()
    assert "not typed as it stands" in page and person_here(alpha, person.pk)
    client.send(f"staff/{person.pk}/away", {"confirm": person.email})
    other.see(status=302)
    client.send(f"staff/{person.pk}/away", {"confirm": person.email}, status=404)  # a second click


def test_a_new_link_takes_the_place_of_a_forgotten_password(alpha: TenantDB, beta: TenantDB) -> None:
    """It goes to the mailbox of its person alone, whether they work elsewhere or not."""
    client, pages = visitor(alpha, "admin"), []
    client.send(f"staff/{colleague(alpha, 'viewer').pk}/link", status=409)
    some_sender(alpha)
    for email in ("here@staff.example", "both@staff.example"):
        person = colleague(alpha, "viewer", email)
        if email.startswith("both"):
            Seat.objects.create(person=person, tenant_number=beta.number, role="editor", created_at=NOON)
        client.send(f"staff/{person.pk}/link")
        page = client.see(f"staff/{person.pk}")
        pages.append(re.sub(r'(Token": |token" value=)"\w+"', "", page).replace(email, "").replace(f"/{person.pk}", ""))
        (mail,) = alpha.objects(Outgoing).filter(to=email)
        found = re.search(r"(/link/\S+)", mail.text)
        assert found and found[1] not in page and Visitor(None, alpha).post(found[1]).status_code == 303
    assert pages[0] == pages[1], "who works elsewhere is told from nobody"


@pytest.mark.slow
def test_people_of_another_tenant_do_not_exist(alpha: TenantDB, beta: TenantDB) -> None:
    there = colleague(beta, "viewer", "v@beta.example")
    client = visitor(alpha, "admin")
    client.see(f"staff/{there.pk}", status=404)
    for path in ("", "/link", "/away"):
        client.send(f"staff/{there.pk}{path}", {"role": "admin", "confirm": there.email}, status=404)
    assert there.email not in client.see("staff")


@pytest.mark.parametrize("role", ["viewer", "editor"])
def test_others_see_nothing_of_it(alpha: TenantDB, role: str) -> None:
    client = visitor(alpha, role)
    for path in ("staff", "staff/new", "staff/1"):
        client.see(path, status=403)
    assert "/t/alpha/staff" not in client.see("senders")


@pytest.mark.slow
def test_hostile_names_are_shown_as_text_and_blocked_ones_as_such(alpha: TenantDB) -> None:
    client = visitor(alpha, "admin")
    some_sender(alpha)
    client.send("staff/new", {"email": "w@staff.example", "name": "<script>alert(1)</script>🎈", "role": "viewer"})
    person_for("x@staff.example", name="<script>alert(1)</script>🎈", now=NOON)
    colleague(alpha, "viewer", "x@staff.example")
    set_active("x@staff.example", active=False, now=NOON)
    found = person_with("x@staff.example")
    assert found is not None
    for path in ("staff", f"staff/{found.pk}"):
        page = client.see(path)
        assert "<script>alert" not in page and "blocked" in page
    give_role(found, alpha.number, "editor", now=NOON)
