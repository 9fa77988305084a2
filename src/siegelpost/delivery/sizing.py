"""How much to claim at once: what the lanes carry in one settle window, and less towards the end of a mailing. Pure."""

from dataclasses import dataclass
from typing import Final

SETTLE_SECONDS: Final = 0.5
LEAST, MOST, LAST = 50, 1000, 100
"""Deliveries in a slice; towards the end of a mailing slices shrink to the last figure, so that all processes end together."""


@dataclass(slots=True)
class Sizing:
    """Of one sending process. `processes` share the work, this one counted; `rate` in messages per second is learned."""

    lanes: int
    processes: int = 1
    rate: float = 400.0

    def size(self) -> int:
        """Deliveries to claim."""
        return int(max(LEAST, min(MOST, self.rate * SETTLE_SECONDS)))

    def share(self, left: int) -> int:
        """The same near the end of a mailing with `left` due, so that nobody is idle while another has a full slice.

        A process that knows of no other may still share the work: with another worker, here or on another machine.
        """
        return min(self.size(), max(LAST, left // (2 * max(2, self.processes))))

    def is_low(self, left: int, newest: int) -> bool:
        """Whether the lanes will soon run out: `left` jobs without a result, `newest` in the newest slice."""
        return left < max(2 * self.lanes, min(newest, self.size()) // 2)

    def learn(self, n: int, seconds: float, slices: int) -> None:
        """A slice of `n` took so long, beside others that were open at the same time."""
        self.rate = 0.7 * self.rate + 0.3 * n / max(seconds, 0.01) * max(1, slices)
