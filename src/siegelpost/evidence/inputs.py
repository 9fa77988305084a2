"""The input log: who entered, changed, copied or deleted the record of which person. Off until an instruction turns it on.

Two sources. Triggers of the database write an entry for each change, whoever makes it. The system says, in the same transaction and
with a MAC over those entries, that it was its own, by whose hand and by what act. An entry of which nothing is said came past the
system; one that was changed afterwards no longer fits what was said (`input_check`).
"""

import hmac
import json
import re
from collections.abc import Callable, Generator, Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256
from itertools import chain, groupby
from operator import itemgetter
from typing import Any, Final

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

from siegelpost.base import clock
from siegelpost.base.actor import Actor
from siegelpost.base.sqlfile import sql
from siegelpost.sign.keys import derive
from siegelpost.tenancy.handle import Store, TenantDB, before_commit

WATCHED: Final = ("audience_subscriber", "audience_membership", "consent_consent", "consent_suppression")
KINDS: Final = {1: "create", 2: "change", 3: "copy", 4: "delete"}
FETCHED: Final = 2_000
"""Lines that are in memory at once, and those of one transaction."""
UNNAMED: Final = Actor.system("unnamed")
"""Of a transaction in which nobody said who acts; never right, and reported as a difference."""

_WRITES = re.compile(rf'\b(?:INSERT (?:OR \w+ )?INTO|UPDATE|DELETE FROM)\s+"?(?:{"|".join(WATCHED)})\b')


@dataclass(slots=True)
class Said:
    """What is known about the transaction that is open on a connection.

    current  its number, 0 where the log is off, None where nobody has asked yet (or a savepoint took the number back)
    begun    all numbers that it had
    """

    current: int | None = None
    begun: list[int] = field(default_factory=list)
    actor: str = ""
    act: str = ""


def begin() -> None:
    """Watch every connection to a tenant's data that is opened from now on."""
    connection_created.connect(_watch, dispatch_uid="siegelpost.evidence.inputs")
    if close not in before_commit:
        before_commit.append(close)


def name(tenant: Store, actor: str, act: str) -> None:
    """Say who acts in the open transaction, and by what act; who is named first counts. `evidence.services.append` does it, too."""
    if tenant.said is not None:
        said = _said(tenant.said)
        if not said.actor:
            said.actor, said.act = actor, act[:60]


def copied(tenant: TenantDB, subscriber_ids: Iterable[int], what: str) -> None:
    """Write down that people's records leave the system, before they do. Inside `tenant.atomic()`; nothing where the log is off.

    what  "export" or the like, one word
    """
    ids = list(subscriber_ids)
    with tenant.unlimited.cursor() as cursor:
        if ids and _begin(cursor.db):
            cursor.execute(sql("evidence", "input_copies", tenant.vendor), {"ids": json.dumps(ids), "fields": what})


def lines_of(tenant: TenantDB, tx: int) -> list[str]:
    """The entries of one transaction as they are signed."""
    with tenant.cursor() as cursor:
        cursor.execute(sql("evidence", "input_lines", tenant.vendor), {"tx": tx})
        return [line for (line,) in cursor.fetchall()]


def lines_between(tenant: TenantDB, first: int, last: int) -> Generator[tuple[int, list[str]], None, None]:
    """Transactions with their entries as they are signed, in order, both ends included; one of them at a time is held in memory."""
    with tenant.stream() as cursor:
        cursor.execute(sql("evidence", "input_lines_between", tenant.vendor), {"first": first, "last": last})
        rows = chain.from_iterable(iter(lambda: cursor.fetchmany(FETCHED), []))
        for tx, found in groupby(rows, key=itemgetter(0)):
            yield int(tx), [line for _tx, line in found]


def seal_of(tenant: TenantDB, tx: int, actor: str, act: str, lines: Sequence[str]) -> bytes:
    """The MAC of a note."""
    body = "\n".join([str(tx), actor, act, *lines])
    return hmac.digest(_key(tenant.keys.root), body.encode(), sha256)


@lru_cache(maxsize=64)
def _key(root: bytes) -> bytes:
    return derive(root, "input-log")


def _notice(execute: Callable[..., Any], statement: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
    """Before the first statement of a transaction that changes a watched table: find out whether the log is on."""
    connection = context["connection"]
    if getattr(connection, "siegelpost_depth", 0):
        if statement.startswith("ROLLBACK TO"):
            _said(connection.siegelpost_said).current = None
        elif _said(connection.siegelpost_said).current is None and _WRITES.search(statement):
            _begin(connection)
    return execute(statement, params, many, context)


def _watch(sender: object, connection: BaseDatabaseWrapper, **_: object) -> None:
    """Django: a connection was opened."""
    if connection.alias.startswith("t_") and _notice not in connection.execute_wrappers:
        connection.execute_wrappers.append(_notice)


def close(store: Store) -> None:
    """At the end of a transaction: say that its entries are the system's own."""
    said: Said | None = (store.said or {}).pop("inputs", None)
    if said is None or not said.begun or not isinstance(store, TenantDB):
        return
    actor = said.actor or str(UNNAMED)
    with store.cursor() as cursor:
        at = cursor.db.ops.adapt_datetimefield_value(clock.now())
        for tx in sorted(set(said.begun)):
            if lines := lines_of(store, tx):
                note = {"tx": tx, "at": at, "actor": actor, "act": said.act, "seal": seal_of(store, tx, actor, said.act, lines)}
                cursor.execute(sql("evidence", "input_note", store.vendor), note)
        if store.vendor == "sqlite":
            cursor.execute("UPDATE evidence_inputswitch SET tx = 0 WHERE tx <> 0")


def _said(kept: dict[str, Any]) -> Said:
    found: Said = kept.setdefault("inputs", Said())
    return found


def _begin(connection: Any) -> int:
    said = _said(connection.siegelpost_said)
    if said.current is None:
        with connection.cursor() as cursor:
            cursor.execute(sql("evidence", "input_begin", connection.vendor))
            row = cursor.fetchone()
        said.current = int(row[0]) if row else 0
        if row:
            said.begun.append(said.current)
    return said.current
