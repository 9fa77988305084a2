"""Sign-ups that wait for confirmation, in a store of their own that the sending code cannot read."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from siegelpost.base.actor import Actor
from siegelpost.consent.rules import NOT_ME_PAUSE, SIGN_UP_LIFETIME
from siegelpost.consent.signups.models import SignUp, SignUpBlock
from siegelpost.evidence.reads import about
from siegelpost.evidence.services import append
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.signups import open_sign_ups

EXPIRED: Final = "sign_up.expired"
"""Act of the log."""
STORE: Final = "sign-ups"
"""Subject of the log: all of them, nobody by name."""
MOST_SWEEPS: Final = 31 * 24
"""The worker looks every hour; so many entries reach back a month."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignUpDraft:
    """What somebody asked for: `email` normalised, `key` its keyed hash, `fields` by alias, `snapshot` the form as shown."""

    form_slug: str
    email: str
    key: bytes
    fields: dict[str, Any]
    list_ids: tuple[int, ...]
    language: str
    text_id: int
    snapshot: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingSignUp:
    """A sign-up that was not confirmed yet; `asked` is its sealed mail, empty for one from before such mails were kept."""

    id: str
    form_slug: str
    email: str
    key: bytes
    fields: dict[str, Any]
    list_ids: tuple[int, ...]
    language: str
    text_id: int
    snapshot: dict[str, Any]
    requested_at: datetime
    asked: bytes = b""


def create(tenant: TenantDB, draft: SignUpDraft, *, now: datetime, lifetime: timedelta = SIGN_UP_LIFETIME) -> str | None:
    """Keep a sign-up until it is confirmed, refused or expired; return its id, 32 hexadecimal digits.

    None where one of this address waits already: each is asked once, however often somebody types it, and the database holds that
    between processes, too.
    """
    store = open_sign_ups(tenant)
    row = SignUp(
        id=uuid.uuid4().hex,
        form_slug=draft.form_slug,
        email=draft.email,
        key=draft.key,
        fields=draft.fields,
        list_ids=list(draft.list_ids),
        language=draft.language,
        text_id=draft.text_id,
        snapshot=draft.snapshot,
        requested_at=now,
        expires_at=now + lifetime,
    )
    with store.atomic():
        store.objects(SignUp).filter(key=draft.key, expires_at__lte=now).delete()
        store.objects(SignUp).bulk_create([row], ignore_conflicts=True)
        return row.id if store.objects(SignUp).filter(id=row.id).exists() else None


def note_asked(tenant: TenantDB, sign_up_id: str, sealed: bytes) -> bool:
    """Keep the mail by which the owner is asked beside the sign-up (`confirmations.pack`); whether that is still there."""
    store = open_sign_ups(tenant)
    with store.atomic():
        return bool(store.objects(SignUp).filter(id=sign_up_id).update(asked=sealed))


def waiting_of(tenant: TenantDB, key: bytes) -> PendingSignUp | None:
    """The one sign-up of an address that waits, or None."""
    row = open_sign_ups(tenant).objects(SignUp).filter(key=key).first()
    return None if row is None else _pending(row)


def find(tenant: TenantDB, sign_up_id: str, *, now: datetime) -> PendingSignUp | None:
    """Return the sign-up, or None if it expired, was refused, was confirmed or never was, and where the time of the tenant is over."""
    if tenant.ended:
        return None
    row = open_sign_ups(tenant).objects(SignUp).filter(id=sign_up_id, expires_at__gt=now).first()
    return None if row is None else _pending(row)


def _pending(row: SignUp) -> PendingSignUp:
    return PendingSignUp(
        id=row.id,
        form_slug=row.form_slug,
        email=row.email,
        key=bytes(row.key),
        fields=row.fields,
        list_ids=tuple(row.list_ids),
        language=row.language,
        text_id=row.text_id,
        snapshot=row.snapshot,
        requested_at=row.requested_at,
        asked=bytes(row.asked or b""),
    )


def any_waiting(tenant: TenantDB) -> bool:
    """Whether anybody has not confirmed yet."""
    return open_sign_ups(tenant).objects(SignUp).exists()


def waiting_for(tenant: TenantDB, list_id: int, *, now: datetime) -> tuple[int, datetime | None]:
    """How many sign-ups for a list wait for their confirmation, and when the last of them expires."""
    rows = open_sign_ups(tenant).objects(SignUp).filter(expires_at__gt=now).values_list("list_ids", "expires_at")
    ends = [expires_at for list_ids, expires_at in rows.iterator() if list_id in list_ids]
    return len(ends), max(ends, default=None)


def is_blocked(tenant: TenantDB, key: bytes, *, now: datetime) -> bool:
    """Whether somebody at this address said within the last 30 days that they did not ask."""
    return open_sign_ups(tenant).objects(SignUpBlock).filter(key=key, until__gt=now).exists()


def delete(tenant: TenantDB, sign_up_id: str) -> None:
    """Forget one sign-up."""
    store = open_sign_ups(tenant)
    with store.atomic():
        store.objects(SignUp).filter(id=sign_up_id).delete()


def block(tenant: TenantDB, key: bytes, *, now: datetime, pause: timedelta = NOT_ME_PAUSE) -> None:
    """Hear “I did not ask for this”: forget every sign-up of this address and send it no confirmation for 30 days."""
    store = open_sign_ups(tenant)
    with store.atomic(durable=True):
        store.objects(SignUp).filter(key=key).delete()
        store.objects(SignUpBlock).update_or_create(key=key, defaults={"until": now + pause})


def expire(tenant: TenantDB, *, actor: Actor, now: datetime) -> int:
    """Forget the sign-ups that nobody confirmed in time and the pauses that are over; return how many sign-ups.

    That and how many were deleted stands in the log, without anybody's name: a proof that outlives what it is about.
    """
    store = open_sign_ups(tenant)
    with store.atomic():
        store.objects(SignUpBlock).filter(until__lte=now).delete()
    if not store.objects(SignUp).filter(expires_at__lte=now).exists():
        return 0
    with tenant.atomic(), store.atomic():
        deleted: int = store.objects(SignUp).filter(expires_at__lte=now).delete()[0]
        append(tenant, EXPIRED, subject=STORE, details={"deleted": deleted}, actor=actor, at=now)
    return deleted


def deleted_since(tenant: TenantDB, moment: datetime) -> int:
    """How many sign-ups were deleted since then because nobody confirmed them, as the log has it."""
    acts = about(tenant, [STORE], acts=[EXPIRED], limit=MOST_SWEEPS)
    return sum(int(one.details["deleted"]) for one in acts if one.at >= moment)
