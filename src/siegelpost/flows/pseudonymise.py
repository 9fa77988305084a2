"""On the production system: people who do not exist, in the shape of those who do, as a file that a test system takes in."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from random import Random, SystemRandom
from typing import Any, BinaryIO, Final

from siegelpost.audience.export import keys_of_people
from siegelpost.audience.portrait import Painter, portrait_of
from siegelpost.audience.shares import LEAST, Shares, some_day
from siegelpost.base.actor import Actor
from siegelpost.base.errors import BadInput
from siegelpost.base.i18n import marked as _
from siegelpost.base.whole_file import whole_file
from siegelpost.consent.shape import ListShape, shapes, suppressed_why
from siegelpost.evidence import notes
from siegelpost.evidence.seal import seal
from siegelpost.evidence.services import append
from siegelpost.flows.made_up_file import Writer
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.installation import operator_db
from siegelpost.tenancy.snapshot import snapshot
from siegelpost.tenancy.visit_rules import REASON, tidy_reason

ACT: Final = "audience.pseudonymised"
FEWEST: Final = 5 * LEAST
"""People below which nearly every share would be that of few."""


class TooFewPeople(BadInput):
    """The shape of few people is that of each of them."""

    code = "testdata.too_few"
    message = _("The tenant holds fewer than {least} people: figures about them would be figures about each of them.")
    hint = _("Make people up without a model: siegelpost testdata SLUG --subscribers N on the test system.")
    nothing = _("No file was written.")


class WhyMissing(BadInput):
    """No reason, too long a one, or one with an address in it."""

    code = "testdata.reason_unusable"
    message = _("A reason has {least} to {most} characters and names no e-mail address.")
    hint = _("Say what is to be tried out; it goes into the tenant's log.")
    nothing = _("No file was written.")


class FileUnusable(BadInput):
    """The file cannot be written or read."""

    code = "testdata.file_unusable"
    message = _("The file cannot be written or read: {why}.")
    hint = _("Choose another place.")
    nothing = _("Nothing was written or stored.")


@dataclass(frozen=True, slots=True)
class Drawn:
    """What was written: people, how many shared a value with fewer than LEAST and were put together, and who signed it."""

    people: int
    merged: int
    signer: str


def pseudonymise(
    tenant: TenantDB, path: Path, reason: str, *, actor: Actor, now: datetime, progress: Callable[[int], None] | None = None
) -> Drawn:
    """Write as many made-up people as there are real ones; the log of the tenant says that somebody did, and why.

    Nothing of a person is in the file: figures about LEAST people or more, and what chance makes of them. So it is no outflow of
    personal data, and the disclosure register has no entry. Raises WhyMissing, TooFewPeople, FileUnusable.

    Source: Art. 25(1), Art. 5(1)(c), recital 26 GDPR; control 1.4-05.
    """
    why = tidy_reason(reason)
    if not why:
        raise WhyMissing(least=REASON.start, most=REASON.stop - 1)
    chance = SystemRandom()
    try:
        with whole_file(path) as file:
            with snapshot(tenant) as still:
                made = _Model(still, chance)
            if made.people < FEWEST:
                raise TooFewPeople(least=FEWEST)
            signer = _write(made, file, chance, now, progress or (lambda done: None))
            with tenant.atomic():
                append(tenant, ACT, details={"people": made.people, "reason": why}, actor=actor, at=now)
    except OSError as fault:
        raise FileUnusable(why=fault.strerror or path.name) from fault
    return Drawn(made.people, made.merged, signer)


class _Model:
    """All that is known of the real people from here on: figures."""

    def __init__(self, still: TenantDB, chance: Random) -> None:
        found = portrait_of(still, chance)
        self.people = found.people
        self.painter = Painter(still, found, chance)
        self._shapes = {self.painter.lists[number]: shape for number, shape in shapes(still).items() if number in self.painter.lists}
        self.states = {name: Shares(shape.states, False) for name, shape in self._shapes.items()}
        self.months = {name: Shares(_tripled(shape), 0) for name, shape in self._shapes.items()}
        reasons: Counter[str] = Counter()
        for keys in keys_of_people(still):
            reasons.update(suppressed_why(still, keys))
        reasons[""] = found.people - sum(reasons.values())
        self.suppressed = Shares(reasons, "")
        self.merged = self.painter.merged + self.suppressed.merged + sum(one.merged for one in self.states.values())


def _tripled(shape: ListShape) -> Counter[int]:
    """Quarters of a year in the place of months: fewer of them are small."""
    found: Counter[int] = Counter()
    for month, n in shape.months.items():
        found[month - month % 3 + 1] += n
    return found


def _write(made: _Model, file: BinaryIO, chance: Random, now: datetime, progress: Callable[[int], None]) -> str:
    fields = [{"alias": one.alias, "kind": one.kind, "options": list(one.options)} for one in made.painter.fields]
    lists = list(made.painter.lists.values())
    writer = Writer(file, {"made_at": now.astimezone(UTC).date().isoformat(), "people": made.people, "fields": fields, "lists": lists})
    for number, person in enumerate(made.painter.people(), 1):
        consents = {name: _consent(made, name, chance, now) for name in person["lists"] if name in made.states}
        writer.line({**person, "consents": consents, "suppressed": made.suppressed.draw(chance, "")})
        if number % 1_000 == 0:
            progress(number)
    operator = operator_db()
    origin = notes.read(seal(operator, now=now)).origin
    return writer.end(origin, operator.keys.checkpoints, now.astimezone(UTC).replace(microsecond=0))


def _consent(made: _Model, name: str, chance: Random, now: datetime) -> dict[str, Any]:
    """When it was given, to the week, and whether it was withdrawn."""
    month = made.months[name].draw(chance, 0)
    day = min(some_day(month, chance), now.date()) if month else now.date()
    return {"at": day.isoformat(), "withdrawn": bool(made.states[name].draw(chance, False))}
