"""One-time links: whoever opens one is logged in once; the next login of any kind makes it void."""

from sesame.utils import get_token, get_user

from siegelpost.accounts.errors import LinkOver
from siegelpost.accounts.models import Person


def one_time_link(person: Person, staff_url: str) -> str:
    """Return the address that logs `person` in; good for SESAME_MAX_AGE and for one login."""
    return f"{staff_url}/link/{get_token(person)}"


def person_of(token: str) -> Person:
    """Whom a link logs in, without doing so. Raises LinkOver."""
    found = get_user(token, update_last_login=False)
    if not isinstance(found, Person) or not found.is_active:
        raise LinkOver
    return found
