"""Check that nothing goes out to whoever has left."""

from datetime import timedelta
from typing import Final

from siegelpost.base.controls import TENANT, Around, Finding, check, finding
from siegelpost.base.i18n import marked as _
from siegelpost.consent.reads import consents_of_leavers
from siegelpost.delivery.reads import attempts_to, launches_since
from siegelpost.tenancy.handle import TenantDB

LOOKS_BACK: Final = timedelta(days=2)
"""At those who left since then: every check sees each of them many times."""
LAUNCHED_WITHIN: Final = timedelta(days=30)
"""Pace and pauses let a mailing go out for long after its launch."""
GRACE: Final = timedelta(minutes=1)
"""So long a message may be on its way."""
NAMED: Final = 20


@check(
    "4.3-07",
    _(
        "Nothing was sent, tried or taken for sending to anybody more than a minute after the person had withdrawn. "
        "Whether the data that remain were deleted is not looked at."
    ),
    every=timedelta(minutes=5),
    limit=60,
    scope=TENANT,
    whole=False,
)
def nothing_after_leaving(tenant: TenantDB, around: Around) -> Finding:
    """A delivery that waits is no fault: consent is asked for when it is taken, and once more before it goes out."""
    spans = consents_of_leavers(tenant, around.now - LOOKS_BACK)
    mailings = launches_since(tenant, around.now - LAUNCHED_WITHIN)
    wrong = [
        mailing
        for mailing, lists in mailings.items()
        for person, at in attempts_to(tenant, mailing, spans)
        if not any(one.list_id in lists and one.ran_at(at, GRACE) for one in spans[person])
    ]
    return finding(red=wrong, left=len(spans), sent_after_leaving=len(wrong), mailings=sorted(set(wrong))[:NAMED])


CHECKS = (nothing_after_leaving,)
