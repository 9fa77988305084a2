"""How many different ones were seen, without keeping any: a HyperLogLog of 4096 registers. Pure.

Source: Flajolet, Fusy, Gandouet, Meunier, "HyperLogLog" (2007), figure 3; standard error 1.04 / sqrt(4096) = 1.6 %.
A sketch starts as a small dictionary and becomes a row of bytes when that is smaller.
"""

from math import floor, log, log10
from typing import Final

_BITS: Final = 12
_REGISTERS: Final = 1 << _BITS
_REST: Final = 64 - _BITS
_SPARSE_MOST: Final = 64  # dictionary entries; about the 4 kB that the full sketch takes
_ALPHA: Final = 0.7213 / (1 + 1.079 / _REGISTERS)


class Sketch:
    """Counts different 64-bit hashes."""

    __slots__ = ("_full", "_sparse")

    def __init__(self) -> None:
        self._sparse: dict[int, int] = {}
        self._full: bytearray | None = None

    def add(self, digest: int) -> None:
        """Take one hash, 0..2**64-1; the same hash again changes nothing."""
        register, rest = digest >> _REST, digest & ((1 << _REST) - 1)
        rank = _REST - rest.bit_length() + 1
        if self._full is not None:
            self._full[register] = max(self._full[register], rank)
            return
        self._sparse[register] = max(self._sparse.get(register, 0), rank)
        if len(self._sparse) > _SPARSE_MOST:
            self._full = bytearray(_REGISTERS)
            for place, value in self._sparse.items():
                self._full[place] = value
            self._sparse.clear()

    def estimate(self) -> float:
        """About how many different hashes were added."""
        ranks = self._full if self._full is not None else self._sparse.values()
        used = sum(1 for rank in ranks if rank)
        zeros = _REGISTERS - used
        raw = _ALPHA * _REGISTERS**2 / (zeros + sum(2.0**-rank for rank in ranks if rank))
        if raw <= 2.5 * _REGISTERS and zeros:  # small range: linear counting
            return _REGISTERS * log(_REGISTERS / zeros)
        return raw


def rounded(estimate: float) -> int:
    """Return an estimate with the two digits that it is good for: 7.2 -> 7, 1234 -> 1200."""
    if estimate < 0.5:
        return 0
    step: int = 10 ** max(0, floor(log10(estimate)) - 1)
    return round(estimate / step) * step
