"""The owner of an address answers the confirmation mail: yes, or "I did not ask for this"."""

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256

from siegelpost.audience.listing import list_names
from siegelpost.audience.reads import find_subscriber
from siegelpost.audience.services import add_member, put_subscriber
from siegelpost.base.actor import Actor
from siegelpost.base.errors import NotFound
from siegelpost.base.i18n import marked as _
from siegelpost.consent import purposes, reads, sign_ups, texts
from siegelpost.consent.confirmations import keep, unpack
from siegelpost.consent.giving import give
from siegelpost.consent.grants import Proof, grant
from siegelpost.consent.returning import come_back
from siegelpost.consent.rules import text_digest
from siegelpost.consent.sign_ups import PendingSignUp
from siegelpost.consent.suppression import closed_for_good
from siegelpost.delivery.outgoing import taken_at
from siegelpost.evidence.services import append
from siegelpost.flows.unsubscribe import leave_lists
from siegelpost.flows.welcome import welcome
from siegelpost.tenancy.handle import TenantDB


class SignUpGone(NotFound):
    """Expired, refused, or confirmed and withdrawn since."""

    code = "sign_up.gone"
    message = _("This sign-up is not valid any more: it expired, was refused, or you have unsubscribed since.")
    hint = _("If you want the e-mails, please sign up again.")


@dataclass(frozen=True, slots=True)
class Question:
    """What the page asks: `done` if it was confirmed already; `text` is the declaration, in `text_language`."""

    done: bool
    text: str = ""
    text_language: str = ""


def look(tenant: TenantDB, sign_up_id: str, *, now: datetime) -> Question:
    """Return what is to be confirmed; changes nothing, so that mail scanners cannot confirm. Raises SignUpGone."""
    pending = sign_ups.find(tenant, sign_up_id, now=now)
    if _stands(tenant, sign_up_id):
        return Question(done=True)
    if pending is None:
        raise SignUpGone
    text, language = texts.wording(tenant, pending.text_id)
    beside = [texts.wording(tenant, text_id)[0] for text_id in _ticked(pending).values()]
    if "offered" in pending.snapshot:
        beside.insert(0, ", ".join(pending.snapshot["lists"]))
    return Question(done=False, text="\n\n".join([text, *beside]), text_language=language)


def confirm(tenant: TenantDB, sign_up_id: str, *, public_url: str = "", now: datetime) -> None:
    """Turn a sign-up into subscriber, membership and consent; doing it twice is safe. Raises SignUpGone.

    public_url  of the tenant's pages, for the links of a welcome mail; "" sends none

    The sign-up is forgotten afterwards. Opt-outs of its lists are lifted, complaints and the blacklist are not.

    Source: Art. 7(1) GDPR; § 7(2) UWG (time of request and of confirmation, to the second, with the exact wording).
    """
    if _stands(tenant, sign_up_id):
        sign_ups.delete(tenant, sign_up_id)  # a process may have died between the two stores
        return
    pending = sign_ups.find(tenant, sign_up_id, now=now)
    if pending is None:
        raise SignUpGone
    with tenant.atomic(durable=True):
        subscriber_id, lists = _write(tenant, pending, now)
        if public_url:
            welcome(tenant, pending, subscriber_id, lists, public_url=public_url, now=now)
    sign_ups.delete(tenant, sign_up_id)


def _stands(tenant: TenantDB, sign_up_id: str) -> bool:
    """Whether this sign-up was confirmed and still counts. Raises SignUpGone where it was withdrawn: once left is left."""
    confirmed = reads.confirmed_by(tenant, sign_up_id)
    if confirmed is None:
        return _stands_beside(tenant, sign_up_id)
    subscriber_id, lists = confirmed
    if reads.running_lists(tenant, subscriber_id).isdisjoint(lists):
        raise SignUpGone
    return True


def _stands_beside(tenant: TenantDB, sign_up_id: str) -> bool:
    """The same of somebody who was on the lists before, and agreed to a purpose. Raises SignUpGone."""
    found = purposes.confirmed_purposes(tenant, sign_up_id)
    if found is not None and not found[1]:
        raise SignUpGone
    return found is not None


def _ticked(pending: PendingSignUp) -> dict[str, int]:
    """Purposes beside the e-mails whose boxes the person ticked, with the texts that stood there."""
    return {one["purpose"]: one["text"] for one in pending.snapshot.get("boxes", ()) if one["ticked_by_person"]}


def _write(tenant: TenantDB, pending: PendingSignUp, now: datetime) -> tuple[int, list[int]]:
    """Returns the person and the lists."""
    actor = Actor.subject()
    known = list_names(tenant)
    closed = closed_for_good(tenant, pending.key, pending.list_ids)
    lists = [list_id for list_id in pending.list_ids if list_id in known and list_id not in closed]  # a list may be gone by now
    if not lists:
        raise SignUpGone
    subscriber_id = put_subscriber(tenant, pending.email, pending.fields, now, actor)
    proof = Proof(
        ground="double_opt_in",
        source=f"form:{pending.form_slug}",
        text_id=pending.text_id,
        sign_up_id=pending.id,
        snapshot=pending.snapshot,
        requested_at=pending.requested_at,
        digests=_digests(tenant, pending, pending.text_id, texts.NEWSLETTER),
    )
    if pending.asked:
        mail = unpack(tenant, pending.asked)
        keep(tenant, pending.id, subscriber_id, pending.asked, taken_at(tenant, mail.outgoing))
    come_back(tenant, pending.key, subscriber_id=subscriber_id, list_ids=lists, all_lists=sorted(known), actor=actor, now=now)
    for list_id in lists:
        add_member(tenant, subscriber_id, list_id, now)
        grant(tenant, subscriber_id=subscriber_id, list_id=list_id, proof=proof, at=now, actor=actor)
    for purpose, text_id in _ticked(pending).items():
        digests = _digests(tenant, pending, text_id, purpose)
        beside = replace(proof, text_id=text_id, digests=digests)
        give(tenant, subscriber_id=subscriber_id, purpose=purpose, proof=beside, at=now, actor=actor)
    return subscriber_id, lists


def _digests(tenant: TenantDB, pending: PendingSignUp, text_id: int, purpose: str) -> dict[str, str]:
    """What the log says of the proof, so that none of it can be changed later."""
    words, language = texts.wording(tenant, text_id)
    snapshot = json.dumps(pending.snapshot, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    said = {
        "requested_at": pending.requested_at.astimezone(UTC).isoformat(timespec="seconds"),
        "text_sha256": text_digest(purpose, language, words),
        "snapshot_sha256": sha256(snapshot.encode()).hexdigest(),
    }
    return said | ({"mail_sha256": unpack(tenant, pending.asked).digest} if pending.asked else {})


def refuse(tenant: TenantDB, sign_up_id: str, *, now: datetime) -> None:
    """Hear “I did not ask for this”: forget the sign-up and send this address no confirmation for 30 days.

    Somebody who confirmed first and says so later is taken off the lists again. Doing it twice is safe; a sign-up that is
    gone needs nothing more.
    """
    actor = Actor.subject()
    pending, confirmed = sign_ups.find(tenant, sign_up_id, now=now), reads.confirmed_by(tenant, sign_up_id)
    beside = purposes.confirmed_purposes(tenant, sign_up_id)
    whose = confirmed[0] if confirmed else beside[0] if beside else 0
    person = find_subscriber(tenant, whose) if whose else None
    if whose:
        with tenant.atomic(durable=True):
            if confirmed is not None:
                leave_lists(tenant, *confirmed, how="not-me", actor=actor, now=now)
            if beside is not None:
                purposes.take_back(tenant, subscriber_id=whose, purposes=purposes.PURPOSES, how="not-me", actor=actor, now=now)
    if key := pending.key if pending else person.key if person else b"":
        sign_ups.block(tenant, key, now=now)
    if pending is not None:
        with tenant.atomic():
            append(tenant, "sign_up.refused", subject=f"form:{pending.form_slug}", actor=actor, at=now)
