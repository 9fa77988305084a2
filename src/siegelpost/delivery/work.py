"""A claimed slice in the hands of the lanes, and one message of it on its way."""

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from siegelpost.delivery.claim import Claimed, boottime
from siegelpost.delivery.compose import Recipient
from siegelpost.delivery.rules import Outcome
from siegelpost.delivery.settle import Result

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
    ended: bool = False
    """Nothing more of it may begin: paused, or the lease was lost."""

    def report(self, one: Recipient, outcome: Outcome, code: str) -> None:
        """Note what became of one job."""
        if outcome is not Outcome.RELEASED:
            try:
                self.claimed.journal.answer(one.delivery_id, outcome.value, code)
            except OSError:
                log.error("delivery.journal_failed")  # the disk is full: what is not settled either will be unsure
        self.results.append(Result(one.delivery_id, one.subscriber_id, one.attempt, outcome, code, int(time.time())))
        self.left -= 1

    def withdraw(self) -> None:
        """People who withdrew between launch and claim get nothing."""
        for one in self.claimed.withdrawn:
            self.report(one, Outcome.WITHDRAWN, "")

    def may_begin(self) -> bool:
        """Whether a message of this slice may still be begun."""
        return not self.ended and boottime() < min(self.claimed.lease_until, self.claimed.begin_until)

    def may_end(self) -> bool:
        """Whether a final dot may still be sent."""
        return boottime() < self.claimed.lease_until


@dataclass(slots=True)
class Job:
    """One message on its way through a lane."""

    work: Work
    one: Recipient
    message: bytes = b""
    refused: tuple[Outcome, str] | None = None
