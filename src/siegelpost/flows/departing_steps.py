"""The steps by which a tenant is erased, in their order. Each can be done twice, and says what it found."""

import json
import os
import random
from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from siegelpost.accounts import departing as staff
from siegelpost.audience.export import some_addresses
from siegelpost.base import clock
from siegelpost.base.actor import Actor
from siegelpost.delivery import ending
from siegelpost.erasure.errors import SearchFailed
from siegelpost.erasure.tenant_seeking import look_for_tenant
from siegelpost.evidence.seal import seal as seal_log
from siegelpost.feedback.hooks.services import remove_hooks_of
from siegelpost.flows import steer
from siegelpost.governance.departure.errors import NotGoneYet
from siegelpost.governance.departure.rules import COUNTED, DATABASE, FILES, OUTSIDE, SAMPLE, SEARCHED, SENDING, STAFF
from siegelpost.governance.departure.tables import count_tables
from siegelpost.mailings.browse import senders
from siegelpost.mailings.reads import in_state
from siegelpost.mailings.state import PAUSED, PREPARING, SCHEDULED
from siegelpost.mailings.state import SENDING as BEING_SENT
from siegelpost.sign.files import open_sealed, seal
from siegelpost.tenancy import departing
from siegelpost.tenancy.departing import Case
from siegelpost.tenancy.handle import TenantDB, control_store
from siegelpost.tenancy.home import home
from siegelpost.tenancy.signups import open_sign_ups

WORKER: Final = Actor.system("departure")


def needles_of(tenant: TenantDB) -> bytes:
    """What is looked for when all is gone, sealed: some addresses drawn by chance, those of the staff, and those that mail came from."""
    people = some_addresses(tenant, SAMPLE, random.SystemRandom())
    texts = dict.fromkeys((*people, *staff.addresses_of(tenant.number), *(one.email for one in senders(tenant))))
    return seal(tenant.keys.files, json.dumps([one for one in texts if one]).encode(), os.urandom)


def _sending(case: Case, now: datetime) -> dict[str, Any]:
    """Whatever is on its way is cancelled, and settled: a message that was claimed has an answer, or is written down as unsure."""
    tenant = _tenant(case)
    for number in in_state(tenant, "approved", SCHEDULED, PREPARING, BEING_SENT, PAUSED):
        steer.cancel(tenant, number, actor=WORKER, now=now)
    dropped = ending.drop_waiting(tenant)
    if not ending.settled(tenant, home(), now=clock.now):
        raise NotGoneYet(what="a sender still holds messages")
    steer.sweep_cancelled(tenant, now=now)
    return {"removed": dropped + ending.drop_waiting(tenant)}


def _staff(case: Case, now: datetime) -> dict[str, Any]:
    with control_store.atomic():
        found = staff.take_out(case.number)
    return {"removed": sum(found.values()), "tables": found}


def _outside(case: Case, now: datetime) -> dict[str, Any]:
    """What the operator's database has of the tenant beside its staff, and the file that knows its last slices."""
    found = {"hooks.Hook": remove_hooks_of(case.number), **ending.forget_limits(case.number)}
    with control_store.atomic():
        found |= departing.remove_places(case.number)
    ending.forget_claims(_tenant(case), home())
    return {"removed": sum(found.values()), "tables": found}


def _counted(case: Case, now: datetime) -> dict[str, Any]:
    """The last look into the database: rows by table, and the last checkpoint of its log, which every export must lead to."""
    tenant = _tenant(case)
    note = seal_log(tenant, now=now)
    return {"tables": {**count_tables(tenant), **count_tables(open_sign_ups(tenant))}, "checkpoint": note}


def _database(case: Case, now: datetime) -> dict[str, Any]:
    """On PostgreSQL; a SQLite file goes with the folder."""
    return {"removed": departing.drop_database(case)}


def _files(case: Case, now: datetime) -> dict[str, Any]:
    return {"removed": departing.remove_folder(case.slug)}


def _searched(case: Case, now: datetime) -> dict[str, Any]:
    """A program that shares no code with the steps above. What is found is looked for again when the command is given again."""
    tenant = _tenant(case)
    texts: list[str] = json.loads(open_sealed(tenant.keys.files, case.sealed))
    try:
        found = look_for_tenant(case.slug, texts)
    except SearchFailed as reason:
        raise NotGoneYet(what="the search failed") from reason
    if found.left or home().tenant(case.slug).exists():
        departing.remove_folder(case.slug)
        raise NotGoneYet(what=", ".join(found.left) or case.slug)
    return {"files": found.files, "bytes": found.bytes, "looked_for": len(texts)}


def _tenant(case: Case) -> TenantDB:
    found = departing.open_leaving(case)
    if found is None:
        raise NotGoneYet(what=case.slug)
    return found


STEPS: Final[tuple[tuple[str, Callable[[Case, datetime], dict[str, Any]]], ...]] = (
    (SENDING, _sending), (STAFF, _staff), (OUTSIDE, _outside), (COUNTED, _counted), (DATABASE, _database), (FILES, _files),
    (SEARCHED, _searched),
)  # fmt: skip
