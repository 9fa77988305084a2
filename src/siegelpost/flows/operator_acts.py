"""What the operator does to the whole installation goes into the operator's own log."""

from datetime import datetime
from typing import Any

from siegelpost.base.actor import Actor
from siegelpost.evidence.services import append
from siegelpost.tenancy.installation import operator_store


def write_down(act: str, *, subject: str, details: dict[str, Any] | None = None, now: datetime) -> None:
    """Log an act of whoever uses the command line on the host; see `append`."""
    store = operator_store()
    with store.atomic():
        append(store, act, subject=subject, details=details, actor=Actor.operator(), at=now)
