"""Visits the mailbox every minute: `python -m siegelpost.flows.mailbox_process PARENT`; started by the worker."""

import os
import sys
import threading
from typing import Final

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "siegelpost.project.settings"
django.setup()

import structlog  # noqa: E402

from siegelpost.base.mailbox_url import read_mailbox_url  # noqa: E402
from siegelpost.base.process import die_with_parent, on_end  # noqa: E402  models can be imported only after the set-up
from siegelpost.base.settings import Settings, process_settings  # noqa: E402
from siegelpost.flows.mailbox import AT_ONCE, MailboxFailed, desk_of, fetch  # noqa: E402

EVERY: Final = 60.0  # seconds between two visits
log = structlog.get_logger()


def visit_for_ever(settings: Settings, stop: threading.Event) -> None:
    """Until `stop` is set; a mailbox that fails is tried at the next turn, one that was not emptied at once."""
    place, desk = read_mailbox_url(settings.mailbox_url), desk_of(settings)
    while not stop.is_set():
        found = None
        try:
            found = fetch(place, desk)
        except MailboxFailed as fault:
            log.error("mailbox.failed", **fault.facts)
        if found:
            log.info("mailbox.fetched", **found)
        stop.wait(0 if found and found.total() >= AT_ONCE and not found["failed"] else EVERY)


if __name__ == "__main__":
    die_with_parent(int(sys.argv[1]))
    ended = threading.Event()
    on_end(ended.set)
    visit_for_ever(process_settings(), ended)
