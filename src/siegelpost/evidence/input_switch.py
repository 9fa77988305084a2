"""Switch the input log on and off; every time stands in its history, which nobody can change."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from siegelpost.base.actor import Actor
from siegelpost.base.sqlfile import sql
from siegelpost.evidence.errors import InputTriggersMissing
from siegelpost.evidence.models import InputSpan, InputSwitch
from siegelpost.evidence.services import append
from siegelpost.tenancy.handle import TenantDB

TRIGGERS: Final = 12
"""Three for each watched table (evidence/migrations/0005)."""


@dataclass(frozen=True, slots=True)
class Span:
    """The log was switched: when, on or off, by whom, on which instruction."""

    at: datetime
    active: bool
    instruction_id: int
    actor: str


@dataclass(frozen=True, slots=True)
class Bound:
    """Up to where everything is settled (see input_bound.sql); `balance` is people less those whose coming is logged."""

    tx: int
    through: int
    balance: int


def spans(tenant: TenantDB) -> list[Span]:
    """The whole history, the oldest first."""
    return [Span(*row) for row in tenant.objects(InputSpan).order_by("id").values_list("at", "active", "instruction_id", "actor")]


def latest(tenant: TenantDB) -> Span | None:
    """The last time that it was switched; None where it never was on."""
    row = tenant.objects(InputSpan).order_by("-id").values_list("at", "active", "instruction_id", "actor").first()
    return Span(*row) if row else None


def is_on(tenant: TenantDB) -> bool:
    """Whether the history says that the log is on."""
    last = latest(tenant)
    return last is not None and last.active


def switched_on(tenant: TenantDB) -> bool:
    """Whether the triggers write, whatever the history says."""
    return tenant.objects(InputSwitch).filter(active=True).exists()


def switch(tenant: TenantDB, active: bool, *, instruction_id: int, actor: Actor, now: datetime) -> bool:
    """Turn the log on or off, from the next transaction on; returns whether that is a change. The flow has asked the register.

    Raises InputTriggersMissing: a log that nothing writes is not on.
    """
    if active and triggers(tenant) != TRIGGERS:
        raise InputTriggersMissing
    with tenant.atomic():
        if is_on(tenant) == active:
            return False
        span = InputSpan(at=now, active=active, instruction_id=instruction_id, actor=str(actor))
        span.save(using=tenant.alias, force_insert=True)
        set_switch(tenant, active)
        act = "evidence.input_log_on" if active else "evidence.input_log_off"
        append(tenant, act, subject=f"instruction:{instruction_id}", actor=actor, at=now)
    return True


def set_switch(tenant: TenantDB, active: bool) -> None:
    """Have the triggers write or not, and count people anew. Inside `tenant.atomic()`."""
    tenant.objects(InputSwitch).update(active=active, balance=bound(tenant).balance if active else None)


def hold(tenant: TenantDB) -> None:
    """Let nobody else pass here until the transaction ends. Inside `tenant.atomic()`."""
    list(tenant.objects(InputSwitch).select_for_update().values_list("pk"))


def triggers(tenant: TenantDB) -> int:
    """How many of the triggers are there and work."""
    with tenant.cursor() as cursor:
        cursor.execute(sql("evidence", "input_triggers", tenant.vendor), {})
        return int(cursor.fetchone()[0])


def bound(tenant: TenantDB) -> Bound:
    """Where things stand, in one glance."""
    with tenant.cursor() as cursor:
        cursor.execute(sql("evidence", "input_bound", tenant.vendor))
        tx, through, net, people = cursor.fetchone()
    return Bound(int(tx), int(through), int(people) - int(net))
