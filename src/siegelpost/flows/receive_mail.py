"""A mail came to one of our addresses: a bounce, a complaint, or somebody who wants no more mail."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from siegelpost.audience.reads import find_by_email
from siegelpost.base.actor import Actor
from siegelpost.delivery.reads import latest_delivery, recipient_of
from siegelpost.feedback.arf import Complaint, read_arf
from siegelpost.feedback.dsn import read_dsn, weigh, words_of
from siegelpost.feedback.rules import BOUNCES, DEFAULT_LIMIT
from siegelpost.flows.receive_address import Proven, read_address, read_link, read_local_part
from siegelpost.flows.receive_reply import receive_reply
from siegelpost.flows.receive_report import receive_report
from siegelpost.flows.returned import LATELY, Said, bounced, complained, whom
from siegelpost.flows.unsubscribe import unsubscribe
from siegelpost.sign.verp import BOUNCE, REPLY, REPORT, UNSUBSCRIBE
from siegelpost.tenancy.handle import TenantDB


class Outcome(StrEnum):
    """What became of a mail.

    BOUNCE        recorded, now or before
    COMPLAINT     recorded, now or before
    REPORT        about the mail of a sender domain, recorded now or before
    UNSUBSCRIBED  the person gets no more of it
    UNMATCHED     taken, counted and forgotten: a bounce of nothing that we sent to that address lately
    DROPPED       taken and forgotten: absence notes, receipts, delays, letters for people, reports about people who are gone
    REFUSED       not for us: the sender is told so
    """

    BOUNCE = "bounce"
    COMPLAINT = "complaint"
    REPORT = "report"
    UNSUBSCRIBED = "unsubscribed"
    UNMATCHED = "unmatched"
    DROPPED = "dropped"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Receiving:
    """What the operator set.

    complaint_address  where receivers send feedback reports, "" for none
    limit              hard bounces in a row that retire an address, 1.., where the tenant says nothing else
    """

    complaint_address: str = ""
    limit: int = DEFAULT_LIMIT


def accepts(address: str, rules: Receiving) -> bool:
    """Whether mail to this address is for us. Anybody may ask, so it says no more than yes or no."""
    return _takes_complaints(address, rules) or read_address(address) is not None


def receive(address: str, content: bytes, rules: Receiving, *, actor: Actor, now: datetime) -> Outcome:
    """Act on one mail and return what became of it; when this returns, everything is on disk.

    address  envelope recipient
    content  the whole message as it came, of any shape

    Receiving the same mail twice is safe. Nothing in the mail is believed unless an address or link of our own proves it.
    """
    if _takes_complaints(address, rules):
        complaint = read_arf(content)
        return _complaint(complaint, actor, now) if complaint else Outcome.REFUSED
    found = read_address(address)
    if found is None:
        return Outcome.REFUSED
    try:
        with found.tenant.atomic(durable=True):
            return _act(found, content, rules, actor, now)
    finally:
        found.tenant.close()


def _takes_complaints(address: str, rules: Receiving) -> bool:
    return bool(rules.complaint_address) and address.lower() == rules.complaint_address.lower()


def _act(found: Proven, content: bytes, rules: Receiving, actor: Actor, now: datetime) -> Outcome:
    match found.kind, found.numbers:
        case (kind, (subscriber_id, mailing_id)) if kind == UNSUBSCRIBE:
            unsubscribe(found.tenant, subscriber_id, mailing_id, how="mailto", actor=Actor.subject(), now=now)
            return Outcome.UNSUBSCRIBED
        case (kind, (delivery_id,)) if kind == BOUNCE:
            if complaint := read_arf(content):  # some receivers report to the envelope sender
                return _complain(complaint, found, actor, now)
            if receive_reply(found.tenant, content, delivery_id=delivery_id, actor=actor, now=now):  # and some programs answer to it
                return Outcome.UNSUBSCRIBED
            return _bounce(found.tenant, delivery_id, content, rules, actor, now)
        case (kind, (domain_id,)) if kind == REPORT:
            return Outcome.REPORT if receive_report(found.tenant, domain_id, content, now=now) else Outcome.DROPPED
        case (kind, _none) if kind == REPLY:
            if receive_reply(found.tenant, content, actor=actor, now=now):
                return Outcome.UNSUBSCRIBED
            return _bounce_by_text(found.tenant, content, rules, actor, now)
    return Outcome.DROPPED  # a system mail of ours came back: nobody is subscribed by it


def _bounce(tenant: TenantDB, delivery_id: int, content: bytes, rules: Receiving, actor: Actor, now: datetime) -> Outcome:
    reports = read_dsn(content)
    recipient = recipient_of(tenant, delivery_id) if reports else None
    if recipient is None or not recipient.key:
        return Outcome.DROPPED
    verdict, code = weigh(reports, recipient.email)
    if verdict not in BOUNCES:
        return Outcome.DROPPED
    bounced(tenant, recipient, Said(verdict, code, words_of(content)), limit=rules.limit, actor=actor, now=now)
    return Outcome.BOUNCE


def _bounce_by_text(tenant: TenantDB, content: bytes, rules: Receiving, actor: Actor, now: datetime) -> Outcome:
    """A bounce that came to the sender's own mailbox: no address of ours proves it, so it counts for somebody who got mail lately."""
    addresses = {report.recipient for report in read_dsn(content)}
    people = filter(None, (find_by_email(tenant, one) for one in sorted(addresses)))
    lately = [latest_delivery(tenant, one.id, since=now - LATELY) for one in people]
    outcomes = {_bounce(tenant, one, content, rules, actor, now) for one in lately if one is not None}
    if Outcome.BOUNCE in outcomes:
        return Outcome.BOUNCE
    return Outcome.UNMATCHED if addresses and not outcomes else Outcome.DROPPED


def _complaint(complaint: Complaint, actor: Actor, now: datetime) -> Outcome:
    """Take the first thing in a report that proves to be ours."""
    proofs = [*map(read_local_part, complaint.local_parts), *map(read_link, complaint.links)]
    for found in filter(None, proofs):
        try:
            with found.tenant.atomic(durable=True):
                return _complain(complaint, found, actor, now)
        finally:
            found.tenant.close()
    return Outcome.DROPPED


def _complain(complaint: Complaint, found: Proven, actor: Actor, now: datetime) -> Outcome:
    about = whom(found)
    if about is None or not complaint.counts:
        return Outcome.DROPPED
    complained(found.tenant, about, source="arf", actor=actor, now=now)
    return Outcome.COMPLAINT
