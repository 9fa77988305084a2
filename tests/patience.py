"""How long a test waits for what happens in its own time: as long as nothing but a fault takes.

A test that passes never waits so long, so the bound costs nothing; one that is near to what is usual fails where a machine is
slow, or busy with something else for a while.
"""

from typing import Final

PATIENCE: Final = 120.0
"""Seconds for what is there within one or two on a machine at ease."""
SLOWER: Final = 6
"""A machine may be four times slower than the one on which a test was written, and do something else meanwhile."""


def patient(seconds: float) -> float:
    """Seconds to wait for what takes `seconds` at most on a machine at ease."""
    return max(PATIENCE, SLOWER * seconds)
