"""Which tasks an off-boarding begins with: the list of a tenant or of the operator, else the one that comes along."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from siegelpost.accounts.leaving_errors import LeavingPlanWrong
from siegelpost.accounts.leaving_rules import ACCESS, DUE_AFTER, ENTRY, EQUIPMENT, KINDS
from siegelpost.accounts.models import LeavingPlan
from siegelpost.base.i18n import marked as _
from siegelpost.base.i18n import translate

MOST_TASKS: Final = 40
"""Of one kind; somebody must work through them."""
MOST_SIGNS: Final = 200
MOST_DAYS: Final = 90
USUAL: Final = {
    ACCESS: (
        _("SSH keys and accounts on servers"),
        _("Account at the hosting company and at providers"),
        _("Mailbox, calendar and chat"),
        _("Shared passwords and wireless keys: change them"),
    ),
    ENTRY: (
        _("Keys and key cards handed back"),
        _("Code of the alarm deleted"),
        _("Struck off the hosting company's entry list"),
    ),
    EQUIPMENT: (
        _("Computer and phone handed back and wiped"),
        _("Data carriers and papers handed back"),
    ),
}
"""What nearly every house has."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Kind -> words of its tasks, and kind -> days after the last one until they are due."""

    lines: Mapping[str, tuple[str, ...]]
    days: Mapping[str, int]


def plan_of(tenant_number: int, language: str) -> Plan:
    """The list of a tenant (HOUSE: of the operator); the usual one in this language where nobody wrote any."""
    row = LeavingPlan.objects.filter(pk=tenant_number).first()
    if row is None:
        return Plan({kind: tuple(translate(one, language) for one in lines) for kind, lines in USUAL.items()}, DUE_AFTER)
    return Plan({kind: tuple(row.lines.get(kind, ())) for kind in KINDS}, {kind: int(row.days.get(kind, 0)) for kind in KINDS})


def write_plan(tenant_number: int, plan: Plan, *, now: datetime) -> Plan:
    """Keep a list, without empty lines; what runs already stays as it is. An empty one asks for nothing. Raises LeavingPlanWrong."""
    tidy = Plan(
        {kind: tuple(words for line in plan.lines.get(kind, ()) if (words := " ".join(line.split()))) for kind in KINDS},
        {kind: plan.days.get(kind, DUE_AFTER[kind]) for kind in KINDS},
    )
    if not all(_fits(tidy.lines[kind], tidy.days[kind]) for kind in KINDS):
        raise LeavingPlanWrong(tasks=MOST_TASKS, signs=MOST_SIGNS, days=MOST_DAYS)
    values = {"lines": {kind: list(lines) for kind, lines in tidy.lines.items()}, "days": dict(tidy.days), "changed_at": now}
    LeavingPlan.objects.update_or_create(tenant_number=tenant_number, defaults=values)
    return tidy


def _fits(lines: tuple[str, ...], days: int) -> bool:
    return len(lines) <= MOST_TASKS and 0 <= days <= MOST_DAYS and all(len(one) <= MOST_SIGNS and one.isprintable() for one in lines)
