"""The one row about this installation in the control database."""

from datetime import datetime

from siegelpost.tenancy.models import Installation


def record_installation(installation_id: str, operator_email: str, *, now: datetime) -> None:
    """Write the row, or the operator's address into it."""
    row = Installation.objects.first() or Installation(installation_id=installation_id, created_at=now)
    row.operator_email = operator_email or row.operator_email
    row.save()


def operator_email() -> str:
    """Where notices and complaints go, "" if `init` was not told."""
    row = Installation.objects.first()
    return row.operator_email if row else ""
