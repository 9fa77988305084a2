"""Which delivery does a provider speak of? What we made ourselves says it; an address says it within one tenant only.

In this order: our envelope sender or an unsubscribe link of ours in what the provider repeats; our Message-ID, a keyed hash of mailing
and person; and, where the account sends for one tenant alone, the last mail to the address within five days.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from siegelpost.audience.reads import find_by_email
from siegelpost.delivery.reads import delivery_to, latest_delivery, recipient_of
from siegelpost.feedback.arf import find_links, find_local_parts
from siegelpost.feedback.hooks.events import HookEvent
from siegelpost.feedback.services import About
from siegelpost.flows.receive_address import Proven, read_link, read_local_part
from siegelpost.flows.returned import LATELY, about, mailing_of_id, whom
from siegelpost.mailings.reads import domains_of
from siegelpost.tenancy.handle import TenantDB


@dataclass(frozen=True, slots=True)
class Match:
    """The tenant, the mailing and the person that an event is about."""

    tenant: TenantDB
    about: About


class Matcher:
    """Finds deliveries for the events of one address.

    bound    the only tenant whose mail counts there; None for all
    tenants  all tenants
    """

    def __init__(self, bound: TenantDB | None, tenants: Iterable[TenantDB]) -> None:
        self._bound = bound
        self._by_domain: dict[str, list[TenantDB]] = {}
        for tenant in [bound] if bound else tenants:
            for one in domains_of(tenant):
                self._by_domain.setdefault(one.domain, []).append(tenant)

    def find(self, event: HookEvent, *, now: datetime) -> Match | None:
        """The delivery of an event; None where nothing of ours says which one, or where it is another tenant's."""
        for found in self._proofs(event):
            if self._bound is None or found.tenant.number == self._bound.number:
                of = whom(found)
                return Match(found.tenant, of) if of else None
        return self._by_message_id(event) or self._lately(event, now)

    def _proofs(self, event: HookEvent) -> Iterator[Proven]:
        places = list(event.places)
        yield from filter(None, map(read_local_part, find_local_parts(places)))
        yield from filter(None, map(read_link, find_links(places)))

    def _by_message_id(self, event: HookEvent) -> Match | None:
        name, domain = event.message_id
        for tenant in self._by_domain.get(domain, []) if name else []:
            person = find_by_email(tenant, event.email)
            mailing_id = mailing_of_id(tenant, person.id, [name]) if person else None
            if person and mailing_id is not None:
                return Match(tenant, About(mailing_id=mailing_id, subscriber_id=person.id, key=person.key))
        return None

    def _lately(self, event: HookEvent, now: datetime) -> Match | None:
        person = find_by_email(self._bound, event.email) if self._bound and event.email else None
        if self._bound is None or person is None:
            return None
        delivery_id = latest_delivery(self._bound, person.id, since=now - LATELY)
        to = recipient_of(self._bound, delivery_id) if delivery_id is not None else None
        return Match(self._bound, about(to)) if to and to.key else None


def delivery_of(match: Match) -> int | None:
    """The number of the delivery that a match means."""
    of = match.about
    return of.delivery_id if of.delivery_id is not None else delivery_to(match.tenant, of.mailing_id, of.subscriber_id)
