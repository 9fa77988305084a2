"""What a tenant sets up for whoever leaves: which lists end as well, the blacklist, a farewell, notices, and whether it is for good."""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from siegelpost.base.actor import Actor
from siegelpost.base.errors import BadInput, NotFound, Refused
from siegelpost.base.i18n import marked as _
from siegelpost.consent.models import OptOutSetUp
from siegelpost.evidence.services import append
from siegelpost.sign.files import open_sealed, seal
from siegelpost.tenancy.handle import TenantDB

SECRET_BYTES: Final = 32
"""As long as the hash of the signature (RFC 2104 section 3)."""


class SetUpUnknown(NotFound):
    """No such set-up."""

    code = "opt_out.set_up_unknown"
    message = _("There is no such opt-out set-up.")
    hint = _("Look at the page “Opt-outs”, “Set-ups”.")


class SetUpExists(BadInput):
    """Two of one name."""

    code = "opt_out.set_up_exists"
    message = _("There is an opt-out set-up of this name already.")
    hint = _("Choose another name, or change that one.")
    nothing = _("Nothing was saved.")


class SetUpStale(Refused):
    """Somebody else saved meanwhile."""

    code = "opt_out.set_up_stale"
    message = _("Somebody else has changed this opt-out set-up meanwhile.")
    hint = _("Look at it again, and then change it.")
    nothing = _("Nothing was saved.")


@dataclass(frozen=True, slots=True, kw_only=True)
class SetUpDraft:
    """What somebody chose; as in `models.OptOutSetUp`. `hook_url` was judged before."""

    name: str
    list_ids: tuple[int, ...] = ()
    also_ids: tuple[int, ...] = ()
    everything: bool = False
    blacklist: bool = False
    final: bool = False
    farewell_id: int | None = None
    notice_email: str = ""
    hook_url: str = ""
    active: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class SetUpView(SetUpDraft):
    """A set-up as it is; `version` goes up with each change."""

    id: int
    version: int


NAMES: Final = tuple(SetUpDraft.__dataclass_fields__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Effects:
    """What a withdrawal brings with it, of all set-ups that are about it together: the strictest counts."""

    lists: frozenset[int] = frozenset()
    everything: bool = False
    blacklist: bool = False
    final: bool = False
    set_ups: tuple[SetUpView, ...] = ()


NONE: Final = Effects()


def effects_of(tenant: TenantDB, list_ids: Iterable[int] | None) -> Effects:
    """What the active set-ups say about a withdrawal from these lists; None: from everything."""
    left = None if list_ids is None else frozenset(list_ids)
    rows = tenant.objects(OptOutSetUp).filter(active=True).order_by("id")
    about = [_view(row) for row in rows if left is None or not row.list_ids or left & set(row.list_ids)]
    if not about:
        return NONE
    return Effects(
        lists=frozenset(one for found in about for one in found.also_ids),
        everything=any(found.everything for found in about),
        blacklist=any(found.blacklist for found in about),
        final=any(found.final for found in about),
        set_ups=tuple(about),
    )


def create_set_up(tenant: TenantDB, draft: SetUpDraft, *, actor: Actor, now: datetime) -> SetUpView:
    """Store one; a secret is made where it has an address for signed notices. Raises SetUpExists."""
    with tenant.atomic():
        row = OptOutSetUp()
        _write(tenant, row, draft)
        append(tenant, "opt_out.set_up_created", subject=f"opt_out_set_up:{row.pk}", details=_told(draft), actor=actor, at=now)
    return _view(row)


def change_set_up(tenant: TenantDB, number: int, draft: SetUpDraft, *, version: int, actor: Actor, now: datetime) -> SetUpView:
    """Change one; it holds for withdrawals from now on. Raises SetUpUnknown, SetUpStale, SetUpExists."""
    with tenant.atomic():
        row = _row(tenant, number, lock=True)
        if row.version != version:
            raise SetUpStale
        row.version += 1
        _write(tenant, row, draft)
        append(tenant, "opt_out.set_up_changed", subject=f"opt_out_set_up:{row.pk}", details=_told(draft), actor=actor, at=now)
    return _view(row)


def renew_secret(tenant: TenantDB, number: int, *, actor: Actor, now: datetime) -> None:
    """Sign with a new secret from now on. Raises SetUpUnknown."""
    with tenant.atomic():
        row = _row(tenant, number, lock=True)
        row.hook_secret = _new_secret(tenant)
        row.save(using=tenant.alias, update_fields=["hook_secret"])
        append(tenant, "opt_out.secret_renewed", subject=f"opt_out_set_up:{number}", actor=actor, at=now)


def secret_of(tenant: TenantDB, number: int) -> bytes:
    """The key with which notices of a set-up are signed, b"" where it has none. Raises SetUpUnknown."""
    sealed = bytes(_row(tenant, number).hook_secret)
    return open_sealed(tenant.keys.files, sealed) if sealed else b""


def set_up(tenant: TenantDB, number: int) -> SetUpView:
    """One of them. Raises SetUpUnknown."""
    return _view(_row(tenant, number))


def set_ups(tenant: TenantDB) -> list[SetUpView]:
    """All of them, by name."""
    return [_view(row) for row in tenant.objects(OptOutSetUp).order_by("name", "id")]


def _row(tenant: TenantDB, number: int, *, lock: bool = False) -> OptOutSetUp:
    rows = tenant.objects(OptOutSetUp)
    row = (rows.select_for_update() if lock else rows).filter(pk=number).first() if 0 < number < 2**62 else None
    if row is None:
        raise SetUpUnknown
    return row


def _write(tenant: TenantDB, row: OptOutSetUp, draft: SetUpDraft) -> None:
    if tenant.objects(OptOutSetUp).filter(name=draft.name).exclude(pk=row.pk).exists():
        raise SetUpExists
    for name in NAMES:
        found = getattr(draft, name)
        setattr(row, name, sorted(found) if isinstance(found, tuple) else found)
    if draft.hook_url and not row.hook_secret:
        row.hook_secret = _new_secret(tenant)
    row.save(using=tenant.alias)


def _new_secret(tenant: TenantDB) -> bytes:
    return seal(tenant.keys.files, secrets.token_bytes(SECRET_BYTES), secrets.token_bytes)


def _told(draft: SetUpDraft) -> dict[str, object]:
    """For the log: what was chosen, without addresses."""
    chosen: dict[str, object] = {name: getattr(draft, name) for name in ("everything", "blacklist", "final", "farewell_id", "active")}
    lists: dict[str, Sequence[int]] = {"lists": sorted(draft.list_ids), "also": sorted(draft.also_ids)}
    return {**chosen, **lists, "mail": bool(draft.notice_email), "hook": bool(draft.hook_url)}


def _view(row: OptOutSetUp) -> SetUpView:
    kept = {name: getattr(row, name) for name in NAMES}
    return SetUpView(**{**kept, "list_ids": tuple(row.list_ids), "also_ids": tuple(row.also_ids)}, id=row.pk, version=row.version)
