"""Staff who look at pages: somebody with a role, logged in, with a client that speaks as a browser does."""

from datetime import UTC, datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.test import Client

from siegelpost.accounts.models import Person
from siegelpost.accounts.services import change_profile, give_role, make_operator, person_for
from siegelpost.tenancy.handle import TenantDB

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
BACKEND = "sesame.backends.ModelBackend"
"""As by a one-time link, which counts as second factor on a test system."""


def known(email: str, *, language: str, now: datetime) -> Person:
    """The person with this address, who reads this language from now on."""
    person = person_for(email, language=language, now=now)
    change_profile(person, name=person.name, language=language)
    return person


def colleague(tenant: TenantDB | None, role: str, email: str = "", language: str = "en") -> Person:
    """Somebody with this role; an operator belongs to no tenant."""
    person = known(email or f"{role}@staff.example", language=language, now=NOON)
    if role == "operator":
        make_operator(person)
    elif tenant is not None:
        give_role(person, tenant.number, role, now=NOON)
    found: Person = get_user_model().objects.get(pk=person.pk)
    return found


_IN_PIECES: list[Any] = []


def close_answers() -> None:
    """Close the files behind them; left to the garbage collector they are a warning in whatever test runs by then."""
    while _IN_PIECES:
        _IN_PIECES.pop().close()


class Visitor(Client):
    """A logged-in client that knows the start of its tenant's addresses."""

    def __init__(self, person: Person | None, tenant: TenantDB, **options: Any) -> None:
        super().__init__(raise_request_exception=False, **options)
        self.start = f"/t/{tenant.slug}/"
        if person is not None:
            self.force_login(person, backend=BACKEND)

    def request(self, **request: Any) -> Any:
        """Django: ask. What is answered in pieces is closed when the test ends, whether somebody read it or not, as servers do."""
        answer = super().request(**request)
        if answer.streaming:
            _IN_PIECES.append(answer)
        return answer

    def see(self, path: str = "", status: int = 200) -> str:
        """The text of a page below the tenant; fails for another status."""
        answer = self.get(self.start + path)
        assert answer.status_code == status, f"{path}: {answer.status_code}"
        return answer.content.decode()

    def send(self, path: str, values: dict[str, Any] | None = None, status: int = 303) -> Any:
        """Post a form below the tenant; fails for another status."""
        answer = self.post(self.start + path, values or {})
        assert answer.status_code == status, f"{path}: {answer.status_code} {answer.content.decode()[:2000]}"
        return answer


def visitor(tenant: TenantDB, role: str = "editor", language: str = "en") -> Visitor:
    """Somebody with this role, logged in."""
    return Visitor(colleague(tenant, role, language=language), tenant)
