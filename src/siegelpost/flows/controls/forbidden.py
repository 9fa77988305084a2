"""Checks that a right which somebody does not have is refused, by those who answer for every request.

Pages ask `roles_in` and `rights_here`, the interface asks `allows`; so do these checks, about people who exist for this moment only.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from typing import Final

from siegelpost.accounts.canaries import ONE, canaries
from siegelpost.accounts.catalogue import RIGHTS
from siegelpost.accounts.reads import Person, powers_here, rights_here, roles_in
from siegelpost.accounts.tokens import TokenView, allows
from siegelpost.audience.catalogue import folders_of
from siegelpost.audience.listing import list_names, stored
from siegelpost.audience.scoping import scope_of
from siegelpost.base.controls import TENANT, Around, Finding, check, finding
from siegelpost.base.i18n import marked as _
from siegelpost.mailings.browse import page_of_mailings
from siegelpost.tenancy.errors import BeyondLimits
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.isolation import turn
from siegelpost.tenancy.registry import all_tenants

HOUR: Final = 3600
NAMED: Final = 10
"""Rights or tenants in the evidence, of many as many."""


@check(
    "1.3-02",
    _(
        "Every hour somebody without any right, somebody with a single one and a program of theirs ask for each right there is: all but "
        "that one must be refused; somebody with all rights, limited to a list that does not exist, must see no list, person or mailing. "
        "They exist for this moment only. That every page and operation asks is held by a test of each release."
    ),
    every=timedelta(hours=1),
    limit=30,
    scope=TENANT,
    whole=False,
)
def refuses_what_is_not_allowed(tenant: TenantDB, around: Around) -> Finding:
    """Red where somebody gets more, and where the single right is refused, too: then the refusals prove nothing."""
    with canaries(tenant, now=around.now) as birds:
        got = [_rights(birds.nobody, tenant), _rights(birds.reader, tenant), _allows(birds.token, tenant)]
        beyond = _seen_beyond(birds.limited, tenant)
    wrong = sorted({*got[0], *(got[1] - {ONE}), *(got[2] - {ONE})})
    alone = frozenset() if tenant.ended else frozenset({ONE})  # after its end administrators alone have anything
    works = got[1] == got[2] == alone or bool(wrong)
    tries = 3 * len(RIGHTS) - 2 + len(SEEN)
    return finding(red=wrong or beyond or not works, forbidden_tries=tries, let_in=[*wrong, *beyond][:NAMED], allowed_works=works)


@check(
    "1.4-01",
    _(
        "Every hour somebody who administers this tenant alone, and a program with all that programs can be given, ask for other tenants: "
        "there they are nobody. They exist for this moment only."
    ),
    every=timedelta(hours=1),
    limit=60,
    scope=TENANT,
    whole=False,
)
def knows_nobody_of_others(tenant: TenantDB, around: Around) -> Finding:
    """At most fifty others an hour, each in its turn."""
    others = [one for one in all_tenants() if one.number != tenant.number]
    asked = turn(others, int(around.now.timestamp()) // HOUR)
    with canaries(tenant, now=around.now) as birds:
        open_to_us = list(_opened(birds.admin, birds.token, asked))
        works = bool(_rights(birds.admin, tenant))
    return finding(red=open_to_us or not works, others_asked=len(asked), let_in=open_to_us[:NAMED], allowed_works=works)


def _gives_a_cursor(tenant: TenantDB) -> bool:
    try:
        tenant.cursor().close()
    except BeyondLimits:
        return False
    return True


def _opened(person: Person, token: TokenView | None, others: Sequence[TenantDB]) -> Iterator[str]:
    for other in others:
        if _rights(person, other) or roles_in(person, other) or _allows(token, other):
            yield other.slug


SEEN: Final[dict[str, Callable[[TenantDB], object]]] = {
    "lists": list_names,
    "folders": folders_of,
    "subscribers": stored,
    "mailings": lambda tenant: page_of_mailings(tenant, limit=1)[1],
    "statements": _gives_a_cursor,
}
"""What somebody limited to nothing looks at -> what they see of it."""


def _seen_beyond(person: Person, tenant: TenantDB) -> list[str]:
    """As the gates do it: a handle for each right, and what can be read through it."""
    found = set()
    for limits in set(powers_here(tenant, roles_in(person, tenant)).reach.values()):
        handle = tenant.within(scope_of(tenant, limits))
        found |= {f"beyond limits: {what}" for what, look in SEEN.items() if look(handle)}
    return sorted(found)


def _rights(person: Person, tenant: TenantDB) -> frozenset[str]:
    """As the gate of the pages does it."""
    return rights_here(tenant, roles_in(person, tenant))


def _allows(token: TokenView | None, tenant: TenantDB) -> frozenset[str]:
    """As the gate of the interface does it."""
    return allows(tenant, token) if token else frozenset()


CHECKS = (refuses_what_is_not_allowed, knows_nobody_of_others)
