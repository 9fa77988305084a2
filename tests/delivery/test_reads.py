"""What other rooms may ask about deliveries."""

import time

import pytest

from siegelpost.delivery.claim import Claimed
from siegelpost.delivery.errors import NotLaunched
from siegelpost.delivery.reads import plan_of, recipients
from siegelpost.delivery.rules import Outcome
from siegelpost.delivery.settle import Result, settle
from siegelpost.tenancy.handle import TenantDB
from tests.delivery.support import NOON, claimed, launched

NOW = int(NOON.timestamp())


def results(taken: Claimed, outcome: Outcome = Outcome.SENT, code: str = "250 2.0.0", at: int | None = None) -> list[Result]:
    when = int(time.time()) if at is None else at
    return [Result(one.delivery_id, one.subscriber_id, one.attempt, outcome, code, when) for one in taken.rows]


def test_the_list_of_recipients_names_everybody_with_state_code_and_time(alpha: TenantDB) -> None:
    mailing = launched(alpha, 3)
    taken = claimed(alpha, mailing)
    first, second, third = results(taken, at=NOW)
    settle(alpha, taken.lease, [first, second._replace(outcome=Outcome.BOUNCED, code="550 5.1.1")])
    settle(alpha, taken.lease, [third._replace(outcome=Outcome.RELEASED, code="")])
    taken.journal.end()
    (page,) = recipients(alpha, mailing)
    assert [(one.email, one.state, one.code, one.at) for _person, one in page] == [
        ("p00000@example.org", "sent", "250 2.0.0", NOON),
        ("p00001@example.org", "bounced", "550 5.1.1", NOON),
        ("p00002@example.org", "due", "", None),
    ]
    assert [[one.email for _person, one in page] for page in recipients(alpha, mailing, "bounced")] == [["p00001@example.org"]]
    with pytest.raises(NotLaunched):
        plan_of(alpha, mailing + 1)
