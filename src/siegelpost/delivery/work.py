"""A claimed slice in the hands of the lanes, and one message of it on its way."""

import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import structlog

from siegelpost.delivery.claim import Claimed, boottime
from siegelpost.delivery.compose import Recipient
from siegelpost.delivery.holds import Holds, domain_of
from siegelpost.delivery.rules import Outcome
from siegelpost.delivery.settle import Result

RELEASED, LATER = Outcome.RELEASED, Outcome.LATER
"""Looking a member up in its class takes 0.1 us in Python 3.11."""

Fate = tuple[Outcome, str, int]
"""What became of a message: outcome, kept code, and for LATER the second before which it is not due (0 is now)."""

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Work:
    """A claimed slice in the hands of the lanes."""

    claimed: Claimed
    sender_of: Callable[[int], str]
    compose: Callable[[Recipient, int], bytes]
    results: deque[Result]
    """Filled by the lanes, emptied by the thread that settles."""
    left: int
    """Jobs without a result."""
    holds: Holds
    demands_tls: bool = False
    """The tenant lets nothing of it out but through verified TLS."""
    has_other_relay: bool = False
    """Where this relay lacks the TLS that it demands, another one of its route may have some."""
    elsewhere: bool = False
    """Another relay of its route worked when it was claimed."""
    ended: bool = False
    """Nothing more of it may begin: paused, or the lease was lost."""

    def report(self, one: Recipient, outcome: Outcome, code: str, at: int = 0) -> None:
        """Note what became of one job; `at` is now, or for LATER the second before which it is not due."""
        found = Result(one.delivery_id, one.subscriber_id, one.attempt, outcome, code, at or int(time.time()))
        if outcome is not RELEASED and outcome is not LATER:
            try:
                self.claimed.journal.note([found])
            except OSError:
                log.error("delivery.journal_failed")  # the disk is full: what is not settled either will be unsure
        self.hand_over([found])

    def hand_over(self, found: Sequence[Result]) -> None:
        """Give results to the thread that settles; what the journal is to know of them stands there already."""
        self.results.extend(found)
        self.left -= len(found)

    def withdraw(self) -> None:
        """People who withdrew between launch and claim get nothing."""
        for one in self.claimed.withdrawn:
            self.report(one, Outcome.WITHDRAWN, "")

    def held_back(self, one: Recipient) -> bool:
        """Whether the domain of a job waits; then it is reported. Asked only where some domain does."""
        hold = self.holds.by_domain.get(domain_of(one.email))
        found = hold.outcome(int(time.time())) if hold else None
        if found:
            self.report(one, *found)
        return found is not None

    def may_begin(self) -> bool:
        """Whether a message of this slice may still be begun."""
        return not self.ended and boottime() < min(self.claimed.lease_until, self.claimed.begin_until)

    def may_end(self) -> bool:
        """Whether a final dot may still be sent: the slice is ours, and consent was asked a moment ago."""
        return boottime() < min(self.claimed.lease_until, self.claimed.end_until)


@dataclass(slots=True)
class Job:
    """One message on its way through a lane; `refused` is what becomes of it where that is known already, as `report` takes it."""

    work: Work
    one: Recipient
    message: bytes = b""
    refused: Fate | None = None
    taken: bool = False
    """RCPT was accepted although MAIL was refused."""
