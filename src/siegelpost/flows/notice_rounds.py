"""The worker's part of notices to programs: one after the other, in a thread of its own, for other people's servers may be slow."""

import threading
import time
from datetime import datetime
from typing import Final

import structlog

from siegelpost.base import clock
from siegelpost.base.actor import Actor
from siegelpost.base.settings import Settings
from siegelpost.consent.opt_out_notices import Notice, any_due, settle, take
from siegelpost.consent.opt_out_set_ups import SetUpUnknown, secret_of, set_up
from siegelpost.evidence.services import append
from siegelpost.flows.notice_http import GONE, AddressRefused, Signed, deliver
from siegelpost.governance.disclosures.roll import Roll
from siegelpost.governance.disclosures.rules import CONTACT, WEBHOOK
from siegelpost.governance.disclosures.services import Given, Outflow, record
from siegelpost.tenancy.handle import TenantDB

ACT: Final = "opt_outs.told_a_program"
EVERY: Final = 2.0
"""Seconds between two looks."""
WORKER: Final = Actor.system("notices")

log = structlog.get_logger(__name__)


class NoticeRounds:
    """One per worker; several may do the same, each message is tried by one of them."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._thread: threading.Thread | None = None
        self._not_before = float("-inf")

    def look(self, tenants: list[TenantDB], *, now: datetime) -> None:
        """Begin to tell what is due, unless that is going on."""
        if time.monotonic() < self._not_before or (self._thread and self._thread.is_alive()):
            return
        self._not_before = time.monotonic() + EVERY
        due = [tenant for tenant in tenants if any_due(tenant, now=now)]
        if due:
            self._thread = threading.Thread(target=self._tell_all, args=(due,), name="notices", daemon=True)
            self._thread.start()

    def _tell_all(self, tenants: list[TenantDB]) -> None:
        for tenant in tenants:
            try:
                tell(tenant, self._settings)
            except Exception as reason:  # noqa: BLE001 - the next look tries again; other tenants do not wait for this one
                log.error("notices.failed", tenant=tenant.slug, kind=type(reason).__name__)
            finally:
                tenant.close()


def tell(tenant: TenantDB, settings: Settings) -> int:
    """Try every message that is due, and return how many were taken."""
    told = 0
    while (one := take(tenant, now=clock.now())) is not None:
        told += _try(tenant, one, settings)
    return told


def _try(tenant: TenantDB, one: Notice, settings: Settings) -> bool:
    try:
        there, secret = set_up(tenant, one.set_up_id), secret_of(tenant, one.set_up_id)
        if not there.hook_url or not there.active:
            raise SetUpUnknown
        _write_down(tenant, one, there.hook_url)
        code = deliver(there.hook_url, Signed(one.name, one.body, secret), settings, now=clock.now())
    except SetUpUnknown:
        settle(tenant, one, told=False, last=True, code=0, actor=WORKER, now=clock.now())
        return False
    except AddressRefused:  # the network may be opened, or the name be mended
        code = 0
    taken = 200 <= code < 300
    settle(tenant, one, told=taken, last=code == GONE, code=code, actor=WORKER, now=clock.now())
    return taken


def _write_down(tenant: TenantDB, one: Notice, url: str) -> None:
    """Into register and log before the first try: from then on somebody else may have it."""
    if one.attempt > 1:
        return
    roll, now = Roll(tenant), clock.now()
    roll.add(None, "", key=one.key)
    given = Given(recipient=url.split("/")[2], purpose="opt-out")
    outflow = Outflow(
        kind=WEBHOOK, categories=(CONTACT,), records=1, people="opt-outs", channel=WEBHOOK, act=ACT, size=len(one.body),
        given=given, roll=roll,
    )  # fmt: skip
    with tenant.atomic():
        details = {"disclosure": record(tenant, outflow, actor=WORKER, now=now)}
        append(tenant, ACT, subject=f"opt_out_set_up:{one.set_up_id}", details=details, actor=WORKER, at=now)
