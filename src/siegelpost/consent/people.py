"""Find people by address, name, list and whether they may be written to; say of people how they stand.

Addresses and names are found by their beginning, addresses by the order of one index, names and `@example.org` by reading that
index through (30 ms for 100,000 people). What may stand anywhere in a text would be read in full, for everybody.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from siegelpost.audience.listing import PersonLine, on_list, people, stored
from siegelpost.base.sqlfile import sql
from siegelpost.consent.models import Consent, Suppression
from siegelpost.consent.suppression import known_to_be_blocked
from siegelpost.consent.texts import NEWSLETTER
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.scope import Scope

WRITABLE: Final = "writable"
SUPPRESSED: Final = "suppressed"
SILENT: Final = "silent"
STANDINGS: Final = (WRITABLE, SUPPRESSED, SILENT)
"""writable: may get mailings of a list. suppressed: a suppression stands against all. silent: neither, for want of consent or list."""

AHEAD: Final = 1_000
"""Rows looked at beyond the page where nothing has counted them: enough to say "more than 1,000"."""
MOST_WORDS: Final = 4
SPARSE: Final = 5_000
"""People on a list up to which they are fetched and ordered; beyond that all are walked in their order and asked for the list."""
_LAST: Final = "\U0010ffff"
_ORDERS: Final[Mapping[str, tuple[str, ...]]] = {
    "address": ("p.by_address", "p.subscriber_id"),
    "name": ("p.by_last_name", "p.by_first_name", "p.subscriber_id"),
    "added": ("p.subscriber_id",),  # numbers are given in the order of storing
}
_RANGE: Final = "f.{column} >= %({name})s AND f.{column} < %({name}_end)s"
_WHO: Final = "SELECT f.subscriber_id FROM audience_person f WHERE"
_BY_INDEX: Final = "{person}.by_address >= ''"
"""True for everybody: SQLite then reads names from the index, where they are ready, and not from each person's fields."""
_ON_LIST: Final = "EXISTS (SELECT 1 FROM audience_on_list m WHERE m.list_id = %(list_id)s AND m.subscriber_id = p.subscriber_id)"
_OF_LIST: Final = "p.subscriber_id IN (SELECT m.subscriber_id FROM audience_on_list m WHERE m.list_id = %(list_id)s)"
_VERDICT: Final = "EXISTS (SELECT 1 FROM consent_verdict v WHERE v.subscriber_id = p.subscriber_id AND v.reason IS NULL{list})"
_ENTRY: Final = "EXISTS (SELECT 1 FROM consent_suppression s WHERE s.key = p.address_key{list})"
_PATTERN: Final = "EXISTS (SELECT 1 FROM consent_suppression s WHERE s.pattern > '' AND p.by_address LIKE s.pattern ESCAPE '\\')"
_NO_CONSENT: Final = (
    "NOT EXISTS (SELECT 1 FROM consent_consent c WHERE c.subscriber_id = {who}.subscriber_id AND c.withdrawn_at IS NULL{list})"
)
_DOUBTFUL: Final = f"""p.subscriber_id IN (
    SELECT f.subscriber_id FROM audience_recipient f WHERE {_NO_CONSENT.format(who="f", list="")}
     UNION ALL
    SELECT f.subscriber_id FROM consent_suppression s JOIN audience_recipient f ON f.address_key = s.key WHERE s.list_id IS NOT NULL
)"""  # noqa: S608 - fixed words

_WITHIN: Final = "EXISTS (SELECT 1 FROM audience_on_list m WHERE m.subscriber_id = p.subscriber_id AND m.list_id IN ({lists}))"
_NOBODY: Final = "1 = 0"
_NAMES: Final = {"by_last_name": "last_name", "by_first_name": "first_name"}
"""Column that holds a name -> the field that it is."""
_UNASKED: Final = f"""p.subscriber_id IN (
    SELECT m.subscriber_id FROM audience_on_list m
     WHERE m.list_id = %(list_id)s AND {_NO_CONSENT.format(who="m", list=" AND c.list_id = m.list_id")}
)"""  # noqa: S608 - fixed words


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """Whom to look for.

    text      beginnings of address, first or last name; several words must all fit
    list_id   only people on this list; how they stand is then asked for this list, too
    standing  one of STANDINGS, "" for all
    order     address, name or added; `falling` turns it round
    """

    text: str = ""
    list_id: int | None = None
    standing: str = ""
    order: str = "address"
    falling: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """Numbers of the people of one page. `total` counts all; with `more` it is a number that is surely passed."""

    ids: tuple[int, ...]
    total: int
    more: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """How one person stands: one of STANDINGS, with the weightiest reason where it is a suppression."""

    code: str
    reason: str = ""


def find(tenant: TenantDB, search: Search, *, skip: int, limit: int) -> Found:
    """One page of the people that fit, within the limits of the handle. What is hidden is not searched, and orders nothing."""
    scope = tenant.scope
    if scope.lists is not None and search.list_id is not None and search.list_id not in scope.lists:
        return Found((), 0)
    search = replace(search, order=_order(search.order, scope))
    where, values = _conditions(tenant, search)
    counted = not search.text and not search.standing and (scope.lists is None or search.list_id is not None)
    ids = _ids(tenant, search, where, values | {"skip": skip, "limit": limit + (0 if counted else AHEAD)})
    if counted:
        return Found(ids, stored(tenant) if search.list_id is None else on_list(tenant, search.list_id))
    return Found(ids[:limit], skip + len(ids), more=len(ids) == limit + AHEAD)


def standings(tenant: TenantDB, lines: Sequence[PersonLine], list_id: int | None = None) -> dict[int, Standing]:
    """How each of these people stands, for one list or for any within the limits. For pages."""
    seen = lines if tenant.scope.is_whole else people(tenant.unlimited, [one.id for one in lines])  # patterns fit whole addresses
    if not seen:
        return {}
    blocked = known_to_be_blocked(tenant.unlimited, [one.key for one in seen], [one.email for one in seen], list_id)
    writable = _writable(tenant, [one.id for one in seen], list_id)
    return {
        one.id: Standing(WRITABLE) if one.id in writable else Standing(SUPPRESSED, blocked[at]) if at in blocked else Standing(SILENT)
        for at, one in enumerate(seen)
    }


def _ids(tenant: TenantDB, search: Search, where: list[str], values: dict[str, object]) -> tuple[int, ...]:
    order = ", ".join(f"{column}{' DESC' if search.falling else ''}" for column in _ORDERS[search.order])
    statement = sql("consent", "find_people", tenant.vendor)
    statement = statement.replace("/*where*/", " AND ".join(where) or "1 = 1").replace("/*order*/", order)
    with tenant.unlimited.cursor() as cursor:  # the limits stand in its conditions
        cursor.execute(statement, values)
        return tuple(number for (number,) in cursor.fetchall())


def _order(wanted: str, scope: Scope) -> str:
    """An order by what is hidden would tell it."""
    hidden = scope.hides_addresses if wanted == "address" else any(map(scope.hides, _NAMES.values())) if wanted == "name" else False
    return "added" if hidden else wanted


def _within(tenant: TenantDB) -> str:
    """The numbers of the lists within the limits, for a statement; numbers of our own, so no parameters."""
    return ", ".join(map(str, sorted(tenant.scope.lists or ()))) or "NULL"


def _conditions(tenant: TenantDB, search: Search) -> tuple[list[str], dict[str, object]]:
    where: list[str] = [] if tenant.scope.lists is None else [_WITHIN.format(lists=_within(tenant))]
    values: dict[str, object] = {}
    for at, word in enumerate(search.text.split()[:MOST_WORDS]):
        where.append(_word(word, f"w{at}", values, tenant.scope))
    if search.list_id is not None:
        values["list_id"] = search.list_id
        where.append(_OF_LIST if on_list(tenant, search.list_id) <= SPARSE else _ON_LIST)
    if search.order == "name":
        where.append(_BY_INDEX.format(person="p"))
    if search.standing:
        where += _standing(tenant, search)
    return where, values


def _word(word: str, name: str, values: dict[str, object], scope: Scope) -> str:
    """What one word asks: an address where it holds an @, else the beginning of address, last or first name; of those that are shown."""
    if word.startswith("@"):
        escaped = _folded(word).replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        values[name] = f"%{escaped}%"
        return f"p.subscriber_id IN (SELECT f.subscriber_id FROM audience_person f WHERE f.by_address LIKE %({name})s ESCAPE '\\')"  # noqa: S608
    spellings = {f"{name}_{at}": spelling for at, spelling in enumerate(_spellings(word))}
    for key, spelling in spellings.items():
        values |= {key: spelling, f"{key}_end": spelling + _LAST}
    parts = [] if scope.hides_addresses else [_RANGE.format(column="by_address", name=key) for key in spellings]
    columns = [column for column, alias in _NAMES.items() if not scope.hides(alias)]
    if "@" not in word and columns:
        named = " OR ".join(_RANGE.format(column=column, name=key) for column in columns for key in spellings)
        parts.append(f"{_BY_INDEX.format(person='f')} AND ({named})")
    if not parts:
        return _NOBODY
    return f"p.subscriber_id IN ({' UNION ALL '.join(f'{_WHO} {part}' for part in parts)})"


def _folded(text: str) -> str:
    """Small letters from A to Z alone: SQLite's lower() leaves others as they are."""
    return "".join(one.lower() if one.isascii() else one for one in text)


def _spellings(word: str) -> list[str]:
    """What "özdemir" may be stored as."""
    return sorted({_folded(one) for one in (word, word.lower(), word.capitalize(), word.upper())})


def _standing(tenant: TenantDB, search: Search) -> list[str]:
    list_known, limited = search.list_id is not None, tenant.scope.lists is not None
    about = " AND v.list_id = %(list_id)s" if list_known else f" AND v.list_id IN ({_within(tenant)})" if limited else ""
    writable = _VERDICT.format(list=about)
    if search.standing == WRITABLE:
        return [writable]
    entry = _ENTRY.format(list=" AND (s.list_id IS NULL OR s.list_id = %(list_id)s)" if list_known else " AND s.list_id IS NULL")
    hit = f"({entry} OR {_PATTERN})" if tenant.unlimited.objects(Suppression).filter(pattern__gt="").exists() else entry
    if search.standing == SUPPRESSED:
        return [hit]
    if list_known:
        return [_UNASKED, f"NOT {hit}"]
    if limited:
        return [f"NOT {writable}", f"NOT {hit}"]
    return [_DOUBTFUL, f"NOT {writable}", f"NOT {hit}"]  # the verdict is dear: it is asked of those alone who may be silent


def _writable(tenant: TenantDB, ids: Sequence[int], list_id: int | None) -> set[int]:
    marks = ", ".join(["%s"] * len(ids))
    statement = f"SELECT subscriber_id, list_id FROM consent_verdict WHERE reason IS NULL AND subscriber_id IN ({marks})"  # noqa: S608
    lists = tenant.scope.lists
    with tenant.unlimited.cursor() as cursor:
        cursor.execute(statement, list(ids))
        found = [(person, about) for person, about in cursor.fetchall() if lists is None or about in lists]
    return {person for person, about in found if list_id in (None, about)}


def agreed(tenant: TenantDB, list_id: int) -> int:
    """How many people have a running consent for a list."""
    return tenant.objects(Consent).filter(list_id=list_id, purpose=NEWSLETTER, withdrawn_at=None).count()
