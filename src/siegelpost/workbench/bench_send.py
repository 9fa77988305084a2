"""How fast and how frugally mail goes out: `python -m siegelpost.workbench.bench_send STAGE SIZE`, started by `bench`.

Runs in a process of its own with a home folder of its own; prints one JSON object. Each figure comes with the limit of the
machine that was measured around it.
"""

import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any, Final

from siegelpost.workbench.bench_stand import (
    Sent,
    add_people,
    once_more,
    open_tenant,
    send,
    suppress_some,
    workers,
    write_mailing,
)

from siegelpost.delivery.compose import Composer, Recipient  # isort: skip  the stand sets Django up
from siegelpost.delivery.reads import claims_of, plan_of  # isort: skip
from siegelpost.mailings.reads import dkim_keys  # isort: skip
from siegelpost.sign.dkim import DkimKey  # isort: skip
from siegelpost.tenancy.handle import TenantDB  # isort: skip
from siegelpost.workbench.tools import rsa_per_second, source_per_second  # isort: skip

RUNS: Final = 3
TURNS: Final = 8
"""Runs that are compared with the one before and the one after: many short ones, for machines get slower and faster within seconds."""
EVERYBODY: Final = "Alle"
Limit = Callable[[], float]


def signed(size: int) -> dict[str, Any]:
    """Signed with RSA-2048, against the signatures that the machine can make."""
    tenant, first = _written(size)
    cores = os.cpu_count() or 1
    found = _against(tenant, first, lambda: rsa_per_second(cores), SIEGELPOST_SIGNATURES="rsa")
    return {**found, "bytes_per_message": _message_bytes(tenant, first)}


def unsigned(size: int) -> dict[str, Any]:
    """Not signed, against Postfix's own load generator into the same sink."""
    tenant, first = _written(size)
    port = int(os.environ["SIEGELPOST_RELAY_URL"].partition("?")[0].rpartition(":")[2])
    return _against(tenant, first, lambda: source_per_second(port, size), SIEGELPOST_SIGNATURES="none")


def double(size: int) -> dict[str, Any]:
    """RSA and Ed25519 beside RSA alone, by turns."""
    tenant, mailing_id = _written(size)
    took: dict[str, list[float]] = {"rsa": [], "both": []}
    for turn in range(2 * TURNS + 1):
        kind = ("rsa", "both")[turn % 2]
        with workers(SIEGELPOST_SIGNATURES=kind) as senders:
            took[kind].append(send(tenant, mailing_id, senders).seconds)
        mailing_id = once_more(tenant, mailing_id)
    cost = _beside(took["both"], took["rsa"])
    return {"seconds_rsa": _rounded(took["rsa"]), "seconds_both": _rounded(took["both"]), "cost": round(cost, 3)}


def _beside(those: list[float], others: list[float]) -> float:
    """The middle of what each of `those` is beside the one of `others` before it and the one after it.

    The machine gets slower and faster meanwhile: only neighbours can be compared.
    """
    return statistics.median(one / ((before + after) / 2) for one, before, after in zip(those, others, others[1:], strict=False))


def audience(size: int) -> dict[str, Any]:
    """What must not grow with the audience: how long a launch takes, and the memory of `size` people beside a hundredth of them."""
    few, many = _few_and_many(size // 100, size, 1)
    return {"launch_seconds": round(many.launch, 1), "memory_kb": many.memory, "memory_kb_small": few[0].memory}


def growth(size: int) -> dict[str, Any]:
    """How much longer `size` people take than a tenth of them."""
    few, many = _few_and_many(size // 10, size, RUNS)
    middle = statistics.median(run.seconds for run in few)
    return {"seconds": round(many.seconds, 1), "seconds_small": round(middle, 2), "times_as_long": round(many.seconds / middle, 2)}


def _few_and_many(few: int, many: int, runs: int) -> tuple[list[Sent], Sent]:
    """Mailings to few people, then one to many; unsigned, so that signatures do not hide what the database costs."""
    tenant = open_tenant()
    add_people(tenant, "few", few)
    add_people(tenant, EVERYBODY, many)
    suppress_some(tenant, many)
    with workers(SIEGELPOST_SIGNATURES="none") as senders:
        short = [send(tenant, write_mailing(tenant, "few"), senders) for _run in range(runs)]
    with workers(SIEGELPOST_SIGNATURES="none") as senders:
        return short, send(tenant, write_mailing(tenant, EVERYBODY), senders)


def processes(size: int) -> dict[str, Any]:
    """Two workers with one sender each, on a core each, beside one of them; by turns."""
    tenant, mailing_id = _written(size)
    rates: dict[int, list[float]] = {1: [], 2: []}
    shared = []
    for turn in range(2 * TURNS + 1):
        count = turn % 2 + 1
        with workers([{core} for core in range(count)], SIEGELPOST_SIGNATURES="rsa", SIEGELPOST_SENDERS="1") as senders:
            rates[count].append(send(tenant, mailing_id, senders).rate)
        if count > 1:
            shared.append(mailing_id)
        mailing_id = once_more(tenant, mailing_id)
    found = {"rates_one": _whole(rates[1]), "rates_two": _whole(rates[2]), "times_as_fast": round(_beside(rates[2], rates[1]), 3)}
    deliveries, claimed = claims_of(tenant, shared)
    return {**found, "deliveries_of_two": deliveries, "claimed_twice": claimed - deliveries}


def rows(size: int) -> dict[str, Any]:
    """Rows per second of an import with all checks and writes."""
    return {"rows_per_second": round(add_people(open_tenant(), EVERYBODY, size))}


def memory(size: int) -> dict[str, Any]:
    """The most that a sending process holds."""
    tenant, first = _written(size)
    with workers(SIEGELPOST_SIGNATURES="rsa") as senders:
        return {"memory_kb": send(tenant, first, senders).memory}


def _written(size: int) -> tuple[TenantDB, int]:
    tenant = open_tenant()
    add_people(tenant, EVERYBODY, size)
    return tenant, write_mailing(tenant, EVERYBODY)


def _against(tenant: TenantDB, mailing_id: int, limit: Limit, **environ: str) -> dict[str, Any]:
    """RUNS mailings, each with the limit measured before and after it; the ratio is that of the middle run."""
    rates, limits, most = [], [], 0
    for _run in range(RUNS):
        with workers(**environ) as senders:
            before = limit()
            run = send(tenant, mailing_id, senders)
            limits.append((before + limit()) / 2)
            rates.append(run.rate)
            most = max(most, run.memory)
        mailing_id = once_more(tenant, mailing_id)
    ratio = statistics.median(rate / bound for rate, bound in zip(rates, limits, strict=True))
    return {"rates": _whole(rates), "limits": _whole(limits), "ratio": round(ratio, 3), "memory_kb": most}


def _whole(figures: list[float]) -> list[int]:
    return [round(figure) for figure in figures]


def _rounded(figures: list[float]) -> list[float]:
    return [round(figure, 2) for figure in figures]


def _message_bytes(tenant: TenantDB, mailing_id: int) -> int:
    """Size of the first message, as it went over the wire without dot."""
    plan = plan_of(tenant, mailing_id)
    keys = dkim_keys(tenant, plan.domain_id)
    composer = Composer(plan, tenant.number, tenant.keys, (DkimKey.load(keys.domain, keys.rsa_selector, keys.rsa_private),))
    one = Recipient(1, 1, plan.variants[0].id, 0, "mira.0@mail.example.com", {"first_name": "Mira", "last_name": "Beispiel-0"})
    return len(composer.compose(one, int(time.time())))


STAGES: Final = {stage.__name__: stage for stage in (signed, unsigned, double, audience, growth, processes, rows, memory)}

if __name__ == "__main__":
    sys.stdout.write(json.dumps(STAGES[sys.argv[1]](int(sys.argv[2]))) + "\n")
