"""Each database finds the same people as the rule over people in memory (`people.belongs`), whatever the condition."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, given, settings

from siegelpost.audience.models import Membership, Subscriber
from siegelpost.audience.services import create_list
from siegelpost.base.actor import Actor
from siegelpost.consent.models import Consent
from siegelpost.delivery.models import Delivery
from siegelpost.segment.compile import Moment, compiled
from siegelpost.segment.known import Known
from siegelpost.segment.parse import parse
from siegelpost.segment.show import show
from siegelpost.segment.tree import Compare, Node
from siegelpost.tenancy.handle import TenantDB
from tests.segment.people import Someone, belongs
from tests.segment.trees import CITIES, FIELDS, LISTS, trees

NOW = datetime(2026, 2, 27, 23, 30, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
MOMENT = Moment(NOW.astimezone(BERLIN).date(), BERLIN)
KNOWN = Known(
    fields=FIELDS, lists=LISTS, names={1: "Berliners"}, segments={1: parse('city = "berlin" or vip = yes')},
    launched={7: date(2025, 6, 1), 8: MOMENT.today},
)  # fmt: skip
BORN = ("1996-02-29", "2000-02-28", "1980-12-31", "1999-01-01", "2026-02-28")


def crowd() -> list[Someone]:
    """Sixty people who differ in everything that a condition can ask for; some have no value, and some an empty one."""
    found = []
    for n in range(60):
        fields = {
            "city": CITIES[n % len(CITIES)],
            "age": (n % 45, n + 0.25, 17.25)[n % 3],
            "born": BORN[n % 5],
            "vip": n % 2 == 0,
            "colour": "b",
        }
        kept = {name: value for place, (name, value) in enumerate(fields.items()) if (n + place) % 4}
        one = Someone(f"Person{n}@{('example.org', 'mail.example.com')[n % 2]}", NOW - timedelta(days=n * 20, hours=n), kept)
        one.fields |= {"not": ""} if n % 7 == 0 else {"age": "old"} if n % 11 == 1 else {}  # as a faulty program may have left it
        one.language = ("de", "en", "")[n % 3]
        one.joined = {number: NOW - timedelta(days=n * 9) for number in LISTS if n % (number + 1) == 0}
        one.agreed = {number: NOW - timedelta(days=n * 5) for number in one.joined if n % 3}
        one.running = {} if n % 5 == 1 else one.agreed
        one.got = {mailing for mailing in KNOWN.launched if n % (mailing - 4) == 0}
        found.append(one)
    return found


def store(tenant: TenantDB, people: list[Someone]) -> dict[int, Someone]:
    """Write them as the rooms' tables hold them; returns number -> person."""
    rows = {}
    with tenant.atomic():
        for n, one in enumerate(people):
            facts = {"email": one.email, "fields": one.fields, "language": one.language, "created_at": one.came}
            row = tenant.objects(Subscriber).create(address_key=n.to_bytes(16), updated_at=NOW, **facts)
            rows[row.pk] = one
            for list_id, at in one.joined.items():
                tenant.objects(Membership).create(list_id=list_id, subscriber_id=row.pk, added_at=at)
            for list_id, at in one.agreed.items():
                ended = {"withdrawn_at": NOW} if n % 5 == 1 else {}
                tenant.objects(Consent).create(subscriber_id=row.pk, list_id=list_id, ground="", source="", granted_at=at, **ended)
            for mailing in KNOWN.launched:
                state = "sent" if mailing in one.got else "bounced"
                tenant.objects(Delivery).create(mailing_id=mailing, variant_id=1, subscriber_id=row.pk, due_at=0, state=state)
    return rows


def found(tenant: TenantDB, node: Node) -> set[int]:
    """Whom the database finds."""
    where, values = compiled(node, KNOWN, MOMENT, tenant.vendor)
    with tenant.cursor() as cursor:
        cursor.execute(f"SELECT s.id FROM audience_subscriber s WHERE {where}", list(values))
        return {number for (number,) in cursor.fetchall()}


def test_databases_find_whom_the_rule_means(alpha: TenantDB) -> None:
    for name in LISTS.values():
        create_list(alpha, name, actor=Actor.operator(), now=NOW)
    people = store(alpha, crowd())

    @settings(max_examples=100, suppress_health_check=list(HealthCheck))
    @given(trees)
    def says_the_same(node: Node) -> None:
        assert found(alpha, node) == {number for number, one in people.items() if belongs(one, node, KNOWN, MOMENT)}, show(node)

    says_the_same()
    for city, operator in ((CITIES[5], "starts with"), (CITIES[5], "ends with"), (CITIES[7], "ends with")):
        exactly = {number for number, one in people.items() if one.fields.get("city") == city}
        assert found(alpha, Compare("city", operator, city)) == exactly


def test_deep_and_wide_conditions_are_taken_by_the_database(alpha: TenantDB) -> None:
    nots = parse("not (" * 24 + 'city = "Berlin"' + ")" * 24)
    deep = parse("".join(f"age = {n} {'and' if n % 2 else 'or'} (" for n in range(24)) + "age = 99" + ")" * 24)
    wide = parse(" or ".join(f"age = {n}" for n in range(200)))
    wider = parse(f"age in ({', '.join(str(n) for n in range(400))})")
    assert [found(alpha, one) for one in (nots, deep, wide, wider)] == [set()] * 4
