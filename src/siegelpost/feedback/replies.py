"""Answers that were read as a withdrawal: what was written, what it changed, and whether somebody took that back."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import Final

from siegelpost.base.actor import Actor
from siegelpost.base.errors import BadInput, NotFound
from siegelpost.base.i18n import marked as _
from siegelpost.evidence.services import append
from siegelpost.feedback.models import Reply
from siegelpost.feedback.texts import KEPT_FOR
from siegelpost.sign.files import open_sealed, seal
from siegelpost.tenancy.handle import TenantDB

MAX_WRITTEN: Final = 2_000
"""Characters of subject and text that are kept; whoever withdraws writes far less."""
MAX_REASON: Final = 500


class ReplyUnknown(NotFound):
    """No such answer."""

    code = "feedback.reply_unknown"
    message = _("There is no such answer.")
    hint = _("Choose one of the list.")


class ReplyCorrected(BadInput):
    """Somebody took it back already."""

    code = "feedback.reply_corrected"
    message = _("This was corrected already.")
    nothing = _("Nothing was changed.")


class ReasonMissing(BadInput):
    """A correction without a reason, or with a whole letter."""

    code = "feedback.reason_missing"
    message = _("A correction needs a reason of at most {limit} characters.")
    hint = _("Say how you know that the person did not withdraw.")
    nothing = _("Nothing was changed.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """What a withdrawal took, so that it can be given back.

    consents  lists whose consent it ended
    members   lists that it took the person off
    opt_outs  lists that it opted out of, None for everything
    counted   whether the report of the mailing counts it
    """

    consents: tuple[int, ...] = ()
    members: tuple[int, ...] = ()
    opt_outs: tuple[int | None, ...] = ()
    counted: bool = False

    def __bool__(self) -> bool:
        return bool(self.consents or self.members or self.opt_outs)

    def as_dict(self) -> dict[str, object]:
        """As it is stored."""
        return {"consents": self.consents, "members": self.members, "opt_outs": self.opt_outs, "counted": self.counted}


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawn:
    """One answer that was read as a withdrawal.

    subscriber_id  None where nobody here has the address it came from, or the person was erased
    key            16 bytes of `sign.addresses.address_key`
    mailing_id     None where it does not say which mailing it answers
    changed        what it took
    corrected_at   None where it stands
    """

    id: int
    subscriber_id: int | None
    key: bytes
    mailing_id: int | None
    at: datetime
    changed: Changed
    corrected_at: datetime | None
    reason: str


def name_of(tenant: TenantDB, sender: str, name: str) -> bytes:
    """16 bytes that tell one message from others; `name` as in `answers.Answer`."""
    return blake2b(f"{sender}\n{name}".encode(), key=tenant.keys.message_ids, digest_size=16, person=b"reply").digest()


def is_known(tenant: TenantDB, digest: bytes) -> bool:
    """Whether this message was acted on before."""
    return tenant.objects(Reply).filter(digest=digest).exists()


def record_reply(
    tenant: TenantDB, who: tuple[int | None, bytes], mailing_id: int | None, *, digest: bytes, written: str, changed: Changed, now: datetime
) -> None:
    """Keep what was read as a withdrawal, for people to see. Inside `tenant.atomic()`.

    who  id of the subscriber, or None, and the key of the address
    """
    subscriber_id, key = who
    sealed = seal(tenant.keys.files, written[:MAX_WRITTEN].encode(), secrets.token_bytes)
    row = Reply(
        digest=digest, subscriber_id=subscriber_id, key=key, mailing_id=mailing_id, at=now, sealed=sealed, changed=changed.as_dict()
    )
    tenant.objects(Reply).bulk_create([row])


def page_of_replies(tenant: TenantDB, *, offset: int, limit: int) -> tuple[list[Withdrawn], int]:
    """Some answers, the newest first, and how many there are in all."""
    rows = tenant.objects(Reply).order_by("-at", "-pk")
    return [_withdrawn(row) for row in rows[offset : offset + limit]], rows.count()


def reply_of(tenant: TenantDB, reply_id: int) -> Withdrawn:
    """One answer. Raises ReplyUnknown."""
    return _withdrawn(_row(tenant, reply_id))


def words_of_reply(tenant: TenantDB, reply_id: int) -> str:
    """What was written, "" where it is gone. Raises ReplyUnknown."""
    sealed = bytes(_row(tenant, reply_id).sealed)
    return open_sealed(tenant.keys.files, sealed).decode() if sealed else ""


def mark_corrected(tenant: TenantDB, reply_id: int, reason: str, *, actor: Actor, now: datetime) -> Withdrawn:
    """Say that an answer was no withdrawal; return it, locked, for the flow to give back what it took. Inside `tenant.atomic()`.

    reason  how somebody knows, 1..500 characters; stays with the answer, for the log holds nothing that people wrote

    Raises ReplyUnknown, ReplyCorrected, ReasonMissing.
    """
    reason = reason.strip()
    if not 0 < len(reason) <= MAX_REASON:
        raise ReasonMissing(limit=MAX_REASON)
    row = tenant.objects(Reply).select_for_update().filter(pk=reply_id).first()
    if row is None:
        raise ReplyUnknown
    if row.corrected_at is not None:
        raise ReplyCorrected
    tenant.objects(Reply).filter(pk=reply_id).update(corrected_at=now, reason=reason)
    subject = f"subscriber:{row.subscriber_id}" if row.subscriber_id is not None else "address"
    append(tenant, "feedback.reply_corrected", subject=subject, details={"reply": reply_id}, actor=actor, at=now)
    return _withdrawn(row)


def forget_replies(tenant: TenantDB, *, now: datetime) -> int:
    """Empty what was written more than 90 days ago; returns how many texts that were. Its own transaction."""
    with tenant.atomic():
        return tenant.objects(Reply).filter(at__lt=now - KEPT_FOR).exclude(sealed=b"").update(sealed=b"")


def _row(tenant: TenantDB, reply_id: int) -> Reply:
    row = tenant.objects(Reply).filter(pk=reply_id).first()
    if row is None:
        raise ReplyUnknown
    return row


def _withdrawn(row: Reply) -> Withdrawn:
    said = row.changed
    changed = Changed(
        consents=tuple(said["consents"]), members=tuple(said["members"]), opt_outs=tuple(said["opt_outs"]), counted=said["counted"]
    )
    return Withdrawn(
        id=row.pk,
        subscriber_id=row.subscriber_id,
        key=bytes(row.key),
        mailing_id=row.mailing_id,
        at=row.at,
        changed=changed,
        corrected_at=row.corrected_at,
        reason=row.reason,
    )
