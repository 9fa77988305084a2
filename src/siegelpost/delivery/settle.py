"""Bring results into the database: rows, counters and slice in one transaction, fenced by the number of the lease."""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import structlog

from siegelpost.delivery import passed, tally
from siegelpost.delivery.errors import ConservationBroken
from siegelpost.delivery.models import Slice
from siegelpost.delivery.rules import EXPIRES_AFTER, GIVEN_BACK, Outcome, next_try, waited
from siegelpost.delivery.statements import change, ids
from siegelpost.delivery.upkeep import pause
from siegelpost.tenancy.handle import TenantDB

DELIVERIES: Final = "delivery"
OUTGOING: Final = "outgoing"

log = structlog.get_logger(__name__)


class Result(NamedTuple):
    """What became of one claimed row.

    code  "250", "550 5.1.1"
    at    seconds since 1970; of the answer, or for LATER of the time before which it is not due
    """

    row_id: int
    subscriber_id: int
    attempt: int
    outcome: Outcome
    code: str
    at: int


Listener = Callable[[TenantDB, int, Sequence[Result]], None]
"""Told of tenant, mailing id and results inside the transaction; the flow that runs the sender brings it along."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """The slice whose rows are settled.

    table        DELIVERIES or OUTGOING
    retry_first  seconds until the first new try
    relay        host:port to which it goes
    plain_ends   ends of addresses that get no measured links (`LaunchPlan.plain_ends`)
    has_notice   whether whoever came by an import is told something with their first mail (`LaunchPlan.notice`)
    personal     whether some may get personal links (`LaunchPlan.personal`)
    """

    slice_id: int
    mailing_id: int
    table: str = DELIVERIES
    retry_first: int = 60
    relay: str = ""
    plain_ends: tuple[str, ...] = ()
    has_notice: bool = False
    personal: bool = False


def settle(tenant: TenantDB, lease: Lease, results: Sequence[Result], listener: Listener | None = None) -> int:
    """Write results; returns how many rows changed.

    Fewer than there are results means that the lease was lost and somebody else has judged those rows: theirs stays.
    """
    with tenant.atomic():
        changed = _write(tenant, lease, results)
        if changed == len(results) and listener and lease.table == DELIVERIES:
            listener(tenant, lease.mailing_id, results)
        if lease.table == DELIVERIES and not tally.holds(tally.counts(tenant, lease.mailing_id)):
            pause(tenant, lease.mailing_id, ConservationBroken.code)
    if changed != len(results):
        log.warning("delivery.lease_lost", tenant=tenant.slug, slice=lease.slice_id, rows=len(results) - changed)
    return changed


def _write(tenant: TenantDB, lease: Lease, results: Sequence[Result]) -> int:
    alike: dict[tuple[Outcome, str, int, int], list[int]] = defaultdict(list)
    for row_id, _who, attempt, outcome, code, at in results:
        alike[outcome, code, at, attempt].append(row_id)
    moved: Counter[str] = Counter()
    went = 0
    for (outcome, code, at, attempt), rows in alike.items():
        if outcome in GIVEN_BACK:
            statement, state = "release", "retry" if attempt else "due"
            parameters: dict[str, object] = {"due": at if outcome is Outcome.LATER else 0}
        else:
            statement, parameters = "settle", _columns(outcome, code, at, attempt, lease)
            state = str(parameters["state"])
        done = change(tenant, f"{statement}_{lease.table}", slice=lease.slice_id, ids=ids(tenant, rows), **parameters)
        moved[state] += done
        went += done if passed.went_out(state, code) else 0
    total = sum(moved.values())
    if lease.table == DELIVERIES:
        tally.add(tenant, lease.mailing_id, {**moved, "claimed": -total})
    passed.add(tenant, lease.mailing_id, lease.relay, went, at=max((one.at for one in results), default=0))
    return total


def _columns(outcome: Outcome, code: str, at: int, attempt: int, lease: Lease) -> dict[str, object]:
    """State, code, time, next try and whether it counts as an attempt."""
    if outcome is not Outcome.RETRY:
        return {"state": outcome.value, "code": code, "at": at, "due": at, "tried": 0}
    due = at + next_try(attempt + 1, lease.retry_first)
    if waited(attempt + 1, lease.retry_first) > EXPIRES_AFTER:
        return {"state": Outcome.EXPIRED.value, "code": code, "at": at, "due": at, "tried": 1}
    return {"state": outcome.value, "code": code, "at": at, "due": due, "tried": 1}


def close_slice(tenant: TenantDB, slice_id: int, state: str = "settled") -> None:
    """Nothing of this slice is open any more."""
    with tenant.atomic():
        tenant.objects(Slice).filter(pk=slice_id, state="open").update(state=state)
