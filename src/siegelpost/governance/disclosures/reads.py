"""Read the register, and ask it who received data of a person."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import QuerySet

from siegelpost.governance.disclosures.models import Disclosure, Marks
from siegelpost.governance.disclosures.roll import is_in
from siegelpost.governance.disclosures.rules import SURE, Who, by_rule
from siegelpost.tenancy.handle import TenantDB


@dataclass(frozen=True, slots=True)
class DisclosureView:
    """One outflow, as it was recorded."""

    id: int
    at: datetime
    kind: str
    recipient: str
    categories: tuple[str, ...]
    records: int
    people: str
    purpose: str
    ground: str
    instruction_id: int | None
    channel: str
    digest: str
    actor: str


@dataclass(frozen=True, slots=True)
class Answer:
    """An outflow of which a person asks: SURE that theirs was in it, or POSSIBLE."""

    one: DisclosureView
    how: str


@dataclass(frozen=True, slots=True)
class Told:
    """What can be told a person; `silent` outflows are too old to say whose data they held."""

    answers: tuple[Answer, ...]
    silent: int


@dataclass(frozen=True, slots=True)
class Asked:
    """Which outflows: from `since` to before `until`, of one kind; whatever is left out does not matter."""

    since: datetime | None = None
    until: datetime | None = None
    kind: str = ""


ALL: Final = Asked()


def disclosures(tenant: TenantDB, asked: Asked = ALL, *, skip: int = 0, limit: int | None = None) -> list[DisclosureView]:
    """The register, the newest first."""
    rows = _rows(tenant, asked)
    return [_view(row) for row in rows[skip : None if limit is None else skip + limit]]


def how_many(tenant: TenantDB, asked: Asked = ALL) -> int:
    """How many outflows that are."""
    return _rows(tenant, asked).count()


def told(tenant: TenantDB, who: Who, asked: Asked = ALL) -> Told:
    """Who received data of a person, the newest first. Reads the marks of all outflows of that time.

    Source: Art. 15(1)(c), Art. 19 GDPR.
    """
    found, silent = [], 0
    for row in _rows(tenant, asked).iterator(chunk_size=500):
        if row.marks_digest:
            parts = list(_parts(tenant, row.pk))
            silent += not parts
            how = SURE if any(is_in(tenant, bytes(row.salt), part, who) for part in parts) else ""
        else:
            how = by_rule(row.people, row.at, who)
        if how:
            found.append(Answer(_view(row), how))
    return Told(tuple(found), silent)


def _rows(tenant: TenantDB, asked: Asked) -> QuerySet[Disclosure]:
    rows = tenant.objects(Disclosure).order_by("-at", "-id")
    rows = rows.filter(at__gte=asked.since) if asked.since else rows
    rows = rows.filter(at__lt=asked.until) if asked.until else rows
    return rows.filter(kind=asked.kind) if asked.kind else rows


def _parts(tenant: TenantDB, disclosure_id: int) -> Iterator[bytes]:
    for (data,) in tenant.objects(Marks).filter(disclosure_id=disclosure_id).order_by("part").values_list("data"):
        yield bytes(data)


def _view(row: Disclosure) -> DisclosureView:
    return DisclosureView(
        row.pk, row.at, row.kind, row.recipient, tuple(row.categories), row.records, row.people, row.purpose, row.ground,
        row.instruction_id, row.channel, row.digest, row.actor,
    )  # fmt: skip
