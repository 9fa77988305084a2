"""One sending process: `python -m siegelpost.flows.sender_process PARENT NUMBER`; started by the worker."""

import gc
import os
import sys

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "siegelpost.project.settings"
django.setup()

from siegelpost.base.process import die_with_parent, on_end  # noqa: E402  models can be imported only after the set-up
from siegelpost.base.settings import process_settings  # noqa: E402
from siegelpost.delivery.sender import Sender  # noqa: E402
from siegelpost.flows.sender_config import sender_config  # noqa: E402


def main(parent: int, number: int) -> None:
    """Send until SIGTERM or until the parent is gone."""
    sender = Sender(sender_config(process_settings(), f"{os.getpid()}-{number}"))
    on_end(sender.stop)
    die_with_parent(parent)
    _settle_down(number)
    sender.run()


def _settle_down(number: int) -> None:
    """What does not change any more need not be looked through again, and a core of its own keeps the caches warm.

    Measured with two senders and smtp-sink on two cores: staying on a core sends 5 % more.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
    cores = sorted(os.sched_getaffinity(0))
    if process_settings().senders in (0, len(cores)):
        os.sched_setaffinity(0, {cores[number % len(cores)]})


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
