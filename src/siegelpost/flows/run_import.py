"""An import that somebody planned in the browser: start it as a process of its own, and run it there."""

import os
import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path
from typing import Final

from siegelpost.audience.leaving import hold_lists
from siegelpost.audience.services import FieldSpec, ListUse, create_field, create_list
from siegelpost.base import clock
from siegelpost.base.actor import Actor
from siegelpost.base.errors import SiegelpostError
from siegelpost.base.i18n import current_language
from siegelpost.flows.import_subscribers import note_import
from siegelpost.intake import jobs, kept, plans
from siegelpost.intake.errors import ImportStopped, ImportUnknown
from siegelpost.intake.orders import ImportOrder
from siegelpost.intake.pipeline import Progress, open_file, run_job
from siegelpost.intake.reads import import_by_id
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.home import home

MODULE: Final = "siegelpost.flows.import_process"
TOLD_EVERY: Final = 0.5  # seconds between two notes of the progress

_children: list["subprocess.Popen[bytes]"] = []
"""Their standard inputs stay open as long as this process lives; when they end, the imports stop."""


def folder_of(tenant: TenantDB) -> Path:
    """The tenant's own folder."""
    return home().tenant(tenant.slug)


def start_import(tenant: TenantDB, import_id: int, *, actor: Actor, now: datetime) -> bool:
    """Start a planned import, or one that did not come to its end, in a process of its own; make its list and fields first.

    Returns False where it runs already. Raises ImportUnknown (done, or its file is gone), ListExists, ListUnknown, FieldExists …;
    nothing is changed then.
    """
    folder = folder_of(tenant)
    import_by_id(tenant, import_id)
    lock = jobs.take_lock(folder, import_id)
    if lock is None:
        return False
    try:
        if not kept.is_kept(folder, import_id):
            raise ImportUnknown
        with tenant.atomic():
            plan = plans.claim(tenant, import_id, actor=str(actor), now=now)
            for one in plan.new_fields:
                create_field(tenant, FieldSpec(name=one.name, alias=one.alias, kind=one.kind, purpose=one.purpose), actor=actor, now=now)
            list_id = plan.list_id or create_list(tenant, plan.new_list, use=ListUse(ground=plan.ground), actor=actor, now=now)
            hold_lists(tenant, [list_id])
            plans.settle_plan(tenant, import_id, plan, list_id)
        _spawn(tenant, import_id, lock)
    finally:
        os.close(lock)
    return True


def _spawn(tenant: TenantDB, import_id: int, lock: int) -> None:
    words = [sys.executable, "-m", MODULE, tenant.slug, str(import_id), current_language()]
    child = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, pass_fds=(lock,))
    for one in [one for one in _children if one.poll() is not None]:
        _children.remove(one)
        if one.stdin is not None:
            one.stdin.close()
    _children.append(child)


def run_import(tenant: TenantDB, import_id: int) -> None:
    """Run an import that was started; its process holds the lock. Says nothing: how it ends stands in the import."""
    folder = folder_of(tenant)
    job = import_by_id(tenant, import_id)
    actor = Actor(*job.actor.split(":", 1))
    plan = plans.plan_of(tenant, import_id)
    if plan is None:
        return
    order: ImportOrder | None = None
    try:
        order = plan.order(plans.glance(tenant, folder, import_id).headings, plan.list_id)
        with kept.open_kept(tenant, folder, import_id) as (file, found):
            opened = open_file(tenant, file, order, found)
            result = run_job(tenant, opened, order, import_id, folder=folder, now=job.started_at, progress=_teller(tenant, import_id))
    except ImportStopped as stopped:
        if order is not None:
            note_import(tenant, order, stopped, actor, clock.now())
        return
    except SiegelpostError:
        jobs.end(tenant, import_id, jobs.FAILED, "", now=clock.now())
        return
    jobs.end(tenant, import_id, jobs.DONE, result.refused_file, now=clock.now())
    note_import(tenant, order, result, actor, clock.now())
    kept.forget(folder, import_id)
    jobs.lock_path(folder, import_id).unlink(missing_ok=True)


def _teller(tenant: TenantDB, import_id: int) -> Progress:
    last = 0.0

    def tell(done: int) -> None:
        nonlocal last
        if time.monotonic() - last > TOLD_EVERY:
            last = time.monotonic()
            plans.note_progress(tenant, import_id, done)

    return tell
