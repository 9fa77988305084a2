"""Staff take back that an answer was read as a withdrawal."""

from datetime import datetime

from siegelpost.audience.listing import list_names
from siegelpost.audience.reads import find_subscriber
from siegelpost.audience.services import add_member
from siegelpost.base.actor import Actor
from siegelpost.consent.grants import reopen
from siegelpost.consent.suppression import opted_out_of, take_back_reply
from siegelpost.feedback.replies import Withdrawn, mark_corrected
from siegelpost.feedback.services import take_back_unsubscribe
from siegelpost.tenancy.handle import TenantDB


def correct_reply(tenant: TenantDB, reply_id: int, reason: str, *, actor: Actor, now: datetime) -> None:
    """Give a person back what an answer took that was no withdrawal: consents, lists, and that they may be written to.

    reason  how somebody knows; obligatory, and kept with the answer

    What the person said clearly since then stays as they said it, and lists that are gone stay gone.
    Raises ReplyUnknown, ReplyCorrected, ReasonMissing.
    """
    with tenant.atomic(durable=True):
        found = mark_corrected(tenant, reply_id, reason, actor=actor, now=now)
        take_back_reply(tenant, found.key, found.changed.opt_outs, actor=actor, now=now)
        if found.subscriber_id is not None and find_subscriber(tenant, found.subscriber_id):
            _give_back(tenant, found, found.subscriber_id, actor, now)


def _give_back(tenant: TenantDB, found: Withdrawn, subscriber_id: int, actor: Actor, now: datetime) -> None:
    said = found.changed
    known = frozenset(list_names(tenant))
    left = opted_out_of(tenant, found.key, known)
    reopen(tenant, subscriber_id=subscriber_id, list_ids=sorted(known & set(said.consents) - left), at=found.at, actor=actor, now=now)
    for list_id in sorted(known & set(said.members) - left):
        add_member(tenant, subscriber_id, list_id, now)
    if said.counted and found.mailing_id is not None and not set(said.consents) & left:
        take_back_unsubscribe(tenant, mailing_id=found.mailing_id, subscriber_id=subscriber_id)
