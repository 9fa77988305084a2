"""Whoever forgot the password gets a link: good for 15 minutes, for one new password, and for nothing else.

A row is all there is of it; the secret stands in the mail alone. Who is known here cannot be told from the outside: each request costs
one look and one row, and the worker does the rest.

Source: OWASP ASVS 5.0, 6.3.8 and 6.4.3; NIST SP 800-63B section 4.2.
"""

import secrets
from collections.abc import Iterator
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from siegelpost.accounts.errors import ResetOver
from siegelpost.accounts.models import PasswordReset, Person
from siegelpost.accounts.standing import standing_of

LIFE: Final = timedelta(minutes=15)
WAITING: Final = ""
AT_ONCE: Final = 20
"""Requests that one tick of the worker answers."""


def ask(email: str, *, now: datetime) -> None:
    """Note that somebody has typed this address. Whoever has no password (passkey, identity provider) is not given one in this way."""
    person = Person.objects.filter(email=email.strip().lower()).first()
    usable = person is not None and person.is_active and person.has_usable_password()
    PasswordReset.objects.create(person_id=person.pk if person and usable else None, until=now + LIFE)


def take_up(*, now: datetime) -> Iterator[tuple[Person, str]]:
    """Who is to get a link, each with what the link holds; it is good from now on. Of several processes one takes it up.

    Requests without a person, and those that waited longer than a link lives, are thrown away.
    """
    PasswordReset.objects.filter(until__lte=now).delete()
    for row in PasswordReset.objects.filter(digest=WAITING).order_by("pk")[:AT_ONCE]:
        person = Person.objects.filter(pk=row.person_id, is_active=True).first() if row.person_id else None
        if person is None:
            row.delete()
            continue
        secret = secrets.token_urlsafe(32)
        taken = PasswordReset.objects.filter(pk=row.pk, digest=WAITING).update(digest=_digest(person, secret), until=now + LIFE)
        if taken:
            yield person, f"{person.pk}-{secret}"


def person_of(token: str, *, now: datetime) -> Person:
    """Whose link it is, without using it up. Raises ResetOver for one that is old, used, made up, or from before anything changed."""
    return _found(token, now)[0]


def use_up(token: str, *, now: datetime) -> Person:
    """Whose link it is; with it all links of this person are gone. Of two at the same moment one gets ResetOver."""
    person, digest = _found(token, now)
    if not PasswordReset.objects.filter(digest=digest, person_id=person.pk).delete()[0]:
        raise ResetOver
    PasswordReset.objects.filter(person_id=person.pk).delete()
    return person


def _found(token: str, now: datetime) -> tuple[Person, str]:
    number, _dash, secret = token.partition("-")
    if not (number.isascii() and number.isdigit() and len(number) < 19 and secret):
        raise ResetOver
    person = Person.objects.filter(pk=int(number), is_active=True).first()
    if person is None:
        raise ResetOver
    digest = _digest(person, secret)
    if not PasswordReset.objects.filter(digest=digest, person_id=person.pk, until__gt=now).exists():
        raise ResetOver
    return person, digest


def _digest(person: Person, secret: str) -> str:
    """A new password, a login, a block or another role make another one of it: links from before open nothing then."""
    seen = person.last_login.timestamp() if person.last_login else 0
    return sha256("\n".join((secret, person.password, str(seen), standing_of(person.pk))).encode()).hexdigest()
