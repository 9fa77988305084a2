"""Check of the written form of instructions."""

from collections import Counter
from datetime import timedelta
from typing import Final

from siegelpost.base.controls import EVIDENCED, TENANT, Around, Finding, check, finding
from siegelpost.base.i18n import marked as _
from siegelpost.governance.instructions.reads import instructions
from siegelpost.governance.instructions.rules import RUNNING
from siegelpost.governance.instructions.written import Written, written
from siegelpost.tenancy.handle import TenantDB

WAITS: Final = timedelta(days=7)
"""So long a signature may wait for somebody who checks it."""


@check(
    "4.3-05",
    _(
        "Each instruction that holds came in writing: given here by the entitled person itself, or signed, and a second person checked "
        "the signature. Red where a signature was found unsound or waits for more than seven days; amber where nobody said in which "
        "form it came. Electronic signatures are checked by people, with the report that they name."
    ),
    every=timedelta(days=1),
    limit=60,
    scope=TENANT,
    whole=False,
    basis=EVIDENCED,
)
def instructions_are_in_writing(tenant: TenantDB, around: Around) -> Finding:
    """Numbers of instructions, never who gave them."""
    forms = written(tenant)
    running = [(one, forms.get(one.id, Written())) for one in instructions(tenant, now=around.now) if one.state == RUNNING]
    unsound = [one.id for one, how in running if how.sound is False]
    late = [one.id for one, how in running if how.waits and around.now - one.recorded_at > WAITS]
    silent = [one.id for one, how in running if not how.form]
    return finding(
        red=unsound or late, amber=silent or any(how.waits for _one, how in running), instructions_running=len(running),
        forms=dict(Counter(how.form or "–" for _one, how in running)), signatures_unsound=unsound, signatures_unchecked=late,
        forms_unsaid=silent,
    )  # fmt: skip


CHECKS = (instructions_are_in_writing,)
