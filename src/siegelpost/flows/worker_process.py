"""The worker as a child: `python -m siegelpost.flows.worker_process PARENT`; started by `siegelpost serve`."""

import os
import sys

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "siegelpost.project.settings"
django.setup()

from siegelpost.base.process import die_with_parent, on_end  # noqa: E402  models can be imported only after the set-up
from siegelpost.base.settings import process_settings  # noqa: E402
from siegelpost.flows.worker import Worker  # noqa: E402
from siegelpost.tenancy.errors import HomeMissing, HomeReplaced  # noqa: E402


def main(parent: int) -> None:
    """Work until SIGTERM, until the parent is gone, or until the folder was put back; the parent starts us again then."""
    worker = Worker(process_settings())
    on_end(worker.stop)
    die_with_parent(parent)
    try:
        worker.run()
    except (HomeMissing, HomeReplaced) as reason:
        sys.exit(str(reason))


if __name__ == "__main__":
    main(int(sys.argv[1]))
