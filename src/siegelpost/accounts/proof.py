"""What a session of the staff has shown so far: django-allauth's records, and what follows from them."""

from collections.abc import Mapping
from typing import Any, Final

from django.contrib.auth import BACKEND_SESSION_KEY

from siegelpost.accounts.entry_rules import next_step
from siegelpost.accounts.factors import has_factor
from siegelpost.accounts.models import Person
from siegelpost.accounts.rule_rows import requires

LINK: Final = "link"
LINK_BACKEND: Final = "sesame.backends.ModelBackend"
_RECORDS: Final = "account_authentication_methods"
_WHOSE: Final = "account_authentication_methods_user"


def records(session: Mapping[str, Any], person: Person) -> list[dict[str, Any]]:
    """What this person showed in this session, the oldest first: {"method": "password" | "mfa" | "link", "type": …, "at": seconds}."""
    found = session.get(_RECORDS) if session.get(_WHOSE) == str(person.pk) else None
    return [one for one in found or () if isinstance(one, dict)]


def ways(session: Mapping[str, Any], person: Person) -> str:
    """How somebody came in, for the access log: "password+totp", "passkey", "link"."""
    said = [_word(one) for one in records(session, person)]
    if not said:
        said = [LINK if session.get(BACKEND_SESSION_KEY) == LINK_BACKEND else "password"]
    return "+".join(dict.fromkeys(said))


def is_proven(session: Mapping[str, Any], person: Person, *, test: bool) -> bool:
    """Whether a second factor was shown; on a test system a one-time link is one (`make demo`)."""
    if any(one.get("method") == "mfa" for one in records(session, person)):
        return True
    return test and session.get(BACKEND_SESSION_KEY) == LINK_BACKEND


def missing(session: Mapping[str, Any], person: Person, *, test: bool) -> str:
    """What must happen before a page opens, a word of `entry_rules`."""
    if is_proven(session, person, test=test):
        return next_step(proven=True, has_factor=True, required=True)
    return next_step(proven=False, has_factor=has_factor(person.pk), required=requires(person))


def _word(record: Mapping[str, Any]) -> str:
    if record.get("method") != "mfa":
        return str(record.get("method"))
    return "passkey" if record.get("type") == "webauthn" else str(record.get("type"))
