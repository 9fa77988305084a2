"""A copy that was put back says that mail is due which may have gone out long ago: a person decides, not the clock."""

from datetime import datetime
from typing import Final

import structlog

from siegelpost.base import clock
from siegelpost.delivery import seen
from siegelpost.delivery.outgoing import hold_all
from siegelpost.delivery.upkeep import pause
from siegelpost.mailings.reads import in_state
from siegelpost.mailings.state import PREPARING, SCHEDULED, SENDING
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.home import home

COPIED: Final = "home.copied"
"""Reason of the pause; `mailing status` shows it in words."""
RUNNING: Final = (SCHEDULED, PREPARING, SENDING)
"""States of mailings that go out, or will, without anybody's doing."""

log = structlog.get_logger(__name__)


def hold(tenant: TenantDB, *, now: datetime) -> None:
    """Pause mailings that run or would start, until a person resumes them, and hold system mails that wait."""
    for mailing_id in in_state(tenant, *RUNNING):
        pause(tenant, mailing_id, COPIED, frm=RUNNING)
    hold_all(tenant, now=now)


def heed_older_database(tenant: TenantDB) -> None:
    """What a sending process does with a database that was put back; then it counts as the one that we know."""
    log.warning("delivery.database_older", tenant=tenant.slug)
    hold(tenant, now=clock.now())
    seen.forget(home(), tenant)  # last: whoever claims from now on sees the pause
