"""One person, or several, are erased from a tenant: stripped from every store, looked for by another program, and certified."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from siegelpost.accounts.approvals.acts import ERASE
from siegelpost.accounts.approvals.errors import Wish
from siegelpost.accounts.approvals.standing import rule_of
from siegelpost.audience.addresses import read_address
from siegelpost.audience.reads import find_by_email
from siegelpost.base.actor import Actor
from siegelpost.base.privacy import Store
from siegelpost.erasure.certifying import certify, open_tasks
from siegelpost.erasure.errors import AddressWrong, NobodyStored, NotTyped, Unfinished
from siegelpost.erasure.reads import latest_of
from siegelpost.erasure.rules import Needle, needles
from siegelpost.erasure.seeking import Looked, look
from siegelpost.erasure.sweep import Task, subject_of, sweep
from siegelpost.flows.approving import cover, is_named
from siegelpost.flows.person_stores import STORES, others_tables
from siegelpost.sign.addresses import address_key
from siegelpost.tenancy.handle import TenantDB

ROUNDS: Final = 3
"""How often somebody who comes back in between, by an import that had judged them before, is taken out again at once."""


@dataclass(frozen=True, slots=True)
class Erased:
    """What came of one: the certificate, and whether an interrupted erasure was taken up, or there was nothing left to do."""

    certificate: dict[str, Any]
    continued: bool = False
    before: bool = False


def erase_person(tenant: TenantDB, email: str, *, actor: Actor, now: datetime) -> Erased:
    """Erase whoever has this address, in this tenant, and return the certificate.

    Whoever was erased before and did not come back gets the certificate of that time. Where an earlier attempt was interrupted, it
    goes on. Raises AddressWrong, NobodyStored, and Unfinished where everything was stripped and something is still found.

    Source: Art. 17(1) GDPR.
    """
    address = address_of(email)
    try:
        task = begin_erasing(tenant, address, actor=actor, now=now)
    except NobodyStored:
        before = latest_of(tenant, address_key(address, tenant.keys.addresses))
        if before is None or before.certificate is None:
            raise
        return Erased(before.certificate, before=True)
    (certificate,) = finish(tenant, [task], actor=actor, now=now)
    return Erased(certificate, continued=task.continued)


def begin_erasing(tenant: TenantDB, address: str, *, actor: Actor, now: datetime) -> Task:
    """The first half: from its end on nothing is sent to the person and no page knows them; the worker does the second.

    Raises NobodyStored, and ApprovalNeeded where a rule asks for a second person.
    """
    _approve(tenant, address, actor=actor, now=now)
    return sweep(tenant, address, STORES, actor=actor, now=now)


def begin_typed(tenant: TenantDB, address: str, *, typed: str, actor: Actor, now: datetime) -> int:
    """The same for whoever typed the address to confirm; returns the number of the erasure. Raises NotTyped, too."""
    if typed.strip() != address:
        raise NotTyped
    return begin_erasing(tenant, address, actor=actor, now=now).id


def _approve(tenant: TenantDB, address: str, *, actor: Actor, now: datetime) -> None:
    """An approval is used up before the first row goes, and not again by whoever goes on with an erasure that was interrupted."""
    if not (rule_of(tenant, ERASE).needed or is_named()) or any(task.who.email == address for task in open_tasks(tenant)):
        return
    if not any(n for _store, n in what_is_stored(tenant, address)):
        return  # `sweep` says so
    with tenant.atomic():
        cover(tenant, wish_of(tenant, address), actor=actor, now=now)


def wish_of(tenant: TenantDB, address: str) -> Wish:
    """The erasure of one person, as somebody approves it: by number and keyed hash, since the request stays when the person is gone."""
    key, found = address_key(address, tenant.keys.addresses).hex(), find_by_email(tenant, address)
    return Wish(act=ERASE, matter=f"person:{key}", what={"key": key, "subscriber": found.id if found else None})


def what_is_stored(tenant: TenantDB, address: str) -> list[tuple[Store, int]]:
    """Every store with the number of its rows of a person, before anything is done."""
    who = subject_of(tenant, address)
    return [(store, len(store.tell(tenant, who))) for store in STORES]


def finish(tenant: TenantDB, tasks: Sequence[Task], *, actor: Actor, now: datetime) -> list[dict[str, Any]]:
    """The second half, for several at once: look for all of them, and certify each. Raises Unfinished; nothing is certified then."""
    for _round in range(ROUNDS):
        wanted = [_needles(task) for task in tasks]
        found = look(tenant, [one for several in wanted for one in several], others_tables())
        if found.clean:
            return [certify(tenant, task, STORES, found, actor=actor, now=now) for task in tasks]
        back = [task for at, task in enumerate(tasks) if _is_back(found, wanted, at)]
        if not back:
            break
        for task in back:
            sweep(tenant, task.who.email, STORES, actor=actor, now=now)
    raise Unfinished(where=_where(found))


def finish_open(tenant: TenantDB, *, actor: Actor, now: datetime) -> tuple[int, int]:
    """Go on with whatever was begun and not certified, each by itself; returns how many were, and how many are still found."""
    done = left = 0
    for one in open_tasks(tenant):
        task = sweep(tenant, one.who.email, STORES, actor=actor, now=now)
        try:
            done += len(finish(tenant, [task], actor=actor, now=now))
        except Unfinished:
            left += 1
    return done, left


def address_of(email: str) -> str:
    """What was typed in our form. Raises AddressWrong."""
    judged = read_address(email)
    if judged.reason:
        raise AddressWrong
    return judged.address


def _needles(task: Task) -> list[Needle]:
    return needles(task.who.email, task.values)


def _is_back(found: Looked, wanted: list[list[Needle]], at: int) -> bool:
    """Whether one of the texts of this person stands in a row again; they are numbered through."""
    first = sum(map(len, wanted[:at]))
    return any(first <= hit < first + len(wanted[at]) for hit in found.judged.live)


def _where(found: Looked) -> str:
    """Places as people find them: files below the home folder. No table tells whose the rows are."""
    judged = found.judged
    return ", ".join(sorted(judged.stale | judged.lying)) or "database"
