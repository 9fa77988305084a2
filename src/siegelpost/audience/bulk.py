"""Many people at once, for imports: a few statements per thousand instead of a few per person.

All inside `tenant.atomic()`; the import as a whole is written into the log, not each person.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

from siegelpost.audience.leaving import hold_lists
from siegelpost.base.sqlfile import sql
from siegelpost.tenancy.handle import TenantDB

MANY: Final = 2_000  # people per call at most, so that a transaction stays short

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class Known(NamedTuple):
    """A person who is stored already; `fields` alias -> value, `on_list` whether they are on the list in question."""

    id: int
    fields: dict[str, Any]
    on_list: bool


def find_many(tenant: TenantDB, keys: Sequence[bytes], list_id: int) -> dict[bytes, Known]:
    """Return who of many people is stored already, by the keyed hash of the address (16 bytes each)."""
    if not keys:
        return {}
    wanted = {"count": len(keys), "keys": b"".join(sorted(keys)), "list_id": list_id}
    with tenant.cursor() as cursor:
        cursor.execute(sql("audience", "find_many", tenant.vendor), wanted)
        return {bytes(key): Known(number, json.loads(fields), bool(on_list)) for key, number, fields, on_list in cursor.fetchall()}


def insert_many(
    tenant: TenantDB, emails: Sequence[str], keys: Sequence[bytes], fields: Sequence[Mapping[str, Any]], now: datetime
) -> list[int]:
    """Store many new people and return their ids, in no particular order.

    emails, keys, fields  the same people in the same order; each only once
    """
    if not emails:
        return []
    with tenant.cursor() as cursor:
        rows = {
            "rows": _encode(list(zip(emails, fields, strict=True))),
            "keys": b"".join(keys),
            "at": cursor.db.ops.adapt_datetimefield_value(now),
        }
        cursor.execute(sql("audience", "insert_many", tenant.vendor), rows)
        return [number for _key, number in cursor.fetchall()]


def update_many(tenant: TenantDB, changes: Sequence[tuple[int, Mapping[str, Any]]], now: datetime) -> None:
    """Give many people new fields; `changes` holds subscriber id and all their fields."""
    if changes:
        with tenant.cursor() as cursor:
            at = cursor.db.ops.adapt_datetimefield_value(now)
            cursor.execute(sql("audience", "update_many", tenant.vendor), {"rows": _encode(changes), "at": at})


def add_members(tenant: TenantDB, subscriber_ids: Sequence[int], list_id: int, now: datetime) -> None:
    """Put many people on one list; whoever is on it stays on it. Raises ListUnknown."""
    hold_lists(tenant, [list_id])
    if subscriber_ids:
        with tenant.cursor() as cursor:
            at = cursor.db.ops.adapt_datetimefield_value(now)
            rows = {"ids": _encode(subscriber_ids), "list_id": list_id, "at": at}
            cursor.execute(sql("audience", "add_members", tenant.vendor), rows)
