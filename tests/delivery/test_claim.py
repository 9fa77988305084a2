"""Leases: no row is claimed twice, and a no that comes after the launch counts."""

import threading
import time
from collections import Counter
from dataclasses import replace

import pytest

from siegelpost.audience.models import Subscriber
from siegelpost.base.sqlfile import sql
from siegelpost.consent.grants import withdraw
from siegelpost.consent.suppression import suppress
from siegelpost.delivery.claim import Claimed, _values
from siegelpost.delivery.models import Delivery, Slice
from siegelpost.delivery.reads import claims_of
from siegelpost.delivery.rules import Outcome
from siegelpost.delivery.settle import Result, settle
from siegelpost.delivery.statements import ids
from siegelpost.sign.addresses import address_key
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.home import boot_id
from tests.delivery.support import NOON, WHO, a_list, claimed, claimed_or_none, counts, launched
from tests.patience import PATIENCE
from tests.plans import plan

NOW = int(NOON.timestamp())


def results(taken: Claimed, outcome: Outcome = Outcome.SENT, code: str = "250 2.0.0", at: int | None = None) -> list[Result]:
    when = int(time.time()) if at is None else at
    return [Result(one.delivery_id, one.subscriber_id, one.attempt, outcome, code, when) for one in taken.rows]


def change_fields(tenant: TenantDB, fields: dict[int, dict[str, str]]) -> None:
    """Give people other values, by their place in the order of the deliveries."""
    who = list(tenant.objects(Delivery).order_by("pk").values_list("subscriber_id", flat=True))
    with tenant.atomic():
        for place, values in fields.items():
            tenant.objects(Subscriber).filter(pk=who[place]).update(fields=values)


@pytest.mark.slow
def test_claims_of_many_threads_never_overlap(alpha: TenantDB) -> None:
    mailing = launched(alpha, 300)
    together, seen, faults = threading.Barrier(4), list[int](), list[BaseException]()

    def take(number: int) -> None:
        together.wait(PATIENCE)
        try:
            while taken := claimed_or_none(alpha, mailing, limit=17, worker=f"{number}-0"):
                seen.extend(one.delivery_id for one in taken.rows)
                settle(alpha, taken.lease, results(taken))
                taken.journal.end()
        except Exception as fault:  # noqa: BLE001 - shown by the test
            faults.append(fault)
        finally:
            alpha.close()

    threads = [threading.Thread(target=take, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert faults == []
    assert len(seen) == 300 and set(Counter(seen).values()) == {1}
    assert counts(alpha, mailing) == {"audience": 300, "sent": 300}
    assert claims_of(alpha, [mailing]) == (300, 300)


def test_what_is_claimed_a_second_time_is_counted(alpha: TenantDB) -> None:
    mailing = launched(alpha, 3)
    for _ in range(2):
        taken = claimed(alpha, mailing)
        settle(alpha, taken.lease, results(taken, Outcome.RELEASED))
        taken.journal.end()
    assert claims_of(alpha, [mailing]) == (3, 6)


@pytest.mark.parametrize("way", ["withdraws", "opts out", "complains", "is deleted", "leaves the list"])
def test_whoever_says_no_after_the_launch_gets_nothing(alpha: TenantDB, way: str) -> None:
    mailing = launched(alpha, 5)
    letter, email = a_list(alpha), "p00002@example.org"
    person = next(iter(alpha.objects(Delivery).order_by("pk").values_list("subscriber_id", flat=True)[2:3]))
    key = address_key(email, alpha.keys.addresses)
    with alpha.atomic(), alpha.cursor() as cursor:
        if way == "withdraws":
            withdraw(alpha, subscriber_id=person, list_ids=[letter], how="page", actor=WHO, now=NOON)
        elif way == "is deleted":
            for table, column in (("audience_membership", "subscriber_id"), ("audience_subscriber", "id")):
                cursor.execute(f"DELETE FROM {table} WHERE {column} = %s", [person])
        elif way == "leaves the list":
            cursor.execute("DELETE FROM audience_membership WHERE subscriber_id = %s", [person])
        else:
            suppress(alpha, kind="optout" if way == "opts out" else "complaint", key=key, source="test", actor=WHO, now=NOON)
    taken = claimed(alpha, mailing)
    assert [one.subscriber_id for one in taken.withdrawn] == [person]
    assert len(taken.rows) == 4
    settle(alpha, taken.lease, results(taken))
    gone = taken.withdrawn[0]
    settle(alpha, taken.lease, [Result(gone.delivery_id, person, 0, Outcome.WITHDRAWN, "", NOW)])
    taken.journal.end()
    assert counts(alpha, mailing) == {"audience": 5, "sent": 4, "withdrawn": 1}


def test_a_tenant_with_a_long_name_can_claim(alpha: TenantDB) -> None:
    mailing = launched(alpha, 2)
    taken = claimed(replace(alpha, slug="a" * 30), mailing, worker="4194304-63")
    assert len(taken.rows) == 2
    taken.journal.end()


def test_a_message_begins_only_while_lease_and_consent_hold(alpha: TenantDB) -> None:
    mailing = launched(alpha, 3)
    taken = claimed(alpha, mailing)
    row = alpha.objects(Slice).get()
    assert taken.lease_until <= row.lease_until - 9, "the sender must stop ten seconds before others may take over"
    assert taken.begin_until <= taken.lease_until - 10
    assert row.boot_id == boot_id()
    taken.journal.end()


@pytest.mark.parametrize("statement", ["claimed", "freeze", "excluded"])
def test_patterns_are_found_among_many_suppressed_addresses_by_their_index(alpha: TenantDB, engine: str, statement: str) -> None:
    wanted = {"slice": 1, "lists": ids(alpha, [1]), "mailing": 1, "variant": 1, "after": 0, "upto": 9, "now": NOW, "receivers": "{}"}
    found = plan(alpha, sql("delivery", statement, engine), wanted)
    assert "consent_suppressed_pattern" in found
    assert "SCAN s" not in found
    assert "Seq Scan on consent_suppression" not in found


def test_values_are_read_once_for_the_whole_slice(alpha: TenantDB) -> None:
    mailing = launched(alpha, 3)
    change_fields(alpha, {1: {"first_name": "Zoë", "town": 'Köln "Süd"'}})
    assert [one.fields for one in claimed(alpha, mailing).rows][1] == {"first_name": "Zoë", "town": 'Köln "Süd"'}


def test_values_that_cannot_be_read_are_left_to_their_message(alpha: TenantDB) -> None:
    deep = "[" * 20_000 + "]" * 20_000
    assert _values(['{"a": "b"}', deep]) == ['{"a": "b"}', deep]
    assert _values([]) == []
