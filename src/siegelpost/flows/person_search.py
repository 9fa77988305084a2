"""Search the access log for one person of the staff: who may ask, who may agree, who sees the result."""

from datetime import datetime

from siegelpost.accounts.errors import PersonUnknown, RightMissing
from siegelpost.accounts.reads import Person, colleagues, person_by_id, person_here, person_with, rights_in
from siegelpost.evidence import person_search
from siegelpost.evidence.access import FAILED, Access, record
from siegelpost.evidence.access_proof import KEPT
from siegelpost.evidence.reads import since
from siegelpost.flows.errors import NotProved
from siegelpost.flows.staff import TAKEN
from siegelpost.flows.tokens import ever_owned
from siegelpost.tenancy.handle import Logged, TenantDB
from siegelpost.tenancy.installation import operator_db

ENTRY = "entry"


def proved(email: str, password: str, *, now: datetime) -> Person:
    """Who somebody at the command line is. A wrong password is a failed login of the access log. Raises NotProved."""
    person = person_with(email)
    if person is None or not person.is_active or not person.check_password(password):
        record(operator_db(), Access(now, "unknown", ENTRY, "login", FAILED))
        raise NotProved
    return person


def ask(whose: Logged, email: str, reason: str, *, asker: Person, now: datetime) -> int:
    """Ask to see what the person with this address did; returns the number of the request.

    Raises RightMissing, PersonUnknown (also for somebody who has no role in the tenant, and had none in the last 45 days), ReasonMissing.
    """
    if not _may(whose, asker, "access_log.create") and not asker.operator:
        raise RightMissing
    person = person_with(email)
    if person is None or (isinstance(whose, TenantDB) and not _known(whose, person.pk, now)):
        raise PersonUnknown
    return person_search.ask(whose, person.pk, reason, asker=asker.pk, now=now)


def answer(whose: Logged, request_id: int, *, agreed: bool, by: Person, now: datetime) -> None:
    """Agree or refuse as somebody who administers the tenant, or (the operator's log) operates. Raises RightMissing and as the room."""
    if not _may(whose, by, "access_log.approve"):
        raise RightMissing
    person_search.answer(whose, request_id, agreed=agreed, by=by.pk, now=now)


def result(whose: Logged, request_id: int, *, reader: Person, now: datetime) -> list[Access]:
    """What was asked for, also what programs did with the person's tokens.

    Raises RightMissing where the reader has lost the right meanwhile, and as the room.
    """
    if not _may(whose, reader, "access_log.see") and not reader.operator:
        raise RightMissing
    about = person_search.request(whose, request_id, now=now).person_id
    tokens = ever_owned(whose, about) if isinstance(whose, TenantDB) else set()
    return person_search.result(whose, request_id, reader=reader.pk, tokens=tokens, now=now)


def left_lately(tenant: TenantDB, *, now: datetime) -> list[Person]:
    """Who lost all roles here in the last 45 days: what they did can still be asked for."""
    numbers = {int(one.subject.partition(":")[2]) for one in since(tenant, (TAKEN,), 0) if one.at > now - KEPT}
    here = {one.id for one in colleagues(tenant)}
    return sorted(filter(None, (person_by_id(one) for one in numbers - here)), key=lambda one: one.email)


def _known(tenant: TenantDB, person_id: int, now: datetime) -> bool:
    return person_here(tenant, person_id) is not None or person_id in {one.pk for one in left_lately(tenant, now=now)}


def _may(whose: Logged, person: Person, right: str) -> bool:
    if not person.is_active:
        return False
    if isinstance(whose, TenantDB):
        return right in rights_in(person, whose)
    return bool(person.operator)
