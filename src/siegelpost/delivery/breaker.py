"""Stops a process from calling a relay that fails, and says when one process of all may call it again.

Open, nothing is claimed and no attempt is used up: mailings wait. The state lies in the control database, so that all
processes agree and a restart changes nothing. Used by the thread of the database.
"""

import time
from collections.abc import Callable, Sequence
from enum import Enum
from typing import Final

import structlog

from siegelpost.delivery.health import Health
from siegelpost.delivery.relay import Relay, RelayFault, TlsMissing
from siegelpost.delivery.rules import EXPIRES_AFTER
from siegelpost.tenancy import relays
from siegelpost.tenancy.relays import Broken

GIVE_UP_SECONDS: Final = 15.0
"""A relay that restarts is back within this time; one that fails for longer is out of order."""

log = structlog.get_logger(__name__)


class Step(Enum):
    """What the sender has to do now."""

    NOTHING = "nothing"
    STOP = "stop"
    """Give back what has not begun."""
    PROBE = "probe"
    """Claim a few messages and see."""
    PAUSE = "pause"
    """Two days have passed: a person decides whether old news still goes out. The relay is called on, for system mails and new mailings."""


class Breaker:
    """The breaker of one relay; `health` is that of each desk that uses it."""

    def __init__(self, relay: Relay, health: Sequence[Health]) -> None:
        self.name, self.health = relay.name, health
        self.seen: Broken | None = None
        self.probing = False
        self._began = 0.0

    def may_claim(self, *, demands_tls: bool) -> bool:
        """Whether work is welcome. Missing TLS does not stop mail that demands it: that bounces, and says so."""
        return self.seen is None or self.probing or (demands_tls and self.seen.code == TlsMissing.code)

    def look(self, *, idle: bool, anything_due: Callable[[], bool]) -> Step:
        """Compare what this process sees with what all know.

        idle          nothing of ours is on its way
        anything_due  asked only before a call: without work nobody knocks
        """
        known = relays.broken(self.name)
        if known is None:
            return self._closed()
        if self.probing:
            return self._judge_probe(idle=idle)
        if self.seen is None and any(one.answered and not one.troubled for one in self.health):
            relays.mend(self.name)  # another process sees it fail, and our messages go through
            return Step.NOTHING
        news, self.seen = self.seen is None, known
        if news:
            return Step.STOP
        now = int(time.time())
        if known.is_turn(now) and anything_due() and relays.take_turn(known, now=now):
            self.probing, self._began = True, time.monotonic()
            return Step.PROBE
        return Step.PAUSE if now > known.since + EXPIRES_AFTER else Step.NOTHING

    def is_answered(self) -> bool:
        """Whether a call has gone well, which all should know at once."""
        return self.probing and any(one.worked_at >= self._began for one in self.health)

    def _closed(self) -> Step:
        if self.seen is not None:
            self.seen, self.probing = None, False  # another process found that it works again
            return Step.PROBE
        fault = self._fault()
        if fault is None:
            return Step.NOTHING
        self.seen = relays.break_relay(self.name, fault.code, fault.said, pause=fault.first_pause, now=int(time.time()))
        log.error("delivery.relay_broken", relay=self.name, code=fault.code, said=fault.said)
        return Step.STOP

    def _judge_probe(self, *, idle: bool) -> Step:
        if self.is_answered():
            relays.mend(self.name)
            self.seen, self.probing = None, False
            for one in self.health:
                one.probing = False
            log.info("delivery.relay_works", relay=self.name)
            return Step.NOTHING
        if not any(one.probing for one in self.health):
            return Step.NOTHING  # the lanes have not heard of it yet; what they know is old
        fault = next((one.fault for one in self.health if one.fault), None)
        if fault is None and not idle:
            return Step.NOTHING
        if fault is not None:
            relays.note_fault(self.name, fault.code, fault.said)
        self.probing, self.seen = False, relays.broken(self.name)
        return Step.STOP

    def _fault(self) -> RelayFault | None:
        """What is wrong beyond doubt: the relay says so, or it has failed for a while and nothing else goes through."""
        others_work = any(one.answered and one.fault is None for one in self.health)
        for one in self.health:
            fault = one.fault
            lasting = time.monotonic() - one.first_fault_at > GIVE_UP_SECONDS
            if fault is not None and (one.closed or (not others_work and (fault.at_once or lasting))):
                return fault
        return None
