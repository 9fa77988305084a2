"""How much a bulk writer puts into one transaction, and how long it lets others in afterwards."""

from collections.abc import Mapping
from typing import Final

# SQLite has no queue for writers: a transaction takes less than 50 ms and lets others in for 10 ms afterwards. The aim is
# for the time up to the commit, which adds a quarter; a checkpoint after it takes longer, but nobody waits for that.
# PostgreSQL locks single rows, so there the number of statements counts.
AIM_SECONDS: Final[Mapping[str, float]] = {"sqlite": 0.022, "postgresql": 0.2}
PAUSE_SECONDS: Final = 0.010
FIRST_BATCH: Final = 200
SMALLEST_BATCH: Final = 50
LARGEST_BATCH: Final = 2_000


class BatchSize:
    """How many rows fit into one transaction on this machine, learnt from those before."""

    def __init__(self, vendor: str) -> None:
        self.rows = FIRST_BATCH
        self._aim = AIM_SECONDS[vendor]

    def learn(self, rows: int, seconds: float) -> None:
        """Aim at AIM_SECONDS of a transaction; grow slowly, shrink at once."""
        fitting = int(rows * self._aim / max(seconds, 0.000_1))
        self.rows = max(SMALLEST_BATCH, min(fitting, self.rows * 3 // 2, LARGEST_BATCH))
