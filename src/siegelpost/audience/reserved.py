"""Addresses that belong to nobody, and the guard that keeps all others out of a test system and of a test tenant."""

from collections.abc import Callable, Collection
from functools import lru_cache
from typing import Final

from siegelpost.base.settings import Settings, process_settings
from siegelpost.tenancy.environment import TEST
from siegelpost.tenancy.handle import TenantDB

RESERVED: Final = frozenset(("test", "example", "invalid", "localhost", "example.com", "example.net", "example.org"))
"""RFC 2606 sections 2 and 3, RFC 6761: nobody can register these names or one below them."""
REAL: Final = "address_real"
"""Code of the reason, in files of refused rows and on forms."""
REMEMBERED: Final = 50_000  # domains

IsReal = Callable[[str], bool]
"""Takes an address in our form and says whether somebody could own it."""


def is_reserved(domain: str, more: Collection[str] = ()) -> bool:
    """Whether a domain (in lower case, as A-labels) is one of RESERVED, one of `more`, or below one of them."""
    parts = domain.split(".")
    return any(name in RESERVED or name in more for name in (".".join(parts[place:]) for place in range(len(parts))))


def judge_of(settings: Settings) -> IsReal:
    """A judge that knows the reserved domains and those that the operator declared as sinks (SIEGELPOST_TEST_DOMAINS)."""
    sinks = frozenset(settings.test_domains)

    @lru_cache(maxsize=REMEMBERED)
    def owned(domain: str) -> bool:
        return not is_reserved(domain, sinks)

    return lambda address: owned(address.rpartition("@")[2])


def guard(tenant: TenantDB) -> IsReal | None:
    """What a test system, or a tenant that only tries things out, keeps out; None for all others, which take everybody's address."""
    settings = process_settings()
    return judge_of(settings) if tenant.test or settings.environment == TEST else None


def kept_out(tenant: TenantDB, address: str) -> bool:
    """Whether made-up addresses alone are stored here, and this one (in our form) is real."""
    is_real = guard(tenant)
    return is_real is not None and is_real(address)
