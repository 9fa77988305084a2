"""Both sources of the input log are compared in one pass: what is found does not depend on where its pieces end, nor its cost on them."""

from typing import Any

import pytest
from django.db import connections

from siegelpost.evidence import input_anchor, inputs
from siegelpost.evidence.input_anchor import faults
from siegelpost.evidence.models import InputEntry, InputNote
from siegelpost.tenancy.handle import TenantDB
from tests.evidence.logs import past_the_system
from tests.evidence.test_input_log import on as on  # the fixture
from tests.web.townsfolk import a_person

END = 2**62


def statements(tenant: TenantDB) -> int:
    """How many a comparison of everything takes."""
    seen: list[str] = []

    def note(execute: Any, sql: str, *rest: Any) -> Any:
        seen.append(sql)
        return execute(sql, *rest)

    with connections[tenant.alias].execute_wrapper(note):
        faults(tenant, 0, END)
    return len(seen)


@pytest.mark.parametrize(("together", "fetched"), [(500, 2_000), (2, 1), (3, 2), (1, 3)])
def test_each_changed_transaction_is_found_wherever_the_pieces_end(
    on: TenantDB, monkeypatch: pytest.MonkeyPatch, together: int, fetched: int
) -> None:
    monkeypatch.setattr(input_anchor, "TOGETHER", together)
    monkeypatch.setattr(inputs, "FETCHED", fetched)
    for n in range(7):
        with on.atomic():
            for one in range(n % 3 + 1):
                a_person(on, f"person{n}-{one}@example.org")
    tx = list(on.objects(InputNote).order_by("tx").values_list("tx", flat=True))
    assert len(tx) == 7 and faults(on, 0, END) == (0, 0)
    past_the_system(
        on,
        *(["SET session_replication_role = replica"] if on.vendor == "postgresql" else []),  # no trigger keeps the entries
        f"UPDATE evidence_inputentry SET subscriber_id = 99 WHERE tx = {tx[1]}",
        f"DELETE FROM evidence_inputentry WHERE tx = {tx[3]}",  # all that it had
        f"DELETE FROM evidence_inputnote WHERE tx = {tx[4]}",  # nothing is said of it: another difference
        f"UPDATE evidence_inputnote SET actor = 'staff:9' WHERE tx = {tx[6]}",
    )
    assert faults(on, 0, END) == (3, 0)
    assert faults(on, tx[2], tx[6]) == (1, 0)


def test_many_small_transactions_cost_no_statement_each(on: TenantDB) -> None:
    for n in range(30):
        a_person(on, f"person{n}@example.org")
    assert on.objects(InputEntry).values("tx").distinct().count() == 30
    assert statements(on) <= 4
