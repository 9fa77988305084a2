"""Somebody answers a mailing by hand: where it reads like a withdrawal, it is one, at once."""

from datetime import datetime

from siegelpost.audience.addresses import read_address
from siegelpost.audience.reads import SubscriberView, find_by_email, find_subscriber
from siegelpost.base.actor import Actor
from siegelpost.base.settings import Settings
from siegelpost.consent.reads import running_lists
from siegelpost.consent.rules import OPTOUT
from siegelpost.consent.rules import REPLY as BY_REPLY
from siegelpost.consent.suppression import opt_outs, suppress
from siegelpost.delivery.reads import recipient_of
from siegelpost.evidence.services import append
from siegelpost.feedback.answers import Answer, read_answer
from siegelpost.feedback.replies import Changed, is_known, name_of, record_reply
from siegelpost.feedback.services import record_unsubscribe
from siegelpost.feedback.withdrawal import reads_like_withdrawal
from siegelpost.flows.own_addresses import bounce_domain
from siegelpost.flows.receive_address import read_link
from siegelpost.flows.returned import mailing_of_id
from siegelpost.flows.unsubscribe import leave_lists, mailing_lists
from siegelpost.sign.addresses import address_key
from siegelpost.sign.verp import REPLY, VerpMint
from siegelpost.tenancy.handle import TenantDB


def reply_address(tenant: TenantDB, settings: Settings) -> str:
    """Where a tenant's mailboxes send copies of what people answer."""
    return VerpMint(REPLY, tenant.number, tenant.keys.tokens, bounce_domain(settings)).make()


def receive_reply(tenant: TenantDB, content: bytes, *, delivery_id: int | None = None, actor: Actor, now: datetime) -> bool:
    """Act on a letter that reads like a withdrawal, and return whether it does. Inside `tenant.atomic()`.

    delivery_id  of the mailing that it answers, where the address it came to says so

    The withdrawal holds for the lists of the mailing that is answered; where that is not known, for everything: in doubt the
    person gets nothing. An address that nobody has here is opted out of everything. The same letter twice counts once.

    Source: Art. 7(3) and 21(3) GDPR: a withdrawal has no form.
    """
    answer = read_answer(content)
    if answer is None or not reads_like_withdrawal(answer.subject, answer.text):
        return False
    digest = name_of(tenant, answer.sender, answer.name)
    if not is_known(tenant, digest):
        _withdraw(tenant, answer, delivery_id, digest, actor, now)
    return True


def _withdraw(tenant: TenantDB, answer: Answer, delivery_id: int | None, digest: bytes, actor: Actor, now: datetime) -> None:
    person, mailing_id = _whom(tenant, answer, delivery_id)
    sender = read_address(answer.sender).address
    if person is None and not sender:
        return
    key = person.key if person else address_key(sender, tenant.keys.addresses)
    changed = _leave(tenant, person, mailing_id, actor, now) if person else _block(tenant, key, actor, now)
    if not changed:
        return
    written = f"{answer.subject}\n\n{answer.text.strip()}".strip()
    record_reply(tenant, (person.id if person else None, key), mailing_id, digest=digest, written=written, changed=changed, now=now)
    subject = f"subscriber:{person.id}" if person else "address"
    append(tenant, "feedback.withdrawn_by_reply", subject=subject, details={"mailing": mailing_id}, actor=actor, at=now)


def _whom(tenant: TenantDB, answer: Answer, delivery_id: int | None) -> tuple[SubscriberView | None, int | None]:
    """Whose withdrawal it is and which mailing it answers: what we made ourselves counts before what stands in From."""
    if delivery_id is not None and (to := recipient_of(tenant, delivery_id)):
        return find_subscriber(tenant, to.subscriber_id), to.mailing_id
    quoted = _quoted(tenant, answer)
    person = find_by_email(tenant, answer.sender)
    if person is None:  # from another address of the same person: their own link proves it, as if they had followed it
        return (find_subscriber(tenant, quoted[0]), quoted[1]) if quoted else (None, None)
    if quoted and quoted[0] == person.id:
        return person, quoted[1]
    return person, mailing_of_id(tenant, person.id, answer.references)


def _quoted(tenant: TenantDB, answer: Answer) -> tuple[int, int] | None:
    """Person and mailing of the first link of this tenant that is quoted."""
    for found in filter(None, map(read_link, answer.links)):
        if found.tenant.number == tenant.number:
            subscriber_id, mailing_id = found.numbers
            return subscriber_id, mailing_id
    return None


def _leave(tenant: TenantDB, person: SubscriberView, mailing_id: int | None, actor: Actor, now: datetime) -> Changed:
    lists = mailing_lists(tenant, mailing_id) if mailing_id is not None else ()
    consents, opted_out = running_lists(tenant, person.id), opt_outs(tenant, person.key)
    left = leave_lists(tenant, person.id, lists or None, how=BY_REPLY, actor=actor, now=now)
    counted = left and mailing_id is not None and record_unsubscribe(tenant, mailing_id=mailing_id, subscriber_id=person.id, at=now)
    after = find_subscriber(tenant, person.id)
    return Changed(
        consents=tuple(sorted(consents - running_lists(tenant, person.id))),
        members=tuple(sorted(person.list_ids - after.list_ids)) if after else (),
        opt_outs=tuple(opt_outs(tenant, person.key) - opted_out),
        counted=counted,
    )


def _block(tenant: TenantDB, key: bytes, actor: Actor, now: datetime) -> Changed:
    new = suppress(tenant, kind=OPTOUT, key=key, source=BY_REPLY, actor=actor, now=now)
    return Changed(opt_outs=(None,) if new else ())
