"""Somebody leaves lists: consents, memberships and opt-outs in one go, with what the tenant set up for it.

Every way out ends here: links, one click, letters, the page of preferences, answers, complaints, and what staff enter.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Final

from siegelpost.audience.listing import list_names
from siegelpost.audience.reads import SubscriberView
from siegelpost.audience.services import remove_member
from siegelpost.base.actor import Actor
from siegelpost.consent import reads
from siegelpost.consent.grants import withdraw
from siegelpost.consent.opt_out_set_ups import NONE, Effects, SetUpView, effects_of
from siegelpost.consent.opt_outs import show_address
from siegelpost.consent.renewals import SILENCE
from siegelpost.consent.rules import BLACKLIST, REPLY
from siegelpost.consent.suppression import OptOutEntry, opt_out, suppress
from siegelpost.flows.dialog import Addressee
from siegelpost.flows.opt_out_notices import Goodbye, announce, may_say_goodbye, say_goodbye
from siegelpost.tenancy.handle import TenantDB

COMPLAINT: Final = "complaint"
NOT_ME: Final = "not-me"
PREFERENCES: Final = "preferences"
BARE: Final = (COMPLAINT, NOT_ME, SILENCE)
"""Nothing but the end: whoever complained or kept silent gets no farewell, and whoever never signed up has not left."""
BY_SET_UP: Final = "opt-out-set-up"
"""Source of a blacklist entry that a set-up made."""


@dataclass(frozen=True, slots=True)
class Leaver:
    """Whom it is about: keyed hash and address, and the person's number, lists and fields where somebody here has the address."""

    key: bytes
    email: str
    subscriber_id: int | None = None
    list_ids: frozenset[int] = frozenset()
    fields: Mapping[str, Any] = field(default_factory=dict)
    language: str = ""

    @classmethod
    def of(cls, person: SubscriberView) -> "Leaver":
        """A person who is stored."""
        return cls(person.key, person.email, person.id, person.list_ids, person.fields, person.language)


@dataclass(frozen=True, slots=True)
class Leaving:
    """What was said: the lists (None: everything), how, and when a letter or call came in."""

    list_ids: tuple[int, ...] | None
    how: str
    received_on: date | None = None


def leave(tenant: TenantDB, who: Leaver, said: Leaving, *, actor: Actor, now: datetime) -> bool:
    """Act on a withdrawal or an objection; inside `tenant.atomic()`. Returns whether anything of it was new; twice is safe.

    Consents and memberships end, and opt-outs keep any later import from bringing the address back.

    Source: Art. 7(3), 21(3) GDPR.
    """
    effects = _effects(tenant, said)
    fond = any(one.farewell_id for one in effects.set_ups) and may_say_goodbye(tenant, who.key, who.email)
    wanted = None if said.list_ids is None or effects.everything else tuple(sorted({*said.list_ids, *effects.lists}))
    ended = _end(tenant, who, wanted, said.how, actor, now)
    about: Sequence[int | None] = (None,) if wanted is None else wanted
    entries = [OptOutEntry(who.key, one, said.how, said.received_on, effects.final) for one in about]
    added = [opt_out(tenant, one, actor=actor, now=now) for one in entries]
    if effects.blacklist:
        suppress(tenant, kind=BLACKLIST, key=who.key, source=BY_SET_UP, actor=actor, now=now)
    if any(added):
        show_address(tenant, who.key, who.email, now=now)
    changed = bool(ended) or any(added)
    if changed:
        announce(tenant, effects.set_ups, (who.key, who.email), wanted, said.how, now=now)
        if fond:
            say_goodbye(
                tenant,
                effects.set_ups,
                Goodbye(Addressee(who.email, who.language or tenant.language), who.fields, wanted),
                actor=actor,
                now=now,
            )
    return changed


def _effects(tenant: TenantDB, said: Leaving) -> Effects:
    """What the set-ups add to it."""
    if said.how in BARE:
        return NONE
    found = effects_of(tenant, said.list_ids)
    if said.how == PREFERENCES and said.list_ids is not None:  # each list was chosen by itself: nothing is guessed beside them
        return replace(found, lists=frozenset(), everything=False, blacklist=False, final=False)
    if said.how == REPLY:  # a program read it, and staff may correct it: nothing that cannot be taken back
        found = replace(found, blacklist=False, final=False, set_ups=_without_farewell(found.set_ups))
    return replace(found, lists=found.lists & frozenset(list_names(tenant)))


def _without_farewell(set_ups: tuple[SetUpView, ...]) -> tuple[SetUpView, ...]:
    return tuple(replace(one, farewell_id=None) for one in set_ups)


def _end(tenant: TenantDB, who: Leaver, wanted: tuple[int, ...] | None, how: str, actor: Actor, now: datetime) -> int:
    if who.subscriber_id is None:
        return 0
    gone = sorted(reads.known_lists(tenant, who.subscriber_id) | who.list_ids if wanted is None else frozenset(wanted))
    ended = withdraw(tenant, subscriber_id=who.subscriber_id, list_ids=gone, how=how, actor=actor, now=now)
    for list_id in gone:
        remove_member(tenant, who.subscriber_id, list_id, now)
    return ended
