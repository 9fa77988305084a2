"""A browser in which somebody logged in before: its wrong passwords count apart, so that whoever guesses elsewhere locks nobody out.

Source: OWASP, "Slow Down Online Guessing Attacks with Device Cookies".
"""

import secrets
from datetime import timedelta
from typing import Final

from django.core import signing
from django.http import HttpRequest, HttpResponse

from siegelpost.accounts.reads import Person, person_with
from siegelpost.base.settings import process_settings

_HTTPS: Final = process_settings().staff_url.startswith("https://")
COOKIE: Final = "__Host-known" if _HTTPS else "known"
LASTS: Final = timedelta(days=90)
"""As long as an account lives that nobody uses."""
_SALT: Final = "known browser"


def known_as(request: HttpRequest, email: str) -> str:
    """A word for the browser, where whoever has this address logged in with it; "" for every other."""
    try:
        number, word = signing.loads(request.COOKIES.get(COOKIE, ""), salt=_SALT, max_age=LASTS)
    except (signing.BadSignature, TypeError, ValueError):
        return ""
    person = person_with(email)
    return str(word) if person is not None and person.pk == number else ""


def know(request: HttpRequest, response: HttpResponse, person: Person) -> None:
    """Remember the browser of somebody who has just shown all that is asked of them. It opens nothing, and says nothing to anybody else."""
    word = known_as(request, person.email) or secrets.token_urlsafe(12)
    value = signing.dumps([person.pk, word], salt=_SALT)
    response.set_cookie(COOKIE, value, max_age=LASTS, secure=_HTTPS, httponly=True, samesite="Lax")
