"""How many people agreed to a list in which month, how many left it, and how many are suppressed why: figures, and nobody."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from siegelpost.consent.models import Consent, Suppression
from siegelpost.tenancy.handle import TenantDB

AT_ONCE = 2_000


@dataclass(slots=True)
class ListShape:
    """Of one list: consents that run and that were withdrawn, and the months in which they were given (months since year 0)."""

    states: Counter[bool] = field(default_factory=Counter)
    """True for those that were withdrawn."""
    months: Counter[int] = field(default_factory=Counter)


def shapes(tenant: TenantDB) -> dict[int, ListShape]:
    """By list."""
    found: dict[int, ListShape] = defaultdict(ListShape)
    rows = tenant.objects(Consent).values_list("list_id", "granted_at", "withdrawn_at").iterator(chunk_size=AT_ONCE)
    for list_id, granted_at, withdrawn_at in rows:
        found[list_id].states[withdrawn_at is not None] += 1
        found[list_id].months[granted_at.year * 12 + granted_at.month - 1] += 1
    return found


def suppressed_why(tenant: TenantDB, keys: Sequence[bytes]) -> Counter[str]:
    """For how many of some people there is a reason never to write to them, by its kind; of several kinds the first by name."""
    kinds: dict[bytes, str] = {}
    for key, kind in tenant.objects(Suppression).filter(key__in=keys, list_id=None).order_by("-kind").values_list("key", "kind"):
        kinds[bytes(key or b"")] = kind
    return Counter(kinds.values())
