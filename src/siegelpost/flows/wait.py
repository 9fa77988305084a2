"""Wait for a mailing to end; does the work itself where nobody else does."""

import time
from collections.abc import Callable
from typing import Any, Final

from siegelpost.base.settings import Settings
from siegelpost.flows.status import status
from siegelpost.flows.worker import Worker, somebody_works
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.home import home

ENDED: Final = ("finished", "paused", "cancelled", "draft")
"""A scheduled mailing that somebody takes back is a draft."""
POLL_SECONDS: Final = 0.5

Progress = Callable[[dict[str, Any]], None]


def wait_until_done(tenant: TenantDB, mailing_id: int, *, settings: Settings, progress: Progress = lambda found: None) -> dict[str, Any]:
    """Return the status of a mailing once it is finished, paused, cancelled or taken back; `progress` is told on the way."""

    def ended() -> bool:
        found = status(tenant, mailing_id)
        progress(found)
        return found["state"] in ENDED

    while not ended():
        if not somebody_works(home()):
            Worker(settings).run(until=ended)
            break
        time.sleep(POLL_SECONDS)
    return status(tenant, mailing_id)
