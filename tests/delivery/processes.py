"""Real processes of ours on the home and databases of a test: senders and workers, ended or killed at the end."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from tests.patience import PATIENCE


@contextmanager
def processes(
    port: int, *, senders: int = 0, workers: int = 0, lanes: int = 4, ends_well: bool = True, **more: str
) -> Iterator[list["subprocess.Popen[bytes]"]]:
    """Run so many sending processes and workers (without senders of their own below) against the relay on `port`.

    ends_well  False where the test kills them
    more       further variables of the environment, without SIEGELPOST_
    """
    environ = os.environ | {
        "SIEGELPOST_RELAY_URL": f"smtp://127.0.0.1:{port}?tls=off",
        "SIEGELPOST_CONNECTIONS": str(lanes),
        "SIEGELPOST_SIGNATURES": "rsa",
        "SIEGELPOST_SENDERS": str(max(senders, 1)),
        **{f"SIEGELPOST_{name}": value for name, value in more.items()},
    }
    here = str(os.getpid())
    words: list[tuple[str, ...]] = [("siegelpost.flows.sender_process", here, str(n)) for n in range(senders)]
    words += [("siegelpost.flows.worker_process", here)] * workers
    started = [subprocess.Popen([sys.executable, "-m", *one], env=environ, start_new_session=True) for one in words]
    try:
        yield started
    finally:
        for process in started:
            process.terminate()
        for process in started:
            with suppress(subprocess.TimeoutExpired):
                process.wait(PATIENCE)
            process.kill()
            assert process.wait(PATIENCE) == 0 or not ends_well, "a process did not end in order"
