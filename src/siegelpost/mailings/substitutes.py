"""Substitutes: names under which lists, fields, forms and mailings of one tenant stand for those of another.

A row names a thing by its number; whoever looks a substitute up finds out whether the thing is still there.
"""

import re
from collections.abc import Collection
from datetime import datetime
from typing import Final

from siegelpost.base.actor import Actor
from siegelpost.base.errors import BadInput
from siegelpost.base.i18n import marked as _
from siegelpost.evidence.services import append
from siegelpost.mailings.models import Substitute
from siegelpost.tenancy.handle import TenantDB

LIST, FIELD, FORM, MAILING = "list", "field", "form", "mailing"
KINDS: Final = (LIST, FIELD, FORM, MAILING)
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9._-]{0,59}")


class SubstituteUnusable(BadInput):
    """It is typed in several tenants, so it is kept narrow."""

    code = "mailing.substitute_unusable"
    message = _("This is no substitute.")
    hint = _("Take 1 to 60 small letters, digits, dots, hyphens and underscores; the first is a letter or digit.")


class SubstituteTaken(BadInput):
    """One name stands for one thing of a kind."""

    code = "mailing.substitute_taken"
    message = _("The substitute {name} stands for something else already.")
    hint = _("Take it away there first, or choose another.")


def substitutes(tenant: TenantDB, kind: str) -> dict[int, str]:
    """Number -> substitute of all things of a kind that have one; of some that may be gone by now."""
    return dict(tenant.objects(Substitute).filter(kind=kind).values_list("thing", "name"))


def things(tenant: TenantDB, kind: str, names: Collection[str]) -> dict[str, int]:
    """Substitute -> number, of those that are known."""
    return dict(tenant.objects(Substitute).filter(kind=kind, name__in=set(names)).values_list("name", "thing"))


def set_substitute(tenant: TenantDB, kind: str, thing: int, name: str, *, there: Collection[int], actor: Actor, now: datetime) -> bool:
    """Give a thing a substitute, or take it away with ""; return whether that changed anything.

    there  numbers of the things of this kind that exist: a name that stands for one that is gone is free

    Raises SubstituteUnusable, SubstituteTaken.
    """
    name = name.strip()
    if name and not _NAME.fullmatch(name):
        raise SubstituteUnusable
    with tenant.atomic():
        mine = tenant.objects(Substitute).filter(kind=kind, thing=thing)
        if mine.filter(name=name).exists() or not (name or mine.exists()):
            return False
        same = tenant.objects(Substitute).filter(kind=kind, name=name)
        if same.filter(thing__in=list(there)).exists():
            raise SubstituteTaken(name=name)
        same.delete()
        mine.delete()
        if name:
            tenant.objects(Substitute).create(kind=kind, thing=thing, name=name)
        append(tenant, "mailing.substitute_set", subject=f"{kind}:{thing}", details={"name": name}, actor=actor, at=now)
    return True
