"""Lists of others of people who want no advertising: brought by the staff, and compared with everybody before anything is sent."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from siegelpost.base.actor import Actor
from siegelpost.base.settings import Settings
from siegelpost.consent.listed.comparing import compare, note
from siegelpost.consent.listed.digests import ALGORITHMS, SHA1
from siegelpost.consent.listed.ecg_file import read_ecg
from siegelpost.consent.listed.errors import ListUnnamed
from siegelpost.consent.listed.hash_file import read_hashes
from siegelpost.consent.listed.states import DAY, FILE, Limits
from siegelpost.consent.listed.taking import NewList, take
from siegelpost.consent.rules import ECG, ROBINSON
from siegelpost.mailings.reads import in_state
from siegelpost.mailings.reads import mailing as facts_of
from siegelpost.mailings.state import SENDING
from siegelpost.tenancy.handle import TenantDB

TEXT_LIMIT: Final = 120
EDITION_LIMIT: Final = 80
AT_ONCE: Final = 0.5
"""Seconds for one tenant in one look of the worker."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListFile:
    """A file as it was brought.

    dated      the day on which it was fetched
    shorter    it may have far fewer entries than the one before
    algorithm  what the entries of a Robinson list are
    licence    the contract by which a Robinson list may be used
    edition    what whoever keeps it calls this version; "" for its day and the hash of the file
    """

    data: bytes
    dated: date
    shorter: bool = False
    algorithm: str = ""
    licence: str = ""
    edition: str = ""


def limits_of(settings: Settings) -> Limits:
    """For how many seconds each list counts."""
    return {(ECG, FILE): settings.ecg_file_days * DAY, (ROBINSON, FILE): settings.robinson_days * DAY}


def take_ecg(tenant: TenantDB, file: ListFile, *, settings: Settings, actor: Actor, now: datetime) -> int:
    """Take the file of the Austrian list over and compare everybody with it; returns how many entries it has.

    Where the comparison is cut off, the worker goes on with it; nothing is sent until it is done. Raises as `read_ecg` and `take`.
    """
    limits = limits_of(settings)
    new = NewList(
        source=ECG, way=FILE, algorithm=SHA1, entries=read_ecg(file.data), digest=hashlib.sha256(file.data).hexdigest(),
        dated=_start_of(file.dated, now), counts=limits[ECG, FILE], shorter=file.shorter,
    )  # fmt: skip
    entries = take(tenant, new, actor=actor, now=now)
    go_on(tenant, settings, now=now, seconds=float("inf"))
    return entries


def take_robinson(tenant: TenantDB, file: ListFile, *, settings: Settings, actor: Actor, now: datetime) -> int:
    """Take a Robinson list over, as `take_ecg`. Raises ListUnnamed, and as `read_hashes` and `take`."""
    licence, edition = file.licence.strip(), file.edition.strip()
    if file.algorithm not in ALGORITHMS or not 0 < len(licence) <= TEXT_LIMIT or len(edition) > EDITION_LIMIT:
        raise ListUnnamed
    limits = limits_of(settings)
    new = NewList(
        source=ROBINSON, way=FILE, algorithm=file.algorithm, entries=read_hashes(file.data, file.algorithm),
        digest=hashlib.sha256(file.data).hexdigest(), dated=_start_of(file.dated, now), counts=limits[ROBINSON, FILE],
        version=edition, licence=licence, shorter=file.shorter,
    )  # fmt: skip
    entries = take(tenant, new, actor=actor, now=now)
    go_on(tenant, settings, now=now, seconds=float("inf"))
    return entries


def compare_everybody(tenant: TenantDB, settings: Settings, *, now: datetime) -> None:
    """Before a launch; at once for tenants without lists."""
    compare(tenant, limits_of(settings), now=now)


def note_compared(tenant: TenantDB, mailing_id: int, *, now: datetime) -> None:
    """Keep with which lists the frozen audience of a mailing was compared."""
    note(tenant, mailing_id, facts_of(tenant, mailing_id).list_ids, now=now)


def go_on(tenant: TenantDB, settings: Settings, *, now: datetime, seconds: float = AT_ONCE) -> bool:
    """Compare whoever was not compared yet, and note it for the mailings that run; True where nobody is left."""
    found = compare(tenant, limits_of(settings), now=now, seconds=seconds)
    if found.moved and found.done:
        for mailing_id in in_state(tenant, SENDING):
            note_compared(tenant, mailing_id, now=now)
    return found.done


def _start_of(day: date, now: datetime) -> datetime:
    """A list fetched on a day counts from its start in UTC; today's may begin a few hours ahead of us, further east."""
    start = datetime.combine(day, time(), UTC)
    return min(start, now) if start - now < timedelta(days=1) else start
