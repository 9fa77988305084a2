"""Sessions of the staff, each with the person whose it is. Django's SESSION_ENGINE."""

from typing import Any, cast

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore

from siegelpost.accounts.models import Session

_STAY = ("began_at", "seen_at", "locked_at", "network", "browser", "agent")


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

    def cycle_key(self) -> None:
        """Django: a new key for the same session, for example after a new password; it goes on, it does not begin anew."""
        kept = Session.objects.filter(pk=self.session_key).values(*_STAY).first()
        super().cycle_key()
        if kept is not None:
            Session.objects.filter(pk=self.session_key).update(**kept)


def is_open(key: str) -> bool:
    """Whether a session with this key is there: nobody ended it."""
    return bool(Session.objects.filter(pk=key).exists())


def end_sessions(person_id: int, *, keep: str = "") -> int:
    """Delete the sessions of one person, all but the one with the key `keep`; return how many.

    A page that such a session asks for at this moment still answers, but cannot save it again: Django updates the row, it
    does not make it anew.
    """
    return Session.objects.filter(person_id=person_id).exclude(session_key=keep).delete()[0]
