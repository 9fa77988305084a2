"""What the operator does to the whole installation goes into the operator's own log."""

from datetime import datetime
from typing import Any

from siegelpost.base.actor import Actor
from siegelpost.evidence.services import append
from siegelpost.tenancy.installation import operator_store


def write_down(act: str, *, subject: str, details: dict[str, Any] | None = None, now: datetime, actor: Actor | None = None) -> None:
    """Log an act of whoever uses the command line on the host, or of whoever is named; see `append`."""
    store = operator_store()
    with store.atomic():
        append(store, act, subject=subject, details=details, actor=actor or Actor.operator(), at=now)
