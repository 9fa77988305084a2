"""The slices that a sending process holds: what follows when the last message of one has its result."""

import time
from collections import deque
from datetime import UTC

import pytest

from siegelpost.delivery.choose import LAST, Chooser, Party
from siegelpost.delivery.held import Held
from siegelpost.delivery.holds import Holds
from siegelpost.delivery.kitchen import Kitchen
from siegelpost.delivery.outlet import Outlet
from siegelpost.delivery.relay import Relay
from siegelpost.delivery.rules import Outcome
from siegelpost.delivery.slices import Slices
from siegelpost.delivery.work import Work
from siegelpost.tenancy.handle import TenantDB
from tests.delivery.support import claimed, launched


@pytest.mark.parametrize("due", [0, 3], ids=["nothing is left", "something is left"])
def test_a_mailing_is_asked_again_at_once_after_its_last_slice_only(alpha: TenantDB, due: int) -> None:
    mailing = launched(alpha, 5 + due)
    chooser = Chooser(Kitchen(bounce_domain="bounce.example.org", complaints="abuse@example.org"), UTC)
    party, slices = Party(alpha, mailing, LAST), Slices(chooser, None)
    taken = claimed(alpha, mailing, limit=5)
    assert bool(chooser.due(party)) is bool(due)
    chooser.later(party)
    work = Work(taken, str, lambda _one, _second: b"", deque(), len(taken.rows), Holds(for_staff=True))
    slices.add(Held(party, Outlet(Relay.parse("smtp://127.0.0.1:2525"), "localhost", 4, 1), work, time.monotonic()))
    waits_until = party.not_before
    assert not slices.settle_ripe()
    assert party.not_before == waits_until  # it is still on its way
    for one in taken.rows:
        work.report(one, Outcome.SENT, "250")
    assert slices.settle_ripe()
    assert len(slices) == 0
    assert party.not_before == (waits_until if due else float("-inf"))
