"""From judged rows to subscribers, memberships and consent, one batch per transaction."""

import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from siegelpost.audience.bulk import Known, add_members, find_many, insert_many, update_many
from siegelpost.base.batches import PAUSE_SECONDS, BatchSize
from siegelpost.consent.grants import grant_many
from siegelpost.consent.imported import unproven
from siegelpost.consent.inherited import heed_parent
from siegelpost.consent.suppression import blocked_many
from siegelpost.evidence import inputs
from siegelpost.intake.judging import Row
from siegelpost.intake.models import ImportJob
from siegelpost.intake.orders import ImportOrder, Tally, proof_of
from siegelpost.tenancy.handle import TenantDB


class BatchWriter:
    """Writes the batches of one import.

    actor  who imports, as in the log
    tick   a clock in seconds that never goes back
    sleep  waits for that many seconds
    """

    def __init__(
        self,
        tenant: TenantDB,
        order: ImportOrder,
        job_id: int,
        now: datetime,
        *,
        actor: str = "",
        tick: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.tally = Tally()
        self.size = BatchSize(tenant.vendor)
        self._tenant = tenant
        self._order = order
        self.job_id = job_id
        self.now = now
        self._actor = actor
        self._tick = tick
        self._sleep = sleep
        self._ended = float("-inf")

    def write(self, rows: Sequence[Row]) -> list[Row]:
        """Write one batch and return its refused rows, each with its reason; counts them in `tally` once they are committed."""
        self._let_others_in()
        heed_parent(self._tenant)
        begun = self._tick()
        tally = Tally(self.tally.rows, self.tally.added, self.tally.updated, self.tally.unchanged, dict(self.tally.refused))
        with self._tenant.atomic():
            inputs.name(self._tenant, self._actor or "system:import", f"import:{self.job_id}")
            refused = self._write(rows, tally)
            counted = {"rows": tally.rows, "added": tally.added, "updated": tally.updated, "unchanged": tally.unchanged}
            self._tenant.objects(ImportJob).filter(pk=self.job_id).update(refused=tally.refused, **counted)
            inputs.close(self._tenant)  # what is said of the batch belongs to its time
            self.size.learn(len(rows), self._tick() - begun)
        self._ended = self._tick()
        self.tally = tally
        return refused

    def _let_others_in(self) -> None:
        """The time in which the next batch was judged counts; PostgreSQL needs no pause."""
        rest = PAUSE_SECONDS - (self._tick() - self._ended)
        if self._tenant.vendor == "sqlite" and rest > 0:
            self._sleep(rest)

    def _write(self, rows: Sequence[Row], tally: Tally) -> list[Row]:
        good, refused = self._split(rows)
        known = find_many(self._tenant, [row.key for row in good], self._order.list_id)
        if self._order.mode == "update":
            absent = [row for row in good if row.key not in known or not known[row.key].on_list]
            refused += [row._replace(reason="not_on_list") for row in absent]
            good = [row for row in good if row.key in known and known[row.key].on_list]
        good, again = self._without_unproven(good, known)
        refused += again
        ids = self._store(good, known, tally)
        add_members(self._tenant, ids, self._order.list_id, self.now)
        grant_many(
            self._tenant,
            ids,
            self._order.list_id,
            proof=proof_of(self._order),
            import_id=self.job_id,
            at=self.now,
        )
        tally.rows += len(rows)
        for row in refused:
            tally.refuse(row.reason)
        refused.sort(key=lambda row: row.line)
        return refused

    def _split(self, rows: Sequence[Row]) -> tuple[list[Row], list[Row]]:
        """Good rows and refused ones; those whose address is suppressed are refused here."""
        good = [row for row in rows if not row.reason]
        refused = [row for row in rows if row.reason]
        blocked = blocked_many(self._tenant, [row.key for row in good], [row.email for row in good], self._order.list_id)
        if blocked:
            refused += [good[index]._replace(reason=reason) for index, reason in blocked.items()]
            good = [row for index, row in enumerate(good) if index not in blocked]
        return good, refused

    def _without_unproven(self, good: list[Row], known: Mapping[bytes, Known]) -> tuple[list[Row], list[Row]]:
        """Nobody comes in again whose consent an import claimed before, and could not show."""
        never = unproven(self._tenant, [person.id for person in known.values()])
        if not never:
            return good, []
        again = [row for row in good if row.key in known and known[row.key].id in never]
        return [row for row in good if row not in again], [row._replace(reason="unproven") for row in again]

    def _store(self, good: Sequence[Row], known: Mapping[bytes, Known], tally: Tally) -> list[int]:
        """Insert new people, change those that are known, and return the ids of all."""
        new = [row for row in good if row.key not in known]
        changes: list[tuple[int, dict[str, Any]]] = []
        for row in good:
            if (person := known.get(row.key)) is None:
                continue
            changed = self._order.mode != "add" and any(person.fields.get(alias) != value for alias, value in row.values.items())
            if changed:
                changes.append((person.id, {**person.fields, **row.values}))
            if not person.on_list:
                tally.added += 1
            elif changed:
                tally.updated += 1
            else:
                tally.unchanged += 1
        update_many(self._tenant, changes, self.now)
        tally.added += len(new)
        fresh = insert_many(self._tenant, [row.email for row in new], [row.key for row in new], [row.values for row in new], self.now)
        return fresh + [known[row.key].id for row in good if row.key in known]
