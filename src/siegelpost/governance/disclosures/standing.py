"""Whether the register is as it was written: read by the check of control 2.1-01."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Sum

from siegelpost.evidence.reads import since
from siegelpost.governance.disclosures import roll
from siegelpost.governance.disclosures.models import Beginning, Disclosure, Marks
from siegelpost.governance.disclosures.rules import forget_before
from siegelpost.governance.disclosures.services import RECORDED, digest_of
from siegelpost.tenancy.handle import TenantDB

MARKS_OF: Final = 100
"""Of so many outflows, the newest, the marks are read: of a large tenant those of all are gigabytes."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What differs between the register and the log.

    gone       entries that the log has and the register lacks
    forged     entries that no act made
    changed    entries that are not as they were written
    unmarked   of which it can no longer be told whose data they held, before their time
    """

    gone: int
    forged: int
    changed: int
    unmarked: int


def begins_after(tenant: TenantDB) -> int:
    """The entry of the log behind which the register is kept: never after the first entry that it has, whatever the table says."""
    said = tenant.objects(Beginning).order_by("id").values_list("entry_id", flat=True).first() or 0
    return min([said, *(one.id - 1 for one in since(tenant, (RECORDED,), 0)[:1])])


def numbers(tenant: TenantDB) -> frozenset[int]:
    """The numbers of all entries."""
    return frozenset(tenant.objects(Disclosure).values_list("pk", flat=True))


def messages(tenant: TenantDB, act: str) -> dict[str, int]:
    """How many messages went out by an act, by whose data that was ("mailing:3")."""
    rows = tenant.objects(Disclosure).filter(act=act).order_by().values_list("people").annotate(n=Sum("records"))
    return dict(rows)


def standing(tenant: TenantDB, *, now: datetime) -> Standing:
    """Compare both, entry by entry."""
    written = {one.subject: one.details.get("entry") for one in since(tenant, (RECORDED,), begins_after(tenant))}
    gone, forged, changed = dict(written), 0, 0
    for row in tenant.objects(Disclosure).order_by("id").iterator(chunk_size=500):
        name = f"disclosure:{row.pk}"
        gone.pop(name, None)
        forged += name not in written
        changed += name in written and written[name] != digest_of(row)
    return Standing(len(gone), forged, changed, _unmarked(tenant, now))


def _unmarked(tenant: TenantDB, now: datetime) -> int:
    rows = tenant.objects(Disclosure).filter(at__gte=forget_before(now)).exclude(marks_digest="").order_by("-id")[:MARKS_OF]
    wanted = dict(rows.values_list("pk", "marks_digest"))
    found: dict[int, list[bytes]] = defaultdict(list)
    for number, data in (
        tenant.objects(Marks).filter(disclosure_id__in=wanted).order_by("disclosure_id", "part").values_list("disclosure_id", "data")
    ):
        found[number].append(bytes(data))
    return sum(roll.digest_of(found[number]) != digest for number, digest in wanted.items())
