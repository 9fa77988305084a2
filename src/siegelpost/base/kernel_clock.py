"""Whether the machine's clock is kept in step with others, as its kernel says: adjtimex(2), RFC 5905 section 6. Asks nobody."""

import ctypes
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

STA_UNSYNC: Final = 0x40
STA_NANO: Final = 0x2000


@dataclass(frozen=True, slots=True)
class KernelClock:
    """What the kernel says of its clock.

    kept     some program keeps it in step (chrony, ntpd, systemd-timesyncd), here or on the host of a container
    offset   that is still to be made up, either way
    error    how far off it may be at most, as that program estimates
    """

    kept: bool
    offset: timedelta = timedelta(0)
    error: timedelta = timedelta(0)

    @property
    def off(self) -> timedelta:
        """How far from the right time it may be; means nothing where nobody keeps it."""
        return abs(self.offset) + self.error


class _Timex(ctypes.Structure):
    """struct timex of <sys/timex.h> as far as it is read; the kernel writes 208 bytes on 64-bit machines."""

    _fields_ = (
        *(("modes", ctypes.c_uint), ("offset", ctypes.c_long), ("freq", ctypes.c_long), ("maxerror", ctypes.c_long)),
        *(("esterror", ctypes.c_long), ("status", ctypes.c_int), ("rest", ctypes.c_byte * 512)),
    )


def kernel_clock() -> KernelClock:
    """Ask the kernel; where it does not answer, nobody keeps the clock."""
    found = _Timex()
    if ctypes.CDLL(None, use_errno=True).adjtimex(ctypes.byref(found)) < 0:
        return KernelClock(kept=False)
    unit = 1e-9 if found.status & STA_NANO else 1e-6
    return KernelClock(
        kept=not found.status & STA_UNSYNC,
        offset=timedelta(seconds=found.offset * unit),
        error=timedelta(microseconds=found.esterror),
    )
