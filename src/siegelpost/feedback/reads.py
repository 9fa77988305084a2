"""Count what came back from a mailing."""

from collections import defaultdict
from collections.abc import Sequence

from django.db.models import Count

from siegelpost.consent.rules import COMPLAINT
from siegelpost.feedback import rules
from siegelpost.feedback.models import Event
from siegelpost.feedback.rules import BOUNCES, Verdict
from siegelpost.feedback.services import UNSUBSCRIBE
from siegelpost.tenancy.handle import TenantDB


def bounces(tenant: TenantDB, mailing_id: int) -> dict[str, int]:
    """How many people a mailing bounced for: `hard`, and `soft` for all other reasons; nobody is in both."""
    kinds: dict[int | None, set[str]] = defaultdict(set)
    rows = tenant.objects(Event).filter(mailing_id=mailing_id, kind__in=[verdict.value for verdict in BOUNCES])
    for subscriber_id, kind in rows.values_list("subscriber_id", "kind").iterator():
        kinds[subscriber_id].add(kind)
    hard = sum(1 for found in kinds.values() if Verdict.HARD.value in found)
    return {"hard": hard, "soft": len(kinds) - hard}


def complaints(tenant: TenantDB, mailing_id: int) -> int:
    """How many people called a mailing spam."""
    return tenant.objects(Event).filter(mailing_id=mailing_id, kind=COMPLAINT).count()


def unsubscribes(tenant: TenantDB, mailing_id: int) -> int:
    """How many people a mailing made leave."""
    return tenant.objects(Event).filter(mailing_id=mailing_id, kind=UNSUBSCRIBE).count()


def bounce_codes(tenant: TenantDB, mailing_id: int) -> list[tuple[str, str, int]]:
    """Verdict, code as the other server gave it, and how many such bounces a mailing had; the most first."""
    rows = tenant.objects(Event).filter(mailing_id=mailing_id, kind__in=[verdict.value for verdict in BOUNCES])
    return list(rows.values_list("kind", "code").annotate(n=Count("pk")).order_by("-n", "kind", "code"))


def came_back(tenant: TenantDB, delivery_ids: Sequence[int]) -> dict[int, frozenset[Verdict]]:
    """Which of these deliveries came back, and how; those that did not are left out."""
    found: dict[int, set[Verdict]] = defaultdict(set)
    rows = tenant.objects(Event).filter(delivery_id__in=list(delivery_ids), kind__in=[verdict.value for verdict in BOUNCES])
    for delivery_id, kind in rows.values_list("delivery_id", "kind"):
        if delivery_id is not None:
            found[delivery_id].add(Verdict(kind))
    return {delivery_id: frozenset(verdicts) for delivery_id, verdicts in found.items()}


def arrived_in_between(tenant: TenantDB, earlier: Sequence[tuple[int, bool]]) -> bool:
    """Whether a mailing reached the address after its last hard bounce.

    earlier  deliveries to the person, newest first: id, and whether the other server took it
    """
    returned = came_back(tenant, [delivery_id for delivery_id, _taken in earlier])
    return rules.arrived_in_between([(taken, returned.get(delivery_id, frozenset())) for delivery_id, taken in earlier])
