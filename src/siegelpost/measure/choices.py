"""What a tenant and its lists say about measuring, and whether anybody has chosen at all."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from siegelpost.base.actor import Actor
from siegelpost.evidence.services import append
from siegelpost.measure.models import Choice, ListMode
from siegelpost.measure.modes import ANONYMOUS, AboveCeiling, InstructionMissing, Modes, Said, open_the_door, with_opening
from siegelpost.measure.singly.openings import covers, opening
from siegelpost.measure.singly.rules import DutiesMissing, ListNotInstructed
from siegelpost.tenancy.handle import TenantDB


@dataclass(frozen=True, slots=True)
class Chosen:
    """How a tenant measures.

    mode    a word of `modes.WORDS`; the ceiling of everything that the tenant sends
    people  whether people are estimated
    at      when that was chosen; None where nobody has chosen yet
    """

    mode: str = ANONYMOUS
    people: bool = False
    at: datetime | None = None

    @property
    def modes(self) -> Modes:
        """Of opens and of clicks."""
        return Modes.of(self.mode)


def chosen(tenant: TenantDB) -> Chosen:
    """What holds now. Until somebody chooses it is anonymous, without estimates, and not yet chosen."""
    row = tenant.objects(Choice).order_by("-pk").first()
    return Chosen(row.mode, row.people, row.at) if row else Chosen()


def choose(tenant: TenantDB, mode: str, *, people: bool, actor: Actor, now: datetime) -> Chosen:
    """Choose for everything that is launched from now on; what was launched keeps its mode.

    Raises ModeUnknown, InstructionMissing.
    """
    open_the_door(Modes.of(mode))
    with tenant.atomic():
        tenant.objects(Choice).create(mode=mode, people=people, at=now)
        append(tenant, "measure.chosen", details={"mode": mode, "people": people}, actor=actor, at=now)
    return Chosen(mode, people, now)


def of_lists(tenant: TenantDB, list_ids: Iterable[int]) -> dict[int, str]:
    """List -> its own mode, for those that have one."""
    return dict(tenant.objects(ListMode).filter(list_id__in=list(list_ids)).order_by("list_id").values_list("list_id", "mode"))


def choose_for_list(tenant: TenantDB, list_id: int, mode: str, *, actor: Actor, now: datetime) -> None:
    """Measure what goes to a list more strictly than the tenant does; "" lets the tenant's mode hold again.

    Raises ModeUnknown, InstructionMissing, AboveCeiling.
    """
    if mode:
        open_the_door(Modes.of(mode))
        ensure_below(tenant, mode)
    with tenant.atomic():
        if mode:
            tenant.objects(ListMode).update_or_create(list_id=list_id, defaults={"mode": mode})
        else:
            tenant.objects(ListMode).filter(list_id=list_id).delete()
        append(tenant, "measure.chosen_for_list", subject=f"list:{list_id}", details={"mode": mode}, actor=actor, at=now)


def ensure_below(tenant: TenantDB, mode: str, list_ids: Collection[int] = ()) -> None:
    """Refuse to measure more closely than the tenant allows; nothing is trimmed in silence.

    list_ids  of the mailing: single people are measured on the lists of the instruction alone

    Raises ModeUnknown, AboveCeiling, InstructionMissing, DutiesMissing, ListNotInstructed.
    """
    asked, ceiling = Modes.of(mode), chosen(tenant)
    if asked.personalised:
        _ensure_open(tenant, asked, list_ids)
    elif asked.exceeds(ceiling.modes):
        raise AboveCeiling(allowed=ceiling.mode)


def _ensure_open(tenant: TenantDB, asked: Modes, list_ids: Collection[int]) -> None:
    found = opening(tenant)
    if found is None:
        raise InstructionMissing
    if found.asleep:
        raise DutiesMissing
    if not covers(found, list_ids):
        raise ListNotInstructed
    if asked.exceeds(Modes.of(found.mode)):
        raise AboveCeiling(allowed=found.mode)


def said(tenant: TenantDB, mailing_mode: str, list_ids: Iterable[int]) -> tuple[Said, dict[str, object]]:
    """What everybody says about a mailing, for the rule, and in words for the record."""
    every = list(list_ids)
    mine, lists, found = chosen(tenant), of_lists(tenant, every), opening(tenant)
    ceiling = with_opening(mine.modes, Modes.of(found.mode)) if found and covers(found, every) else mine.modes
    everybody = Said(ceiling, Modes.of(mailing_mode), tuple(Modes.of(one) for one in lists.values()))
    words: dict[str, object] = {"tenant": ceiling.word, "chosen": mine.at is not None, "mailing": mailing_mode}
    words |= {"opening": found.id} if found and everybody.decided.personalised else {}
    return everybody, {**words, "lists": {str(one): mode for one, mode in lists.items()}}
