"""Release an upload from being held: a scanner has seen it, or somebody bears the risk that none has."""

import io
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from django.db import IntegrityError

from siegelpost.base.actor import Actor
from siegelpost.governance.handover import files, rules
from siegelpost.governance.handover.clamd import fresh_scanner, is_infected
from siegelpost.governance.handover.errors import Infected, ScannerSilent
from siegelpost.governance.handover.exceptions import unscanned_risk
from siegelpost.governance.handover.reads import hand_over, hand_overs
from siegelpost.governance.handover.services import note
from siegelpost.tenancy.handle import TenantDB


def scan(tenant: TenantDB, number: int, scanner: str, *, folder: Path, actor: Actor, now: datetime) -> None:
    """Let the scanner look at a held file and release it; does nothing for one that is not held.

    scanner  where clamd listens, "" for none

    Raises ScannerSilent where it stays held, Infected where it was destroyed. A risk that is borne releases it without a scanner.
    """
    if hand_over(tenant, number, now=now).state != rules.HELD:
        return
    _name, data = files.kept(tenant, folder, number, files.ORIGINAL)
    try:
        found = fresh_scanner(scanner, now)
        infected = is_infected(scanner, io.BytesIO(data))
    except ScannerSilent:
        risk = unscanned_risk(tenant, now=now)
        if risk is None:
            raise
        _once(lambda: note(tenant, number, rules.UNSCANNED, {"scanner": f"risk {risk.id}"}, actor=actor, now=now))
        return
    _once(lambda: note(tenant, number, rules.INFECTED if infected else rules.CLEAN, {"scanner": found.version}, actor=actor, now=now))
    if infected:
        files.destroy(folder, number)
        raise Infected


def scan_held(tenant: TenantDB, scanner: str, *, folder: Path, actor: Actor, now: datetime) -> int:
    """All that are held; returns how many were released. One that stays held, or is refused, stops no other."""
    released = 0
    for one in held(tenant, now=now):
        try:
            scan(tenant, one, scanner, folder=folder, actor=actor, now=now)
        except ScannerSilent:
            return released
        except Infected:
            continue
        released += 1
    return released


def held(tenant: TenantDB, *, now: datetime) -> list[int]:
    """Uploads that nobody has released yet."""
    return [one.id for one in hand_overs(tenant, now=now) if one.state == rules.HELD]


def _once(write: Callable[[], None]) -> None:
    """Two may scan at the same time; they find the same."""
    try:
        write()
    except IntegrityError:
        return
