"""Who is who at an identity provider: linked once, by an address that the provider has verified, to somebody who works here already."""

import base64
import secrets
from datetime import datetime, timedelta
from typing import Final

from django.db import IntegrityError

from siegelpost.accounts.errors import IdentityRefused
from siegelpost.accounts.id_tokens import Claims
from siegelpost.accounts.models import Identity, Person
from siegelpost.sign.keys import unwrap, wrap
from siegelpost.tenancy.handle import control_store
from siegelpost.tenancy.installation import operator_db

EVERY: Final = timedelta(minutes=55)
"""Between two questions about somebody; the worker comes by once an hour."""


def person_behind(issuer: str, claims: Claims, *, now: datetime) -> Person:
    """Whom these claims let in: whoever they did before, else whoever has the verified address. Raises IdentityRefused.

    An address whose owner has another subject there was given to somebody else meanwhile: it opens nothing. Whoever is blocked here
    stays blocked.
    """
    known = Identity.objects.filter(issuer=issuer, subject=claims.subject).select_related("person").first()
    person = known.person if known else Person.objects.filter(email=claims.email).exclude(email="").first()
    if person is None or not person.is_active:
        raise IdentityRefused
    if known is None:
        try:
            with control_store.atomic():
                Identity.objects.create(issuer=issuer, subject=claims.subject, person=person, linked_at=now, checked_at=now)
        except IntegrityError:
            raise IdentityRefused from None
    return person


def remember(person: Person, issuer: str, refresh_token: str, *, now: datetime) -> None:
    """Keep, locked, what the provider is asked with whether somebody may still come in; "" keeps nothing."""
    sealed = base64.b64encode(wrap(_key(), refresh_token.encode(), random=secrets.token_bytes)).decode() if refresh_token else ""
    Identity.objects.filter(person=person, issuer=issuer).update(sealed=sealed, checked_at=now)


def to_ask(issuer: str, *, now: datetime) -> list[tuple[Person, str]]:
    """People who are to be asked about, with their refresh tokens."""
    rows = Identity.objects.filter(issuer=issuer, person__is_active=True, checked_at__lte=now - EVERY).exclude(sealed="")
    return [(row.person, unwrap(_key(), base64.b64decode(row.sealed)).decode()) for row in rows.select_related("person").order_by("pk")]


def forget_token(person: Person, issuer: str) -> None:
    """It is worth nothing any more."""
    Identity.objects.filter(person=person, issuer=issuer).update(sealed="")


def person_of_subject(issuer: str, subject: str) -> Person | None:
    """Whoever was linked to it."""
    row = Identity.objects.filter(issuer=issuer, subject=subject).select_related("person").first()
    return row.person if row else None


def _key() -> bytes:
    return operator_db().keys.factors
