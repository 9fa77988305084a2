"""What the system says of its own transactions in the input log can be neither changed nor written by whoever has the database alone."""

from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256

import pytest
from structlog.testing import capture_logs

from siegelpost.evidence.input_check import compare
from siegelpost.evidence.input_switch import switch
from siegelpost.evidence.inputs import lines_of, seal_of
from siegelpost.evidence.models import InputEntry, InputNote
from siegelpost.flows.input_log import Comparing, switch_input_log
from siegelpost.tenancy.handle import TenantDB
from tests.evidence.logs import WHO, past_the_system
from tests.evidence.test_input_log import an_instruction, now
from tests.web.townsfolk import a_person


@pytest.fixture
def on(alpha: TenantDB) -> TenantDB:
    """Alpha with two people, each from a transaction of its own."""
    switch(alpha, True, instruction_id=1, actor=WHO, now=now())
    a_person(alpha, "ann@example.org")
    a_person(alpha, "bob@example.org")
    return alpha


def found(tenant: TenantDB) -> dict[str, int]:
    compared = compare(tenant, now=now())
    assert compared is not None
    return {kind: facts["n"] for kind, facts in compared.differences.items()}


def unkept(tenant: TenantDB) -> Iterator[str]:
    """The hands of `past_the_system` drop SQLite's triggers by themselves."""
    if tenant.vendor == "postgresql":
        yield "SET session_replication_role = replica"


CHANGES = {
    "who": "UPDATE evidence_inputnote SET actor = 'staff:9' WHERE tx = {first}",
    "by what": "UPDATE evidence_inputnote SET act = 'import:9' WHERE tx = {first}",
    "the seal": "UPDATE evidence_inputnote SET seal = (SELECT seal FROM evidence_inputnote WHERE tx = {second}) WHERE tx = {first}",
    "whose record": "UPDATE evidence_inputentry SET subscriber_id = 4711 WHERE tx = {first}",
    "what happened": "UPDATE evidence_inputentry SET kind = 2 WHERE tx = {first}",
    "which fields": "UPDATE evidence_inputentry SET fields = 'email' WHERE tx = {first}",
    "when": "UPDATE evidence_inputentry SET at = (SELECT at FROM evidence_inputnote WHERE tx = {second}) WHERE tx = {first}",
    "the number of an entry": "UPDATE evidence_inputentry SET id = 4711 WHERE tx = {first}",
}


@pytest.mark.parametrize("what", CHANGES)
def test_one_change_breaks_one_note(on: TenantDB, what: str) -> None:
    first, second = on.objects(InputNote).order_by("tx").values_list("tx", flat=True)
    past_the_system(on, *unkept(on), CHANGES[what].format(first=first, second=second))
    assert found(on)["changed"] == 1


def test_two_transactions_that_exchanged_their_numbers_are_found(on: TenantDB) -> None:
    first, second = on.objects(InputNote).order_by("tx").values_list("tx", flat=True)
    tables = ("evidence_inputentry", "evidence_inputnote")
    away = [f"UPDATE {table} SET tx = -tx WHERE tx IN ({first}, {second})" for table in tables]
    back = [f"UPDATE {table} SET tx = {first + second} + tx WHERE tx IN (-{first}, -{second})" for table in tables]
    past_the_system(on, *unkept(on), *away, *back)
    assert found(on) == {"changed": 2}


def test_a_note_is_made_with_a_key_of_the_tenant_that_no_database_holds(on: TenantDB, beta: TenantDB) -> None:
    note = on.objects(InputNote).order_by("tx")[0]
    lines = lines_of(on, note.tx)
    body = "\n".join([str(note.tx), note.actor, note.act, *lines]).encode()
    assert bytes(note.seal) == seal_of(on, note.tx, note.actor, note.act, lines)
    assert bytes(note.seal) not in (seal_of(beta, note.tx, note.actor, note.act, lines), sha256(body).digest())


def test_a_note_and_entries_that_are_gone_together_leave_a_person_without_an_entry(on: TenantDB) -> None:
    first = on.objects(InputNote).order_by("tx").values_list("tx", flat=True)[0]
    past_the_system(
        on, *unkept(on), *(f"DELETE FROM {table} WHERE tx = {first}" for table in ("evidence_inputentry", "evidence_inputnote"))
    )
    assert found(on) == {"people": 1}


def test_the_worker_deletes_what_is_older_than_13_weeks(on: TenantDB) -> None:
    number = an_instruction(on)
    for active in (False, True):
        switch_input_log(on, active, instruction_id=number, actor=WHO, now=now())
    first = on.objects(InputNote).order_by("tx").values_list("tx", flat=True)[0]
    old = (now() - timedelta(weeks=13, hours=1)).strftime("%Y-%m-%d %H:%M:%S.%f")
    past_the_system(
        on, *unkept(on), *(f"UPDATE {table} SET at = '{old}' WHERE tx = {first}" for table in ("evidence_inputentry", "evidence_inputnote"))
    )
    Comparing("https://staff.example.org", first=0).look([on], now=now())
    assert [list(on.objects(model).filter(tx=first)) for model in (InputEntry, InputNote)] == [[], []]
    assert on.objects(InputEntry).count() == on.objects(InputNote).count() == 1


def test_the_worker_says_in_its_log_what_differs_and_nothing_where_nothing_does(on: TenantDB) -> None:
    number = an_instruction(on)
    for active in (False, True):
        switch_input_log(on, active, instruction_id=number, actor=WHO, now=now())
    with capture_logs() as quiet:
        Comparing("https://staff.example.org", first=0).look([on], now=now())
    past_the_system(on, "UPDATE audience_subscriber SET language = 'de'")
    with capture_logs() as loud:
        Comparing("https://staff.example.org", first=0).look([on], now=now())
    assert quiet == []
    assert loud == [{"event": "evidence.input_log_differs", "log_level": "error", "tenant": "alpha", "kinds": ["past"]}]
