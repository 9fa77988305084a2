"""Where a mailing stands, in numbers that add up, and what it waits for."""

from datetime import datetime
from typing import Any, Final

from siegelpost.base.settings import Settings
from siegelpost.delivery import tally
from siegelpost.delivery.reads import counts
from siegelpost.delivery.waits import Wait
from siegelpost.flows.waiting import demands_tls, held_domains, stands_still, waits_for_relay
from siegelpost.mailings.reads import mailing
from siegelpost.mailings.schedule import start_of
from siegelpost.mailings.state import SCHEDULED, SENDING
from siegelpost.tenancy.handle import TenantDB

UNKNOWN: Final = "unknown"


def status(tenant: TenantDB, mailing_id: int) -> dict[str, Any]:
    """Return the keys of CONTRACT's `mailing status --json`; all numbers, 0 before the launch. Raises MailingUnknown.

    waits_until  ISO 8601, UTC: nothing goes out before; None where it is not held up or nobody can say until when
    waits_for    what it waits for, as a code
    relay        what is wrong with the relay that it waits for, None where it works; `since` is None where no relay is left
    held         receiving domains that get nothing for now, and until when; None for as long as the staff wants
    tls          whether the tenant demanded it at the launch; what the relay does behind us nobody here can see

    audience = excluded + due + claimed + sent + retry + bounced + blocked + withdrawn + expired + unsure + cancelled
    """
    facts = mailing(tenant, mailing_id)
    found = counts(tenant, mailing_id)
    start = len(tally.EXCLUDED)
    relay = waits_for_relay(tenant, mailing_id) if facts.state == SENDING else None
    start_at = start_of(tenant, mailing_id) if facts.state == SCHEDULED else None
    until = relay.next_try if relay else start_at
    excluded = {name[start:]: n for name, n in sorted(found.items()) if name.startswith(tally.EXCLUDED)}
    return {
        "id": mailing_id,
        "state": facts.state,
        "pause_reason": facts.pause_reason,
        "audience": found[tally.AUDIENCE],
        "excluded": excluded,
        **{state: found[state] for state in tally.STATES},
        "adds_up": tally.holds(found),
        "waits_until": _text(until),
        "waits_for": "relay" if relay else "start" if until else None,
        "relay": {"code": relay.code, "said": relay.said, "since": _text(relay.since)} if relay else None,
        "held": [{"domain": one.domain, "code": one.code, "until": _text(one.until)} for one in held_domains(tenant, mailing_id)],
        "tls": {"demanded": demands_tls(tenant, mailing_id), "beyond_relay": UNKNOWN},
    }


def _text(time: datetime | None) -> str | None:
    return time.isoformat() if time else None


def pacing(tenant: TenantDB, mailing_id: int, state: str, *, settings: Settings, now: datetime) -> Wait | None:
    """What holds up a mailing in this state by its pace, its hours or a limit; None where nothing does."""
    if state != SENDING:
        return None
    return stands_still(tenant, mailing_id, counts(tenant, mailing_id), settings=settings, now=now)[1]


def with_pace(tenant: TenantDB, found: dict[str, Any], *, settings: Settings, now: datetime) -> dict[str, Any]:
    """A status in which pace, hours and limits stand in `waits_until` and `waits_for` (a key of `waits.WHY`) where nothing graver does."""
    wait = None if found["waits_for"] else pacing(tenant, found["id"], found["state"], settings=settings, now=now)
    return {**found, "waits_until": _text(wait.ends), "waits_for": wait.why} if wait else found
