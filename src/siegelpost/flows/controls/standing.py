"""Where every control stands now: its state, what that rests on, when it was looked at, and what was found."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from siegelpost.base.controls import BASES, GREEN, INSTALLATION, NOT_SET_UP, Check
from siegelpost.flows.controls.collected import CHECKS
from siegelpost.governance.catalogue import Control, catalogue
from siegelpost.governance.results import Kept, results, results_of_installation
from siegelpost.governance.rules import counts_as, worst
from siegelpost.tenancy.handle import TenantDB


@dataclass(frozen=True, slots=True)
class Seen:
    """One result that counts for a control: where ("" for the installation), its state today, what was found."""

    where: str
    state: str
    kept: Kept | None

    @property
    def evidence(self) -> dict[str, Any]:
        """What was found."""
        return self.kept.evidence if self.kept else {}


@dataclass(frozen=True, slots=True)
class Standing:
    """One control.

    state       green, amber, red, expired or not_set_up: the worst of all that was looked at
    basis       tested, evidenced or declared: the weakest of its checks; "" for one that nothing watches
    whole       False where only a part of the control is watched
    looks_at    what is looked at, to be translated
    checked_at  of the oldest result that counts; None where there is none
    since       when the worst of them began
    evidence    of the installation, and of the tenant that is worst off
    tenants     state -> how many tenants, for what is watched for each of them
    """

    control: Control
    state: str
    basis: str
    whole: bool
    looks_at: tuple[str, ...]
    checked_at: datetime | None
    since: datetime | None
    evidence: dict[str, Any]
    tenants: dict[str, int]


def standings(tenants: Sequence[TenantDB], *, now: datetime, checks: Sequence[Check] = CHECKS) -> list[Standing]:
    """All controls in the order of the catalogue, for the installation and these tenants."""
    here = results_of_installation()
    there = {tenant.slug: results(tenant) for tenant in tenants}
    found = []
    for control in catalogue().values():
        mine = [one for one in checks if one.control == control.id]
        seen = [(one, _seen(one, "", here, now)) for one in mine if one.scope == INSTALLATION]
        seen += [(one, _seen(one, slug, kept, now)) for one in mine if one.scope != INSTALLATION for slug, kept in there.items()]
        found.append(_standing(control, mine, [one for _check, one in seen]))
    return found


def _seen(one: Check, where: str, kept: dict[str, Kept], now: datetime) -> Seen:
    found = kept.get(one.control)
    return Seen(where, counts_as(found.state, found.checked_at, every=one.every, now=now) if found else NOT_SET_UP, found)


def _standing(control: Control, mine: list[Check], seen: list[Seen]) -> Standing:
    kept = [one.kept for one in seen if one.kept]
    state = worst(one.state for one in seen)
    return Standing(
        control=control,
        state=state,
        basis=min((one.basis for one in mine), key=BASES.index, default=""),
        whole=all(one.whole for one in mine),
        looks_at=tuple(one.looks_at for one in mine),
        checked_at=min((one.checked_at for one in kept), default=None),
        since=min((one.kept.since for one in seen if one.kept and one.state == state), default=None),
        evidence=_evidence(seen),
        tenants=dict(Counter(one.state for one in seen if one.where)),
    )


def _evidence(seen: list[Seen]) -> dict[str, Any]:
    """What was found at the installation and, beside it, at the first of the tenants that are worst off; green ones are alike."""
    found: dict[str, Any] = {}
    for one in seen:
        if not one.where:
            found |= one.evidence
    tenants = [one for one in seen if one.where]
    if tenants:
        bad = worst(one.state for one in tenants)
        first = next(one for one in tenants if one.state == bad)
        found |= first.evidence if len(tenants) == 1 or bad == GREEN else {"tenant": first.where, **first.evidence}
    return found
