"""Whose turn it is to send, and how much: ranks, turns, windows and limits.

Transactional and system mails go before dialog mails, those before the others. Within a rank tenants take turns, and within a
tenant its mailings: first whoever was served longest ago, so a mailing that was just launched is next.
"""

import time
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from typing import Final
from zoneinfo import ZoneInfo

import structlog

from siegelpost.delivery import window_rules
from siegelpost.delivery.claim import Claimed, boottime, due, groups_of
from siegelpost.delivery.kitchen import Kitchen
from siegelpost.delivery.limits import limits_of, receivers_name
from siegelpost.delivery.pace_rules import SECOND, Limits
from siegelpost.delivery.plan import LaunchPlan
from siegelpost.delivery.purse import Grant, Purse
from siegelpost.delivery.rules import GIVEN_BACK
from siegelpost.delivery.settle import Result
from siegelpost.mailings.reads import in_state
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.registry import close_control

FIRST: Final = 0
RANKS: Final = {"transactional": FIRST, "dialog": 1}
LAST: Final = 2
"""Ranks by kind of a mailing; all others come last."""
LOOK_SECONDS: Final = 0.1
LOOK_SHARE: Final = 0.005
"""Seconds per tenant: with many of them looking itself must not become the work."""
AGAIN_SECONDS: Final = 0.25
"""Until somebody who had nothing to send, or was not allowed to, is asked again."""

log = structlog.get_logger(__name__)


@dataclass(slots=True, eq=False)
class Party:
    """A mailing, or with 0 the outgoing mails of a tenant; the same object from one look to the next."""

    tenant: TenantDB
    mailing_id: int
    rank: int
    served_at: float = 0.0
    not_before: float = 0.0
    dry: bool = False
    """Nothing of it was due when it was asked last."""


@dataclass(slots=True)
class Seen:
    """What a tenant had to send when somebody looked, by mailing."""

    at: float
    parties: dict[int, Party] = field(default_factory=dict)


class Chooser:
    """One per sending process."""

    def __init__(self, kitchen: Kitchen, zone: tzinfo) -> None:
        self._kitchen, self._zone = kitchen, zone
        self._purse = Purse()
        self._seen: dict[str, Seen] = {}
        self._turns: dict[tuple[str, int], float] = {}
        """Tenant and rank -> when it was served."""

    def everybody(self, tenants: Sequence[TenantDB]) -> list[Party]:
        """Everybody who may have something to send."""
        return [one for tenant in tenants for one in self._look(tenant, max(LOOK_SECONDS, LOOK_SHARE * len(tenants)))]

    def in_turn(self, tenants: Sequence[TenantDB]) -> list[Party]:
        """Everybody who may have something to send and may be asked now, in the order of their turns."""
        ready = [one for one in self.everybody(tenants) if one.not_before <= time.monotonic()]
        return sorted(ready, key=lambda one: (one.rank, self._turns.get((one.tenant.alias, one.rank), 0), one.served_at))

    def _look(self, tenant: TenantDB, fresh: float) -> Iterable[Party]:
        seen = self._seen.setdefault(tenant.alias, Seen(float("-inf")))
        if time.monotonic() - seen.at > fresh:
            seen.at, known = time.monotonic(), seen.parties
            try:
                running = (0, *in_state(tenant, "sending"))
                seen.parties = {one: known.get(one) or Party(tenant, one, self._rank(tenant, one)) for one in running}
            except Exception as reason:  # noqa: BLE001 - one tenant's database must not stop the others
                log.error("delivery.look_failed", tenant=tenant.slug, kind=type(reason).__name__)
                tenant.close()
        return seen.parties.values()

    def _rank(self, tenant: TenantDB, mailing_id: int) -> int:
        return RANKS.get(self._kitchen.plan(tenant, mailing_id).plan.kind, LAST) if mailing_id else FIRST

    def due(self, party: Party) -> list[int]:
        """Groups of receiving domains (0: the rest) to which it has something to send, whatever is allowed."""
        plan = self._plan(party)
        groups = due(party.tenant, party.mailing_id, plan.groups if plan else (), int(time.time()))
        party.dry = not groups
        return groups

    def allow(self, party: Party, groups: Collection[int], wanted: int, *, relay: str = "") -> Grant | None:
        """Take up to `wanted` messages from everything that limits this party; None where nothing may begin now.

        groups  what `due` said
        relay   label of the one through which they go
        """
        plan = self._plan(party)
        now = datetime.now(UTC)
        closes = None
        if plan and plan.pace.windows:
            zone = ZoneInfo(plan.pace.zone)
            if not window_rules.is_open(plan.pace.windows, now, zone):
                self.later(party)
                return None
            closes = window_rules.closes_at(plan.pace.windows, now, zone)
        limits = self._purse.limits()
        shared = limits_of(party.tenant, plan, limits, relay)
        of_groups = {group: limits.get(receivers_name(group), Limits()) for group in groups if group}
        moment = time.time_ns()
        grant = self._purse.take(wanted, shared, of_groups, moment, now.astimezone(self._zone).toordinal())
        ahead = (grant.worth_asking(moment, groups) - moment) / SECOND
        if not grant.n or not (0 in groups or any(grant.groups.values())):
            self._give_back(grant, grant.n, grant.groups)
            self.later(party, ahead or AGAIN_SECONDS)
            return None
        self.later(party, ahead)
        ends = [one for one in (closes, window_rules.next_day(now, self._zone) if grant.counts_days else None) if one]
        grant.within = min((one - now).total_seconds() for one in ends) if ends else None
        return grant

    def _plan(self, party: Party) -> LaunchPlan | None:
        return self._kitchen.plan(party.tenant, party.mailing_id).plan if party.mailing_id else None

    def later(self, party: Party, seconds: float = AGAIN_SECONDS) -> None:
        """It has nothing to send, or may not: ask it again after a moment, at most AGAIN_SECONDS."""
        party.not_before = time.monotonic() + min(seconds, AGAIN_SECONDS)

    def next_at(self) -> float:
        """When the first of those who may not be asked now may be asked, as time.monotonic says; infinity where there is nobody."""
        now = time.monotonic()
        waits = (one.not_before for seen in self._seen.values() for one in seen.parties.values())
        return min((moment for moment in waits if moment > now), default=float("inf"))

    def served(self, party: Party, grant: Grant, claimed: Claimed | None) -> None:
        """What became of a grant: keep what is used of it with the slice, give back the rest."""
        if claimed is None:
            self.later(party)
            self._give_back(grant, grant.n, grant.groups)
            return
        party.served_at = self._turns[party.tenant.alias, party.rank] = time.monotonic()
        if grant.within is not None:
            claimed.begin_until = min(claimed.begin_until, boottime() + grant.within)
        if not grant.marks:
            return
        rows = [one.delivery_id for one in claimed.rows]
        claimed.receivers = groups_of(party.tenant, rows) if grant.groups else {}
        used = {group: sum(1 for one in claimed.receivers.values() if one == group) for group in grant.groups}
        self._give_back(grant, grant.n - len(rows), {group: part - used[group] for group, part in grant.groups.items()})
        claimed.grant = grant

    def settled(self, claimed: Claimed, results: Iterable[Result]) -> None:
        """Give back what messages took that were not sent after all."""
        if claimed.grant is None:
            return
        rows = [one.row_id for one in results if one.outcome in GIVEN_BACK]
        groups = {group: sum(1 for row in rows if claimed.receivers.get(row) == group) for group in claimed.grant.groups}
        self._give_back(claimed.grant, len(rows), groups)

    def _give_back(self, grant: Grant, n: int, groups: dict[int, int]) -> None:
        try:
            self._purse.give_back(grant, n, groups, time.time_ns())
        except Exception as reason:  # noqa: BLE001 - a block that is lost is lost; what was claimed must go on
            log.error("delivery.not_given_back", kind=type(reason).__name__)
            close_control()
