"""Settle what a dead process left: its journal says what was answered, what was begun, and by its silence what was not.

A journal of another boot, a copied one or one of a copied home proves nothing by silence: what has no answer is `unsure`.
A lease that ran out never makes rows due again; where its journal cannot be had, the rest of the slice is `unsure`.
"""

from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Final

import structlog

from siegelpost.delivery.claim import boottime
from siegelpost.delivery.errors import ConservationBroken
from siegelpost.delivery.journal import ENDING, Found, Orphan
from siegelpost.delivery.journal import read as read_journal
from siegelpost.delivery.models import Slice
from siegelpost.delivery.rules import Outcome
from siegelpost.delivery.settle import DELIVERIES, OUTGOING, Lease, Listener, Result, close_slice, settle
from siegelpost.delivery.statements import read
from siegelpost.delivery.tally import matches_rows
from siegelpost.delivery.upkeep import pause
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.home import Home, boot_id, is_original, name_of

FOREIGN_LEASE: Final = 600
"""Seconds after which a slice of another boot or machine without a journal here counts as lost (lease plus clock error)."""

log = structlog.get_logger(__name__)


def recover(tenants: Iterable[TenantDB], home: Home, *, now: int, listener: Listener | None = None) -> list[tuple[str, int]]:
    """Settle every journal whose owner is dead, then the slices that have none; returns (tenant slug, mailing id) touched.

    listener  told of answers that the dead process had and could not settle
    """
    by_slug = {tenant.slug: tenant for tenant in tenants}
    touched: list[tuple[str, int]] = []
    original, boot = is_original(home), boot_id()
    for path in sorted(home.journals.glob(f"*{ENDING}")):
        if orphan := Orphan.take(path):
            with closing(orphan):  # a database that dies meanwhile must not leave it locked by us
                found = orphan.read()
                tenant = by_slug.get(str(found.header.get("tenant", "")))
                row = tenant.objects(Slice).filter(journal=path.name.removesuffix(ENDING)).first() if tenant else None
                if _must_wait(path, found, tenant, row, now):
                    continue
                if tenant and row and row.state == "open":
                    _settle_rest(tenant, row, found, found.speaks_for(boot, original=original), now, listener)
                    touched.append((tenant.slug, row.mailing_id))
                orphan.remove()  # without a slice the claim was never committed, with a closed one everything was settled before the end
    for tenant in by_slug.values():
        touched += _settle_lost(tenant, home, now, listener)
    for slug, mailing_id in touched:
        if mailing_id and not matches_rows(by_slug[slug], mailing_id):
            pause(by_slug[slug], mailing_id, ConservationBroken.code)
    return touched


def _must_wait(path: Path, found: Found, tenant: TenantDB | None, row: Slice | None, now: int) -> bool:
    """Whether a journal cannot be judged yet.

    That of a tenant that cannot be opened now; and on PostgreSQL a young one without a slice: the server may still be
    committing the claim of a process that died meanwhile.
    """
    if tenant is None:
        return bool(found.header)
    return row is None and tenant.vendor == "postgresql" and path.stat().st_mtime > now - FOREIGN_LEASE


def _settle_lost(tenant: TenantDB, home: Home, now: int, listener: Listener | None) -> list[tuple[str, int]]:
    """Open slices whose lease ran out: the journal is gone with its disk, or its owner stands still and holds it.

    Such an owner may go on at any moment, so its journal proves nothing by silence; the answers in it count.
    """
    touched = []
    boot, here, name = boot_id(), boottime(), name_of(home)
    for row in tenant.objects(Slice).filter(state="open"):
        path = home.journals / f"{row.journal}{ENDING}"
        if row.boot_id == boot:  # the same machine, though perhaps another container on it, with a home of its own
            missing = row.home == name and not path.exists() and row.claimed_at < now - 5
            over = missing or row.lease_until < here
        else:
            over = row.claimed_at < now - FOREIGN_LEASE
        if over:
            _settle_rest(tenant, row, read_journal(path), speaks=False, now=now, listener=listener)
            touched.append((tenant.slug, row.mailing_id))
    return touched


def _settle_rest(tenant: TenantDB, row: Slice, found: Found, speaks: bool, now: int, listener: Listener | None) -> None:
    table = DELIVERIES if row.mailing_id else OUTGOING
    lease = Lease(slice_id=row.pk, mailing_id=row.mailing_id, table=table, relay=row.relay)
    results = [
        Result(row_id, 0, attempt, *_verdict(row_id, found, speaks), now) for row_id, attempt in read(tenant, f"rest_{table}", slice=row.pk)
    ]
    settle(tenant, lease, results, listener)
    close_slice(tenant, row.pk, "settled" if found.header else "lost")
    unsure = sum(1 for one in results if one.outcome is Outcome.UNSURE)
    log.info("delivery.recovered", tenant=tenant.slug, mailing=row.mailing_id, rows=len(results), unsure=unsure)


def _verdict(row_id: int, found: Found, speaks: bool) -> tuple[Outcome, str]:
    if row_id in found.answers:
        name, code = found.answers[row_id]
        return Outcome(name), code
    if row_id in found.dots or not speaks:
        return Outcome.UNSURE, ""
    return Outcome.RELEASED, ""
