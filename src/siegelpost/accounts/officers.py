"""The operator's privacy officers: whoever has the role in a tenant of the operator's own."""

from collections.abc import Collection
from datetime import datetime

from siegelpost.accounts.models import Person, Seat
from siegelpost.accounts.rules import PRIVACY


def officer_since(person: Person, own_tenants: Collection[int]) -> datetime | None:
    """Since when somebody is one, None for everybody else and for whoever is blocked.

    own_tenants  numbers of the tenants in which the operator itself is the controller
    """
    if not person.is_active:
        return None
    seats = Seat.objects.filter(person_id=person.pk, role=PRIVACY, tenant_number__in=list(own_tenants))
    return min((seat.created_at for seat in seats), default=None)
