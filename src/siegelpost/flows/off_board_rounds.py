"""The worker's part: carries out what is due, goes on with what was not finished, ends what came up meanwhile."""

from datetime import datetime
from typing import Final

import structlog

from siegelpost.accounts.leaving import due, end_late_sessions
from siegelpost.base.actor import Actor
from siegelpost.base.errors import SiegelpostError
from siegelpost.evidence.services import append
from siegelpost.flows.off_board import carry_out
from siegelpost.tenancy.installation import operator_store

WORKER: Final = Actor.system("worker")
LATE: Final = "staff.late_sessions_ended"

log = structlog.get_logger(__name__)


def heed_leavers(*, now: datetime) -> None:
    """Called every few seconds. One that cannot be carried out is held; the control 1.2-12 is red until somebody mends it."""
    for case in due(now=now):
        try:
            carry_out(case, actor=WORKER, now=now)
        except SiegelpostError as reason:
            log.debug("staff.leaving_held", case=case.pk, code=reason.code)
        except Exception as reason:  # noqa: BLE001 - the other leavers must not wait for this one
            log.error("staff.leaving_failed", case=case.pk, kind=type(reason).__name__)
    with operator_store().atomic():
        ended = end_late_sessions()
        if ended:
            append(operator_store(), LATE, details={"sessions": ended}, actor=WORKER, at=now)
