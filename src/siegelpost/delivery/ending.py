"""What a tenant that goes still had to send: nothing more goes out, and what is on its way is settled."""

import time
from collections.abc import Callable
from datetime import datetime
from typing import Final

from django.db.models import Q

from siegelpost.delivery.models import Outgoing, Slice
from siegelpost.delivery.outgoing import WAITING
from siegelpost.delivery.pace.models import Gauge, Limit
from siegelpost.delivery.recover import recover
from siegelpost.delivery.seen import forget
from siegelpost.tenancy.handle import TenantDB, control_store
from siegelpost.tenancy.home import Home

PATIENCE: Final = 30.0
"""Seconds for a sender to give back what it has claimed; its window is half a second, and a relay that blocks is given ten."""


def drop_waiting(tenant: TenantDB) -> int:
    """Delete system mails that have not begun; returns how many."""
    with tenant.atomic():
        return tenant.objects(Outgoing).filter(state__in=WAITING).exclude(state="claimed").delete()[0]


def settled(tenant: TenantDB, home: Home, *, now: Callable[[], datetime], sleep: Callable[[float], None] = time.sleep) -> bool:
    """Wait until nobody holds a message of this tenant; journals of dead processes are settled. False where somebody still holds one."""
    end = time.monotonic() + PATIENCE
    while True:
        recover([tenant], home, now=int(now().timestamp()))
        if not tenant.objects(Slice).filter(state="open").exists():
            return True
        if time.monotonic() > end:
            return False
        sleep(0.2)


def forget_limits(number: int) -> dict[str, int]:
    """Limits and gauges of a tenant in the control database; returns rows by table."""
    mine = Q(name=f"tenant:{number}") | Q(name__startswith=f"tenant:{number}/")
    with control_store.atomic():
        return {model._meta.label: control_store.objects(model).filter(mine).delete()[0] for model in (Limit, Gauge)}


def forget_claims(tenant: TenantDB, home: Home) -> None:
    """The file beside the database that knows its last slices."""
    forget(home, tenant)
