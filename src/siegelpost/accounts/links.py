"""One-time links: whoever opens one is logged in once.

The next login of any kind makes a link void, a new password too, and being blocked, for whoever is let in again gets a new one. Also
a role in another tenant: whoever made the link must not get in there with it.
"""

from datetime import datetime

from sesame.utils import get_token, get_user

from siegelpost.accounts.errors import LinkOver
from siegelpost.accounts.models import Person
from siegelpost.accounts.standing import standing_of


def one_time_link(person: Person, staff_url: str) -> str:
    """Return the address that logs `person` in; good for SESAME_MAX_AGE and for one login."""
    return f"{staff_url}/link/{person.pk}-{get_token(person, scope=standing_of(person.pk))}"


def person_of(token: str) -> Person:
    """Whom a link logs in, without doing so. Raises LinkOver."""
    number, _dash, signed = token.partition("-")
    if not (number.isascii() and number.isdigit() and len(number) < 19):
        raise LinkOver
    found = get_user(signed, scope=standing_of(int(number)), update_last_login=False)
    if not isinstance(found, Person) or found.pk != int(number) or not found.is_active:
        raise LinkOver
    return found


def use_link(token: str, *, now: datetime) -> Person:
    """Whom a link logs in; it is used up by this. Of two who open it at the same moment one gets LinkOver."""
    person = person_of(token)
    if not Person.objects.filter(pk=person.pk, last_login=person.last_login, is_active=True).update(last_login=now):
        raise LinkOver
    return person
