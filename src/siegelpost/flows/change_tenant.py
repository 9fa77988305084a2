"""A tenant changes what recipients read about it, and the log says who did."""

from dataclasses import fields
from datetime import datetime
from typing import Any

from siegelpost.base.actor import Actor
from siegelpost.evidence.services import append
from siegelpost.tenancy.change import TenantWords, change_words, words_of
from siegelpost.tenancy.handle import TenantDB


def change_tenant(tenant: TenantDB, words: TenantWords, *, version: str, actor: Actor, now: datetime) -> TenantDB:
    """Change what a tenant says about itself. What was launched keeps its words.

    Raises FieldRefused, TenantStale.
    """
    changed = change_words(tenant, words, version=version)
    before, after = words_of(tenant), words_of(changed)
    names = [one.name for one in fields(after) if getattr(before, one.name) != getattr(after, one.name)]
    with changed.atomic():
        if names:
            said: dict[str, Any] = {name: getattr(after, name) for name in ("demands_tls", "hard_bounces") if name in names}
            append(changed, "tenancy.changed", details={"fields": names, **said}, actor=actor, at=now)
    return changed
