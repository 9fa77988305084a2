"""The disclosure register: written once with its act, sure of the people in it, silent when their time is over."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError
from hypothesis import given as examples
from hypothesis import strategies as st

from siegelpost.audience.models import Subscriber
from siegelpost.audience.services import put_subscriber
from siegelpost.base.actor import Actor
from siegelpost.evidence.models import Entry
from siegelpost.flows.disclosed import told_about, told_to
from siegelpost.governance.disclosures import rules, services
from siegelpost.governance.disclosures.models import Disclosure, Marks
from siegelpost.governance.disclosures.reads import Asked, disclosures, how_many
from siegelpost.governance.disclosures.roll import Roll
from siegelpost.governance.disclosures.rules import CONTACT, EVERYBODY, EXPORT, POSSIBLE, SURE, SYSTEM_MAILS, Who
from siegelpost.governance.disclosures.services import Given, Outflow, forget, record
from siegelpost.tenancy.errors import TransactionNotNamed
from siegelpost.tenancy.handle import TenantDB
from tests.evidence.logs import NOW, WHO

LATER = datetime(2030, 1, 1, tzinfo=UTC)


def person(tenant: TenantDB, email: str = "ann@example.org") -> int:
    with tenant.atomic():
        return put_subscriber(tenant, email, {}, NOW, WHO)


def outflow(roll: Roll | None = None, people: str = "list:1", **more: object) -> Outflow:
    facts: dict[str, object] = {"kind": EXPORT, "categories": (CONTACT,), "records": 1, "channel": "command", "act": "audience.exported"}
    return Outflow(people=people, roll=roll, **{**facts, **more})  # type: ignore[arg-type]


def recorded(tenant: TenantDB, *members: tuple[int | None, str], at: datetime = NOW, **more: object) -> int:
    roll = Roll(tenant) if members else None
    for number, email in members:
        assert roll is not None
        roll.add(number, email)
    with tenant.atomic():
        return record(tenant, outflow(roll, **more), actor=WHO, now=at)  # type: ignore[arg-type]


def of(tenant: TenantDB, email: str) -> list[tuple[int, str]]:
    """Numbers of the outflows that are told whoever has this address, and how sure they are."""
    return [(one.one.id, one.how) for one in told_to(tenant, email, actor=WHO, now=NOW).answers]


def test_an_outflow_is_kept_with_who_what_why_and_how(alpha: TenantDB, beta: TenantDB) -> None:
    given = Given(recipient=" Druckerei\n Muster \x1b[2J", purpose="print the letter", ground="Art. 28 GDPR", instruction_id=7)
    number = recorded(alpha, (1, "ann@example.org"), given=given, digest="ab" * 32, records=5)
    (one,) = disclosures(alpha)
    assert (one.id, one.recipient, one.purpose, one.instruction_id) == (number, "Druckerei Muster [2J", "print the letter", 7)
    assert (one.kind, one.categories, one.records, one.people, one.digest) == ("export", ("contact",), 5, "list:1", "ab" * 32)
    assert (one.at, one.actor, one.channel, one.ground) == (NOW, "operator", "command", "Art. 28 GDPR")


def test_where_nobody_is_named_it_is_whoever_acts(alpha: TenantDB) -> None:
    with alpha.atomic():
        record(alpha, outflow(given=Given(recipient="  ", purpose="")), actor=Actor.staff(5), now=NOW)
    assert [(one.recipient, one.purpose) for one in disclosures(alpha)] == [("staff:5", "own-use")]


def test_the_log_has_it_without_the_recipient(alpha: TenantDB) -> None:
    number = recorded(alpha, (1, "ann@example.org"), given=Given(recipient="eve@example.org"))
    (entry,) = alpha.objects(Entry).filter(act="disclosures.recorded")
    assert entry.subject == f"disclosure:{number}" and entry.details["records"] == 1 and len(entry.details["entry"]) == 64
    assert "eve" not in str(entry.details) and "ann" not in str(entry.details)


def test_it_comes_with_its_act_or_not_at_all(alpha: TenantDB) -> None:
    with suppress(ZeroDivisionError), alpha.atomic():
        record(alpha, outflow(), actor=WHO, now=NOW)
        raise ZeroDivisionError
    with pytest.raises(TransactionNotNamed):
        record(alpha, outflow(), actor=WHO, now=NOW)
    assert disclosures(alpha) == [] and not alpha.objects(Entry).filter(act="disclosures.recorded").exists()


@pytest.mark.parametrize("statement", ["UPDATE disclosures_disclosure SET recipient = 'x'", "DELETE FROM disclosures_disclosure"])
def test_an_entry_is_neither_changed_nor_removed(alpha: TenantDB, statement: str) -> None:
    recorded(alpha)
    before = disclosures(alpha)
    with pytest.raises(DatabaseError), alpha.atomic(), alpha.cursor() as cursor:
        cursor.execute(statement)
    assert disclosures(alpha) == before


@pytest.mark.parametrize("wrong", [{"kind": "gift"}, {"categories": ()}, {"categories": ("everything",)}])
def test_an_outflow_of_no_known_kind_is_refused(alpha: TenantDB, wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError), alpha.atomic():
        record(alpha, outflow(**wrong), actor=WHO, now=NOW)  # type: ignore[arg-type]
    assert disclosures(alpha) == []


def test_a_person_finds_the_outflows_that_held_theirs_and_no_others(alpha: TenantDB) -> None:
    ann, bob = person(alpha), person(alpha, "bob@example.org")
    first = recorded(alpha, (ann, "ann@example.org"), (bob, "bob@example.org"))
    second = recorded(alpha, (bob, "bob@example.org"))
    assert of(alpha, "Ann@example.org") == [(first, SURE)]
    assert of(alpha, "bob@example.org") == [(second, SURE), (first, SURE)]
    assert of(alpha, "carl@example.org") == []


def test_a_person_is_found_after_erasure_and_after_a_change_of_address(alpha: TenantDB) -> None:
    ann, bob = person(alpha), person(alpha, "bob@example.org")
    number = recorded(alpha, (ann, "ann@example.org"), (bob, "bob@example.org"))
    with alpha.atomic():
        alpha.objects(Subscriber).filter(pk=ann).delete()
        alpha.objects(Subscriber).filter(pk=bob).update(email="robert@example.org", address_key=b"r" * 16)
    assert of(alpha, "ann@example.org") == [(number, SURE)]
    assert [one.one.id for one in told_about(alpha, bob, actor=WHO, now=NOW).answers] == [number]


def test_nothing_in_the_database_names_them(alpha: TenantDB) -> None:
    recorded(alpha, (person(alpha), "ann@example.org"))
    (marks,) = alpha.objects(Marks).values_list("data", flat=True)
    (subscriber,) = alpha.objects(Subscriber).all()
    assert len(marks) == 2 * rules.MARK_BYTES and b"ann" not in bytes(marks)
    assert bytes(subscriber.address_key)[: rules.MARK_BYTES] not in bytes(marks)


def test_the_same_person_leaves_other_marks_in_another_outflow(alpha: TenantDB) -> None:
    for _twice in range(2):
        recorded(alpha, (1, "ann@example.org"))
    one, other = (bytes(data) for data in alpha.objects(Marks).values_list("data", flat=True))
    assert len(one) == 2 * rules.MARK_BYTES
    assert not {one[:8], one[8:]} & {other[:8], other[8:]}


def test_what_held_everybody_held_whoever_was_there(alpha: TenantDB) -> None:
    person(alpha)
    before = recorded(alpha, people=EVERYBODY, at=NOW - timedelta(days=1))
    after = recorded(alpha, people=EVERYBODY, at=NOW + timedelta(days=1))
    assert of(alpha, "ann@example.org") == [(after, SURE)]
    assert of(alpha, "gone@example.org") == [(after, POSSIBLE), (before, POSSIBLE)]


def test_whose_data_it_was_is_forgotten_after_three_full_years_and_the_entry_stays(alpha: TenantDB) -> None:
    recorded(alpha, (person(alpha), "ann@example.org"))
    assert forget(alpha, actor=WHO, now=LATER - timedelta(seconds=1)) == 0
    assert len(of(alpha, "ann@example.org")) == 1
    assert forget(alpha, actor=WHO, now=LATER) == 1
    found = told_to(alpha, "ann@example.org", actor=WHO, now=LATER)
    assert (found.answers, found.silent, how_many(alpha)) == ((), 1, 1)
    assert alpha.objects(Entry).filter(act="disclosures.forgotten").count() == 1
    assert forget(alpha, actor=WHO, now=LATER) == 0


def test_the_register_is_read_by_time_and_kind(alpha: TenantDB) -> None:
    first = recorded(alpha, at=NOW)
    second = recorded(alpha, at=NOW + timedelta(days=1), kind="authority")
    assert [one.id for one in disclosures(alpha)] == [second, first]
    assert [one.id for one in disclosures(alpha, Asked(until=NOW + timedelta(days=1)))] == [first]
    assert [one.id for one in disclosures(alpha, Asked(kind="authority"))] == [second]
    assert [one.id for one in disclosures(alpha, skip=1, limit=5)] == [first]


def test_many_people_fill_several_rows_and_each_is_found(alpha: TenantDB, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("siegelpost.governance.disclosures.roll.PART", 10)
    number = recorded(alpha, *((n, f"p{n}@example.org") for n in range(1, 38)))
    assert alpha.objects(Marks).count() == 8
    assert all(of(alpha, f"p{n}@example.org") == [(number, SURE)] for n in range(1, 38))
    assert of(alpha, "p38@example.org") == []


def test_that_somebody_asked_is_logged_without_the_address(alpha: TenantDB) -> None:
    told_to(alpha, "ann@example.org", actor=WHO, now=NOW)
    (entry,) = alpha.objects(Entry).filter(act="disclosures.asked")
    assert (entry.subject, entry.details) == ("address", {})


def test_each_field_of_an_entry_is_under_its_hash(alpha: TenantDB) -> None:
    recorded(alpha, (1, "ann@example.org"))
    row = alpha.objects(Disclosure).get()
    whole = services.digest_of(row)
    others = []
    for field in (one for one in Disclosure._meta.local_fields if not one.primary_key):
        kept = getattr(row, field.name)
        values = {"at": NOW + timedelta(seconds=1), "categories": ["x"], "records": 99, "instruction_id": 9, "salt": b"x"}
        setattr(row, field.name, values.get(field.name, "x"))
        others.append(services.digest_of(row) == whole)
        setattr(row, field.name, kept)
    assert others and not any(others)


@examples(st.sets(st.binary(min_size=8, max_size=8), max_size=40), st.binary(min_size=8, max_size=8))
def test_a_mark_is_found_where_it_is_and_nowhere_else(marks: set[bytes], other: bytes) -> None:
    whole = b"".join(sorted(marks))
    assert all(rules.holds(whole, one) for one in marks)
    assert rules.holds(whole, other) == (other in marks)


@examples(st.integers(1_600_000_000, 3_700_000_000).map(lambda second: datetime.fromtimestamp(second, UTC)))
def test_no_mark_goes_before_three_years_and_none_stays_for_more_than_four(at: datetime) -> None:
    until = rules.told_until(at)
    assert timedelta(days=3 * 365) <= until - at <= timedelta(days=4 * 366)
    assert at >= rules.forget_before(until - timedelta(microseconds=1))
    assert at < rules.forget_before(until)


@examples(st.text())
def test_what_is_kept_as_text_is_one_line_of_printable_signs(text: str) -> None:
    kept = rules.tidy(text)
    assert kept.isprintable() and len(kept) <= rules.TEXT_LIMIT


@pytest.mark.parametrize(
    ("people", "who", "how"),
    [
        ("mailing:3", Who(1, b"k", NOW, frozenset({3})), SURE),
        ("mailing:3", Who(1, b"k", NOW, frozenset({33})), ""),
        ("subscriber:1", Who(1, b"k"), SURE),
        ("subscriber:12", Who(1, b"k"), ""),
        ("subscriber:None", Who(None, b"k"), ""),
        (SYSTEM_MAILS, Who(None, b"k"), POSSIBLE),
        (rules.STAFF_ONLY, Who(1, b"k", NOW), ""),
        ("register", Who(1, b"k", NOW), ""),
    ],
)
def test_the_rule_says_whose_data_it_was(people: str, who: Who, how: str) -> None:
    assert rules.by_rule(people, NOW, who) == how
