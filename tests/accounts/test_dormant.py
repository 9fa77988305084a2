"""Accounts that nobody uses: told, then blocked, never the last that could let others in."""

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from siegelpost.accounts.dormant_rules import AHEAD, BLOCK, NOTHING, TELL, UNUSED, step
from siegelpost.accounts.models import Person, Session
from siegelpost.accounts.services import set_active
from siegelpost.flows.dormant import heed_dormant
from siegelpost.tenancy.handle import TenantDB
from tests.web.visiting import NOON, Visitor, colleague

DAYS = st.integers(0, 400)


def days(n: int) -> datetime:
    return NOON + timedelta(days=n)


def test_told_after_76_days_and_blocked_after_90() -> None:
    assert [step(NOON, None, now=days(n)) for n in (75, 76)] == [NOTHING, TELL]
    assert [step(NOON, days(76), now=days(n)) for n in (80, 89, 90)] == [NOTHING, NOTHING, BLOCK]
    assert [step(NOON, days(200), now=days(n)) for n in (213, 214)] == [NOTHING, BLOCK]  # told late: 14 days all the same
    assert step(days(100), days(80), now=days(180)) == TELL  # used since


@given(DAYS, st.one_of(st.none(), DAYS), DAYS)
def test_nobody_is_blocked_untold_or_early(used: int, told: int | None, now: int) -> None:
    if step(days(used), None if told is None else days(told), now=days(now)) == BLOCK:
        assert told is not None and told > used and now - told >= AHEAD.days and now - used >= UNUSED.days


def test_an_unused_account_is_told_and_then_blocked_and_its_sessions_end(alpha: TenantDB) -> None:
    colleague(alpha, "admin")
    Person.objects.update(last_login=days(120))
    person = colleague(alpha, "editor")
    Visitor(person, alpha)
    Person.objects.filter(pk=person.pk).update(last_login=NOON)
    heed_dormant([alpha], staff_url="https://s.example", now=days(76))
    heed_dormant([alpha], staff_url="https://s.example", now=days(77))
    assert _state(person) == (True, days(76)) and Session.objects.filter(person_id=person.pk).exists()
    heed_dormant([alpha], staff_url="https://s.example", now=days(90))
    assert _state(person) == (False, days(76)) and not Session.objects.filter(person_id=person.pk).exists()
    set_active(person.email, active=True, now=days(91))
    heed_dormant([alpha], staff_url="https://s.example", now=days(92))
    assert _state(person) == (True, days(92))  # told anew, 14 days to log in


def test_the_last_who_could_let_others_in_is_not_blocked(alpha: TenantDB) -> None:
    admin, operator = colleague(alpha, "admin"), colleague(alpha, "operator")
    Person.objects.update(last_login=NOON, dormant_told_at=days(76))
    heed_dormant([alpha], staff_url="https://s.example", now=days(200))
    assert _state(admin)[0] and _state(operator)[0]
    second = colleague(alpha, "admin", "second@staff.example")
    Person.objects.filter(pk=second.pk).update(last_login=days(199))
    heed_dormant([alpha], staff_url="https://s.example", now=days(200))
    assert not _state(admin)[0] and _state(second)[0]


def _state(person: Person) -> tuple[bool, datetime | None]:
    found = Person.objects.get(pk=person.pk)
    return found.is_active, found.dormant_told_at
