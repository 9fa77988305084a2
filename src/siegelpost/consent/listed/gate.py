"""Whether sending may go on as far as lists of others are concerned. Asked once for each slice, and at once where none is set up.

People are compared in bulk before (`comparing`): whoever stands on a list has a suppression then, which each claim sees by itself. All
that is left to ask is whether everybody was compared, and with a list that is young enough. Where not, nothing goes out.
"""

from collections.abc import Callable

from siegelpost.base.sqlfile import sql
from siegelpost.consent.listed.errors import ListHolds
from siegelpost.consent.listed.states import TOO_OLD, UNCHECKED
from siegelpost.tenancy.handle import TenantDB


def holds(tenant: TenantDB, last: Callable[[], int], now: int) -> str:
    """Why deliveries wait: TOO_OLD, UNCHECKED, or "" where they may go out.

    last  the last subscriber number that may be among them; asked only where a list is set up
    now   seconds since 1970
    """
    with tenant.unlimited.cursor() as cursor:
        cursor.execute(sql("consent", "list_states", tenant.vendor), [])
        states = cursor.fetchall()
    if not states:
        return ""
    if any(good_until <= now for good_until, _upto in states):
        return TOO_OLD
    end = last()
    return UNCHECKED if any(upto < end for _good_until, upto in states) else ""


def heed_lists(tenant: TenantDB, last: Callable[[], int], now: int) -> None:
    """As `holds`, before a claim. Raises ListHolds."""
    if why := holds(tenant, last, now):
        raise ListHolds(why)
