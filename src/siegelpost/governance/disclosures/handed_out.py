"""What doors count when a file or people go through them, and how the register is held against it: nothing leaves that it does not have."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from django.db.models import Count, F, Sum

from siegelpost.governance.disclosures.models import Disclosure, HandedOut
from siegelpost.governance.disclosures.rules import ANSWER, COMMAND, PAGE
from siegelpost.tenancy.handle import TenantDB

CHANNELS: Final = (PAGE, COMMAND, ANSWER)
"""Doors that count. What goes out by SMTP is counted in messages."""
COMPARED: Final = timedelta(days=7)
"""So far back, in whole days beside today."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """What goes through a door: files, or answers with people in them; bytes of them; people, where the door sees them."""

    files: int = 0
    size: int = 0
    people: int = 0

    def __add__(self, other: "Left") -> "Left":
        return Left(files=self.files + other.files, size=self.size + other.size, people=self.people + other.people)


@dataclass(frozen=True, slots=True)
class Balance:
    """What left beside what the register says, of some days.

    left     what the doors counted
    unknown  files and answers that left and have no entry
    more     bytes that left beyond those of the entries
    others   people in answers beyond those of the entries
    """

    left: Left
    unknown: int
    more: int
    others: int


def count(tenant: TenantDB, act: str, channel: str, left: Left, *, now: datetime) -> None:
    """Add to what left that day. Its own transaction, or part of the caller's."""
    tenant = tenant.unlimited
    with tenant.atomic():
        row, _new = tenant.objects(HandedOut).get_or_create(day=now.astimezone(UTC).date(), act=act, channel=channel)
        more = {"files": F("files") + left.files, "bytes": F("bytes") + left.size, "people": F("people") + left.people}
        tenant.objects(HandedOut).filter(pk=row.pk).update(**more)


def balance(tenant: TenantDB, *, now: datetime) -> Balance:
    """Compare act by act. Less than was entered is no outflow: a download that its reader broke off.

    Source: control 2.1-01, reconciliation of what goes out.
    """
    since = (now.astimezone(UTC) - COMPARED).replace(hour=0, minute=0, second=0, microsecond=0)
    entered = tenant.objects(Disclosure).filter(at__gte=since, channel__in=CHANNELS).order_by().values("act", "channel")
    sums = entered.annotate(n=Count("pk"), sized=Count("size"), total=Sum("size"), people=Sum("records"))
    known = {(one["act"], one["channel"]): one for one in sums}
    whole, unknown, more, others = Left(), 0, 0, 0
    for key, left in _counted(tenant, since).items():
        entry = known.get(key, {"n": 0, "sized": 0, "total": 0, "people": 0})
        whole += left
        unknown += max(0, left.files - entry["n"])
        others += max(0, left.people - entry["people"])
        if entry["n"] == entry["sized"]:  # nobody knew the size of the others before they left
            more += max(0, left.size - (entry["total"] or 0))
    return Balance(whole, unknown, more, others)


def _counted(tenant: TenantDB, since: datetime) -> dict[tuple[str, str], Left]:
    found: dict[tuple[str, str], Left] = defaultdict(Left)
    for row in tenant.objects(HandedOut).filter(day__gte=since.date()):
        found[row.act, row.channel] += Left(files=row.files, size=row.bytes, people=row.people)
    return found
