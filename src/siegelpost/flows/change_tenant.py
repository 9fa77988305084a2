"""A tenant changes what recipients read about it, and the log says who did."""

from datetime import datetime

from siegelpost.base.actor import Actor
from siegelpost.evidence.services import append
from siegelpost.tenancy.change import TenantWords, change_words, words_of
from siegelpost.tenancy.handle import TenantDB


def change_tenant(tenant: TenantDB, words: TenantWords, *, version: str, actor: Actor, now: datetime) -> TenantDB:
    """Change name, imprint or language. What was launched keeps its words. Raises FieldRefused, TenantStale."""
    changed = change_words(tenant, words, version=version)
    before, after = words_of(tenant), words_of(changed)
    names = [name for name in ("name", "imprint", "language") if getattr(before, name) != getattr(after, name)]
    with changed.atomic():
        if names:
            append(changed, "tenancy.changed", details={"fields": names}, actor=actor, at=now)
    return changed
