"""Checks of whoever left: nothing of theirs opens, nobody stays past their last day, and what people must take back is taken back."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from siegelpost.accounts.factor_rows import with_factor
from siegelpost.accounts.leaving import due, gone
from siegelpost.accounts.leaving_rules import ACCESS, ALARM, ENTRY, EQUIPMENT, HOUSE, LATE
from siegelpost.accounts.leaving_tasks import open_tasks
from siegelpost.accounts.models import Identity, Leaving, Person, Seat, Session, Token
from siegelpost.base.controls import EVIDENCED, INSTALLATION, Around, Finding, check, finding
from siegelpost.base.i18n import marked as _


@check(
    "1.2-12",
    _(
        "Nobody who left has an account that opens, a session, a token, a second factor or a role; nobody is here after their last day; "
        "logins elsewhere that people must end are ended. Who should have been off-boarded and never was is not seen: "
        "no list of employees is compared."
    ),
    every=timedelta(minutes=10),
    limit=30,
    scope=INSTALLATION,
    whole=False,
    basis=EVIDENCED,
)
def leavers_are_out(around: Around) -> Finding:
    """Looks at the rows that open something, not at what the off-boarding says of itself."""
    shut, overdue = gone(), len(due(now=around.now))
    left = Leaving.objects.exclude(acted_at=None).filter(returned_at=None).values_list("person_id", "tenant_number")
    places = set(left)
    found = {
        "accounts_open": sum(_opens(one) for one in Person.objects.filter(pk__in=shut)),
        "sessions": Session.objects.filter(person_id__in=shut).count(),
        "second_factors": len(with_factor() & shut),
        "identities": Identity.objects.filter(person_id__in=shut).count(),
        "roles": _there(places, Seat.objects.values_list("person_id", "tenant_number")),
        "tokens": _there(places, Token.objects.filter(revoked_at=None).values_list("owner_id", "tenant_number")),
    }
    tasks = _tasks(ACCESS, around)
    return finding(red=any(found.values()) or overdue or tasks[ALARM], amber=tasks[LATE], **found, past_their_last_day=overdue, tasks=tasks)


@check(
    "1.2-13",
    _("Keys, cards, alarm codes and entry lists of whoever left: each task is done within a day after it was due."),
    every=timedelta(hours=1),
    limit=30,
    scope=INSTALLATION,
    whole=False,
    basis=EVIDENCED,
)
def leavers_stay_outside(around: Around) -> Finding:
    """By what people ticked off; doors nobody here can look at."""
    tasks = _tasks(ENTRY, around)
    return finding(red=tasks[ALARM], amber=tasks[LATE], tasks=tasks)


@check(
    "1.2-14",
    _("Equipment of whoever left: each task is done within a week after it was due. Who was given what is not kept here."),
    every=timedelta(hours=1),
    limit=30,
    scope=INSTALLATION,
    whole=False,
    basis=EVIDENCED,
)
def leavers_hand_back(around: Around) -> Finding:
    """By what people ticked off."""
    tasks = _tasks(EQUIPMENT, around)
    return finding(red=tasks[ALARM], amber=tasks[LATE], tasks=tasks)


def _opens(person: Person) -> bool:
    return person.is_active or person.operator or person.has_usable_password()


def _there(places: set[tuple[int, int]], rows: object) -> int:
    """How many rows (person, tenant) are of somebody who left there, or the house."""
    return sum((person, number) in places or (person, HOUSE) in places for person, number in rows)  # type: ignore[attr-defined]


def _tasks(kind: str, around: Around) -> dict[str, int]:
    today = around.now.astimezone(ZoneInfo(around.settings.time_zone)).date()
    found = open_tasks(today)
    return {stage: sum(n for (of, at), n in found.items() if (of, at) == (kind, stage)) for stage in ("in_time", LATE, ALARM)}


CHECKS = (leavers_are_out, leavers_stay_outside, leavers_hand_back)
