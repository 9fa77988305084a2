"""What the staff's pages show of deliveries: who would get a mailing, how many got it, who is in which state."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from siegelpost.delivery.models import Tally
from siegelpost.delivery.reads import DeliveryLine
from siegelpost.delivery.statements import of_lists, read
from siegelpost.delivery.tally import AUDIENCE, EXCLUDED
from siegelpost.mailings.reads import lists_of as need_mailing
from siegelpost.tenancy.handle import TenantDB


@dataclass(frozen=True, slots=True)
class Forecast:
    """Who would get a mailing if it were launched at this moment.

    receive   people who agreed and are not suppressed, each once
    excluded  reason -> people of the same lists who are left out
    """

    receive: int
    excluded: dict[str, int] = field(default_factory=dict)

    @property
    def audience(self) -> int:
        """Everybody on the lists."""
        return self.receive + sum(self.excluded.values())


@dataclass(frozen=True, slots=True)
class Reached:
    """A mailing in two numbers."""

    audience: int = 0
    sent: int = 0


def forecast(tenant: TenantDB, list_ids: Iterable[int]) -> Forecast:
    """Say what a launch would do, without writing anything; 100,000 people take a twentieth of a second, a tenth on PostgreSQL."""
    found = Counter[str]()
    with tenant.cursor() as cursor:
        cursor.execute(*of_lists(tenant, "forecast", list_ids))
        for reason, n in cursor.fetchall():
            found[reason] += int(n)
    receive = found.pop("", 0)
    return Forecast(receive, {reason: n for reason, n in found.items() if n})


def reached(tenant: TenantDB, mailing_ids: Iterable[int]) -> dict[int, Reached]:
    """Audience and sent messages of several mailings, without those that were not launched."""
    found: dict[int, dict[str, int]] = {}
    rows = tenant.objects(Tally).filter(mailing_id__in=list(mailing_ids), state__in=(AUDIENCE, "sent"))
    for mailing_id, state, n in rows.values_list("mailing_id", "state", "n"):
        found.setdefault(mailing_id, {})[state] = n
    return {mailing_id: Reached(of.get(AUDIENCE, 0), of.get("sent", 0)) for mailing_id, of in found.items()}


def excluded_of(counts: dict[str, int]) -> dict[str, int]:
    """Reason -> people, out of the counters of a mailing."""
    return {name.removeprefix(EXCLUDED): n for name, n in sorted(counts.items()) if name.startswith(EXCLUDED) and n}


def page_of_recipients(
    tenant: TenantDB, mailing_id: int, *, state: str = "", subscriber_id: int = 0, offset: int = 0, limit: int = 25
) -> list[DeliveryLine]:
    """One page of the recipients, or of those in one state, or a single person; how many there are says the tally."""
    where = {"mailing": mailing_id, "state": state, "subscriber": subscriber_id}
    if not tenant.scope.is_whole:
        need_mailing(tenant, mailing_id)
    rows, shown = read(tenant.unlimited, "recipients_page", limit=limit, skip=offset, **where), tenant.scope.email
    return [
        DeliveryLine(shown(email or ""), found, code, datetime.fromtimestamp(at, UTC) if at else None) for email, found, code, at in rows
    ]
