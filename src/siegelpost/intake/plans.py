"""What the assistant knows of an import before it starts: what the file holds, what was decided, how the first rows will look."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any, Final

from siegelpost.audience.bulk import find_many
from siegelpost.audience.fieldtypes import FieldType, field_type
from siegelpost.audience.reads import fields_of, need_list
from siegelpost.audience.reserved import guard
from siegelpost.consent.customers import Conditions
from siegelpost.consent.suppression import blocked_many
from siegelpost.intake import jobs
from siegelpost.intake.errors import ColumnMissing, ImportUnknown
from siegelpost.intake.headings import Mapped, guess_columns, mapped, shown_headings
from siegelpost.intake.judging import Row, judge_rows
from siegelpost.intake.kept import open_kept
from siegelpost.intake.models import ImportJob
from siegelpost.intake.orders import ImportOrder, check_order
from siegelpost.intake.pipeline import read_headings
from siegelpost.intake.reasons import explain
from siegelpost.intake.rows import open_text, records
from siegelpost.tenancy.handle import TenantDB

SAMPLES: Final = 3  # values shown of each column
LOOKED_AT: Final = 20  # rows that the guess looks at
JUDGED: Final = 1_000  # rows that the sample judges: 20 ms
SHOWN: Final = 10  # rows shown
NOTHING_YET: Final[Mapping[str, Any]] = {"done": 0, "rows": 0, "added": 0, "updated": 0, "unchanged": 0, "refused": {}}


@dataclass(frozen=True, slots=True, kw_only=True)
class NewField:
    """A field that the import makes first; `kind` and the others as in audience.fields.FieldSpec (no choice)."""

    column: int
    name: str
    alias: str
    kind: str
    purpose: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What was decided.

    email      index of the column of the address
    fields     pairs of the index of a column and the alias of its field; new fields included
    new_list   name of a list that the import makes first; list_id is 0 then
    """

    email: int
    fields: tuple[tuple[int, str], ...]
    new_fields: tuple[NewField, ...] = ()
    list_id: int = 0
    new_list: str = ""
    mode: str = "update_add"
    ground: str = ""
    source: str = ""
    customers: Conditions = field(default_factory=Conditions)

    def order(self, headings: Sequence[str], list_id: int) -> ImportOrder:
        """The order for the pipeline."""
        columns = mapped(headings, self.email, dict(self.fields))
        return ImportOrder(
            list_id=list_id, ground=self.ground, source=self.source, mode=self.mode, customers=self.customers, columns=columns
        )


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the file: heading, some of its values, and the alias that fits ("email" for the address, "" for none)."""

    index: int
    heading: str
    samples: tuple[str, ...]
    guess: str


@dataclass(frozen=True, slots=True)
class Glance:
    """What was detected in a file."""

    encoding: str
    separator: str
    columns: tuple[Column, ...]

    @property
    def headings(self) -> list[str]:
        """As people see them."""
        return [column.heading for column in self.columns]


@dataclass(frozen=True, slots=True)
class Refusal:
    """A row of the sample that would be refused, and why in the reader's language."""

    line: int
    cells: tuple[str, ...]
    why: str


@dataclass(slots=True)
class Sample:
    """How the first rows come out: counts over `judged` rows, the first few shown.

    good  address and alias -> value
    """

    judged: int = 0
    whole: bool = False
    added: int = 0
    known: int = 0
    refused: int = 0
    good: list[tuple[str, Mapping[str, Any]]] = field(default_factory=list)
    bad: list[Refusal] = field(default_factory=list)


def glance(tenant: TenantDB, folder: Path, import_id: int) -> Glance:
    """What an upload holds. Raises ImportUnknown, FileRefused, HeadingsMissing."""
    with open_kept(tenant, folder, import_id) as (file, found):
        text, dialect = open_text(file, found)
        rows = records(text, dialect)
        headings = read_headings(rows)
        first = [cells for _line, cells, _fault in islice(rows, LOOKED_AT)]
    shown = shown_headings(headings)
    email, guessed = guess_columns(shown, first, {one.alias: one.name for one in fields_of(tenant)})
    columns = (
        Column(index, heading, _samples(first, index), "email" if index == email else guessed.get(index, ""))
        for index, heading in enumerate(shown)
    )
    return Glance(found.encoding, dialect.separator, tuple(columns))


def _samples(rows: Sequence[Sequence[str]], index: int) -> tuple[str, ...]:
    values = dict.fromkeys(cells[index].strip()[:80] for cells in rows if index < len(cells) and cells[index].strip())
    return tuple(islice(values, SAMPLES))


def plan_of(tenant: TenantDB, import_id: int) -> Plan | None:
    """What was decided so far, None before the second step. Raises ImportUnknown."""
    kept = tenant.objects(ImportJob).filter(pk=import_id).values_list("plan", flat=True).first()
    if kept is None:
        raise ImportUnknown
    if "email" not in kept:
        return None
    facts = {name: kept[name] for name in Plan.__dataclass_fields__ if name in kept}  # a draft may be older than a part
    facts["customers"] = Conditions(**facts.get("customers", {}))
    facts["fields"] = tuple((index, alias) for index, alias in facts["fields"])
    facts["new_fields"] = tuple(NewField(**one) for one in facts["new_fields"])
    return Plan(**facts)


def decide(tenant: TenantDB, import_id: int, plan: Plan) -> None:
    """Keep what was decided, for a draft or for an import that did not come to its end.

    Raises ImportUnknown, ColumnMissing, and what `check_order` raises.
    """
    if plan.email < 0:
        raise ColumnMissing(wanted="E-Mail", found="–")
    check_order(plan.order([], plan.list_id))
    with tenant.atomic():
        row = tenant.objects(ImportJob).filter(pk=import_id, state=jobs.DRAFT).first()
        if row is None:
            raise ImportUnknown
        row.plan = {"encoding": row.plan["encoding"], **asdict(plan)}
        row.save(using=tenant.alias, update_fields=["plan"])


def sample(tenant: TenantDB, folder: Path, import_id: int, plan: Plan) -> Sample:
    """Judge the first rows as the import will, suppressions included; writes nothing. Raises ImportUnknown, FileRefused."""
    with open_kept(tenant, folder, import_id) as (file, found):
        text, dialect = open_text(file, found)
        rows = records(text, dialect)
        headings = read_headings(rows)
        columns = mapped(headings, plan.email, dict(plan.fields))
        judged = judge_rows(rows, shown_headings(headings), columns, _types(tenant, plan), tenant.keys.addresses, guard(tenant))
        first = list(islice(judged, JUDGED))
        whole = next(judged, None) is None
    if plan.list_id:
        need_list(tenant, plan.list_id)
    return _counted(tenant.unlimited, plan, first, columns, whole=whole)


def _types(tenant: TenantDB, plan: Plan) -> dict[str, FieldType]:
    known = {one.alias: field_type(one.kind, tenant.language, one.options) for one in fields_of(tenant)}
    return known | {one.alias: field_type(one.kind, tenant.language) for one in plan.new_fields}


def _counted(tenant: TenantDB, plan: Plan, rows: Sequence[Row], columns: Mapped, *, whole: bool) -> Sample:
    good = [row for row in rows if not row.reason]
    blocked = blocked_many(tenant, [row.key for row in good], [row.email for row in good], plan.list_id or None)
    stored = find_many(tenant, [row.key for row in good], plan.list_id)
    reasons = {good[index].line: reason for index, reason in blocked.items()}
    found = Sample(judged=len(rows), whole=whole)
    for row in rows:
        on_list = row.key in stored and stored[row.key].on_list
        reason = row.reason or reasons.get(row.line, "") or ("not_on_list" if plan.mode == "update" and not on_list else "")
        if reason:
            found.refused += 1
            if len(found.bad) < SHOWN:
                found.bad.append(Refusal(row.line, tuple(cell[:80] for cell in row.cells[: columns.width]), explain(reason, row.column)))
            continue
        found.known += on_list
        found.added += not on_list
        if len(found.good) < SHOWN:
            found.good.append((row.email, row.values))
    return found


def claim(tenant: TenantDB, import_id: int, *, actor: str, now: datetime) -> Plan:
    """Note that an import runs; the caller holds its lock. Inside `tenant.atomic()`.

    Raises ImportUnknown where it is done or nothing was decided.
    """
    plan = plan_of(tenant, import_id)
    mine = tenant.objects(ImportJob).filter(pk=import_id).exclude(state=jobs.DONE)
    if plan is None or not mine.update(state=jobs.RUNNING, started_at=now, actor=actor, finished_at=None, **NOTHING_YET):
        raise ImportUnknown
    return plan


def settle_plan(tenant: TenantDB, import_id: int, plan: Plan, list_id: int) -> None:
    """Note where the import goes, now that its list and its fields exist. Inside `tenant.atomic()`."""
    row = tenant.objects(ImportJob).get(pk=import_id)
    facts = asdict(plan) | {"new_fields": [], "new_list": "", "list_id": list_id}
    row.plan, row.list_id, row.mode = row.plan | facts, list_id, plan.mode
    row.ground, row.source = plan.ground.strip(), plan.source.strip()
    row.save(using=tenant.alias, update_fields=["plan", "list_id", "mode", "ground", "source"])


def note_progress(tenant: TenantDB, import_id: int, done: int) -> None:
    """Note how many bytes of the file are read."""
    with tenant.atomic():
        tenant.objects(ImportJob).filter(pk=import_id).update(done=done)
