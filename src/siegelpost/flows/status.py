"""Where a mailing stands, in numbers that add up."""

from typing import Any

from siegelpost.delivery import tally
from siegelpost.delivery.reads import counts
from siegelpost.mailings.reads import mailing
from siegelpost.mailings.schedule import start_of
from siegelpost.mailings.state import SCHEDULED
from siegelpost.tenancy.handle import TenantDB


def status(tenant: TenantDB, mailing_id: int) -> dict[str, Any]:
    """Return the keys of CONTRACT's `mailing status --json`; all numbers, 0 before the launch. Raises MailingUnknown.

    waits_until  ISO 8601, UTC: nothing goes out before; None where it is not held up or nobody can say until when
    waits_for    what it waits for, as a code

    audience = excluded + due + claimed + sent + retry + bounced + blocked + withdrawn + expired + unsure + cancelled
    """
    facts = mailing(tenant, mailing_id)
    found = counts(tenant, mailing_id)
    start = len(tally.EXCLUDED)
    until = start_of(tenant, mailing_id) if facts.state == SCHEDULED else None
    excluded = {name[start:]: n for name, n in sorted(found.items()) if name.startswith(tally.EXCLUDED)}
    return {
        "id": mailing_id,
        "state": facts.state,
        "pause_reason": facts.pause_reason,
        "audience": found[tally.AUDIENCE],
        "excluded": excluded,
        **{state: found[state] for state in tally.STATES},
        "adds_up": tally.holds(found),
        "waits_until": until.isoformat() if until else None,
        "waits_for": "start" if until else None,
    }
