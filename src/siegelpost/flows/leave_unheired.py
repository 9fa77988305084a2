"""Somebody is off-boarded who alone administers a tenant, without anybody who takes over: one operator asks, another agrees.

At the command line both type their passwords in one act (`flows.off_board_alone`); on pages the second one comes by within seven days.
"""

from datetime import date, datetime

from siegelpost.accounts.errors import PersonUnknown
from siegelpost.accounts.reads import Person, person_by_id
from siegelpost.base.actor import Actor
from siegelpost.flows import house
from siegelpost.flows.off_board import Parting, leave_house
from siegelpost.flows.off_board_alone import two_agree
from siegelpost.tenancy.installation import operator_store


def ask_to_leave(person: Person, last_day: date | None, *, by: Person, now: datetime) -> str:
    """Ask for a second person; returns the key of the request. Raises as `house.ask`."""
    what = {"person": person.pk, "last_day": last_day.isoformat() if last_day else None}
    return house.ask(house.LEAVE, what, by=by, now=now)


def agree_to_leave(key: str, *, by: Person, proved_at: datetime | None, now: datetime) -> int:
    """Agree, and off-board at once or after the day that was asked for; returns the number of the case.

    Raises as `house.agree`, SecondMissing, and as `leave_house`; then nothing was agreed to either.
    """
    with operator_store().atomic():
        asked = house.agree(key, by=by, proved_at=proved_at, now=now)
        leaver, asker = person_by_id(int(asked.what["person"])), person_by_id(asked.by)
        if leaver is None or asker is None:  # people stay known
            raise PersonUnknown
        two_agree(asker, by, leaver.pk)
    day = asked.what["last_day"]
    wish = Parting(date.fromisoformat(day) if day else None, unheired=True)
    return leave_house(leaver, wish, actor=Actor.staff(by.pk), now=now)
