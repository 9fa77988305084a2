"""A person's own page: which lists are on, which are off."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime

from siegelpost.audience.listing import list_names
from siegelpost.audience.reads import find_subscriber, lists_of
from siegelpost.audience.services import add_member
from siegelpost.base.actor import Actor
from siegelpost.base.i18n import marked as _
from siegelpost.base.i18n import translate
from siegelpost.consent import forms, purposes, reads
from siegelpost.consent.form_asks import offered_purposes
from siegelpost.consent.giving import give
from siegelpost.consent.grants import Proof, grant
from siegelpost.consent.returning import come_back
from siegelpost.consent.rules import text_digest
from siegelpost.consent.suppression import closed_for_good, opted_out_of
from siegelpost.consent.texts import ensure_text
from siegelpost.consent.unmeasured import allow_measuring, refuse_measuring, wants_no_measuring
from siegelpost.consent.words import purpose_name
from siegelpost.feedback.services import record_unsubscribe
from siegelpost.flows.unsubscribe import leave_lists, mailing_lists
from siegelpost.measure.singly.folding import fold_people
from siegelpost.tenancy.handle import TenantDB

SWITCH_ON_TEXT = _(
    "By switching a list on I agree that {tenant} sends me its e-mails. I can withdraw this consent here or through the link "
    "in each e-mail at any time with effect for the future."
)


@dataclass(frozen=True, slots=True)
class ListChoice:
    """One list on the page."""

    id: int
    name: str
    description: str
    on: bool


@dataclass(frozen=True, slots=True)
class Preferences:
    """What the page shows: the lists, the declaration that switching one on makes, and whether anything is counted of the person.

    purposes  what they agreed to beside the e-mails, and what they can agree to
    """

    lists: tuple[ListChoice, ...]
    text: str
    unmeasured: bool = False
    purposes: tuple["PurposeChoice", ...] = ()


@dataclass(frozen=True, slots=True)
class PurposeChoice:
    """One purpose beside the e-mails: its name, the declaration that giving it makes, whether it is on."""

    purpose: str
    name: str
    text: str
    on: bool


def show(tenant: TenantDB, subscriber_id: int, *, language: str) -> Preferences:
    """Return the lists that the person may switch: those they are or were on, and those that a public form offers anyway.

    Other lists stay unknown: their names may say something about other people. Somebody who was erased sees none.
    """
    person = find_subscriber(tenant, subscriber_id)
    running = reads.running_lists(tenant, subscriber_id)
    running -= opted_out_of(tenant, person.key, running) if person else frozenset()
    shown = forms.offered_lists(tenant) | reads.known_lists(tenant, subscriber_id) | (person.list_ids if person else frozenset())
    shown -= closed_for_good(tenant, person.key, shown) if person else frozenset()
    lists = tuple(ListChoice(item.id, item.name, item.description, item.id in running) for item in lists_of(tenant) if item.id in shown)
    unmeasured = person is not None and wants_no_measuring(tenant, person.key)
    beside = _purposes(tenant, subscriber_id, unmeasured=unmeasured, language=language) if person else ()
    return Preferences(lists if person else (), translate(SWITCH_ON_TEXT, language).format(tenant=tenant.name), unmeasured, beside)


def _purposes(tenant: TenantDB, subscriber_id: int, *, unmeasured: bool, language: str) -> tuple[PurposeChoice, ...]:
    """Those to which the person agreed, and those for which a form asks everybody; to whoever wants no measuring none is offered."""
    on = purposes.running(tenant, subscriber_id)
    offered = frozenset() if unmeasured else offered_purposes(tenant)
    return tuple(
        PurposeChoice(one, purpose_name(one, language), purposes.our_words(tenant, one, language), one in on)
        for one in purposes.PURPOSES
        if one in on | offered
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What was posted: `on` are ids of lists; `nothing` is the button that ends everything; `mailing_id` led to the page."""

    on: AbstractSet[int]
    nothing: bool
    mailing_id: int
    language: str


def change(tenant: TenantDB, subscriber_id: int, choice: Choice, *, now: datetime) -> None:
    """Switch lists as the person chose; doing it twice is safe.

    On is a new consent with the text of the page (it also lifts an opt-out of that list), off a withdrawal. Ids of lists that
    the page does not show are passed over. "Nothing any more" opts out of all that the tenant sends.

    Source: Art. 7(3) GDPR (withdrawing is as easy as giving).
    """
    page = show(tenant, subscriber_id, language=choice.language)
    off = [item.id for item in page.lists if item.on and item.id not in choice.on]
    with tenant.atomic(durable=True):
        if choice.nothing:
            left = leave_lists(tenant, subscriber_id, None, how="preferences", actor=Actor.subject(), now=now)
        else:
            for item in page.lists:
                if item.id in choice.on and not item.on:
                    _switch_on(tenant, subscriber_id, item, page.text, choice.language, now)
            left = bool(off) and leave_lists(tenant, subscriber_id, off, how="preferences", actor=Actor.subject(), now=now)
        if left and (choice.nothing or set(off) & set(mailing_lists(tenant, choice.mailing_id))):
            record_unsubscribe(tenant, mailing_id=choice.mailing_id, subscriber_id=subscriber_id, at=now)


def choose_measuring(tenant: TenantDB, subscriber_id: int, *, unmeasured: bool, now: datetime) -> None:
    """Count nothing of the person any more, or count them like everybody else; from the next message on. Twice is safe.

    Source: Art. 21(1) GDPR; it is as easy as anything else on the page and needs no reason.
    """
    person = find_subscriber(tenant, subscriber_id)
    if person is not None:
        change_it = refuse_measuring if unmeasured else allow_measuring
        actor = Actor.subject()
        with tenant.atomic(durable=True):
            change_it(tenant, person.key, subscriber_id=subscriber_id, actor=actor, now=now)
            if unmeasured:
                purposes.take_back(tenant, subscriber_id=subscriber_id, purposes=purposes.PURPOSES, how="preferences", actor=actor, now=now)
                fold_people(tenant, [subscriber_id])


def choose_purpose(tenant: TenantDB, subscriber_id: int, purpose: str, *, on: bool, language: str, now: datetime) -> None:
    """Agree to a purpose that the page offers, in the words that it shows, or take it back; twice is safe.

    What the page does not offer is passed over. Source: Art. 7(3) GDPR (withdrawing is as easy as giving).
    """
    shown = {one.purpose: one for one in show(tenant, subscriber_id, language=language).purposes}
    if purpose not in shown:
        return
    actor = Actor.subject()
    with tenant.atomic(durable=True):
        if not on:
            purposes.take_back(tenant, subscriber_id=subscriber_id, purposes=[purpose], how="preferences", actor=actor, now=now)
            if purpose == purposes.MEASURING:
                fold_people(tenant, [subscriber_id])
            return
        text_id = ensure_text(tenant, shown[purpose].text, language=language, now=now, purpose=purpose)
        digests = {"text_sha256": text_digest(purpose, language, shown[purpose].text)}
        proof = Proof(ground="preferences", source="preferences", text_id=text_id, snapshot={"language": language}, digests=digests)
        give(tenant, subscriber_id=subscriber_id, purpose=purpose, proof=proof, at=now, actor=actor)


def _switch_on(tenant: TenantDB, subscriber_id: int, item: ListChoice, text: str, language: str, now: datetime) -> None:
    actor = Actor.subject()
    person = find_subscriber(tenant, subscriber_id)
    if person is None:
        return
    proof = Proof(
        ground="preferences",
        source="preferences",
        text_id=ensure_text(tenant, text, language=language, now=now),
        snapshot={"list": item.name, "language": language},
    )
    others = list(list_names(tenant))
    come_back(tenant, person.key, subscriber_id=subscriber_id, list_ids=[item.id], all_lists=others, actor=actor, now=now)
    add_member(tenant, subscriber_id, item.id, now)
    grant(tenant, subscriber_id=subscriber_id, list_id=item.id, proof=proof, at=now, actor=actor)
