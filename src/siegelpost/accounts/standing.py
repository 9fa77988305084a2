"""What somebody may do and since when, as a word that a link is bound to: whoever made it must not get more by it later."""

from siegelpost.accounts.models import Person, Seat


def standing_of(person_id: int) -> str:
    """Changes with each role, with running the installation, and with each block."""
    seats = Seat.objects.filter(person_id=person_id).order_by("tenant_number", "role").values_list("tenant_number", "role")
    operator, blocked_at = Person.objects.filter(pk=person_id).values_list("operator", "blocked_at").first() or (False, None)
    marks = (*(["operator"] if operator else []), *([f"blocked {blocked_at.timestamp()}"] if blocked_at else []))
    return ",".join([*(f"{number}:{role}" for number, role in seats), *marks])
