"""One import as a process: `python -m siegelpost.flows.import_process SLUG IMPORT LANGUAGE`; started by the staff's pages.

It ends, between two batches, when its standard input does: that is when the server that started it is gone.
"""

import os
import signal
import sys
import threading

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "siegelpost.project.settings"
django.setup()

from siegelpost.base.i18n import use_language  # noqa: E402  models can be imported only after the set-up
from siegelpost.flows.run_import import run_import  # noqa: E402
from siegelpost.tenancy.registry import open_tenant  # noqa: E402


def main(slug: str, import_id: str, language: str) -> None:
    """Import, and leave a note of how it ended."""
    use_language(language)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # the pipeline stops cleanly and says where
    threading.Thread(target=_end_with_server, daemon=True).start()
    run_import(open_tenant(slug), int(import_id))


def _end_with_server() -> None:
    while os.read(sys.stdin.fileno(), 1):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    main(*sys.argv[1:])
