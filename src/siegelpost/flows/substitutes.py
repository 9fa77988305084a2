"""What can have a substitute in a tenant, and giving it one."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from siegelpost.audience.listing import list_names
from siegelpost.audience.reads import fields_of
from siegelpost.base.actor import Actor
from siegelpost.consent.forms import forms_of
from siegelpost.mailings.browse import page_of_mailings
from siegelpost.mailings.reads import names_of
from siegelpost.mailings.substitutes import FIELD, FORM, LIST, MAILING, set_substitute, substitutes
from siegelpost.tenancy.handle import TenantDB

NEWEST: Final = 200
"""So many mailings are offered; an older one is copied first."""


@dataclass(frozen=True, slots=True)
class Thing:
    """Something that can have a substitute, "" where it has none."""

    kind: str
    number: int
    name: str
    substitute: str


def things_of(tenant: TenantDB) -> Iterator[Thing]:
    """Lists, fields, forms and the newest mailings of a tenant, and those older ones that have a substitute."""
    newest, _all = page_of_mailings(tenant, limit=NEWEST)
    named = substitutes(tenant, MAILING)
    there: Mapping[str, Mapping[int, str]] = {
        LIST: list_names(tenant),
        FIELD: {one.id: one.name for one in fields_of(tenant)},
        FORM: {one.id: one.name for one in forms_of(tenant)},
        MAILING: names_of(tenant, named) | {one.id: one.name for one in newest},
    }
    for kind, names in there.items():
        known = named if kind == MAILING else substitutes(tenant, kind)
        for number, name in sorted(names.items(), key=lambda one: one[1].casefold()):
            yield Thing(kind, number, name, known.get(number, ""))


def give_substitute(tenant: TenantDB, kind: str, number: int, name: str, *, actor: Actor, now: datetime) -> bool:
    """Give a thing that exists a substitute, "" takes it away. Raises SubstituteUnusable, SubstituteTaken, ValueError for no thing."""
    there = {one.number for one in things_of(tenant) if one.kind == kind}
    if number not in there:
        raise ValueError(f"no {kind} {number}")
    return set_substitute(tenant, kind, number, name, there=there, actor=actor, now=now)
