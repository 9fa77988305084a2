"""Every operation of the interface, with a token of one tenant, about everything of another."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

import pytest

from siegelpost.tenancy.handle import TenantDB
from tests.api.calling import Program, program
from tests.api.routes import Operation, described, operations
from tests.isolation.asking import differs, heard
from tests.isolation.stock import NEVER, Rows, count_on, state_of, stocked

pytestmark = [pytest.mark.slow, pytest.mark.touches_beta]  # beta is compared here, with what it was given before

PARTS: Final = {"list_id": "list", "person_id": "person", "mailing_id": "mailing"}
QUERY: Final = {"list": "list", "after": "person"}
"""Numbers behind the question mark."""
HARMLESS: Final = frozenset({"limit", "offset", "reason", "Idempotency-Key"})
"""What may stand there and names nothing that a tenant has."""


ASKS: Final = frozenset({"subscribers_ask"})
"""Names nothing that a tenant has, and is answered differently the second time."""


def parameters(one: Operation) -> list[Mapping[str, Any]]:
    """As the description names them."""
    found: list[Mapping[str, Any]] = described()["paths"][one.path][one.method.lower()].get("parameters", [])
    return found


def url(one: Operation, slug: str, numbers: Mapping[str, int]) -> str:
    """An address of the operation. Fails for a part or a question that nobody has said how to fill."""
    path, query = one.path.replace("{slug}", slug), []
    for name in (parameter["name"] for parameter in parameters(one) if parameter["name"] != "slug"):
        if f"{{{name}}}" in path:
            path = path.replace(f"{{{name}}}", str(numbers[PARTS[name]]))
        elif name in QUERY:
            query.append(f"{name}={numbers[QUERY[name]]}")
        else:
            assert name in HARMLESS, f"{one.name}: say in QUERY what {name} names, or in HARMLESS that it names nothing"
    return path + ("?" + "&".join(query) if query else "")


def told(caller: Program, one: Operation, theirs: Mapping[str, int]) -> Iterator[str]:
    """What an operation tells of beta."""
    nothing = dict.fromkeys(theirs, NEVER)
    pairs = [
        (url(one, "beta", theirs), url(one, "gamma", theirs), theirs["list"], theirs["list"]),
        *([] if one.name in ASKS else [(url(one, "alpha", theirs), url(one, "alpha", nothing), theirs["list"], NEVER)]),
    ]
    for there, never, number, other in pairs:
        answers = [
            heard(caller.ask(one.method, address, one.body(body)), "/beta/", "/gamma/")
            for address, body in ((there, number), (never, other))
        ]
        for fault in filter(None, (differs(*answers), *answers[0].tells())):
            yield f"{one.method} {there}: {fault}"


def test_every_operation_about_what_another_tenant_has_is_answered_as_about_what_never_was(
    alpha: TenantDB, beta: TenantDB, rows: Rows
) -> None:
    stocked(alpha)
    caller = program(alpha, role="admin", email="ada@staff.example")
    count_on(beta)
    theirs = stocked(beta)
    before = state_of(beta, rows())
    found = [fault for one in operations() for fault in told(caller, one, theirs)]
    assert not found, "\n".join(found)
    assert state_of(beta, rows()) == before
