"""What became of mailings, for reports and the overview: arrivals by hour, answers, what waits for the staff."""

from collections.abc import Iterable
from dataclasses import dataclass

from siegelpost.delivery.models import Outgoing, Tally
from siegelpost.delivery.statements import read
from siegelpost.delivery.tally import AUDIENCE, EXCLUDED
from siegelpost.tenancy.handle import TenantDB

OPEN_STATES = ("due", "claimed", "retry")
"""What may still go out."""
ASKS_STAFF = ("blocked", "unsure")


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a mailing is: `open` of `wanted` messages may still go out."""

    wanted: int
    open: int

    @property
    def done(self) -> int:
        """Messages that reached a final state."""
        return self.wanted - self.open

    @property
    def percent(self) -> str:
        """0..100 with one digit behind the point, for machines."""
        return f"{100 * self.done / self.wanted:.1f}" if self.wanted else "0"


def arrivals(tenant: TenantDB, mailing_id: int) -> dict[int, dict[int, int]]:
    """Variant -> hour (since 1970, UTC) -> people whose server took the message in it."""
    found: dict[int, dict[int, int]] = {}
    for variant, hour, n in read(tenant, "arrivals", mailing=mailing_id):
        found.setdefault(variant, {})[hour] = n
    return found


def answers(tenant: TenantDB, mailing_id: int) -> list[tuple[str, str, int]]:
    """State (blocked or expired), reply code and how often, the most frequent first; what bounced is in feedback."""
    return [(state, code, n) for state, code, n in read(tenant, "answers", mailing=mailing_id)]


def codes_of(tenant: TenantDB, mailing_id: int, state: str) -> dict[str, int]:
    """Kept code -> messages of a mailing that are in one state."""
    return dict(read(tenant, "codes", mailing=mailing_id, state=state))


def progress(tenant: TenantDB, mailing_ids: Iterable[int]) -> dict[int, Progress]:
    """How far these mailings are."""
    wanted: dict[int, int] = {}
    waiting: dict[int, int] = {}
    for mailing, state, n in tenant.objects(Tally).filter(mailing_id__in=list(mailing_ids)).values_list("mailing_id", "state", "n"):
        if state == AUDIENCE or state.startswith(EXCLUDED):
            wanted[mailing] = wanted.get(mailing, 0) + (n if state == AUDIENCE else -n)
        elif state in OPEN_STATES:
            waiting[mailing] = waiting.get(mailing, 0) + n
    return {mailing: Progress(n, waiting.get(mailing, 0)) for mailing, n in wanted.items()}


def asks_staff(tenant: TenantDB, mailing_ids: Iterable[int]) -> list[tuple[int, str, int]]:
    """Mailing, "blocked" or "unsure", and how many messages; the newest mailing first."""
    rows = tenant.objects(Tally).filter(mailing_id__in=list(mailing_ids), state__in=ASKS_STAFF, n__gt=0)
    return list(rows.order_by("-mailing_id", "state").values_list("mailing_id", "state", "n"))


def waiting_mails(tenant: TenantDB) -> int:
    """System and dialog mails that wait to be sent."""
    return tenant.objects(Outgoing).filter(state__in=("due", "retry")).count()
