"""Every task of the worker, for one tenant, while just as much waits in another: nothing of it is touched, whatever names it."""

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import pytest

from siegelpost.base import clock
from siegelpost.base.actor import Actor
from siegelpost.base.settings import process_settings
from siegelpost.consent.signups.models import SignUp
from siegelpost.flows import worker
from siegelpost.measure.spool import HOUR_SECONDS
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.home import home
from siegelpost.tenancy.registry import open_by_number
from siegelpost.tenancy.signups import open_sign_ups
from tests.isolation.stock import Rows, count_on, state_of, stocked

pytestmark = [pytest.mark.slow, pytest.mark.touches_beta]  # beta is compared here, with what it was given before

LATER: Final = timedelta(days=400)
"""By then all that is kept for a while in either tenant is kept for too long."""
NO_TASK: Final = {
    "all", "all_tenants", "clock.now", "clock.now().toordinal", "float", "log.error", "tenant.close", "time.monotonic", "time.time_ns",
    "type", "home", "home().tenant", "suppress",
}  # fmt: skip
"""What the worker asks for beside its tasks."""
ELSEWHERE: Final = {
    "forget_invitations": "forgets by age who was invited, of the whole installation; tests of invitations hold it",
    "forget_gauges": "forgets by age how much went out, of the whole installation",
    "heed_dormant": "looks after the accounts of the whole installation, whichever tenants their people work for",
    "heed_providers": "asks identity providers about people of the whole installation",
    "heed_ends": "acts for whichever tenant ends; tests of the end hold what it touches",
    "heed_leavers": "carries out what is due of the whole installation; tests of off-boarding hold what it touches",
    "self._domains.check_one": "asks name servers; it takes what refill, which is tried here, put down for a tenant",
    "self._receivers.look": "asks name servers about hosts of mail, which no tenant has",
    "self._controls.look": "judges tenant by tenant in threads; tests of the rounds hold that, and that no check writes to another",
    "self._sealing.look": "asks time servers",
    "mail_resets": "writes to people of the whole installation who forgot their password, whichever tenants they work for",
    "watch": "greets addresses of this machine over the network, and writes what it saw into the control database",
}
ITSELF: Final = {"_sweep", "_hourly", "Actor.system"}


def called() -> Iterator[str]:
    """Everything that the worker's upkeep calls."""
    for source in (worker.Worker._upkeep, worker._sweep, worker._hourly):
        tree = ast.parse(textwrap.dedent(inspect.getsource(source)))
        yield from (ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call))


def tasks() -> list[str]:
    """Those that are tried here, by the words with which the worker calls them."""
    return sorted(set(called()) - NO_TASK - set(ELSEWHERE) - ITSELF)


def doing(name: str, running: worker.Worker) -> Callable[..., Any]:
    """The task of that name."""
    if name.startswith("self."):
        _self, holder, verb = name.split(".")
        found: Callable[..., Any] = getattr(getattr(running, holder), verb)
        return found
    return getattr(worker, name)  # type: ignore[no-any-return]


def filled(task: Callable[..., Any], alpha: TenantDB) -> dict[str, Any]:
    """What it is called with, for alpha alone. Fails for a parameter that nobody has said how to fill."""
    settings, now = process_settings(), clock.now() + LATER
    known: dict[str, Any] = {
        "tenant": alpha, "tenants": [alpha], "now": now, "home": home().root, "folder": home().tenant(alpha.slug),
        "open_by_number": open_by_number, "limit": settings.hard_bounces, "seconds": 1.0, "actor": Actor.system("worker"),
        "at_once": True, "settings": settings,
    }  # fmt: skip
    wanted = inspect.signature(task).parameters
    missing = [name for name, one in wanted.items() if name not in known and one.default is one.empty]
    assert missing == [], f"{task.__qualname__}: the test of isolation cannot fill {missing}"
    return {name: known[name] for name in wanted if name in known}


def waiting(tenant: TenantDB) -> None:
    """A sign-up that nobody confirmed."""
    store, now = open_sign_ups(tenant), clock.now()
    new = {"form_slug": "f", "email": f"zoe@only-{tenant.slug}.example", "key": b"k", "list_ids": [1], "language": "de", "text_id": 1}
    with store.atomic():
        store.objects(SignUp).create(id="1" * 32, requested_at=now, expires_at=now + timedelta(days=14), **new)


def test_the_tasks_that_are_left_out_are_tasks() -> None:
    assert set(ELSEWHERE) | ITSELF - {"Actor.system"} <= set(called()) and len(tasks()) >= 18


def test_no_task_for_one_tenant_touches_another(alpha: TenantDB, beta: TenantDB, rows: Rows) -> None:
    stocked(alpha)
    count_on(beta)
    numbers = stocked(beta)
    for tenant in (alpha, beta):
        waiting(tenant)
    _count_an_open(home().root / "spool", alpha.number, numbers["mailing"])
    before, running = state_of(beta, rows()), worker.Worker(process_settings())
    for name in tasks():
        task = doing(name, running)
        task(**filled(task, alpha))
        assert state_of(beta, rows()) == before, f"{name} for alpha changed beta"
    assert not open_sign_ups(alpha).objects(SignUp).exists() and open_sign_ups(beta).objects(SignUp).exists()


def _count_an_open(folder: Path, tenant_number: int, variant: int) -> None:
    """As if an edge had been asked for a pixel of alpha that has a number of beta."""
    folder.mkdir(exist_ok=True)
    hour = int(clock.now().timestamp()) // HOUR_SECONDS - 2
    (folder / f"edge-{hour}-1.spool").write_text(f"h {tenant_number} {variant} 0\n", encoding="ascii")
