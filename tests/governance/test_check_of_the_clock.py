"""The clock by which the logs tell the time: what the kernel says of it, and what follows."""

import platform
import subprocess
import time
from datetime import timedelta

import pytest

from siegelpost.base.kernel_clock import KernelClock, kernel_clock
from siegelpost.flows.controls.clock import judged
from tests.governance.watching import seen

MS = timedelta(milliseconds=1)
ADJTIMEX = {"x86_64": 159, "aarch64": 171}


@pytest.mark.parametrize(
    ("clock", "wanted"),
    [
        (KernelClock(kept=True, offset=3 * MS, error=5 * MS), ("green", 8)),
        (KernelClock(kept=True, offset=-600 * MS, error=400 * MS), ("green", 1000)),
        (KernelClock(kept=True, offset=-601 * MS, error=400 * MS), ("red", 1001)),
        (KernelClock(kept=True, error=timedelta(seconds=16)), ("red", 16_000)),
        (KernelClock(kept=False), ("amber", None)),
        (KernelClock(kept=False, offset=timedelta(hours=1)), ("amber", None)),
    ],
)
def test_a_clock_that_nobody_keeps_or_that_is_off_is_seen(clock: KernelClock, wanted: tuple[str, int | None]) -> None:
    found = judged(clock)
    assert (found.state, found.evidence["clock_off_ms"]) == wanted
    assert found.evidence["clock_kept"] is clock.kept


def test_the_check_asks_this_machine(no_tenants: None) -> None:
    found, clock = seen("2.2-08"), kernel_clock()
    assert found.evidence["clock_kept"] is clock.kept
    assert found.state == judged(clock).state


@pytest.mark.skipif(platform.machine() not in ADJTIMEX, reason="the number of the system call is known for two kinds of machines")
def test_the_kernel_is_read_as_another_program_reads_it() -> None:
    words = f'my $t = "\\0" x 208; my $r = syscall({ADJTIMEX[platform.machine()]}, $t); print join " ", $r, (unpack "L x4 q4 l", $t)[4, 5]'
    for _attempt in range(50):  # the estimate grows with each second
        before = kernel_clock()
        said = subprocess.run(["perl", "-e", words], capture_output=True, text=True, check=True).stdout
        if before == kernel_clock():
            break
        time.sleep(0.05)
    answer, error, status = (int(word) for word in said.split())
    assert answer >= 0
    assert before.kept is not bool(status & 0x40)
    assert before.error == timedelta(microseconds=error)
