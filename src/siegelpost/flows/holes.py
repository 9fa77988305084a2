"""Known holes in what runs here: looked up in an offline copy of OSV, remembered since when, closed in time or accepted for a while."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from hashlib import sha256
from importlib.metadata import distributions
from pathlib import Path
from typing import Final

from siegelpost.base.actor import Actor
from siegelpost.evidence.reads import Act, about
from siegelpost.evidence.services import append
from siegelpost.flows.release import SBOM, folder, operator_of
from siegelpost.governance.release.bill import BillDamaged, parts_of
from siegelpost.governance.release.copy import Look, look
from siegelpost.governance.release.errors import AcceptanceWrong, HoleUnknown
from siegelpost.governance.release.holes import Hole
from siegelpost.governance.release.parts import PYPI, Part, normal
from siegelpost.governance.release.severity import DEADLINES
from siegelpost.tenancy.installation import operator_db, operator_store

SEEN: Final = "release.hole_seen"
ACCEPTED: Final = "release.risk_accepted"
LONGEST_ACCEPTANCE: Final = timedelta(days=90)
ROOM: Final = 75  # characters of a key
MOST_WORDS: Final = 200  # characters of a reason


@dataclass(frozen=True, slots=True)
class Standing:
    """A hole that is open here: since when it is known, and until when its risk was accepted (None: it was not, or that is over)."""

    hole: Hole
    since: datetime
    accepted_until: date | None

    @property
    def due(self) -> datetime:
        """It must be closed by then."""
        return self.since + DEADLINES[self.hole.grade]

    def overdue(self, now: datetime) -> bool:
        """Whether it should be closed by now, and nobody accepted that it is not."""
        return self.accepted_until is None and now > self.due


@dataclass(frozen=True, slots=True)
class Report:
    """What a look at the copy told; `copy` is None where there is none."""

    parts: int
    copy: Look | None = None
    holes: list[Standing] = field(default_factory=list)


def look_for_holes(osv: str, *, now: datetime) -> Report:
    """Hold what runs here against the copy at `osv` ("" for none); what is seen for the first time is written into the log."""
    parts = running_parts()
    place = Path(osv)
    if not osv or not place.exists():
        return Report(len(parts))
    told = look(place, parts)
    known = _known(told.holes)
    new = [one for one in told.holes if not any(act.act == SEEN for act in known[one.key])]
    if new:
        with operator_store().atomic():
            for one in new:
                details = {"grade": one.grade, "version": one.part.version, "also": list(one.also)}
                append(operator_store(), SEEN, subject=_subject(one.key), details=details, actor=Actor.system("holes"), at=now)
    return Report(len(parts), told, [_standing(one, known[one.key], now) for one in told.holes])


def accept_risk(osv: str, number: str, *, until: date, reason: str, by: str, now: datetime) -> Standing:
    """Write down that an open hole may stay open until the end of a day, why, and which operator (by address) answers for that.

    Raises HoleUnknown, AcceptanceWrong, NotAnOperator.
    """
    found = [one for one in look_for_holes(osv, now=now).holes if number in (one.hole.id, *one.hole.also)]
    if not found:
        raise HoleUnknown
    if (
        not now.date() <= until <= (now + LONGEST_ACCEPTANCE).date()
        or not 0 < len(reason.strip()) <= MOST_WORDS
        or not reason.isprintable()
    ):
        raise AcceptanceWrong(days=LONGEST_ACCEPTANCE.days)
    person = operator_of(by)
    with operator_store().atomic():
        for one in found:
            details = {"until": until.isoformat(), "reason": reason.strip(), "by": person}
            append(operator_store(), ACCEPTED, subject=_subject(one.hole.key), details=details, actor=Actor.operator(), at=now)
    return Standing(found[0].hole, found[0].since, until)


def running_parts() -> list[Part]:
    """The Python libraries that are installed here, and those of the browser that the recorded release names."""
    named = {(normal(PYPI, one.name), one.version) for one in distributions() if one.name}
    python = [Part(PYPI, name, version) for name, version in sorted(named) if name != "siegelpost"]
    try:
        recorded = parts_of((folder() / SBOM).read_text(encoding="utf-8"))
    except (OSError, ValueError, BillDamaged):
        recorded = []
    return [*python, *(one for one in recorded if one.ecosystem != PYPI)]


def _known(holes: Collection[Hole]) -> dict[str, list[Act]]:
    """Key of each hole -> what the log says of it under any of its numbers, the newest first: another list may name it first one day."""
    subjects = {one.key: [_subject(one.key_as(number)) for number in (one.id, *one.also)] for one in holes}
    acts: defaultdict[str, list[Act]] = defaultdict(list)
    for act in about(operator_db(), {subject for some in subjects.values() for subject in some}, acts=(SEEN, ACCEPTED)):
        acts[act.subject].append(act)
    return {key: sorted((act for one in some for act in acts[one]), key=lambda act: -act.id) for key, some in subjects.items()}


def _standing(hole: Hole, acts: list[Act], now: datetime) -> Standing:
    since = min((act.at for act in acts if act.act == SEEN), default=now)
    accepted = next((date.fromisoformat(act.details["until"]) for act in acts if act.act == ACCEPTED), None)
    return Standing(hole, since, accepted if accepted and now.date() <= accepted else None)


def _subject(key: str) -> str:
    """Subjects have room for 80 characters."""
    return f"hole:{key if len(key) <= ROOM else sha256(key.encode()).hexdigest()}"
