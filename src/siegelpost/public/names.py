"""A tenant's own name serves what is the tenant's and nothing else: no other tenant can be drawn under it."""

from collections.abc import Mapping
from typing import Any

from siegelpost.flows.http_gate import TENANT


def is_foreign(environ: Mapping[str, Any], tenant_number: int) -> bool:
    """Whether a request came to the own name of another tenant than this one."""
    return environ.get(TENANT, 0) not in (0, tenant_number)


def is_of_a_tenant(environ: Mapping[str, Any]) -> bool:
    """Whether it came to any tenant's own name: what belongs to the installation does not answer there."""
    return bool(environ.get(TENANT, 0))
