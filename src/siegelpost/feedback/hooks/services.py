"""Addresses for posts and what is posted there, kept in the control database."""

import json
import secrets
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

import structlog
from django.db.models import F

from siegelpost.feedback.hooks.errors import HookUnknown
from siegelpost.feedback.hooks.gates import KEPT_FOR, Secret
from siegelpost.feedback.hooks.models import Count, Hook, Post
from siegelpost.sign.files import FileRefused, open_sealed, seal
from siegelpost.sign.keys import derive, unwrap, wrap
from siegelpost.tenancy.handle import control_store
from siegelpost.tenancy.home import master_key

log = structlog.get_logger(__name__)

TOKEN_BYTES: Final = 24  # nobody guesses 192 bits
TRIES: Final = 10
"""So often an event is tried that fails: the pauses double to an hour, which makes some seven hours."""
FIRST, MOST = timedelta(minutes=1), timedelta(hours=1)
LEASE: Final = timedelta(minutes=2)
"""A process works on a post for seconds; one that died leaves it to others after this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HookView:
    """One address for posts of a provider; without a tenant for all of them."""

    number: int
    provider: str
    tenant_number: int | None
    secret: Secret
    notice: str
    made_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A post that is to be worked off; the first `done` events are done."""

    number: int
    hook: HookView
    body: bytes
    done: int
    tries: int
    due_at: datetime


def add_hook(provider: str, tenant_number: int | None, secret: Secret, *, now: datetime) -> tuple[int, str]:
    """Make an address and return its number and the secret part of it, which is kept as a hash only. Its own transaction."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    with control_store.atomic():
        row = Hook(provider=provider, tenant_number=tenant_number, digest=_digest(token), sealed=_sealed(secret), made_at=now)
        row.save(using=control_store.alias)
    return row.number, token


def hooks() -> list[HookView]:
    """All addresses, the oldest first."""
    return [_view(row) for row in control_store.objects(Hook).order_by("number")]


def hook(number: int) -> HookView:
    """One address. Raises HookUnknown."""
    row = control_store.objects(Hook).filter(pk=number).first() if 0 < number < 2**62 else None
    if row is None:
        raise HookUnknown
    return _view(row)


def find_hook(provider: str, token: str) -> HookView | None:
    """The address of these parts; looked up by a hash, so that no time says how much of it is right."""
    row = control_store.objects(Hook).filter(digest=_digest(token)).first()
    return _view(row) if row and row.provider == provider else None


def remove_hook(number: int) -> None:
    """Forget an address, what waits there, and its counts. Raises HookUnknown."""
    hook(number)
    with control_store.atomic():
        control_store.objects(Hook).filter(pk=number).delete()
        control_store.objects(Count).filter(hook_number=number).delete()


def remove_hooks_of(tenant_number: int) -> int:
    """The same for all addresses of one tenant; returns how many."""
    mine = [one.number for one in hooks() if one.tenant_number == tenant_number]
    for number in mine:
        remove_hook(number)
    return len(mine)


def change_secret(number: int, secret: Secret) -> None:
    """Take other proofs from now on; what Amazon was waiting for is done."""
    with control_store.atomic():
        control_store.objects(Hook).filter(pk=number).update(sealed=_sealed(secret), notice="")


def note(number: int, notice: str) -> None:
    """Keep an address that the operator is to open."""
    rows = control_store.objects(Hook).filter(pk=number).exclude(notice=notice)
    if rows.exists():  # the same comes again and again
        with control_store.atomic():
            rows.update(notice=notice)


def keep_post(one: HookView, name: bytes, body: bytes, *, now: datetime) -> bool:
    """Keep a genuine post until it is worked off; False where it was taken before. On disk when this returns."""
    mark = sha256(b"%d:" % one.number + name).digest()
    with control_store.atomic(durable=True):
        if control_store.objects(Post).filter(mark=mark).exists():
            return False
        post = Post(hook_id=one.number, mark=mark, sealed=seal(_key(), body, secrets.token_bytes), at=now, due_at=now)
        control_store.objects(Post).bulk_create([post], ignore_conflicts=True)  # the same at the same moment: once
    return True


def take_post(*, now: datetime) -> Waiting | None:
    """The post that has waited longest, for this process alone for a while; None where none is due."""
    row = control_store.objects(Post).filter(due_at__lte=now).order_by("due_at", "pk").select_related("hook").first()
    if row is None:
        return None
    with control_store.atomic():
        mine = control_store.objects(Post).filter(pk=row.pk, due_at=row.due_at).update(due_at=now + LEASE)
    if not mine:
        return None
    try:
        body = open_sealed(_key(), bytes(row.sealed))
    except FileRefused:  # it will never open; what waits behind it must not wait for ever
        log.error("hooks.post_unreadable", hook=row.hook_id)
        with control_store.atomic():
            control_store.objects(Post).filter(pk=row.pk).update(due_at=None, sealed=b"")
        count(row.hook_id, failed=1)
        return take_post(now=now)
    return Waiting(number=row.pk, hook=_view(row.hook), body=body, done=row.done, tries=row.tries, due_at=now + LEASE)


def put_back(one: Waiting, done: int, *, now: datetime) -> None:
    """So many events are done, the others go on in a moment."""
    _still_mine(one, due_at=now, done=done, tries=0 if done > one.done else one.tries)


def put_off(one: Waiting, done: int, *, now: datetime) -> bool:
    """The event after these failed: try it again later; False where it is given up, and the next one goes on."""
    tries = 1 if done > one.done else one.tries + 1
    given_up = tries >= TRIES
    pause = timedelta() if given_up else min(FIRST * 2 ** (tries - 1), MOST)
    _still_mine(one, due_at=now + pause, done=done + given_up, tries=0 if given_up else tries)
    return not given_up


def finish(one: Waiting) -> None:
    """All is done: only what tells the post from others is kept."""
    _still_mine(one, due_at=None, sealed=b"")


def forget_posts(*, now: datetime) -> int:
    """Delete what is done and so old that it would not be believed again; returns how many."""
    with control_store.atomic():
        return int(control_store.objects(Post).filter(due_at=None, at__lt=now - KEPT_FOR).delete()[0])


def count(number: int, **kinds: int) -> None:
    """Add to the counts of an address; 0 stands for those that are not ours."""
    with control_store.atomic():
        rows = control_store.objects(Count)
        rows.bulk_create([Count(hook_number=number, what=what) for what in kinds], ignore_conflicts=True)
        for what, n in kinds.items():
            rows.filter(hook_number=number, what=what).update(n=F("n") + n)


def counts(number: int) -> dict[str, int]:
    """What was counted at an address, 0 for those that are not ours."""
    return dict(control_store.objects(Count).filter(hook_number=number).order_by("what").values_list("what", "n"))


def waiting(number: int) -> int:
    """Posts at an address that are not worked off."""
    return control_store.objects(Post).filter(hook_id=number, due_at__isnull=False).count()


def _still_mine(one: Waiting, **values: object) -> None:
    with control_store.atomic():
        control_store.objects(Post).filter(pk=one.number, due_at=one.due_at).update(**values)


def _view(row: Hook) -> HookView:
    said = json.loads(unwrap(master_key(), bytes(row.sealed)))
    secret = Secret(**{**said, "certificates": tuple(said["certificates"])})
    return HookView(
        number=row.number,
        provider=row.provider,
        tenant_number=row.tenant_number,
        secret=secret,
        notice=row.notice,
        made_at=row.made_at,
    )


def _sealed(secret: Secret) -> bytes:
    return wrap(master_key(), json.dumps(asdict(secret)).encode(), random=secrets.token_bytes)


def _key() -> bytes:
    return derive(master_key(), "hooks")


def _digest(token: str) -> bytes:
    return sha256(token.encode("utf-8", "surrogatepass")).digest()
