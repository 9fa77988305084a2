"""A process that is told to end does end, wherever its main thread is at that moment."""

import signal
import subprocess
import sys

import pytest

from tests.patience import PATIENCE

HOLDS_THE_LOCK = """
import os, signal, sys, threading, time
from siegelpost.base.process import on_end

lock, ended = threading.Lock(), threading.Event()

def end():
    with lock:
        ended.set()

on_end(end)
with lock:
    for _ in range(3):
        os.kill(os.getpid(), int(sys.argv[1]))
        time.sleep(0.05)  # the handler runs here, while the main thread holds the lock
assert ended.wait(100)
print("ended")
"""


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT])
def test_a_process_that_holds_the_lock_which_its_end_needs_ends(sign: signal.Signals) -> None:
    done = subprocess.run(
        [sys.executable, "-c", HOLDS_THE_LOCK, str(int(sign))], capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    assert (done.returncode, done.stdout) == (0, "ended\n"), done.stderr
