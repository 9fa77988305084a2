"""How a mailing is measured: decided at its launch by all who have a say, and taken back where its audience is too small."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from siegelpost.audience.listing import list_names
from siegelpost.audience.reads import list_by_name
from siegelpost.base.actor import Actor
from siegelpost.base.settings import Settings
from siegelpost.delivery.launch import unmeasure
from siegelpost.delivery.reads import differ, measurable
from siegelpost.flows.public_address import public_url_of
from siegelpost.flows.singly import turn_anonymous
from siegelpost.mailings.browse import alike, sender_domains
from siegelpost.mailings.reads import MailingFacts
from siegelpost.measure import policy
from siegelpost.measure.choices import Chosen, choose, choose_for_list, chosen, of_lists, said
from siegelpost.measure.modes import OFF, Modes
from siegelpost.measure.reads import decided
from siegelpost.measure.rules import K, withheld_together
from siegelpost.measure.services import take_back_targets
from siegelpost.tenancy.handle import TenantDB

NEAR: Final = timedelta(hours=20)
"""Launched within so long, two mailings to nearly the same people are compared: less than a day, so that a daily one keeps its figures."""
AS_TENANT: Final = "as-tenant"
"""A list that is measured as the tenant says."""


def measuring(tenant: TenantDB, facts: MailingFacts, links: Mapping[int, Sequence[str]], settings: Settings) -> policy.MeasurePlan:
    """The strictest of what tenant, lists and mailing say, as it is frozen.

    links  variant -> its links as they stand in its template

    Raises ModeUnknown, InstructionMissing.
    """
    everybody, words = said(tenant, facts.measure, facts.list_ids)
    made = policy.plan(tenant, facts.id, links, public_url=public_url_of(tenant, settings), mode=everybody.decided.word)
    return replace(made, people=made.mode != OFF and chosen(tenant).people, why=words)


def own_domains(tenant: TenantDB) -> tuple[str, ...]:
    """Domains whose addresses are the tenant's own people: those it sends from, and what is registered above them."""
    from siegelpost.mailings.domain_lookup import organisation  # noqa: PLC0415 - brings the DNS library along, see there

    domains = sender_domains(tenant)
    return tuple(sorted({*domains, *map(organisation, domains)}))


def take_back_if_small(tenant: TenantDB, mailing_id: int, *, actor: Actor, now: datetime) -> None:
    """Send without measuring what fewer than 20 people would get measured: nothing is then stored that could speak of so few.

    Inside the transaction in which the mailing begins to be sent.
    """
    found = decided(tenant, mailing_id)
    if found is not None and found.mode != OFF and measurable(tenant, mailing_id, most=K) < K:
        unmeasure(tenant, mailing_id)
        if not Modes.of(found.mode).personalised:  # whoever agreed keeps links of their own, which lead through the same targets
            take_back_targets(tenant, mailing_id, actor=actor, now=now)


@dataclass(frozen=True, slots=True)
class Measured:
    """How a tenant is measured, and which of its lists more strictly; lists by id and by name."""

    chosen: Chosen
    lists: Mapping[int, str]
    by_name: Mapping[str, str]


def standing_of(tenant: TenantDB) -> Measured:
    """What holds for everything that is launched now."""
    names = list_names(tenant)
    lists = of_lists(tenant, names)
    return Measured(chosen(tenant), lists, {names[number]: mode for number, mode in lists.items()})


def choose_measuring(tenant: TenantDB, mode: str, *, list_name: str = "", people: bool = False, actor: Actor, now: datetime) -> None:
    """Choose for the tenant, or for one list; AS_TENANT takes a list's own mode away.

    What the tenant chooses is anonymous or less: where single people were measured, all of it is folded for good (`singly.turn_anonymous`).
    Raises ModeUnknown, InstructionMissing, AboveCeiling, ListUnknown.
    """
    if list_name:
        number = list_by_name(tenant, list_name).id
        choose_for_list(tenant, number, "" if mode == AS_TENANT else mode, actor=actor, now=now)
    else:
        choose(tenant, mode, people=people, actor=actor, now=now)
        turn_anonymous(tenant, actor=actor, now=now)


def told_apart_by_few(tenant: TenantDB, mailing_id: int) -> list[int]:
    """Mailings whose frozen audience differs from that of this one by fewer than 20 people; before the transaction, for it reads both.

    Looked at are copies of each other, of any age, and what was launched nearly at the same time.
    """
    found = decided(tenant, mailing_id)
    if found is None or found.mode == OFF:
        return []
    return [one for one in alike(tenant, mailing_id, within=NEAR) if withheld_together(differ(tenant, mailing_id, one, most=K))]


def modes_of(tenant: TenantDB, facts: MailingFacts) -> Modes:
    """How a mailing is measured: what was frozen, before its launch what everybody says now."""
    found = decided(tenant, facts.id)
    return Modes.of(found.mode) if found else said(tenant, facts.measure, facts.list_ids)[0].decided
