"""Every reason never to send: opt-outs, complaints, the blacklist, retained addresses, exclusions.

Addresses are kept as keyed hashes (`sign.addresses.address_key`); only blacklist patterns stand in clear text.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q

from siegelpost.base.actor import Actor
from siegelpost.base.sqlfile import sql
from siegelpost.consent.inherited import about_to_change, heed_parent
from siegelpost.consent.listed.looking import listed_many
from siegelpost.consent.models import Suppression
from siegelpost.consent.opt_outs import write
from siegelpost.consent.rules import (
    BLACKLIST,
    LISTED,
    OPTOUT,
    OUTSIDE,
    PARENT,
    REASONS,
    REPLY,
    Patterns,
    compiled,
    like_pattern,
    weightier,
)
from siegelpost.evidence.services import append
from siegelpost.sign.addresses import address_key
from siegelpost.tenancy.handle import TenantDB

CHUNK = 1_000  # keys per statement: SQLite takes 32,766 parameters, and short statements let others write


@dataclass(frozen=True, slots=True, kw_only=True)
class SuppressionEntry:
    """One reason never to send to an address; `list_id` None means every list; `pattern` "" means the address itself."""

    kind: str
    reason: str
    list_id: int | None
    pattern: str
    source: str
    at: datetime


@dataclass(frozen=True, slots=True)
class OptOutEntry:
    """One opt-out.

    key          16 bytes of `sign.addresses.address_key`
    list_id      one list, or None for everything that this tenant sends
    how          the way it was said: a code of `words.WAYS`
    received_on  the day on which a letter or call came in
    final        no new sign-up lifts it
    """

    key: bytes
    list_id: int | None
    how: str
    received_on: date | None = None
    final: bool = False


def opt_out(tenant: TenantDB, entry: OptOutEntry, *, actor: Actor, now: datetime) -> bool:
    """Write to nobody with this address any more, and put that on the opt-out lists; return whether it is new. Inside `tenant.atomic()`.

    What stood before and was not final becomes so where this one is.
    """
    row = Suppression(kind=OPTOUT, key=entry.key, list_id=entry.list_id, source=entry.how, at=now, final=entry.final)
    new = _add(tenant, row, actor, entry.received_on)
    if entry.final and not new:
        tenant.objects(Suppression).filter(kind=OPTOUT, key=entry.key, list_id=entry.list_id, final=False).update(final=True)
    return new


def suppress(tenant: TenantDB, *, kind: str, key: bytes, source: str, actor: Actor, now: datetime, list_id: int | None = None) -> bool:
    """Never send to this address again; return whether that is new. Inside `tenant.atomic()`; doing it twice is safe.

    kind     optout | blacklist | complaint | retained | exclusion
    key      16 bytes of `sign.addresses.address_key`
    list_id  one list, or None for everything that this tenant sends
    source   where it comes from, e.g. "one-click", "file"
    """
    return _add(tenant, Suppression(kind=kind, key=key, list_id=list_id, source=source, at=now), actor)


def suppress_pattern(tenant: TenantDB, *, pattern: str, source: str, actor: Actor, now: datetime) -> bool:
    """Never send to any address that fits `pattern` ("%@example.org"); return whether that is new. Inside `tenant.atomic()`.

    Raises PatternWrong.
    """
    return _add(tenant, Suppression(kind=BLACKLIST, pattern=like_pattern(pattern), source=source, at=now), actor)


def _add(tenant: TenantDB, row: Suppression, actor: Actor, received_on: date | None = None) -> bool:
    if row.kind not in REASONS:
        raise ValueError(f"not a kind of suppression: {row.kind}")
    same = tenant.objects(Suppression).filter(kind=row.kind, key=row.key, pattern=row.pattern, list_id=row.list_id)
    if same.exists():
        if row.source != REPLY:  # what was read out of an answer may be corrected, what was said clearly since then may not
            same.filter(source=REPLY).update(source=row.source, at=row.at)
        return False
    if row.kind == BLACKLIST:
        about_to_change(tenant)
    tenant.objects(Suppression).bulk_create([row])
    write(tenant, [row], received_on, actor)
    details = {"kind": row.kind, "list": row.list_id, "source": row.source}
    append(tenant, "suppression.added", subject="pattern" if row.pattern else "address", details=details, actor=actor, at=row.at)
    return True


def lift_opt_out(
    tenant: TenantDB, key: bytes, list_ids: Sequence[int], *, actor: Actor, now: datetime, other_lists: Sequence[int] = ()
) -> int:
    """A person's own later double opt-in ends the opt-outs that stood against it; return how many. Inside `tenant.atomic()`.

    An opt-out from everything shrinks to `other_lists`: the new consent says nothing about those.
    Complaints, blacklist, retained addresses and exclusions stay: they are not the person's to lift with a form; nor is an opt-out that
    was for good.
    """
    mine = tenant.objects(Suppression).filter(kind=OPTOUT, key=key, final=False)
    general = mine.filter(list_id=None).delete()[0]
    if general:
        for list_id in sorted(set(other_lists) - set(list_ids)):
            suppress(tenant, kind=OPTOUT, key=key, list_id=list_id, source="narrowed", actor=actor, now=now)
    lifted = general + mine.filter(list_id__in=list_ids).delete()[0]
    if lifted:
        append(tenant, "suppression.lifted", subject="address", details={"lists": sorted(list_ids)}, actor=actor, at=now)
    return lifted


def take_back_reply(tenant: TenantDB, key: bytes, list_ids: Collection[int | None], *, actor: Actor, now: datetime) -> int:
    """Lift the opt-outs that an answer was wrongly taken for; return how many. Inside `tenant.atomic()`.

    list_ids  those of the answer; None stands for everything

    What the person said clearly since then stays.
    """
    about = Q(list_id__in=[one for one in list_ids if one is not None]) | (Q(list_id=None) if None in list_ids else Q(pk__in=[]))
    lifted = tenant.objects(Suppression).filter(about, kind=OPTOUT, key=key, source=REPLY).delete()[0]
    if lifted:
        details = {"kind": OPTOUT, "source": REPLY, "entries": lifted}
        append(tenant, "suppression.lifted", subject="address", details=details, actor=actor, at=now)
    return lifted


def opt_outs(tenant: TenantDB, key: bytes) -> frozenset[int | None]:
    """The lists that the owner of an address opted out of; None among them stands for everything."""
    return frozenset(list_id for _key, list_id, kind in _entries(tenant, [key]) if kind == OPTOUT)


def patterns_of(tenant: TenantDB, kind: str) -> Patterns:
    """All patterns of the tenant's blacklist, or of its parent's, ready to be asked for many addresses."""
    rows = tenant.objects(Suppression).filter(pattern__gt="", kind=kind)
    return compiled(tuple(sorted(rows.values_list("pattern", flat=True))))


def blocked_many(tenant: TenantDB, keys: Sequence[bytes], emails: Sequence[str], list_id: int | None) -> dict[int, str]:
    """Say which of many addresses may not be written to: index -> reason.

    keys, emails  the same people in the same order; `emails` normalised
    list_id       the list in question; entries for other lists do not count; None asks only for entries about everything

    Reasons: complained, opted_out, blacklisted, parents_list, operators_list, listed, retained, excluded; of several the first of these
    is named. About 3 microseconds per address, in statements of 1,000 keys; 10 more where lists of others are set up. Raises ParentAway.
    """
    heed_parent(tenant)
    blocked = known_to_be_blocked(tenant, keys, emails, list_id)
    for index in listed_many(tenant, emails):
        blocked[index] = weightier(blocked.get(index), LISTED)
    return blocked


def known_to_be_blocked(tenant: TenantDB, keys: Sequence[bytes], emails: Sequence[str], list_id: int | None) -> dict[int, str]:
    """As `blocked_many`, for pages: by what is known of the parent's list, which may have changed a moment ago."""
    hits: dict[bytes, str] = {}
    for start in range(0, len(keys), CHUNK):
        for key, about, kind in _entries(tenant, keys[start : start + CHUNK]):
            if about is None or about == list_id:
                hits[key] = weightier(hits.get(key), REASONS[kind])
    blocked = {index: hits[key] for index, key in enumerate(keys) if key in hits} if hits else {}
    for kind in (BLACKLIST, PARENT):
        patterns = patterns_of(tenant, kind)
        for index, email in enumerate(emails) if patterns else ():
            if patterns.match(email):
                blocked[index] = weightier(blocked.get(index), REASONS[kind])
    return blocked


def _entries(tenant: TenantDB, keys: Sequence[bytes]) -> list[tuple[bytes, int | None, str]]:
    """Key, list and kind of every entry against these keys."""
    statement = sql("consent", "suppressed", tenant.vendor)
    with tenant.cursor() as cursor:
        if tenant.vendor == "sqlite":
            cursor.execute(statement.replace("/*keys*/", ",".join(["%s"] * len(keys))), list(keys))
        else:
            cursor.execute(statement, [list(keys)])
        return [(bytes(key), list_id, kind) for key, list_id, kind in cursor.fetchall()]


def reason_for(tenant: TenantDB, email: str, list_id: int | None) -> str:
    """The reason why this one address may not be written to about this list, or ""."""
    return blocked_many(tenant, [address_key(email, tenant.keys.addresses)], [email], list_id).get(0, "")


def opted_out_of(tenant: TenantDB, key: bytes, list_ids: Iterable[int]) -> frozenset[int]:
    """Those of the lists that the person wants nothing of."""
    about = opt_outs(tenant, key)
    return frozenset(list_id for list_id in list_ids if None in about or list_id in about)


def closed_for_good(tenant: TenantDB, key: bytes, list_ids: Iterable[int]) -> frozenset[int]:
    """Those of the lists that the person left for good: no new sign-up brings them back."""
    about = set(tenant.objects(Suppression).filter(kind=OPTOUT, key=key, final=True).values_list("list_id", flat=True))
    return frozenset(list_id for list_id in list_ids if None in about or list_id in about)


def may_be_asked(tenant: TenantDB, key: bytes, email: str, list_ids: Sequence[int]) -> bool:
    """Whether somebody who signs up for these lists may be asked to confirm: an opt-out is the person's own to lift, nothing else is.

    An opt-out beside another reason does not hide it, as it does where only the weightiest is named. Raises ParentAway.
    """
    heed_parent(tenant)
    kinds = {kind for _key, about, kind in _entries(tenant, [key]) if about is None or about in list_ids}
    if kinds and list_ids and closed_for_good(tenant, key, list_ids) >= set(list_ids):
        return False
    if not kinds <= {OPTOUT} or any(patterns_of(tenant, kind).match(email) for kind in (BLACKLIST, PARENT)):
        return False
    return not listed_many(tenant, [email])


def against(tenant: TenantDB, key: bytes, email: str) -> list[SuppressionEntry]:
    """What stands against the address of a person whom the handle shows; within limits the entries for all lists and for those inside.

    Patterns are left out then: they are the tenant's as a whole, and which of them fits would tell of an address that is hidden.
    """
    if tenant.scope.is_whole:
        return check(tenant, email)
    lists = tenant.scope.lists
    rows = tenant.unlimited.objects(Suppression).filter(key=key).order_by("at", "id")
    return [_entry(row) for row in rows if row.list_id is None or lists is None or row.list_id in lists]


def check(tenant: TenantDB, email: str) -> list[SuppressionEntry]:
    """Every entry that stands against a normalised address, whatever the list, oldest first.

    Of the parent's list only that it holds the address: not which pattern, where it is from, and since when. Of lists of others only
    that one of them does.
    """
    key = address_key(email, tenant.keys.addresses)
    rows = tenant.objects(Suppression).filter(Q(key=key) | ~Q(pattern="")).order_by("at", "id")
    found = [row for row in rows if not row.pattern or compiled((row.pattern,)).match(email)]
    once = [row for kinds in ({PARENT}, OUTSIDE) for row in [one for one in found if one.kind in kinds][:1]]
    return [_entry(row) for row in found if row.kind not in OUTSIDE | {PARENT} or row in once]


def _entry(row: Suppression) -> SuppressionEntry:
    pattern = "" if row.kind == PARENT else row.pattern
    kind, source = (LISTED, LISTED) if row.kind in OUTSIDE else (row.kind, row.source)
    return SuppressionEntry(kind=kind, reason=REASONS[row.kind], list_id=row.list_id, pattern=pattern, source=source, at=row.at)
