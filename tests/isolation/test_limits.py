"""Somebody whose roles reach one list asks for everything that lies beyond it: all is answered as what never was.

They have every right there is, within these limits. A route or an operation of a kind that this test cannot fill makes it red, and
so does a thing with a number of which nobody has said whether it belongs to lists.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import pytest

from siegelpost.accounts.catalogue import RIGHTS
from siegelpost.accounts.limits import Limits
from siegelpost.audience.services import FieldSpec, create_field, create_list
from siegelpost.base import clock
from siegelpost.base.settings import process_settings
from siegelpost.flows.launch import launch
from siegelpost.flows.roles import make_role
from siegelpost.flows.staff import let_in
from siegelpost.flows.tokens import NewToken, create_token
from siegelpost.tenancy.handle import TenantDB
from siegelpost.web import urls
from siegelpost.web.areas import ASKS
from siegelpost.web.limited import OPEN
from tests.api.calling import Program
from tests.api.routes import operations
from tests.isolation.asking import ask, differs, heard
from tests.isolation.stock import NEVER, WHO, count_on, stocked
from tests.isolation.test_interface import url as url_of
from tests.isolation.test_pages import NUMBERS, SENT, address
from tests.web.townsfolk import a_person
from tests.web.visiting import NOON, Visitor

pytestmark = pytest.mark.slow

OF_LISTS: Final = frozenset({"list", "folder", "form", "mailing", "person", "bounce", "reply", "import", "erasure", "pattern"})
"""Things that belong to lists or to people on them: beyond the limits they do not exist."""
OF_ALL: Final = frozenset({
    *("field", "domain", "colleague", "role", "token", "leaver", "leaver_task", "request", "approval", "hand_over", "instruction"),
    "invitation",
    "admission", "dialog", "host", "opt_out_set_up", "segment",
})  # fmt: skip
"""Things of the tenant as a whole: their pages are open with the right, or closed to everybody with limits."""
MARKS: Final = ("eve@only-", "gone@only-", "Only Alpha")
"""Stand in what lies beyond."""
SELF: Final = ("Reach", "lim@staff.example")


@dataclass(frozen=True)
class Edge:
    """Somebody with limits, their program, and the numbers of what lies beyond."""

    client: Visitor
    program: Program
    beyond: Mapping[str, int]
    mine: int


@pytest.fixture
def edge(alpha: TenantDB) -> Edge:
    mine = create_list(alpha, "Mine", actor=WHO, now=NOON)
    role = make_role(alpha, "Reach", RIGHTS, limits=Limits(everywhere=False, lists=frozenset({mine})), actor=WHO, now=NOON)
    person = let_in(alpha, "lim@staff.example", [role.code], language="en", actor=WHO, now=NOON)
    count_on(alpha)
    new = NewToken(name="Shop", rights=("read", "export", "people", "write", "send"), owner=person.email)
    number, key = create_token(alpha, new, actor=WHO, now=clock.now())
    return Edge(Visitor(person, alpha), Program("alpha", key, number), stocked(alpha), mine)


def told(edge: Edge, path: str, never: str) -> Iterator[str]:
    """What an address tells by being answered otherwise than one of nothing."""
    for method in ("get", "post"):
        there, nothing = (ask(edge.client, method, f"/t/alpha/{one}", SENT) for one in (path, never))
        for fault in filter(None, (differs(there, nothing), *(mark for mark in MARKS if mark in there.body))):
            yield f"{method} {path}: {fault}"


def test_every_page_about_what_lies_beyond_is_answered_as_about_what_never_was(edge: Edge, alpha: TenantDB) -> None:
    assert set(NUMBERS.values()) == OF_LISTS | OF_ALL, "say in OF_LISTS or OF_ALL what this thing belongs to"
    found, tried = list[str](), 0
    before = contents(alpha)
    for route in urls.TENANT:
        path, never = address(route, edge.beyond), address(route, edge.beyond, NEVER)
        parts = {thing for part, thing in NUMBERS.items() if part in str(route.pattern)}
        if path != never and parts and parts <= OF_LISTS:
            tried += 1
            found += told(edge, path, never)
    assert not found, "\n".join(found)
    assert contents(alpha) == before, "something beyond the limits was changed"
    assert tried >= 45


TABLES: Final = (
    *("audience_list", "audience_folder", "audience_subscriber", "audience_membership"),
    *("consent_consent", "consent_suppression", "consent_form", "mailings_mailing", "intake_importjob", "feedback_reply"),
)


def contents(tenant: TenantDB) -> list[str]:
    """Rows of people, lists and mailings, whoever they belong to."""
    found: list[str] = []
    with tenant.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"SELECT * FROM {table}")
            found += [repr([bytes(one) if isinstance(one, memoryview) else one for one in row]) for row in cursor.fetchall()]
    return sorted(found)


def test_no_page_names_what_lies_beyond(edge: Edge) -> None:
    """Pages without a number, as far as they are open to somebody with limits; those of the staff name the staff."""
    found, tried = list[str](), 0
    for route in urls.TENANT:
        path = address(route, edge.beyond)
        if path != address(route, edge.beyond, NEVER) or str(route.name) not in OPEN:
            continue
        tried += 1
        body = edge.client.get(f"/t/alpha/{path}").getvalue().decode(errors="replace")
        body = body.replace("Only Alpha &lt;news@", "")  # a sender is everybody's
        area = ASKS[str(route.name)].look.partition(".")[0]
        found += [f"{path}: {mark}" for mark in (MARKS if area in AREAS and route.name not in OF_THE_TENANT else MARKS[:2]) if mark in body]
    assert not found, "\n".join(found)
    assert tried >= 15


AREAS: Final = frozenset({"lists", "subscribers", "mailings", "sending", "reports", "imports", "forms", "overview", "fields"})
"""Areas in which nothing of the whole tenant is called by that name."""
OF_THE_TENANT: Final = frozenset({"dialogs"})
"""Pages in them that show what belongs to the whole tenant."""


def test_every_operation_about_what_lies_beyond_is_answered_as_about_what_never_was(edge: Edge) -> None:
    found, nothing = list[str](), dict.fromkeys(edge.beyond, NEVER)
    for one in operations():
        answers = [
            heard(edge.program.ask(one.method, url_of(one, "alpha", numbers), one.body(numbers["list"])), "/alpha/")
            for numbers in (edge.beyond, nothing)
        ]
        found += [f"{one.method} {one.path}: {fault}" for fault in (differs(*answers),) if fault]
        found += [f"{one.method} {one.path}: {mark}" for mark in MARKS if mark in answers[0].body]
    assert not found, "\n".join(found)


def test_the_program_of_somebody_with_limits_reads_what_lies_within(edge: Edge) -> None:
    """Otherwise the refusals above would prove nothing."""
    assert [one["id"] for one in edge.program.see("lists")["lists"]] == [edge.mine]
    new = {"email": "new@example.org", "list": edge.mine, "ground": "order 7", "source": "shop"}
    number = edge.program.told("POST", "subscribers", new, status=201)["id"]
    assert edge.program.see(f"subscribers/{number}")["email"] == "new@example.org"
    assert [one["id"] for one in edge.program.see("subscribers")["subscribers"]] == [number]
    assert edge.program.see("mailings") == {"mailings": [], "total": 0}


HIDDEN: Final = Limits(hidden=frozenset({"email", "last_name", "vip"}))
VALUE: Final = "zq4711zq"
"""Stands in each field that is hidden, and in the local part of the address."""


def test_the_value_of_a_hidden_field_is_in_no_page_file_or_answer(alpha: TenantDB) -> None:
    """All lists are within the limits; three fields are not. Whatever is asked for, looked at or sent, their value does not come back."""
    numbers = stocked(alpha)
    create_field(alpha, FieldSpec(name="Very important", alias="vip", kind="text", purpose="P"), actor=WHO, now=NOON)
    person = a_person(alpha, f"{VALUE}@only-alpha.example", numbers["list"], last_name=VALUE, vip=VALUE, first_name="Anna")
    launch(alpha, numbers["mailing"], settings=process_settings(), actor=WHO, now=clock.now())
    role = make_role(alpha, "Veil", RIGHTS, limits=HIDDEN, actor=WHO, now=NOON)
    somebody = let_in(alpha, "lim@staff.example", [role.code], language="en", actor=WHO, now=NOON)
    client = Visitor(somebody, alpha)
    new = NewToken(name="Shop", rights=("read", "export", "people", "write", "send"), owner=somebody.email)
    number, key = create_token(alpha, new, actor=WHO, now=clock.now())
    mine = {**numbers, "person": person}
    found, opened, shown = list[str](), 0, 0
    for route in urls.TENANT:
        path = f"/t/alpha/{address(route, mine)}"
        for question in ("", "?sort=name", "?sort=address", "?state=due", f"?like={VALUE.upper()}@only-alpha.example"):
            answer = client.get(path + question)
            opened += answer.status_code == 200
            shown += b"Anna" in answer.getvalue()
            found += [f"get {path}{question}"] if VALUE.encode() in answer.getvalue() else []
        answer = client.post(path, {**SENT, "version": "old", "field_first_name": "Anne", "seen": "old"})
        found += [f"post {path}"] if VALUE.encode() in answer.getvalue() else []
    caller = Program("alpha", key, number)
    for one in operations():
        answer = caller.ask(
            one.method, url_of(one, "alpha", {**mine, "person": person - (one.name == "subscribers")}), one.body(mine["list"])
        )
        found += [f"{one.method} {one.path}"] if VALUE.encode() in answer.content else []
    assert not found, "\n".join(found)
    assert opened >= 100 and shown >= 3, "what is not hidden is shown"
    assert f"subscribers/{person}" not in client.see(f"subscribers?q={VALUE}")
