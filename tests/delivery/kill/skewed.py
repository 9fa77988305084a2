"""A sending process on a machine whose clock is set while it sends: `python -m tests.delivery.kill.skewed FILE PARENT NUMBER`.

The file holds by how many seconds the wall clock is wrong. Only that clock jumps; those that count since the start of the
machine (CLOCK_MONOTONIC, CLOCK_BOOTTIME) go on, as they do when somebody sets the clock.
"""

import sys
import threading
import time
from pathlib import Path

import time_machine

from siegelpost.flows.sender_process import main

EVERY = 0.05  # seconds


def follow(file: Path) -> None:
    """Set the clock of this process to what the file says, again and again."""
    wrong_by = 0.0
    with time_machine.travel(time.time(), tick=True) as clock:
        while True:
            wanted = float(file.read_text(encoding="ascii") or wrong_by)
            if wanted != wrong_by:
                clock.shift(wanted - wrong_by)
                wrong_by = wanted
            time.sleep(EVERY)


if __name__ == "__main__":
    threading.Thread(target=follow, args=(Path(sys.argv[1]),), daemon=True).start()
    main(int(sys.argv[2]), int(sys.argv[3]))
