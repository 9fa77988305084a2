"""Send a mailing: check it, freeze what it says and who gets it; the sending processes do the rest."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from siegelpost.audience.leaving import hold_lists
from siegelpost.audience.reads import fields_of
from siegelpost.base.actor import Actor
from siegelpost.base.settings import Settings
from siegelpost.consent.inherited import heed_parent
from siegelpost.delivery.errors import ConservationBroken
from siegelpost.delivery.launch import freeze_audience, freeze_plan
from siegelpost.delivery.limits import hosts_of_groups, receiving_domains
from siegelpost.delivery.plan import FrozenVariant, LaunchPlan, Pace
from siegelpost.delivery.tally import matches_rows
from siegelpost.delivery.upkeep import pause
from siegelpost.evidence.services import append
from siegelpost.flows.approved_launch import approve_launch, counted, ensure_within
from siegelpost.flows.check_domain import ensure_checked
from siegelpost.flows.check_mailing import ensure_sendable, source_of
from siegelpost.flows.first_mail import notice_for
from siegelpost.flows.import_proof import ensure_proven, ensure_still_proven
from siegelpost.flows.list_header import list_header
from siegelpost.flows.listed import compare_everybody, note_compared
from siegelpost.flows.measuring import measuring, own_domains, take_back_if_small, told_apart_by_few
from siegelpost.flows.own_addresses import bounce_domain, complaint_address
from siegelpost.flows.public_address import public_url_of
from siegelpost.flows.purposes import ensure_one_purpose
from siegelpost.flows.renew_consents import ensure_asks_its_list, leave_recent_out
from siegelpost.flows.singly import begin_singly, heed_singly
from siegelpost.mailings.change import version_of
from siegelpost.mailings.errors import MailingChanged, StateRefused
from siegelpost.mailings.reads import MailingFacts, SenderFacts, mailing
from siegelpost.mailings.reads import sender as sender_of
from siegelpost.mailings.schedule import keep_pace, start_of
from siegelpost.mailings.state import CANCELLED, DRAFT, PREPARING, SCHEDULED, SENDING, move
from siegelpost.measure import policy
from siegelpost.measure.modes import OFF
from siegelpost.measure.services import register_targets, withhold_together
from siegelpost.render.compile import compile_variant
from siegelpost.tenancy.handle import TenantDB

APPROVED = (DRAFT, "approved", SCHEDULED)
CALLED: Final = "mailing.launch_called"
"""A program's call launched it; by this entry the same call is known again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreed:
    """What somebody agreed to send, and how.

    version  what `version_of` said of the mailing; "" for as it is now
    pace     None for the one that the mailing has
    call     hashes of the key of a program's call and of what it wants; None where no program called
    """

    version: str = ""
    pace: Pace | None = None
    call: tuple[str, str] | None = None

    def keep(self, tenant: TenantDB, mailing_id: int, *, actor: Actor, now: datetime) -> None:
        """Write pace and call down, inside the transaction in which the mailing moves on: a refused mailing stays as it was."""
        if self.call is not None:
            key, wanted = self.call
            append(tenant, CALLED, subject=f"mailing:{mailing_id}", details={"key": key, "wanted": wanted}, actor=actor, at=now)
        if self.pace is not None:
            keep_pace(tenant, mailing_id, self.pace.as_dict(), actor=actor, now=now)


AS_IT_IS: Final = Agreed()


def with_pace_of(facts: MailingFacts, agreed: Agreed) -> MailingFacts:
    """A mailing with the pace that somebody agreed to, where they did."""
    return facts if agreed.pace is None else replace(facts, pace=agreed.pace.as_dict())


def launch(
    tenant: TenantDB,
    mailing_id: int,
    *,
    settings: Settings,
    actor: Actor,
    now: datetime,
    agreed: Agreed = AS_IT_IS,
    frm: tuple[str, ...] = APPROVED,
) -> None:
    """Freeze a mailing and its audience and let it go; returns when the audience is frozen.

    frm  states it may be in; with SCHEDULED alone its time must have come

    Running it again after a fault half-way goes on with the same frozen plan.
    Raises what `ensure_checked`, `ensure_sendable` and `move` raise, ConservationBroken, MailingChanged where somebody else wrote
    meanwhile, ListUnknown where somebody deleted a list meanwhile, ApprovalNeeded where a rule asks for a second person, ProofMissing
    where consent of imported people is still to be shown, and ParentAway where the list of the account above cannot be read.
    """
    heed_parent(tenant)
    heed_singly(tenant, actor=actor, now=now)
    facts = mailing(tenant, mailing_id)
    if facts.state != PREPARING:
        version = agreed.version or version_of(facts)
        facts = with_pace_of(facts, agreed)
        if facts.sender_id is not None:  # what is missing is said below
            ensure_checked(tenant, sender_of(tenant, facts.sender_id).domain_id, settings=settings, actor=actor, now=now)
        sender = ensure_sendable(tenant, mailing_id, public_host=settings.public_host)
        ensure_one_purpose(tenant, facts.list_ids, use=f"mailing:{mailing_id}", actor=actor, now=now)
        ensure_proven(tenant, facts.list_ids, actor=actor, now=now)
        plan, measured = freeze(tenant, facts, sender, settings)
        people = counted(tenant, facts, now=now)
        with tenant.atomic():
            agreed.keep(tenant, mailing_id, actor=actor, now=now)
            move(tenant, mailing_id, PREPARING, frm=frm, actor=actor, now=now)  # from here on nobody writes
            hold_lists(tenant, facts.list_ids)  # nor deletes a list
            put_off = frm == (SCHEDULED,) and (start_of(tenant, mailing_id) or now) > now
            if put_off or not version_of(facts) == version_of(mailing(tenant, mailing_id)) == version:
                raise MailingChanged(id=mailing_id)
            approve_launch(tenant, facts, people, scheduled=frm == (SCHEDULED,), actor=actor, now=now)
            register_targets(tenant, measured, actor=actor, now=now)
            begin_singly(tenant, measured, now=now)
            freeze_plan(tenant, plan, now=now)
    compare_everybody(tenant, settings, now=now)
    freeze_audience(tenant, mailing_id)
    leave_recent_out(tenant, mailing_id, now=now)
    compare_everybody(tenant, settings, now=now)  # who came in between
    note_compared(tenant, mailing_id, now=now)
    ensure_within(tenant, mailing_id, now=now)
    ensure_still_proven(tenant, mailing_id, actor=actor, now=now)
    few_apart = told_apart_by_few(tenant, mailing_id)
    try:
        with tenant.atomic():
            move(tenant, mailing_id, SENDING, frm=(PREPARING,), actor=actor, now=now)
            take_back_if_small(tenant, mailing_id, actor=actor, now=now)
            withhold_together(tenant, mailing_id, few_apart, actor=actor, now=now)
    except StateRefused:
        if mailing(tenant, mailing_id).state == CANCELLED:
            raise
        return  # another process went on with the same launch and was first
    if not matches_rows(tenant, mailing_id):
        pause(tenant, mailing_id, ConservationBroken.code)
        raise ConservationBroken(id=mailing_id)


def freeze(tenant: TenantDB, facts: MailingFacts, sender: SenderFacts, settings: Settings) -> tuple[LaunchPlan, policy.MeasurePlan]:
    """Everything that later changes must not reach, and the measured addresses."""
    links = {variant.id: compile_variant(source_of(variant)).links for variant in facts.variants}
    asks = ensure_asks_its_list(tenant, facts)  # nothing of it is measured, whatever somebody chose since
    measured = measuring(tenant, replace(facts, measure=OFF) if asks else facts, links, settings)
    variants = []
    for one in facts.variants:
        targets = measured.variants.get(one.id)
        variants.append(
            FrozenVariant(
                id=one.id, subject=one.subject, preheader=one.preheader, format=one.format, source=one.source, text=one.text_source,
                pixel=targets.pixel if targets else "", links=dict(targets.links) if targets else {},
            )
        )  # fmt: skip
    plan = LaunchPlan(
        mailing_id=facts.id, kind=facts.kind, list_ids=facts.list_ids, list_header=list_header(tenant, facts.list_ids, sender),
        sender_name=sender.name, sender_email=sender.email, sender_code=sender.code, domain_id=sender.domain_id, domain=sender.domain,
        reply_to=facts.reply_to, imprint=tenant.imprint, public_url=public_url_of(tenant, settings), bounce_domain=bounce_domain(settings),
        complaint_address=complaint_address(settings), tenant_slug=tenant.slug, variants=tuple(variants),
        date_fields=tuple(field.alias for field in fields_of(tenant) if field.kind == "date"), measure=measured.as_dict(),
        demands_tls=tenant.demands_tls, pace=Pace.from_dict(facts.pace), receivers=receiving_domains(),
        hosts=hosts_of_groups(), plain_domains=own_domains(tenant),
        notice=notice_for(tenant, facts.list_ids),
    )  # fmt: skip
    return plan, measured
