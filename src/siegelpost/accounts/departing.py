"""The staff of a tenant that goes: roles, tokens, rules, sessions; and the accounts of those who work nowhere else."""

from siegelpost.accounts.leaving_models import Leaving, LeavingPlan
from siegelpost.accounts.models import EntryRule, Invitation, Person, Role, Seat, Session, Token
from siegelpost.accounts.sessions import end_sessions


def addresses_of(tenant_number: int) -> list[str]:
    """Of everybody with a role there who works nowhere else: they are looked for afterwards."""
    return [one.email for one in _only_here(tenant_number)]


def take_out(tenant_number: int) -> dict[str, int]:
    """Remove all of it; returns rows by table. Inside a transaction of the control database; twice is safe.

    Whoever works for another tenant or runs the installation keeps the account; the sessions end for all.
    """
    here = set(Seat.objects.filter(tenant_number=tenant_number).values_list("person_id", flat=True))
    gone = [one.pk for one in _only_here(tenant_number)]
    found = {Session._meta.label: sum(map(end_sessions, sorted(here)))}
    for model in (Token, Seat, Invitation, Role, EntryRule, Leaving, LeavingPlan):
        found[model._meta.label] = model._default_manager.filter(tenant_number=tenant_number).delete()[0]
    found[Person._meta.label] = len(gone)
    Person.objects.filter(pk__in=gone).delete()
    return found


def _only_here(tenant_number: int) -> list[Person]:
    seats = Seat.objects.filter(tenant_number=tenant_number).values("person_id")
    others = Seat.objects.exclude(tenant_number=tenant_number).values("person_id")
    return list(Person.objects.filter(pk__in=seats, operator=False).exclude(pk__in=others).order_by("pk"))
