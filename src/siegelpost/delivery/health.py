"""How a relay has been doing lately, as the lanes of one desk see it. Pure: times come in, seconds of a clock that never jumps."""

from dataclasses import dataclass
from typing import Final

from siegelpost.delivery.relay import RelayFault, RelayRefuses

STRIKES: Final = 5
"""Refusals in a row that speak of one lane close it: a few may be chance, five are not, and more would hurt our name."""
PROBE: Final = 3
"""Messages with which a relay that failed is tried again."""
FIRST_DELAY, MOST_DELAY = 0.2, 3.0
"""Seconds between two calls to a relay that failed; doubles. The long pauses are the breaker's."""


@dataclass(slots=True)
class Health:
    """What went wrong since a message was last judged.

    fault     None while the relay works
    troubled  whether there is anything to take back when it works again
    closed    the relay refuses us: nothing more begins until the breaker tries anew
    probing   the first messages after a pause are on their way
    answered  open lanes on which a message was judged
    """

    fault: RelayFault | None = None
    first_fault_at: float = 0.0
    faults_in_a_row: int = 0
    not_before: float = 0.0
    refusals: int = 0
    troubled: bool = False
    closed: bool = False
    probing: bool = False
    answered: int = 0
    worked_at: float = float("-inf")

    def failed(self, fault: RelayFault, now: float) -> float:
        """Note that a connection could not be made or broke; returns seconds until the next one, 0 where that is settled already.

        While another lane is answered it is no fault: the relay allows fewer connections than we would like.
        """
        self.troubled = True
        if not self.answered:
            self.first_fault_at = self.first_fault_at if self.fault else now
            self.fault = fault
        self.closed = self.closed or self.probing  # one call with each probe
        if now < self.not_before:
            return 0.0
        self.faults_in_a_row += 1
        delay: float = min(FIRST_DELAY * 2.0 ** min(self.faults_in_a_row - 1, 10), MOST_DELAY)
        self.not_before = now + delay
        return delay

    def refused(self, code: str, now: float) -> None:
        """Note a refusal that speaks of all our mail; after some in a row the relay has failed, open lanes or not.

        code  as it is kept, "554 5.7.1"
        """
        self.troubled = True
        self.refusals += 1
        if self.refusals >= (PROBE if self.probing else STRIKES) and not self.closed:
            self.fault, self.first_fault_at, self.closed = RelayRefuses(said=code), now, True

    def worked(self, now: float) -> bool:
        """Note that the relay judged a message; returns whether it was out of order before."""
        was_broken = self.fault is not None
        self._forget()
        self.troubled, self.worked_at = False, now
        return was_broken

    def opened(self) -> None:
        """Note that a message was judged on a new connection: the relay takes as many as there are."""
        self.answered += 1
        self.faults_in_a_row = 0

    def try_anew(self) -> None:
        """Forget the faults, so that one more call may be made; `worked` will say whether it went well."""
        self._forget()
        self.faults_in_a_row, self.not_before = 0, 0.0
        self.troubled = self.probing = True

    def _forget(self) -> None:
        self.fault, self.refusals = None, 0
        self.closed = self.probing = False
