"""What a client account put on its blacklist stands against everybody below it, at once, and whatever becomes of its database."""

import os
import signal
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from django.db import connections, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from siegelpost.consent import inherited
from siegelpost.consent.blacklist import counts, lift_address, lift_pattern, patterns
from siegelpost.consent.inherited import ParentAway, heed_parent
from siegelpost.consent.models import BlacklistState, Suppression
from siegelpost.consent.suppression import blocked_many, check, may_be_asked, reason_for, suppress, suppress_pattern
from siegelpost.consent.suppression_import import SuppressionFile, import_entries
from siegelpost.evidence.reads import entries
from siegelpost.flows.add_subscriber import AddressOnParentsList, NewSubscriber, add_subscriber
from siegelpost.governance.departure.tables import _all_rows
from siegelpost.sign.addresses import address_key, key_below
from siegelpost.tenancy.announcing import announced
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.home import home
from siegelpost.tenancy.models import Announced
from tests.consent.people import NOON, OPERATOR, a_list, key_of
from tests.family import nested

pytestmark = pytest.mark.touches_beta
ANN, BOB = "ann@example.org", "bob@example.net"


@pytest.fixture
def child(alpha: TenantDB, beta: TenantDB) -> TenantDB:
    inherited._away.clear()
    return nested(alpha, beta)


def block(tenant: TenantDB, email: str = ANN) -> None:
    with tenant.atomic():
        suppress(tenant, kind="blacklist", key=key_of(tenant, email), source="staff", actor=OPERATOR, now=NOON)


def block_pattern(tenant: TenantDB, pattern: str) -> None:
    with tenant.atomic():
        suppress_pattern(tenant, pattern=pattern, source="staff", actor=OPERATOR, now=NOON)


@contextmanager
def away(tenant: TenantDB) -> Iterator[None]:
    """The tenant's database cannot be reached."""
    tenant.close()
    if tenant.vendor == "sqlite":
        folder = home().tenant(tenant.slug)
        hidden = folder.with_name("hidden")
        folder.rename(hidden)
        try:
            yield
        finally:
            hidden.rename(folder)
    else:
        name = connections[tenant.alias].settings_dict["NAME"]
        with connections["default"].cursor() as cursor:
            cursor.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
        try:
            yield
        finally:
            with connections["default"].cursor() as cursor:
                cursor.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')
    inherited._away.clear()


def test_a_key_of_the_parent_becomes_that_of_the_same_address_below(alpha: TenantDB, child: TenantDB) -> None:
    assert child.keys.addresses == alpha.keys.addresses + child.keys.own_addresses
    assert key_below(key_of(alpha, ANN), child.keys.own_addresses) == key_of(child, ANN) != key_of(alpha, ANN)
    assert address_key(ANN, child.keys.own_addresses) != key_of(child, ANN)


def test_what_the_parent_enters_counts_below_at_the_next_question(alpha: TenantDB, child: TenantDB) -> None:
    assert reason_for(child, ANN, None) == ""
    block(alpha)
    assert reason_for(child, "Ann@example.org", None) == "parents_list"
    assert reason_for(alpha, ANN, None) == "blacklisted"
    block_pattern(alpha, "%@example.net")
    assert not may_be_asked(child, key_of(child, BOB), BOB, ())
    with alpha.atomic():
        lift_address(alpha, key_of(alpha, ANN), actor=OPERATOR, now=NOON)
        lift_pattern(alpha, patterns(alpha)[0].id, actor=OPERATOR, now=NOON)
    assert blocked_many(child, [key_of(child, one) for one in (ANN, BOB)], [ANN, BOB], None) == {}


def test_only_the_blacklist_for_everything_goes_down(alpha: TenantDB, child: TenantDB) -> None:
    for kind, list_id in (("optout", None), ("complaint", None), ("retained", None), ("exclusion", None), ("blacklist", 1)):
        with alpha.atomic():
            suppress(alpha, kind=kind, key=key_of(alpha, ANN), list_id=list_id, source="test", actor=OPERATOR, now=NOON)
    assert reason_for(child, ANN, 1) == ""
    block(child)
    assert reason_for(alpha, BOB, None) == "", "nothing goes up"


def test_below_one_sees_that_it_is_the_parents_list_and_nothing_of_the_list(alpha: TenantDB, child: TenantDB) -> None:
    block_pattern(alpha, "%@secret.example")
    block(alpha, "x@secret.example")
    new = NewSubscriber(email="x@secret.example", list_id=a_list(child), ground="paper", source="fair", fields={})
    with pytest.raises(AddressOnParentsList) as refused:
        add_subscriber(child, new, actor=OPERATOR, now=NOON)
    assert "account above" in str(refused.value)
    (seen,) = check(child, "x@secret.example")
    assert (seen.reason, seen.pattern, seen.source) == ("parents_list", "", "parent")
    assert patterns(child) == [] and sum(counts(child).values()) == 0
    assert not _all_rows(child, Suppression).exists(), "an export of the account takes nothing of the list along"
    told = entries(child, act="suppression.inherited")
    assert [one["details"] for one in told] == [{"version": announced(alpha.number), "added": 2}]


def test_a_child_lifts_nothing_of_the_parents(alpha: TenantDB, child: TenantDB) -> None:
    block(alpha)
    block_pattern(alpha, "%@example.org")
    heed_parent(child)
    with child.atomic():
        assert not lift_address(child, key_of(child, ANN), actor=OPERATOR, now=NOON)
        for number in child.objects(Suppression).values_list("pk", flat=True):
            assert not lift_pattern(child, number, actor=OPERATOR, now=NOON)
    assert reason_for(child, ANN, None) == "parents_list"


@pytest.mark.slow
def test_a_file_of_thousands_goes_down_whole(alpha: TenantDB, child: TenantDB) -> None:
    lines = [f"p{n}@example.org" for n in range(2_500)]
    import_entries(alpha, lines, SuppressionFile(kind="blacklist", source="file"), actor=OPERATOR, now=NOON)
    found = blocked_many(child, [key_of(child, one) for one in lines], lines, None)
    assert len(found) == 2_500 and set(found.values()) == {"parents_list"}


EMAILS = st.sampled_from([ANN, BOB, "a_b@example.com", "Eve@sub.example.org"])
PATTERNS = st.sampled_from(["%@example.org", "%.example.org", "a_b%", "%@example.com", "eve@%"])
STEPS = st.lists(st.one_of(st.tuples(st.just("+"), EMAILS), st.tuples(st.just("-"), EMAILS), st.tuples(st.just("%"), PATTERNS),
                           st.tuples(st.just("roll back"), EMAILS), st.tuples(st.just("ask"), EMAILS)), max_size=9)  # fmt: skip


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(steps=STEPS)
def test_below_holds_what_holds_above_whatever_was_done_in_whatever_order(
    alpha: TenantDB, child: TenantDB, steps: list[tuple[str, str]]
) -> None:
    with alpha.atomic():
        alpha.objects(Suppression).all().delete()
        inherited.about_to_change(alpha)
    for what, word in steps:
        if what == "+":
            block(alpha, word)
        elif what == "%":
            block_pattern(alpha, word)
        elif what == "ask":
            heed_parent(child)
        elif what == "roll back":
            with alpha.atomic():
                suppress(alpha, kind="blacklist", key=key_of(alpha, word), source="staff", actor=OPERATOR, now=NOON)
                transaction.set_rollback(True, using=alpha.alias)
        else:
            with alpha.atomic():
                lift_address(alpha, key_of(alpha, word), actor=OPERATOR, now=NOON)
    for email in (ANN, BOB, "a_b@example.com", "eve@sub.example.org", "axb@example.com"):
        assert (reason_for(child, email, None) == "parents_list") == (reason_for(alpha, email, None) == "blacklisted"), email


def test_what_is_known_counts_while_the_parents_database_is_away(alpha: TenantDB, child: TenantDB) -> None:
    block(alpha)
    heed_parent(child)
    with away(alpha):
        assert reason_for(child, ANN, None) == "parents_list"
        assert reason_for(child, BOB, None) == "", "nothing has changed since: nobody waits"


def test_an_unseen_change_stops_everything_while_the_parents_database_is_away(alpha: TenantDB, child: TenantDB) -> None:
    heed_parent(child)
    block(alpha)
    with away(alpha):
        with pytest.raises(ParentAway):
            reason_for(child, BOB, None)
        with pytest.raises(ParentAway):
            may_be_asked(child, key_of(child, ANN), ANN, ())
    assert reason_for(child, ANN, None) == "parents_list"


@pytest.mark.slow
def test_somebody_who_is_about_to_change_the_list_is_waited_for(alpha: TenantDB, child: TenantDB) -> None:
    """Announced and not yet committed: what is read meanwhile is not taken for the list as it was announced."""
    heed_parent(child)
    before = announced(alpha.number)
    reading, writing = os.pipe()
    connections.close_all()
    writer = os.fork()
    if not writer:  # another process holds the parent's list, and is killed before it commits
        with alpha.atomic():
            suppress(alpha, kind="blacklist", key=key_of(alpha, BOB), source="staff", actor=OPERATOR, now=NOON)
            os.write(writing, b".")
            signal.pause()
    try:
        assert os.read(reading, 1) == b"."
        assert announced(alpha.number) > before
        with pytest.raises(ParentAway):
            reason_for(child, ANN, None)
    finally:
        os.kill(writer, signal.SIGKILL)
        os.waitpid(writer, 0)
        os.close(reading)
        os.close(writing)
    inherited._away.clear()
    assert reason_for(child, BOB, None) == "", "what was never committed does not count, and nobody waits for it any more"
    block(alpha)
    assert reason_for(child, ANN, None) == "parents_list"


@pytest.mark.parametrize("control_too", [False, True])
def test_an_older_copy_of_the_parents_database_hides_no_later_entry(alpha: TenantDB, child: TenantDB, control_too: bool) -> None:
    for number in range(5):
        block(alpha, f"p{number}@example.org")
    heed_parent(child)
    with alpha.atomic():  # as it was before: the numbers go back, those of the child stay
        alpha.objects(BlacklistState).update(version=1)
        alpha.objects(Suppression).all().delete()
    if control_too:
        Announced.objects.update(version=1)
    assert reason_for(child, "p4@example.org", None) == "parents_list", "until the list is changed, what was known counts"
    block(alpha)
    assert reason_for(child, ANN, None) == "parents_list" and reason_for(child, "p4@example.org", None) == ""


@pytest.mark.sqlite  # reads the file
def test_the_parents_patterns_leave_nothing_open_in_the_control_database(alpha: TenantDB, child: TenantDB) -> None:
    block_pattern(alpha, "%@secret.example")
    connections.close_all()
    with closing((Path(home().root) / "control.sqlite3").open("rb")) as file:
        assert b"secret.example" not in file.read()
