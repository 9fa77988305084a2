"""A token that is kept to less than its owner may: lists, fields and areas; never more, whatever becomes of the owner."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siegelpost.accounts.limits import UNLIMITED, Limits
from siegelpost.accounts.models import Token
from siegelpost.accounts.tokens import Reach
from siegelpost.audience.reads import list_by_name
from siegelpost.audience.services import ensure_standard_fields
from siegelpost.base import clock
from siegelpost.base.actor import Actor
from siegelpost.base.errors import SiegelpostError
from siegelpost.evidence.reads import entries
from siegelpost.flows.roles import change_role, make_role
from siegelpost.flows.staff import let_in
from siegelpost.flows.tokens import NewToken, create_token
from siegelpost.tenancy.handle import TenantDB
from tests.api.calling import Program
from tests.cli.typed import Typed
from tests.delivery.support import draft
from tests.templates import Template
from tests.web.townsfolk import STAFF, a_list, a_person
from tests.web.visiting import NOON, colleague, visitor

WHO = Actor.operator()
PLACES = st.frozensets(st.integers(1, 4), max_size=3)
LIMITS = st.builds(Limits, st.booleans(), PLACES, PLACES, st.frozensets(st.sampled_from(["email", "city"])))


@given(mine=LIMITS, other=LIMITS)
def test_what_both_allow_is_beyond_neither(mine: Limits, other: Limits) -> None:
    both = mine.within(other)
    assert (
        mine.covers(both) and other.covers(both) and mine.within(UNLIMITED) == (mine if not mine.everywhere else Limits(hidden=mine.hidden))
    )


@pytest.fixture
def typed(_two_tenants: Template, capsys: pytest.CaptureFixture[str]) -> Typed:
    return Typed(_two_tenants, capsys)


def people(tenant: TenantDB) -> tuple[int, int]:
    """Two lists, One with ann, Two with bob; a mailing to each."""
    ensure_standard_fields(tenant, NOON)
    one, two = a_list(tenant, "One"), a_list(tenant, "Two")
    for email, number in (("ann@example.org", one), ("bob@example.org", two)):
        a_person(tenant, email, number)
        draft(tenant, number, name=f"To {email[:3]}")
    return one, two


def token(tenant: TenantDB, owner: str, reach: Reach, *rights: str) -> Program:
    new = NewToken(name="Shop", rights=rights or ("read", "export", "people"), owner=owner, reach=reach)
    number, key = create_token(tenant, new, actor=STAFF, now=clock.now())
    return Program(tenant.slug, key, number)


def only(*lists: int, hidden: tuple[str, ...] = ()) -> Reach:
    return Reach(Limits(everywhere=not lists, lists=frozenset(lists), hidden=frozenset(hidden)))


def test_a_token_for_one_list_knows_nothing_of_another(alpha: TenantDB) -> None:
    one, two = people(alpha)
    caller = token(alpha, colleague(alpha, "admin").email, only(one, hidden=("email",)), "read", "export", "people")
    assert [each["id"] for each in caller.see("lists")["lists"]] == [one]
    seen = caller.see("subscribers")["subscribers"]
    assert [each["email"] for each in seen] == ["a…@example.org"] and caller.see("mailings")["total"] == 1
    whole = token(alpha, "admin@staff.example", Reach())
    bob = next(each["id"] for each in whole.see("subscribers")["subscribers"] if each["email"] == "bob@example.org")
    assert caller.refused("GET", f"subscribers/{bob}") == (404, "subscriber.unknown")
    assert caller.refused("GET", f"subscribers?list={two}") == (404, "list.unknown") == caller.refused("GET", "subscribers?list=4711")
    body = {"email": "eve@example.org", "list": two, "ground": "consent", "source": "shop"}
    assert caller.refused("POST", "subscribers", body)[0] in (403, 404) and whole.see("subscribers")["next"] is None
    told = entries(alpha, act="token.created")
    assert [each["details"].get("limits") for each in told] == [None, {"lists": [one], "hidden": ["email"], "folders": []}]


def test_a_token_is_kept_to_its_areas(alpha: TenantDB) -> None:
    people(alpha)
    caller = token(alpha, colleague(alpha, "admin").email, Reach(areas=("mailings",)), "read", "export")
    assert caller.see("mailings")["total"] == 2
    for path in ("lists", "subscribers", "fields"):
        assert caller.refused("GET", path) == (403, "api.right_missing"), path


def test_it_never_reaches_beyond_its_owner_now_or_later(alpha: TenantDB) -> None:
    one, two = people(alpha)
    rights = ["lists.see", "fields.see", "subscribers.see", "subscribers.export", "mailings.see", "sending.see", "reports.see"]
    role = make_role(alpha, "One", rights, limits=Limits(False, frozenset({one})), actor=WHO, now=NOON)
    owner = let_in(alpha, "lim@staff.example", [role.code], actor=WHO, now=NOON).email
    for reach, code in (
        (only(two), "token.reach_too_far"),
        (only(one, two), "token.reach_too_far"),
        (Reach(areas=("staff",)), "token.area_unknown"),
    ):
        with pytest.raises(SiegelpostError) as refused:
            token(alpha, owner, reach, "read")
        assert refused.value.code == code
    with pytest.raises(SiegelpostError) as nothing:
        token(alpha, owner, Reach(areas=("mailings",)), "export")
    assert nothing.value.code == "token.area_unknown"
    caller = token(alpha, owner, only(one), "read")
    assert [each["id"] for each in caller.see("lists")["lists"]] == [one]
    change_role(alpha, role.number, "One", rights, limits=Limits(False, frozenset({two})), actor=WHO, now=NOON)
    assert caller.see("lists")["lists"] == [], "what the owner does not see any more the token does not either"
    change_role(alpha, role.number, "One", rights, actor=WHO, now=NOON)
    assert [each["id"] for each in caller.see("lists")["lists"]] == [one], "and no more than it was given"


def test_command_and_page_keep_a_token_to_lists_fields_and_areas(alpha: TenantDB, typed: Typed) -> None:
    one, _two = people(alpha)
    line = ("token", "create", "alpha", "--name", "Shop", "--right", "read")
    code, _made = typed(*line, "--list", "One", "--without", "email", "--area", "lists", "--area", "mailings")
    assert code == 0
    (shown,) = typed("token", "list", "alpha")[1]
    assert (shown["limits"], shown["areas"]) == ({"lists": [one], "folders": [], "hidden": ["email"]}, ["lists", "mailings"])
    for more, wrong in (
        (("--list", "None"), "list.unknown"),
        (("--without", "none"), "field.unknown"),
        (("--area", "staff"), "token.area_unknown"),
    ):
        code, made = typed(*line, *more)
        assert (code, made["error"]["code"]) == (4, wrong)
    boss = visitor(alpha, "admin")
    assert "only “One”" in boss.see("tokens")
    last = (clock.now().date().replace(day=1)).isoformat()
    wish = {
        "name": "Page",
        "rights": ["read"],
        "last": last,
        "areas": ["reports"],
        "lists": [str(list_by_name(alpha, "Two").id)],
        "hidden": ["email"],
    }
    boss.send("tokens/new", wish, status=422)  # a day that is over
    boss.send("tokens/new", {**wish, "last": f"{clock.now().year + 1}-01-02"}, status=200)
    row = Token.objects.latest("pk")
    assert row.areas == ["reports"] and row.limits["hidden"] == ["email"] and row.limits["lists"] == [list_by_name(alpha, "Two").id]
