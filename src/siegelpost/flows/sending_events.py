"""What the answers of the next server mean for an address: a refusal counts as a bounce, a delivery sets the count back."""

from collections.abc import Sequence
from datetime import UTC, datetime

from siegelpost.base.actor import Actor
from siegelpost.delivery.reads import answered_before, recipient_of
from siegelpost.delivery.rules import Outcome
from siegelpost.delivery.settle import Listener, Result
from siegelpost.feedback.reads import arrived_in_between
from siegelpost.feedback.rules import BOUNCES, DEFAULT_LIMIT, judge_status
from siegelpost.feedback.services import About, Bounce, record_bounce
from siegelpost.tenancy.handle import TenantDB

ENGINE = Actor.system("engine")
BARE = {"550": "5.1.1", "551": "5.1.6", "553": "5.1.3"}
"""What a reply without enhanced status says about an address (RFC 5321 section 4.2.3)."""


def listener(limit: int = DEFAULT_LIMIT) -> Listener:
    """Return what is called inside the transaction that settles results; a 5xx at RCPT counts like a DSN.

    limit  hard bounces in a row that retire an address
    """

    def listen(tenant: TenantDB, _mailing_id: int, results: Sequence[Result]) -> None:
        for one in results:
            if one.outcome is Outcome.BOUNCED:
                _bounced(tenant, one, limit)

    return listen


def _bounced(tenant: TenantDB, one: Result, limit: int) -> None:
    person = recipient_of(tenant, one.row_id)
    code, _, enhanced = one.code.partition(" ")
    verdict = judge_status(enhanced or BARE.get(code, ""), "failed", one.code)
    if person is None or not person.key or verdict not in BOUNCES:
        return
    about = About(mailing_id=person.mailing_id, subscriber_id=person.subscriber_id, key=person.key, delivery_id=one.row_id)
    arrived = arrived_in_between(tenant, answered_before(tenant, one.row_id))
    bounce = Bounce(about=about, verdict=verdict, code=one.code, arrived=arrived)
    record_bounce(tenant, bounce, limit=limit, actor=ENGINE, now=datetime.fromtimestamp(one.at, UTC))
