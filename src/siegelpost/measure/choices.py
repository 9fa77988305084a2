"""What a tenant and its lists say about measuring, and whether anybody has chosen at all."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from siegelpost.base.actor import Actor
from siegelpost.evidence.services import append
from siegelpost.measure.models import Choice, ListMode
from siegelpost.measure.modes import ANONYMOUS, AboveCeiling, Modes, Said, open_the_door
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
        ensure_below(tenant, mode)
    with tenant.atomic():
        if mode:
            tenant.objects(ListMode).update_or_create(list_id=list_id, defaults={"mode": mode})
        else:
            tenant.objects(ListMode).filter(list_id=list_id).delete()
        append(tenant, "measure.chosen_for_list", subject=f"list:{list_id}", details={"mode": mode}, actor=actor, at=now)


def ensure_below(tenant: TenantDB, mode: str) -> None:
    """Refuse to measure more closely than the tenant allows; nothing is trimmed in silence.

    Raises ModeUnknown, InstructionMissing, AboveCeiling.
    """
    asked, ceiling = Modes.of(mode), chosen(tenant)
    open_the_door(asked)
    if asked.exceeds(ceiling.modes):
        raise AboveCeiling(allowed=ceiling.mode)


def said(tenant: TenantDB, mailing_mode: str, list_ids: Iterable[int]) -> tuple[Said, dict[str, object]]:
    """What everybody says about a mailing, for the rule, and in words for the record."""
    mine, lists = chosen(tenant), of_lists(tenant, list_ids)
    everybody = Said(mine.modes, Modes.of(mailing_mode), tuple(Modes.of(one) for one in lists.values()))
    words: dict[str, object] = {"tenant": mine.mode, "chosen": mine.at is not None, "mailing": mailing_mode}
    return everybody, {**words, "lists": {str(one): mode for one, mode in lists.items()}}
