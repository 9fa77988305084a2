"""Sessions of the staff, each with the person whose it is. Django's SESSION_ENGINE."""

from typing import Any, cast

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore

from siegelpost.accounts.models import Session


class SessionStore(DatabaseStore):
    """Django's store, in our table."""

    @classmethod
    def get_model_class(cls) -> type[Session]:
        """Django: where the rows are."""
        return Session

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        """Django: the row of this session; the person is noted beside the signed data."""
        row = cast("Session", super().create_model_instance(data))
        row.person_id = int(data[SESSION_KEY]) if SESSION_KEY in data else None
        return row


def end_sessions(person_id: int, *, keep: str = "") -> int:
    """Delete the sessions of one person, all but the one with the key `keep`; return how many.

    A page that such a session asks for at this moment still answers, but cannot save it again: Django updates the row, it
    does not make it anew.
    """
    return Session.objects.filter(person_id=person_id).exclude(session_key=keep).delete()[0]
