"""The staff delete a list: at once for everybody, its memberships in small steps by the worker."""

import time
from collections.abc import Callable
from datetime import datetime

from siegelpost.audience.leaving import Leaving, drop_members, forget_list, leaving_lists, lock_list, mark_leaving, some_members
from siegelpost.base.actor import Actor
from siegelpost.base.batches import PAUSE_SECONDS, BatchSize
from siegelpost.base.errors import BadInput
from siegelpost.base.i18n import marked as _
from siegelpost.consent.forms import drop_list
from siegelpost.consent.grants import end_for_list, some_running
from siegelpost.evidence import inputs
from siegelpost.flows.list_use import use_of
from siegelpost.tenancy.handle import TenantDB


class ListNotNamed(BadInput):
    """What cannot be undone is asked for by name."""

    code = "list.not_named"
    message = _("The name of the list was not typed as it stands here.")
    hint = _("Type it letter by letter.")
    nothing = _("The list was not deleted.")


def delete_list(tenant: TenantDB, list_id: int, *, typed: str, actor: Actor, now: datetime) -> str:
    """Delete a list and return its name. From the commit on nobody finds it, and nothing counts it any more.

    typed  the name, as somebody wrote it to confirm

    Forms lose the list in the same transaction. Drafts still name it; their check before sending says that it is gone. Consent
    records, deliveries and opt-outs stay: they prove what was sent and why. Memberships go by `clear_lists`.

    Raises ListUnknown, ListNotNamed, and what `ListUse.in_the_way` names. Source: Art. 5(1)(e) and (2), 7(1) GDPR.
    """
    with tenant.atomic(durable=True):
        name = lock_list(tenant, list_id)
        if typed.strip() != name:
            raise ListNotNamed
        for fault in use_of(tenant, list_id, now=now).in_the_way():
            raise fault
        drop_list(tenant, list_id, actor=actor, now=now)
        mark_leaving(tenant, list_id, actor=actor, now=now)
    return name


def clear_lists(
    tenant: TenantDB,
    *,
    now: datetime,
    seconds: float = float("inf"),
    tick: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> bool:
    """Take people off the lists that were deleted, for about so many seconds; return whether all are gone.

    Small transactions with pauses between them, so that others can write; where it ends, however it ends, the next call goes on.
    Several may do it at once.
    """
    until, size = tick() + seconds, BatchSize(tenant.vendor)
    for one in leaving_lists(tenant):
        while _step(tenant, one, size, now, tick):
            if tick() > until:
                return False
            if tenant.vendor == "sqlite":
                sleep(PAUSE_SECONDS)
    return True


def _step(tenant: TenantDB, one: Leaving, size: BatchSize, now: datetime, tick: Callable[[], float]) -> bool:
    """Clear a part of a list; return whether something is left. A consent without membership is rare, but may be."""
    people = some_members(tenant, one.id, size.rows) or some_running(tenant, one.id, size.rows)
    begun = tick()
    with tenant.atomic():
        if people:
            inputs.name(tenant, str(Actor.system("worker")), f"list:{one.id} deleted")
            end_for_list(tenant, one.id, people, at=one.since)
            drop_members(tenant, one.id, people)
            size.learn(len(people), tick() - begun)
        else:
            forget_list(tenant, one.id, actor=Actor.system("worker"), now=now)
    return bool(people)
