"""Take a person out of every store.

What lies in the tenant's database goes in one transaction, together with the suppression, the proofs that stay and the act: all of it or
nothing. Stores outside follow one by one; before each the row says what is about to go, so that whoever goes on counts it once.
"""

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import IntegrityError

from siegelpost.audience.reads import SubscriberView, find_by_email
from siegelpost.base.actor import Actor
from siegelpost.base.privacy import Store, Subject
from siegelpost.consent.rules import OPTOUT
from siegelpost.consent.suppression import suppress
from siegelpost.erasure.errors import NobodyStored
from siegelpost.erasure.keeping import keep
from siegelpost.erasure.models import Erasure
from siegelpost.erasure.rules import receipt
from siegelpost.evidence.services import append
from siegelpost.sign.addresses import address_key
from siegelpost.sign.files import open_sealed, seal
from siegelpost.sign.keys import derive
from siegelpost.tenancy.handle import TenantDB

BEGUN: Final = "erasure.begun"
CONTINUED: Final = "erasure.continued"
SOURCE: Final = "erasure"
"""Of the suppression that an erasure leaves."""


@dataclass(frozen=True, slots=True)
class Task:
    """An erasure that goes on: whom it is about, the values that should be gone, and whether somebody had begun it before."""

    id: int
    who: Subject
    values: tuple[object, ...]
    continued: bool


def subject_of(tenant: TenantDB, address: str) -> Subject:
    """The person with a normalised address, as they are stored now; there need not be a record."""
    return _subject(tenant, address, find_by_email(tenant, address))


def sweep(tenant: TenantDB, address: str, stores: Sequence[Store], *, actor: Actor, now: datetime) -> Task:
    """Strip all stores of whoever has this normalised address; go on where an erasure of it was interrupted. Twice is safe.

    Raises NobodyStored where nothing could be removed and nothing goes on; nothing is written then.

    Source: Art. 17(1) GDPR.
    """
    for last in (False, True):
        try:
            task = _inside(tenant, address, stores, actor, now)
            break
        except IntegrityError:  # somebody began the same at the same moment: go on with theirs
            if last:
                raise
    for store in stores:
        if store.outside and store.remove is not None:
            _outside(tenant, task, store, now)
    with tenant.atomic():
        tenant.objects(Erasure).filter(pk=task.id, done_at=None).update(swept_at=now)
    return task


def _inside(tenant: TenantDB, address: str, stores: Sequence[Store], actor: Actor, now: datetime) -> Task:
    with tenant.atomic(durable=True):
        person = find_by_email(tenant, address)
        who = _subject(tenant, address, person)
        row = tenant.objects(Erasure).select_for_update().filter(key=who.key, done_at=None).first()
        removable = [store for store in stores if store.remove is not None]
        if row is None and not any(store.tell(tenant, who) for store in removable):
            raise NobodyStored
        said = _merged(json.loads(open_sealed(tenant.keys.files, bytes(row.sealed))) if row else {}, who, person)
        row, continued = row or _begin(tenant, who, actor, now), row is not None
        who = Subject(key=who.key, email=who.email, numbers=tuple(said["numbers"]), came=who.came)
        _say(tenant, row, who, actor, now, continued=continued)
        suppress(tenant, kind=OPTOUT, key=who.key, source=SOURCE, actor=actor, now=now)
        keep(tenant, row.pk, who, now=now)
        for store in removable:
            if not store.outside and store.remove:
                _count(row, store, store.remove(tenant, who, now))
        row.sealed = seal(tenant.keys.files, json.dumps(said).encode(), secrets.token_bytes)
        row.swept_at = None
        row.save(using=tenant.alias, update_fields=["sealed", "stores", "swept_at"])
    return Task(row.pk, who, tuple(said["values"]), continued)


def _outside(tenant: TenantDB, task: Task, store: Store, now: datetime) -> None:
    here = len(store.tell(tenant, task.who))
    with tenant.atomic():
        row = tenant.objects(Erasure).select_for_update().get(pk=task.id)
        told = row.stores.setdefault(store.code, {"removed": 0, "removing": 0})
        told["removed"] += max(told["removing"] - here, 0)  # somebody was about to, and did not come back to say so
        told["removing"] = here
        row.save(using=tenant.alias, update_fields=["stores"])
    gone = store.remove(tenant, task.who, now) if here and store.remove else 0
    with tenant.atomic():
        row = tenant.objects(Erasure).select_for_update().get(pk=task.id)
        told = row.stores[store.code]
        told["removed"], told["removing"] = told["removed"] + gone, 0
        row.save(using=tenant.alias, update_fields=["stores"])


def _subject(tenant: TenantDB, address: str, person: SubscriberView | None) -> Subject:
    key = address_key(address, tenant.keys.addresses)
    if person is None:
        return Subject(key=key, email=address)
    return Subject(key=key, email=person.email, numbers=(person.id,), came=person.created_at)


def _begin(tenant: TenantDB, who: Subject, actor: Actor, now: datetime) -> Erasure:
    name = receipt(derive(tenant.keys.root, "erasure"), who.key, now)
    row = Erasure(key=who.key, sealed=b"", receipt=name, actor=str(actor), begun_at=now, stores={})
    row.save(using=tenant.alias, force_insert=True)
    return row


def _merged(said: dict[str, Any], who: Subject, person: SubscriberView | None) -> dict[str, Any]:
    """What was known of the person before, and what is known now: they may have come back in between."""
    values = [*said.get("values", ()), *((person.fields or {}).values() if person else ())]
    numbers = sorted({*said.get("numbers", ()), *who.numbers})
    return {"email": who.email, "numbers": numbers, "values": list(dict.fromkeys(one for one in values if isinstance(one, str)))}


def _say(tenant: TenantDB, row: Erasure, who: Subject, actor: Actor, now: datetime, *, continued: bool) -> None:
    """One entry for each number: the page of the log finds them by it."""
    for subject in [f"subscriber:{number}" for number in who.numbers] or ["address"]:
        append(tenant, CONTINUED if continued else BEGUN, subject=subject, details={"erasure": row.pk}, actor=actor, at=now)


def _count(row: Erasure, store: Store, removed: int) -> None:
    told = row.stores.setdefault(store.code, {"removed": 0, "removing": 0})
    told["removed"] += removed
