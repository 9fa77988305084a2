"""Check of tenants that go: each erasure comes to its end, has a certificate in the log, and stays one."""

from datetime import timedelta
from typing import Final

from siegelpost.base.controls import EVIDENCED, INSTALLATION, Around, Finding, check, finding
from siegelpost.base.i18n import marked as _
from siegelpost.evidence.reads import since
from siegelpost.flows.erase_tenant import ERASED
from siegelpost.tenancy import departing
from siegelpost.tenancy.installation import operator_db

LATE: Final = timedelta(days=1)
"""The worker goes on every hour: what takes longer needs somebody."""


@check(
    "1.4-03",
    _(
        "Each tenant that goes is erased to the end within a day, its certificate stands in the operator's log as it was written, and "
        "neither folder nor row of it is there again. What copies hold is not looked at."
    ),
    every=timedelta(hours=1),
    limit=60,
    scope=INSTALLATION,
    whole=False,
    basis=EVIDENCED,
)
def stays_gone(around: Around) -> Finding:
    """Red for an erasure that stands still, a certificate that differs from the log, and for what came back."""
    cases = departing.cases()
    done = [one for one in cases if one.done_at is not None]
    late = [one for one in cases if one.done_at is None and around.now - one.begun_at > LATE]
    said = {one.subject: one.details for one in since(operator_db(), [ERASED], 0)}
    forged = [one for one in done if said.get(f"tenant:{one.number}") != one.certificate]
    back = departing.left_behind(done)
    return finding(
        red=late or forged or back,
        tenants_erased=len(done),
        erasures_late=len(late),
        certificates_unproven=len(forged),
        tenants_back=len(back),
    )


CHECKS = (stays_gone,)
