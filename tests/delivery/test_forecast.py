"""The forecast counts most people in one go; it says what judging each of them would say."""

import re
from collections import Counter
from collections.abc import Iterable
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from siegelpost.audience.addresses import read_address
from siegelpost.audience.models import Membership, Subscriber, SubscriberList
from siegelpost.consent.models import Consent, Suppression
from siegelpost.consent.rules import REASONS, PatternWrong, like_pattern
from siegelpost.consent.suppression import suppress_pattern
from siegelpost.delivery.browse import Forecast, forecast
from siegelpost.delivery.models import Delivery
from siegelpost.delivery.statements import change, ids, of_lists, read
from siegelpost.sign.addresses import address_key
from siegelpost.tenancy.handle import TenantDB
from tests.delivery.support import NOON, WHO, a_list, people
from tests.plans import plan

LISTS = (1, 2, 3)
EMAILS = [
    f"{local}@{domain}"
    for local in ("a", "AB", "a_b", "a%b", "x+a")
    for domain in ("b.example", "a.b.example", "xn--bcher-kva.example", "bb.test")
]
PIECES = st.sampled_from(["%", "@", "a", "b", "_", "\\", ".", "%@", "b.example", "bücher", ".example", "a_b", "bb.test"])


def patterns() -> st.SearchStrategy[str]:
    """Whole domains, which are looked up, and all the others, which are compared."""
    domains = st.sampled_from(EMAILS).map(lambda email: "%" + email[email.index("@") :])
    return st.one_of(domains, st.lists(PIECES, min_size=1, max_size=4).map("".join).filter(_usable))


def _usable(text: str) -> bool:
    try:
        like_pattern(text)
    except PatternWrong:
        return False
    return True


class World(NamedTuple):
    """Addresses of people; who is on which list; consents as (person, list, purpose, ended); suppressions; patterns."""

    emails: list[str]
    members: set[tuple[int, int]]
    consents: set[tuple[int, int, str, bool]]
    suppressions: list[tuple[str, str, int | None]]
    patterns: list[str]


PERSON = st.integers(0, 7)
WORLDS = st.builds(
    World,
    st.lists(st.sampled_from(EMAILS), min_size=8, max_size=8, unique_by=str.lower),
    st.sets(st.tuples(PERSON, st.sampled_from(LISTS)), max_size=20),
    st.sets(
        st.tuples(PERSON, st.sampled_from(LISTS), st.sampled_from(["newsletter", "newsletter", "other"]), st.booleans()),
        max_size=20,
    ),
    st.lists(st.tuples(st.sampled_from(sorted(REASONS)), st.sampled_from(EMAILS), st.sampled_from([None, *LISTS])), max_size=4),
    st.lists(patterns(), max_size=2),
)


def make(tenant: TenantDB, world: World) -> None:
    """Put the world in the place of the last one."""
    with tenant.atomic():
        for model in (Membership, Consent, Suppression, Subscriber):
            tenant.objects(model).all().delete()
        for number, email in enumerate(world.emails):
            key = address_key(email, tenant.keys.addresses)
            tenant.objects(Subscriber).create(pk=number + 1, email=email, address_key=key, created_at=NOON, updated_at=NOON)
        add(tenant, Membership, ({"subscriber_id": one + 1, "list_id": of, "added_at": NOON} for one, of in world.members))
        add(
            tenant,
            Consent,
            (
                {"subscriber_id": one + 1, "list_id": of, "purpose": purpose, "granted_at": NOON, "withdrawn_at": NOON if ended else None}
                for one, of, purpose, ended in world.consents
            ),
        )
        keyed = ((kind, address_key(email, tenant.keys.addresses), of) for kind, email, of in world.suppressions)
        add(tenant, Suppression, ({"kind": kind, "key": key, "list_id": of, "at": NOON} for kind, key, of in keyed))
        for pattern in world.patterns:
            suppress_pattern(tenant, pattern=pattern, source="test", actor=WHO, now=NOON)


def add(tenant: TenantDB, model: type[Any], rows: Iterable[dict[str, Any]]) -> None:
    """Many rows of one table."""
    tenant.objects(model).bulk_create([model(**row) for row in rows])


def judged(tenant: TenantDB, lists: Iterable[int]) -> Counter[str]:
    """Everybody on the lists by the rule of the launch (freeze.sql, excluded.sql), one after the other."""
    with tenant.cursor() as cursor:
        cursor.execute("SELECT subscriber_id, list_id, COALESCE(reason, '') FROM consent_verdict")
        rows = cursor.fetchall()
    best: dict[int, str] = {}
    for person, of, reason in rows:
        if of in lists:
            best[person] = min(best.get(person, reason), reason)
    return Counter(best.values())


def frozen(tenant: TenantDB, lists: Iterable[int]) -> dict[str, int]:
    """What a launch to these lists puts into the audience (""), and whom it leaves out; taken back afterwards."""
    where = {"mailing": 77, "lists": ids(tenant, lists), "after": 0, "upto": 99}
    with tenant.atomic():
        due = change(tenant, "freeze", variant=1, receivers="{}", **where)
        excluded = dict(read(tenant, "excluded", **where))
        tenant.objects(Delivery).filter(mailing_id=77).delete()
    return {"": due, **excluded}


def test_all_addresses_of_these_tests_could_be_stored() -> None:
    assert [email for email in EMAILS if read_address(email).address != email] == []


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(world=WORLDS, lists=st.sets(st.sampled_from([*LISTS, 99])))
@pytest.mark.slow
def test_whoever_lives_there_the_forecast_counts_what_the_launch_judges(alpha: TenantDB, world: World, lists: set[int]) -> None:
    if not alpha.objects(SubscriberList).exists():
        assert [a_list(alpha, f"List {number}") for number in LISTS] == list(LISTS)
    make(alpha, world)
    found = forecast(alpha, lists)
    assert Counter({"": found.receive, **found.excluded}) == judged(alpha, lists)
    assert Counter(frozen(alpha, lists)) == judged(alpha, lists)


def test_whoever_agreed_to_one_of_several_lists_is_counted_once(alpha: TenantDB) -> None:
    letter, other = a_list(alpha, "Letter"), a_list(alpha, "Other")
    people(alpha, ["both@firm.example", "first@firm.example"], letter)
    with alpha.atomic():
        added = [Membership(subscriber_id=1, list_id=other, added_at=NOON), Membership(subscriber_id=2, list_id=other, added_at=NOON)]
        alpha.objects(Membership).bulk_create(added)
    assert forecast(alpha, [letter, other]) == Forecast(2, {})
    assert forecast(alpha, [other]) == Forecast(0, {"no_consent": 2})


@pytest.mark.parametrize("pattern", ["%@firm.example", "%firm.example", "boss@%", "BOSS@firm.example", "%_b@a\\b.example"])
def test_patterns_of_all_kinds_bring_people_into_doubt(alpha: TenantDB, pattern: str) -> None:
    letter = a_list(alpha)
    people(alpha, ["Boss@firm.example", "a_b@firm.example", "boss@other.example"], letter)
    with alpha.atomic():
        suppress_pattern(alpha, pattern=pattern, source="test", actor=WHO, now=NOON)
    found = forecast(alpha, [letter])
    assert Counter({"": found.receive, **found.excluded}) == judged(alpha, [letter])
    assert found.receive == {"%@firm.example": 1, "%firm.example": 1, "boss@%": 1, "BOSS@firm.example": 2}.get(pattern, 3)


def walked(found: str) -> list[str]:
    """Tables of people that are read from end to end; that of the lists is short."""
    return [line for line in found.splitlines() if re.search(r"(^SCAN|Seq Scan on) (audience_(?!list\b)|consent_)", line)]


def test_people_are_counted_along_the_indexes(alpha: TenantDB, engine: str) -> None:
    found = plan(alpha, *of_lists(alpha, "forecast", [1]))
    assert walked(found) == []
    if engine == "postgresql":
        assert "consent_suppressed_key" in found
        assert "audience_by_domain" in found, "the people of a domain are looked up"
        return
    assert "count(DISTINCT)" not in found, "one list alone needs no sorting"
    assert "MERGE (EXCEPT)" in found and "ORDER BY" not in found, "members and consents are walked along side by side"
    assert "SEARCH consent_consent USING COVERING INDEX consent_running_in_order (list_id=? AND purpose=?)" in found
    assert "audience_by_domain (<expr>=?)" in found, "the people of a domain are looked up"
    assert "SCAN s USING COVERING INDEX consent_suppressed_key" in found, "suppressions lead to people, not people to suppressions"


@pytest.mark.sqlite
def test_several_lists_are_walked_in_the_same_way(alpha: TenantDB) -> None:
    found = plan(alpha, *of_lists(alpha, "forecast", [1, 2]))
    assert "MERGE (EXCEPT)" in found and "ORDER BY" not in found
    assert walked(found) == []
