"""What the checks of the input log ask of it, counted in one pass over all that is kept."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from siegelpost.base.sqlfile import sql
from siegelpost.evidence.input_reads import moment
from siegelpost.evidence.inputs import UNNAMED
from siegelpost.evidence.models import InputCheck
from siegelpost.tenancy.handle import TenantDB

AHEAD: Final = timedelta(minutes=1)
"""The database's clock and ours may differ by so much where they are on two machines."""


@dataclass(frozen=True, slots=True)
class InputFacts:
    """Figures over all entries; but for the first two, each of them is a fault.

    oldest     moment of the oldest entry, None where there is none
    nameless   entries without the number of a record
    odd        of another kind than create, change, copy, delete
    speaking   with a sign that only an address has
    ahead      from a time that has not come yet
    backwards  more than a second older than the entry before them
    nobody     of which nobody is known to have acted, as far as both sources were compared
    """

    entries: int
    oldest: datetime | None
    nameless: int
    odd: int
    speaking: int
    ahead: int
    backwards: int
    nobody: int


def input_facts(tenant: TenantDB, *, now: datetime) -> InputFacts:
    """Source: controls 2.2-05 to 2.2-09."""
    compared = tenant.objects(InputCheck).order_by("-id").values_list("bound", flat=True).first() or 0
    with tenant.cursor() as cursor:
        latest = cursor.db.ops.adapt_datetimefield_value(now + AHEAD)
        given = {"now": latest, "bound": compared, "unnamed": str(UNNAMED)}
        cursor.execute(sql("evidence", "input_facts", tenant.vendor), given)
        entries, oldest, *faults = cursor.fetchone()
    return InputFacts(entries, moment(oldest) if oldest else None, *faults)
