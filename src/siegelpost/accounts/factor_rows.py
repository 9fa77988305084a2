"""Who has a second factor, and taking all of somebody away: in SQL, for worker and commands do not know django-allauth's tables."""

from siegelpost.accounts.store import CONTROL
from siegelpost.base.sqlfile import sql
from siegelpost.tenancy.installation import operator_store


def with_factor() -> set[int]:
    """Numbers of the people who have one; recovery codes alone are none."""
    store = operator_store()
    with store.cursor() as cursor:
        cursor.execute(sql("accounts", "with_factor", store.vendor))
        return {int(number) for (number,) in cursor.fetchall()}


def remove_all(person_id: int) -> int:
    """Take all away, recovery codes, too; returns how many. The caller ends the sessions."""
    with CONTROL.atomic(), CONTROL.cursor() as cursor:
        cursor.execute(sql("accounts", "remove_factors", operator_store().vendor), {"person": person_id})
        return int(cursor.rowcount)
