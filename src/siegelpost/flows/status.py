"""Where a mailing stands, in numbers that add up."""

from typing import Any

from siegelpost.delivery import tally
from siegelpost.delivery.reads import counts
from siegelpost.mailings.reads import mailing
from siegelpost.tenancy.handle import TenantDB


def status(tenant: TenantDB, mailing_id: int) -> dict[str, Any]:
    """Return the keys of CONTRACT's `mailing status --json`; all numbers, 0 before the launch. Raises MailingUnknown.

    audience = excluded + due + claimed + sent + retry + bounced + blocked + withdrawn + expired + unsure + cancelled
    """
    facts = mailing(tenant, mailing_id)
    found = counts(tenant, mailing_id)
    start = len(tally.EXCLUDED)
    excluded = {name[start:]: n for name, n in sorted(found.items()) if name.startswith(tally.EXCLUDED)}
    return {
        "id": mailing_id,
        "state": facts.state,
        "pause_reason": facts.pause_reason,
        "audience": found[tally.AUDIENCE],
        "excluded": excluded,
        **{state: found[state] for state in tally.STATES},
        "adds_up": tally.holds(found),
    }
