"""The opt-out lists: who left which list when and how. They grow, and nothing empties them; addresses on them are anonymised in time.

Source: Art. 7(3), 21(3) GDPR; Art. 5(1)(c) and (e) GDPR for the address.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db.models import F

from siegelpost.base.actor import Actor
from siegelpost.consent.models import OptOut, OptOutAddress, OptOutRules, Suppression
from siegelpost.consent.rules import OPTOUT
from siegelpost.evidence.services import append
from siegelpost.tenancy.handle import TenantDB

DEFAULT_DAYS: Final = 7
MOST_DAYS: Final = 90
"""More is no exception for questions of the first days but a list of addresses of people who want nothing."""
PAGE: Final = 2_000
"""Lines that are in memory at a time."""
ANONYMISED: Final = "opt_outs.anonymised"


@dataclass(frozen=True, slots=True, kw_only=True)
class OptOutLine:
    """One line; `email` "" once it is anonymised; `stands` says whether it keeps mail away now."""

    id: int
    key: bytes
    list_id: int | None
    how: str
    at: datetime
    received_on: date | None
    actor: str
    email: str
    stands: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """Which lines: of one list (0: of everything), of one address by its key; None and b"" ask for all."""

    list_id: int | None = None
    key: bytes = b""


def write(tenant: TenantDB, rows: Sequence[Suppression], received_on: date | None, actor: Actor) -> None:
    """Put new opt-outs on the lists. Inside the transaction in which they begin to keep mail away."""
    lines = [
        OptOut(key=bytes(one.key or b""), list_id=one.list_id, how=one.source, at=one.at, received_on=received_on, actor=str(actor))
        for one in rows
        if one.kind == OPTOUT and one.key
    ]
    tenant.objects(OptOut).bulk_create(lines)


def show_address(tenant: TenantDB, key: bytes, email: str, *, now: datetime) -> None:
    """Let the lists show the address of somebody who just opted out, for as many days as the tenant chose. Inside `tenant.atomic()`."""
    until = now + timedelta(days=days_shown(tenant))
    if until > now:
        tenant.objects(OptOutAddress).update_or_create(key=key, defaults={"email": email, "until": until})


def days_shown(tenant: TenantDB) -> int:
    """After how many days an address on the lists is anonymised; 0: it is never shown."""
    found = tenant.objects(OptOutRules).values_list("days", flat=True).first()
    return DEFAULT_DAYS if found is None else found


def choose_days(tenant: TenantDB, days: int, *, actor: Actor, now: datetime) -> None:
    """Anonymise after so many days from now on, 0 to 90; what has to go by that goes with the next sweep. Inside `tenant.atomic()`."""
    if not 0 <= days <= MOST_DAYS:
        raise ValueError(f"days of an address on the opt-out lists: {days}")
    before = days_shown(tenant)
    tenant.objects(OptOutRules).update_or_create(pk=1, defaults={"days": days})
    if days < before:
        tenant.objects(OptOutAddress).update(until=F("until") - timedelta(days=before - days))
    append(tenant, "opt_outs.days_chosen", details={"days": days, "before": before}, actor=actor, at=now)


def anonymise(tenant: TenantDB, *, actor: Actor, now: datetime) -> int:
    """Delete the addresses whose days are over, and return how many; the keyed hash stays. An entry of the log proves the sweep."""
    with tenant.atomic():
        due = tenant.objects(OptOutAddress).filter(until__lte=now)
        gone = due.delete()[0] if due.exists() else 0
        if gone:
            left = tenant.objects(OptOutAddress).count()
            append(tenant, ANONYMISED, details={"addresses": gone, "shown": left, "days": days_shown(tenant)}, actor=actor, at=now)
    return gone


def overdue(tenant: TenantDB, *, before: datetime) -> int:
    """How many addresses should have been anonymised before this moment and are still there."""
    return tenant.objects(OptOutAddress).filter(until__lt=before).count()


def page_of(tenant: TenantDB, wish: Wish, *, now: datetime, offset: int, limit: int) -> tuple[list[OptOutLine], int]:
    """Some lines, the latest first, and how many there are."""
    rows: Any = tenant.objects(OptOut).all()
    if wish.list_id is not None:
        rows = rows.filter(list_id=wish.list_id or None)
    if wish.key:
        rows = rows.filter(key=wish.key)
    return _lines(tenant, list(rows.order_by("-id")[offset : offset + limit]), now), rows.count()


def all_lines(tenant: TenantDB, *, now: datetime) -> Iterator[list[OptOutLine]]:
    """Every line, the oldest first, a page at a time."""
    last = 0
    while rows := list(tenant.objects(OptOut).filter(pk__gt=last).order_by("pk")[:PAGE]):
        yield _lines(tenant, rows, now)
        last = rows[-1].pk


def known_keys(tenant: TenantDB, keys: Sequence[bytes]) -> frozenset[bytes]:
    """Those of the keyed hashes that stand on the lists."""
    return frozenset(bytes(one) for one in tenant.objects(OptOut).filter(key__in=keys).values_list("key", flat=True))


def _lines(tenant: TenantDB, rows: Sequence[OptOut], now: datetime) -> list[OptOutLine]:
    keys = {bytes(row.key) for row in rows}
    shown = {bytes(one.key): one for one in tenant.objects(OptOutAddress).filter(key__in=keys, until__gt=now)}
    entries = tenant.objects(Suppression).filter(kind=OPTOUT, key__in=keys)
    standing = {(bytes(key), about) for key, about in entries.values_list("key", "list_id") if key}
    since = now - timedelta(days=days_shown(tenant))
    return [_line(row, shown.get(bytes(row.key)), standing, since) for row in rows]


def _line(row: OptOut, shown: OptOutAddress | None, standing: set[tuple[bytes, int | None]], since: datetime) -> OptOutLine:
    key = bytes(row.key)
    return OptOutLine(
        id=row.pk,
        key=key,
        list_id=row.list_id,
        how=row.how,
        at=row.at,
        received_on=row.received_on,
        actor=row.actor,
        email=shown.email if shown and row.at > since else "",
        stands=(key, row.list_id) in standing or (key, None) in standing,
    )
