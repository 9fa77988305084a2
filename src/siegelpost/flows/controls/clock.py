"""Check of the clock by which every log tells the time."""

from datetime import timedelta
from typing import Final

from siegelpost.base.controls import INSTALLATION, Around, Finding, check, finding
from siegelpost.base.i18n import marked as _
from siegelpost.base.kernel_clock import KernelClock, kernel_clock

MOST: Final = timedelta(seconds=1)


@check(
    "2.2-08",
    _("The machine's clock is kept in step with others (NTP) and is a second off at most, as its kernel says."),
    every=timedelta(minutes=5),
    limit=10,
    scope=INSTALLATION,
)
def clock_is_right(_around: Around) -> Finding:
    """Amber where no program keeps it: then nobody knows."""
    return judged(kernel_clock())


def judged(clock: KernelClock) -> Finding:
    """A clock that is kept and still more than a second off is red."""
    milliseconds = round(clock.off / timedelta(milliseconds=1)) if clock.kept else None
    return finding(red=clock.kept and clock.off > MOST, amber=not clock.kept, clock_kept=clock.kept, clock_off_ms=milliseconds)


CHECKS = (clock_is_right,)
