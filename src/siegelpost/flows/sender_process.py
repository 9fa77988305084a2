"""One sending process: `python -m siegelpost.flows.sender_process PARENT NUMBER`; started by the worker."""

import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "siegelpost.project.settings")
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
    sender.run()


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
