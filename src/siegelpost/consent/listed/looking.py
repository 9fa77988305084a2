"""Look addresses up in the lists that lie here."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from siegelpost.consent.listed.digests import KEY_BYTES, reader
from siegelpost.consent.listed.models import ListPart, ListState
from siegelpost.consent.listed.states import FILE
from siegelpost.tenancy.handle import TenantDB


def listed_many(tenant: TenantDB, emails: Sequence[str]) -> dict[int, str]:
    """Who of many people stands on a list: index -> its source, the first by name. At once for tenants without lists.

    emails  normalised; a chunk of some thousands at most, for which no more of a list is read than what they may be in
    """
    found: dict[int, str] = {}
    for state in tenant.objects(ListState).filter(way=FILE).order_by("source"):
        for index in on_list(tenant, state, emails):
            found.setdefault(index, state.source)
    return found


def on_list(tenant: TenantDB, state: ListState, emails: Sequence[str]) -> set[int]:
    """Indexes of those who stand on one list."""
    keys_of = reader(state.source, state.algorithm, tenant.keys.own_addresses)
    wanted = defaultdict[int, list[tuple[bytes, int]]](list)
    for index, email in enumerate(emails):
        for key in keys_of(email):
            wanted[key[0]].append((key, index))
    if not wanted:
        return set()
    parts = tenant.objects(ListPart).filter(source=state.source, generation=state.generation)
    if len(wanted) < 200:  # of 256: for a few people few parts are read
        parts = parts.filter(bucket__in=list(wanted))
    found: set[int] = set()
    for bucket, keys in parts.values_list("bucket", "keys").iterator(16):
        if bucket in wanted:
            found |= _hits(bytes(keys), wanted[bucket])
    return found


def _hits(keys: bytes, wanted: Iterable[tuple[bytes, int]]) -> set[int]:
    there = {keys[at : at + KEY_BYTES] for at in range(0, len(keys), KEY_BYTES)}
    return {index for key, index in wanted if key in there}
