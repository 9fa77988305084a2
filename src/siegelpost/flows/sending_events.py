"""What the answers of the next server mean for an address: a refusal counts as a bounce, a delivery sets the count back."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from siegelpost.base.actor import Actor
from siegelpost.delivery.reads import answered_before, recipient_of
from siegelpost.delivery.rules import Outcome, bounce_of
from siegelpost.delivery.rules import Verdict as Reply
from siegelpost.delivery.settle import Listener, Result
from siegelpost.feedback.reads import arrived_in_between
from siegelpost.feedback.rules import DEFAULT_LIMIT, Verdict
from siegelpost.feedback.services import About, Bounce, record_bounce
from siegelpost.tenancy.handle import TenantDB

ENGINE = Actor.system("engine")
VERDICTS: Final = {Reply.HARD: Verdict.HARD, Reply.SOFT: Verdict.SOFT, Reply.FULL: Verdict.FULL, Reply.BLOCKED: Verdict.POLICY}
"""What delivery says about a refused message -> what feedback calls it."""


def listener(limit: int = DEFAULT_LIMIT) -> Listener:
    """Return what is called inside the transaction that settles results; a 5xx at RCPT counts like a DSN.

    limit  hard bounces in a row that retire an address, where the tenant says nothing else
    """

    def listen(tenant: TenantDB, _mailing_id: int, results: Sequence[Result]) -> None:
        for one in results:
            if one.outcome is Outcome.BOUNCED:
                _bounced(tenant, one, limit)

    return listen


def _bounced(tenant: TenantDB, one: Result, limit: int) -> None:
    person = recipient_of(tenant, one.row_id)
    verdict = VERDICTS[bounce_of(one.code)]
    if person is None or not person.key:
        return
    about = About(mailing_id=person.mailing_id, subscriber_id=person.subscriber_id, key=person.key, delivery_id=one.row_id)
    arrived = arrived_in_between(tenant, answered_before(tenant, one.row_id))
    bounce = Bounce(about=about, verdict=verdict, code=one.code, arrived=arrived)
    record_bounce(tenant, bounce, limit=tenant.hard_bounces or limit, actor=ENGINE, now=datetime.fromtimestamp(one.at, UTC))
