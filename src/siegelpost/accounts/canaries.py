"""Four people who exist for a moment, so that it can be tried whether somebody without a right is refused.

They live inside one transaction of the control database that is never committed: nobody else ever sees them, nobody can log in as
one of them, and nothing of them stays. Their numbers are negative, so they use up none of those that people get.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from siegelpost.accounts.catalogue import RIGHTS
from siegelpost.accounts.limits import Limits
from siegelpost.accounts.models import Person, Role, Seat, Token
from siegelpost.accounts.roles import PREFIX
from siegelpost.accounts.rules import ADMIN
from siegelpost.accounts.store import CONTROL
from siegelpost.accounts.token_rights import FOR_TOKENS
from siegelpost.accounts.token_text import digest_of, new_token
from siegelpost.accounts.tokens import TokenView, token_with
from siegelpost.tenancy.handle import TenantDB

ONE: Final = "lists.see"
"""The only right of whoever has just one."""
NO_LIST: Final = Limits(everywhere=False, lists=frozenset({-1}))
"""Reaches a list that no tenant has."""


@dataclass(frozen=True, slots=True)
class Canaries:
    """What each of them is in one tenant.

    nobody  has no role anywhere
    reader  has the right `ONE` and no other
    admin   administers this tenant and has no role in any other
    limited has every right there is, for `NO_LIST`
    token   the reader's, given all that programs can be given; None where it is not known again
    """

    nobody: Person
    reader: Person
    admin: Person
    limited: Person
    token: TokenView | None


class _NeverKept(Exception):
    pass


@contextmanager
def canaries(tenant: TenantDB, *, now: datetime) -> Iterator[Canaries]:
    """They are there inside the block and in this thread alone. Other writers of the control database wait: ask, and leave."""
    with suppress(_NeverKept), CONTROL.atomic():
        nobody, reader, admin, limited = (_person(-at, word, now) for at, word in enumerate(("nobody", "reader", "admin", "limited"), 1))
        with_one, with_limits = {"rights": ONE}, {"rights": " ".join(RIGHTS), "limits": NO_LIST.as_dict()}
        for number, what in ((-1, with_one), (-2, with_limits)):
            Role.objects.create(pk=number, tenant_number=tenant.number, name=f"-canary{number}-", created_at=now, **what)
        for number, person, code in ((-1, reader, f"{PREFIX}-1"), (-2, admin, ADMIN), (-3, limited, f"{PREFIX}-2")):
            Seat.objects.create(pk=number, person=person, tenant_number=tenant.number, role=code, created_at=now)
        key = new_token(os.urandom)
        words = {"name": "-canary-", "rights": sorted(FOR_TOKENS), "digest": digest_of(key)}
        Token.objects.create(pk=-1, tenant_number=tenant.number, owner=reader, created_at=now, expires_at=now + timedelta(hours=1), **words)
        yield Canaries(nobody, reader, admin, limited, token_with(key, now=now))
        raise _NeverKept


def _person(number: int, word: str, now: datetime) -> Person:
    """Read again, as whoever is logged in is read for each request: what counts is what the database says."""
    Person.objects.create(pk=number, email=f"{word}@canary.invalid", name=f"-{word}-", created_at=now)
    return Person.objects.get(pk=number)
