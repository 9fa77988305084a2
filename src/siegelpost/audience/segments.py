"""Segments are kept as texts with a name. What the text says is no business of this room: whoever stores one has read it."""

from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError

from siegelpost.audience.errors import ChangedMeanwhile, SegmentExists, SegmentUnknown
from siegelpost.audience.models import Segment
from siegelpost.audience.names import one_line
from siegelpost.base.actor import Actor
from siegelpost.base.versions import fingerprint
from siegelpost.evidence.services import append
from siegelpost.tenancy.handle import TenantDB

MAX_NAME = 120  # characters, as the column has


@dataclass(frozen=True, slots=True)
class SegmentView:
    """One segment: its number, name and text (with numbers for names), and when it was last changed."""

    id: int
    name: str
    text: str
    changed_at: datetime

    @property
    def version(self) -> str:
        """Another one after each change."""
        return fingerprint(self.name, self.text)


def segments_of(tenant: TenantDB) -> list[SegmentView]:
    """All segments, by name."""
    rows = tenant.objects(Segment).order_by("name").values_list("pk", "name", "text", "changed_at")
    return [SegmentView(*row) for row in rows]


def store_segment(tenant: TenantDB, name: str, text: str, *, actor: Actor, now: datetime) -> int:
    """Keep a new segment and return its number. Raises NameWrong, SegmentExists."""
    name = one_line(name, MAX_NAME)
    try:
        with tenant.atomic():
            row = tenant.objects(Segment).create(name=name, text=text, created_at=now, changed_at=now)
            _note(tenant, "created", row.pk, name, text, actor, now)
    except IntegrityError:
        raise SegmentExists(name=name) from None
    return int(row.pk)


@dataclass(frozen=True, slots=True)
class Restated:
    """Another name and text for a segment; `seen` is the version that its writer looked at, None where nobody looked."""

    number: int
    name: str
    text: str
    seen: str | None = None


def restate_segment(tenant: TenantDB, new: Restated, *, actor: Actor, now: datetime) -> bool:
    """Give a segment another name or text; False where it has both already.

    Raises SegmentUnknown, NameWrong, SegmentExists, ChangedMeanwhile (only where something would be overwritten).
    """
    name = one_line(new.name, MAX_NAME)
    try:
        with tenant.atomic():
            row = tenant.objects(Segment).select_for_update().filter(pk=new.number).first()
            if row is None:
                raise SegmentUnknown
            changed = (row.name, row.text) != (name, new.text)
            if changed and new.seen not in (None, fingerprint(row.name, row.text)):
                raise ChangedMeanwhile
            if changed:
                tenant.objects(Segment).filter(pk=new.number).update(name=name, text=new.text, changed_at=now)
                _note(tenant, "changed", new.number, name, new.text, actor, now)
    except IntegrityError:
        raise SegmentExists(name=name) from None
    return changed


def delete_segment(tenant: TenantDB, number: int, *, actor: Actor, now: datetime) -> None:
    """Forget a segment; nobody's data change by it. Raises SegmentUnknown."""
    with tenant.atomic():
        row = tenant.objects(Segment).filter(pk=number).first()
        if row is None:
            raise SegmentUnknown
        _note(tenant, "deleted", number, row.name, row.text, actor, now)
        row.delete()


def _note(tenant: TenantDB, act: str, number: int, name: str, text: str, actor: Actor, now: datetime) -> None:
    """The text may hold what somebody typed about people, so the log gets how long it is and no word of it."""
    append(tenant, f"audience.segment_{act}", subject=f"segment:{number}", details={"name": name, "length": len(text)}, actor=actor, at=now)
