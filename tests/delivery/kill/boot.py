"""A process that believes the machine was started anew: another boot id, and a clock since the start that is small again.

Linux gives a process a view of its own of both (mount and time namespaces); nothing else on the machine notices.
"""

import os
import subprocess
from functools import cache
from pathlib import Path

from siegelpost.delivery.claim import boottime

UPTIME = 60  # seconds since the new start
BOOT = "0b007000-0000-4000-8000-00000000b007"
MOUNT = 'mount --bind "$0" /proc/sys/kernel/random/boot_id && exec "$@"'


def words(folder: Path) -> tuple[str, ...]:
    """What stands before a command so that it runs after the next start."""
    file = folder / "boot_id"
    file.write_text(f"{BOOT}\n", encoding="ascii")
    own = () if os.geteuid() == 0 else ("--map-root-user",)
    return ("unshare", *own, "--mount", "--time", "--boottime", str(UPTIME - int(boottime())), "sh", "-c", MOUNT, str(file))


@cache
def missing(folder: Path) -> str:
    """Say why no process can be shown another start here, "" where it can."""
    tried = subprocess.run([*words(folder), "cat", "/proc/sys/kernel/random/boot_id"], capture_output=True, text=True, check=False)
    return "" if tried.stdout.strip() == BOOT else f"no namespaces here: {tried.stderr.strip()[-100:]}"
