"""What doors count when a file goes through them, and how the register is held against it: no file leaves that it does not have."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from django.db.models import Count, F, Sum

from siegelpost.governance.disclosures.models import Disclosure, HandedOut
from siegelpost.governance.disclosures.rules import COMMAND, PAGE
from siegelpost.tenancy.handle import TenantDB

CHANNELS: Final = (PAGE, COMMAND)
"""Doors that count. What goes out by SMTP is counted in messages."""
COMPARED: Final = timedelta(days=7)
"""So far back, in whole days beside today."""


@dataclass(frozen=True, slots=True)
class Balance:
    """What left beside what the register says, of some days.

    files, bytes  that the doors counted
    unknown       files that left and have no entry
    more          bytes that left beyond those of the entries
    """

    files: int
    bytes: int
    unknown: int
    more: int


def count(tenant: TenantDB, act: str, channel: str, *, files: int = 0, size: int = 0, now: datetime) -> None:
    """Add files and bytes to those of the day. Its own transaction, or part of the caller's."""
    with tenant.atomic():
        row, _new = tenant.objects(HandedOut).get_or_create(day=now.astimezone(UTC).date(), act=act, channel=channel)
        tenant.objects(HandedOut).filter(pk=row.pk).update(files=F("files") + files, bytes=F("bytes") + size)


def balance(tenant: TenantDB, *, now: datetime) -> Balance:
    """Compare act by act. Less than was entered is no outflow: a download that its reader broke off.

    Source: control 2.1-01, reconciliation of what goes out.
    """
    since = (now.astimezone(UTC) - COMPARED).replace(hour=0, minute=0, second=0, microsecond=0)
    counted = tenant.objects(HandedOut).filter(day__gte=since.date()).values_list("act", "channel", "files", "bytes")
    entered = tenant.objects(Disclosure).filter(at__gte=since, channel__in=CHANNELS).order_by().values("act", "channel")
    known = {(one["act"], one["channel"]): one for one in entered.annotate(n=Count("pk"), sized=Count("size"), total=Sum("size"))}
    left: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    for act, channel, files, size in counted:
        left[act, channel][0] += files
        left[act, channel][1] += size
    unknown = more = 0
    for key, (files, size) in left.items():
        entry = known.get(key, {"n": 0, "sized": 0, "total": 0})
        unknown += max(0, files - entry["n"])
        if entry["n"] == entry["sized"]:  # nobody knew the size of the others before they left
            more += max(0, size - (entry["total"] or 0))
    return Balance(sum(files for files, _size in left.values()), sum(size for _files, size in left.values()), unknown, more)
