"""A mail provider posts what became of our mail: taken at once, worked off by the worker, with the same consequences as a mail about it."""

import time
from collections import Counter
from datetime import datetime
from typing import Final

import structlog

from siegelpost.base.actor import Actor
from siegelpost.consent.rules import COMPLAINT
from siegelpost.consent.suppression import suppress
from siegelpost.delivery.reads import recipient_of
from siegelpost.feedback.hooks import gates, services
from siegelpost.feedback.hooks.events import HookEvent, Kind, Unreadable, read_json
from siegelpost.feedback.hooks.gates import SES, Posted
from siegelpost.feedback.hooks.services import HookView, Waiting
from siegelpost.feedback.hooks.ses import confirmation
from siegelpost.flows.hook_match import Match, Matcher, delivery_of
from siegelpost.flows.returned import Said, bounced, complained
from siegelpost.flows.unsubscribe import leave_lists, unsubscribe
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.registry import all_tenants

ACTOR: Final = Actor.system("webhook")
TAKEN, REPEATED, REFUSED, BROKEN = "taken", "repeated", "refused", "broken"
"""What became of a post; these and what became of its events are counted."""
UNMATCHED, FAILED = "unmatched", "failed"
NOT_OURS: Final = 0  # the number under which posts to addresses are counted that are not ours

log = structlog.get_logger(__name__)


def knock(provider: str, token: str) -> HookView | None:
    """The address that somebody posts to; None, and counted, where it is not ours."""
    found = services.find_hook(provider, token)
    if found is None:
        services.count(NOT_OURS, refused=1)
    return found


def take(hook: HookView, posted: Posted, *, now: datetime) -> str:
    """Keep a genuine post on disk for the worker and say what became of it: TAKEN, REPEATED, REFUSED, or BROKEN where it is no JSON."""
    name = gates.name_of(hook.provider, hook.secret, posted, now)
    outcome = _keep(hook, name, posted, now) if name else REFUSED
    if not name and hook.provider == SES and (address := gates.wanted_certificate(hook.secret, posted)):
        services.note(hook.number, address)
    services.count(hook.number, **{outcome: 1})
    return outcome


def refuse(hook: HookView) -> None:
    """Count a post that was not even read."""
    services.count(hook.number, refused=1)


def _keep(hook: HookView, name: bytes, posted: Posted, now: datetime) -> str:
    try:
        read_json(posted.body)
    except Unreadable:
        return BROKEN
    return TAKEN if services.keep_post(hook, name, posted.body, now=now) else REPEATED


def work_off(*, limit: int, seconds: float, now: datetime) -> int:
    """Act on what was posted, for about so many seconds; returns how many events that were.

    limit  hard bounces in a row that retire an address, where the tenant says nothing else
    """
    end, acted = time.monotonic() + seconds, 0
    while time.monotonic() < end and (one := services.take_post(now=now)):
        acted += _Round(one, limit, now).run(end)
    return acted


class _Round:
    """Some events of one post, each in a transaction of its own: done twice they count once."""

    def __init__(self, one: Waiting, limit: int, now: datetime) -> None:
        self._one, self._limit, self._now = one, limit, now
        self._counts: Counter[str] = Counter()

    def run(self, end: float) -> int:
        one, hook = self._one, self._one.hook
        tenants = all_tenants()
        bound = next((tenant for tenant in tenants if tenant.number == hook.tenant_number), None)
        if hook.provider == SES:  # a notification says that there is nothing left to be confirmed
            services.note(hook.number, confirmation(one.body))
        events = self._events() if bound or hook.tenant_number is None else []
        done = self._act(events, Matcher(bound, tenants), end) if events else 0
        if done == len(events):
            services.finish(one)
        if self._counts:
            services.count(hook.number, **self._counts)
        return done - one.done

    def _events(self) -> list[HookEvent]:
        try:
            return gates.read(self._one.hook.provider, self._one.body)
        except Unreadable:  # a message within the message
            self._counts[BROKEN] += 1
            return []

    def _act(self, events: list[HookEvent], matcher: Matcher, end: float) -> int:
        done = self._one.done
        for event in events[done:]:
            try:
                self._counts[self._one_event(event, matcher)] += 1
            except Exception as reason:  # noqa: BLE001 - the next ones must not wait for ever behind it
                log.error("hooks.event_failed", hook=self._one.hook.number, kind=type(reason).__name__)
                if not services.put_off(self._one, done, now=self._now):
                    self._counts[FAILED] += 1
                return done
            done += 1
            if time.monotonic() > end:
                break
        if done < len(events):
            services.put_back(self._one, done, now=self._now)
        return done

    def _one_event(self, event: HookEvent, matcher: Matcher) -> str:
        match = matcher.find(event, now=self._now)
        if match is None:
            return UNMATCHED
        with match.tenant.atomic(durable=True):
            return self._follow(match.tenant, match, event)

    def _follow(self, tenant: TenantDB, match: Match, event: HookEvent) -> str:
        of, now = match.about, self._now
        match event.kind:
            case Kind.BOUNCE:
                delivery_id = delivery_of(match)
                to = recipient_of(tenant, delivery_id) if delivery_id is not None else None
                if to is None or not to.key:
                    return UNMATCHED
                bounced(tenant, to, Said(event.verdict, event.code, event.words), limit=self._limit, actor=ACTOR, now=now)
            case Kind.COMPLAINT:
                complained(tenant, of, source="webhook", actor=ACTOR, now=now)
            case Kind.COMPLAINED_BEFORE:  # about another mail than this one, so this one is not to be blamed for it
                suppress(tenant, kind=COMPLAINT, key=of.key, source="webhook", actor=ACTOR, now=now)
                leave_lists(tenant, of.subscriber_id, None, how="complaint", actor=ACTOR, now=now)
            case Kind.LEFT:
                unsubscribe(tenant, of.subscriber_id, of.mailing_id, how="provider", actor=ACTOR, now=now)
        return event.kind.value
