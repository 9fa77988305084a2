"""Opt-out set-ups are made and changed: their lists must be there, and their notices must go somewhere that we may reach."""

import base64
from datetime import datetime

from siegelpost.audience.leaving import hold_lists
from siegelpost.base.actor import Actor
from siegelpost.base.settings import process_settings
from siegelpost.consent import opt_out_set_ups as kept
from siegelpost.consent.opt_out_set_ups import SetUpDraft, SetUpView, secret_of
from siegelpost.flows.notice_http import ensure_allowed
from siegelpost.mailings.dialog_errors import DialogUnknown
from siegelpost.mailings.dialog_rules import FAREWELL
from siegelpost.mailings.dialogs import dialogs
from siegelpost.tenancy.handle import TenantDB

PREFIX = "whsec_"
"""How Standard Webhooks writes a secret."""


def create(tenant: TenantDB, draft: SetUpDraft, *, actor: Actor, now: datetime) -> SetUpView:
    """Store one. Raises ListUnknown, AddressRefused, DialogUnknown, and as `kept.create_set_up`; then nothing is stored."""
    with tenant.atomic():
        _judge(tenant, draft)
        return kept.create_set_up(tenant, draft, actor=actor, now=now)


def change(tenant: TenantDB, number: int, draft: SetUpDraft, *, version: int, actor: Actor, now: datetime) -> SetUpView:
    """Change one. Raises as `create`, and as `kept.change_set_up`; then nothing is changed."""
    with tenant.atomic():
        _judge(tenant, draft)
        return kept.change_set_up(tenant, number, draft, version=version, actor=actor, now=now)


def signing_secret(tenant: TenantDB, number: int) -> str:
    """The secret of a set-up as its receiver types it in, "" where it has none. Raises SetUpUnknown."""
    secret = secret_of(tenant, number)
    return PREFIX + base64.b64encode(secret).decode() if secret else ""


def _judge(tenant: TenantDB, draft: SetUpDraft) -> None:
    hold_lists(tenant, {*draft.list_ids, *draft.also_ids})
    if draft.farewell_id is not None and draft.farewell_id not in {one.id for one in dialogs(tenant, FAREWELL)}:
        raise DialogUnknown
    if draft.hook_url:
        ensure_allowed(draft.hook_url, process_settings())
