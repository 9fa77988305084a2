"""What is known of the lists of others that a tenant uses."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from siegelpost.base.i18n import marked as _
from siegelpost.consent.listed.models import ListState
from siegelpost.consent.models import Suppression
from siegelpost.tenancy.handle import TenantDB

FILE: Final = "file"
DAY: Final = 86_400
"""Seconds."""

Limits = Mapping[tuple[str, str], int]
"""(source, way) -> seconds for which such a list counts."""

NO_LIST: Final = _("No list was brought: nobody is compared.")
TOO_OLD: Final = "list_too_old"
UNCHECKED: Final = "list_unchecked"
WHY: Final[Mapping[str, str]] = {
    TOO_OLD: _("a list of people who want no advertising is too old; a newer one lets it go on by itself"),
    UNCHECKED: _("not everybody has been compared with a list of people who want no advertising yet"),
}
"""Why deliveries wait, to stand behind a colon."""


@dataclass(frozen=True, slots=True)
class ListView:
    """One list as it counts now.

    hits  people here who stand on it; how many, and never who
    """

    source: str
    way: str
    version: str
    licence: str
    entries: int
    dated: datetime
    good_until: datetime
    checked_upto: int
    taken_at: datetime
    hits: int

    def is_good(self, now: datetime) -> bool:
        """Whether it is young enough to send by."""
        return now < self.good_until

    def age_days(self, now: datetime) -> int:
        """Whole days since the day that it is of."""
        return max(0, (now - self.dated).days)


def lists_of(tenant: TenantDB) -> dict[str, ListView]:
    """The lists that are set up, by source."""
    rows = tenant.objects(ListState).order_by("source")
    return {row.source: _view(row, tenant.objects(Suppression).filter(kind=row.source).count()) for row in rows}


def _view(row: ListState, hits: int) -> ListView:
    return ListView(
        source=row.source, way=row.way, version=row.version, licence=row.licence, entries=row.entries, dated=_time(row.dated),
        good_until=_time(row.good_until), checked_upto=row.checked_upto, taken_at=row.taken_at, hits=hits,
    )  # fmt: skip


def _time(second: int) -> datetime:
    return datetime.fromtimestamp(second, UTC)
