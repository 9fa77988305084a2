"""Who may give instructions for a tenant, since when, by whose word."""

from dataclasses import dataclass
from datetime import datetime

from siegelpost.base.actor import Actor
from siegelpost.evidence.services import append
from siegelpost.governance.instructions.errors import NameUnusable, NotEntitled
from siegelpost.governance.instructions.models import Entitlement
from siegelpost.governance.instructions.rules import NAME_LIMIT, same_name, tidy_name
from siegelpost.tenancy.handle import TenantDB


@dataclass(frozen=True, slots=True)
class Entitled:
    """Somebody who may instruct, since when; `id` of the entry that says so."""

    id: int
    name: str
    since: datetime


def entitled(tenant: TenantDB) -> list[Entitled]:
    """Everybody who may instruct now, by name. In a tenant of the operator's own anybody may, named or not."""
    now: dict[str, Entitled] = {}
    for row in tenant.objects(Entitlement).order_by("id"):
        key = tidy_name(row.name).casefold()
        now.pop(key, None)
        if row.entitled:
            now[key] = Entitled(row.pk, row.name, row.at)
    return [now[key] for key in sorted(now)]


def entitle(tenant: TenantDB, name: str, *, may: bool = True, actor: Actor, now: datetime) -> bool:
    """Let somebody give instructions, or no longer; returns whether that is new. The log gets no name. Raises NameUnusable."""
    tidy = checked(name)
    with tenant.atomic():
        if any(same_name(one.name, tidy) for one in entitled(tenant)) == may:
            return False
        row = Entitlement(name=tidy, entitled=may, actor=str(actor), at=now)
        row.save(using=tenant.alias, force_insert=True)
        act = "instructions.entitled" if may else "instructions.entitlement_ended"
        append(tenant, act, subject=f"entitlement:{row.pk}", actor=actor, at=now)
    return True


def entitlement_of(tenant: TenantDB, name: str) -> int | None:
    """The entry by which this person may instruct; None where none is needed. Raises NotEntitled."""
    found = next((one.id for one in entitled(tenant) if same_name(one.name, name)), None)
    if found is None and not tenant.own:
        raise NotEntitled
    return found


def checked(name: str) -> str:
    """The name as it is kept. Raises NameUnusable."""
    tidy = tidy_name(name)
    if not 1 <= len(tidy) <= NAME_LIMIT or not tidy.isprintable():
        raise NameUnusable(limit=NAME_LIMIT)
    return tidy
