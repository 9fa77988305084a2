"""Slow down or stop a mailing that people complain about or whose addresses do not exist, before the receiving providers do it."""

import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Final

import structlog

from siegelpost.base.actor import Actor
from siegelpost.base.brakes import Level, read_brake
from siegelpost.base.settings import Settings
from siegelpost.consent.rules import COMPLAINT
from siegelpost.delivery.known_receivers import provider_of
from siegelpost.delivery.limits import brake_name, remove_limit, set_limit
from siegelpost.delivery.pace_rules import Limits
from siegelpost.delivery.reads import domains_reached, people_reached
from siegelpost.delivery.upkeep import pause
from siegelpost.feedback import brakes
from siegelpost.feedback.brakes import CAUSES, HARD, WINDOW, BrakeView
from siegelpost.feedback.errors import Braked, ReasonMissing
from siegelpost.flows.old_news import RUNNING
from siegelpost.mailings.reads import mailing
from siegelpost.mailings.recent import going_out_since
from siegelpost.tenancy.handle import TenantDB

log = structlog.get_logger(__name__)

EVERY: Final = 60.0  # seconds between two looks
WORKER: Final = Actor.system("worker")

Figures = dict[str, dict[str, tuple[int, int]]]
"""Provider -> cause -> cases and messages."""


class BrakeRounds:
    """The worker's look at all mailings of the last seven days of which anything came back since the last look."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._seen: dict[tuple[int, int], int] = {}
        self._not_before = 0.0

    def look(self, tenants: list[TenantDB], *, now: datetime) -> None:
        """Judge what has changed; does nothing for a minute after the last look."""
        if time.monotonic() < self._not_before:
            return
        self._not_before = time.monotonic() + EVERY
        for tenant in tenants:
            try:
                self._look_at(tenant, now)
            except Exception as reason:  # noqa: BLE001 - the mailings of others, and the work beside it, must not wait for this
                log.error("brake.failed", tenant=tenant.slug, kind=type(reason).__name__)

    def _look_at(self, tenant: TenantDB, now: datetime) -> None:
        counts = brakes.came_back(tenant, going_out_since(tenant, now - WINDOW))
        held = [one.mailing_id for one in brakes.brakes_of(tenant) if one.level in (Level.WARN, Level.SLOW)]
        for mailing_id, n in {**dict.fromkeys(held, 0), **counts}.items():
            if self._seen.get((tenant.number, mailing_id)) != n:
                judge(tenant, mailing_id, self._settings, now=now)
                self._seen[tenant.number, mailing_id] = n


def judge(tenant: TenantDB, mailing_id: int, settings: Settings, *, now: datetime) -> list[BrakeView]:
    """Look at one mailing, slow it down or stop it where that is due, and return what has changed.

    A stop is kept, and the mailing paused, in one order: whoever resumes it in between is refused.
    """
    found = list(_judged(tenant, mailing_id, settings, now))
    with tenant.atomic():
        changed = brakes.note_brakes(tenant, found, actor=WORKER)
    held = brakes.brakes_of(tenant, mailing_id)
    if any(one.level is Level.STOP for one in held):
        pause(tenant, mailing_id, Braked.code, frm=RUNNING)
    _slow(tenant, mailing_id, held, settings, now)
    return changed


def release(tenant: TenantDB, mailing_id: int, reason: str, settings: Settings, *, actor: Actor, now: datetime) -> list[BrakeView]:
    """Let a mailing go on for a reason, and return what held it; it stays paused until it is resumed.

    What comes back of messages that go out from now on is counted anew. Raises MailingUnknown, NotBraked, ReasonMissing.
    """
    if not reason.strip():
        raise ReasonMissing
    mailing(tenant, mailing_id)
    with tenant.atomic():
        held = brakes.release(tenant, mailing_id, reason.strip(), actor=actor, now=now)
    _slow(tenant, mailing_id, [], settings, now)
    return held


def _slow(tenant: TenantDB, mailing_id: int, held: list[BrakeView], settings: Settings, now: datetime) -> None:
    if any(one.level is Level.SLOW for one in held):
        set_limit(brake_name(tenant, mailing_id), Limits(per_hour=settings.brake_slow), now=now)
    else:
        remove_limit(brake_name(tenant, mailing_id))


def _judged(tenant: TenantDB, mailing_id: int, settings: Settings, now: datetime) -> Iterator[BrakeView]:
    rules = {COMPLAINT: read_brake(settings.brake_complaints), HARD: read_brake(settings.brake_bounces)}
    before = brakes.brakes_of(tenant, mailing_id)
    released = {(one.receivers, one.cause): one.released_at for one in before if one.released_at}
    windows: Mapping[datetime, Figures] = {
        since: _with_cases(figures(tenant, mailing_id, since))
        for since in {now - WINDOW, *(at for at in released.values() if at > now - WINDOW)}
    }
    for receivers in sorted(windows[now - WINDOW].keys() | {one.receivers for one in before}):
        for cause in CAUSES:
            since = max(released.get((receivers, cause), now - WINDOW), now - WINDOW)
            cases, of = windows[since].get(receivers, {}).get(cause, (0, 0))
            level = rules[cause].judge(cases, of)
            yield BrakeView(
                mailing_id=mailing_id,
                receivers=receivers,
                cause=cause,
                level=level,
                cases=cases,
                of=of,
                at=now,
                released_at=None,
                reason="",
            )


def _with_cases(found: Figures) -> Figures:
    """Without providers of which nothing came back: most of thousands."""
    return {one: of for one, of in found.items() if any(cases for cases, _messages in of.values())}


def figures(tenant: TenantDB, mailing_id: int, since: datetime) -> Figures:
    """Of messages of a mailing that were answered since then: how many came back, by provider."""
    answered: Counter[str] = Counter()
    taken: Counter[str] = Counter()
    for domain, all_of, some in domains_reached(tenant, mailing_id, since=since):
        answered[provider_of(domain)] += all_of
        taken[provider_of(domain)] += some
    cases: dict[str, Counter[str]] = defaultdict(Counter)
    for cause, people in brakes.people_of(tenant, mailing_id, since).items():
        for domain in people_reached(tenant, mailing_id, people, since=since):
            cases[provider_of(domain)][cause] += 1
    return {one: {COMPLAINT: (cases[one][COMPLAINT], taken[one]), HARD: (cases[one][HARD], n)} for one, n in answered.items()}
