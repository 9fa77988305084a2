"""What the input log costs an import: `python -m siegelpost.workbench.bench_inputs SIZE`.

Started by `bench` with a home folder of its own in the environment. Two tenants, one with its input log on, import the same people by
turns. Prints one JSON object.
"""

import json
import statistics
import sys
import time
from typing import Any, Final

from siegelpost.base import clock
from siegelpost.base.settings import process_settings
from siegelpost.workbench import bench_stand as stand  # sets Django up: before what imports models

from siegelpost.audience.services import create_list  # isort: skip
from siegelpost.evidence.input_switch import switch  # isort: skip
from siegelpost.flows.import_subscribers import import_subscribers  # isort: skip
from siegelpost.flows.make_tenant import make_tenant  # isort: skip
from siegelpost.intake.orders import ImportOrder  # isort: skip
from siegelpost.tenancy.handle import TenantDB  # isort: skip
from siegelpost.tenancy.provision import NewTenant  # isort: skip
from siegelpost.workbench.people import write_people  # isort: skip

PAIRS: Final = 15
"""Many short ones: a machine gets slower and faster within seconds, and the median forgets the odd one out."""


def importing(size: int) -> dict[str, Any]:
    """How much longer an import of `size` new people takes with the input log on: in time, and in work of the processor."""
    plain = stand.open_tenant()
    logged = make_tenant(NewTenant(slug="logged", name="Logged", imprint="-", own=True), process_settings(), now=clock.now())
    switch(logged, True, instruction_id=1, actor=stand.ACTOR, now=clock.now())
    took: list[dict[str, tuple[float, float]]] = []
    for turn in range(PAIRS + 1):
        pair = (plain, logged) if turn % 2 else (logged, plain)
        took.append({tenant.slug: _once(tenant, turn, size) for tenant in pair})
    ratios = [[turn["logged"][kind] / turn["bench"][kind] for turn in took[1:]] for kind in (0, 1)]  # the first turn warms up
    return {
        "import_times_as_long": round(statistics.median(ratios[0]), 3),
        "import_work": round(statistics.median(ratios[1]), 3),
        "import_pairs": [round(one, 3) for one in ratios[0]],
    }


def _once(tenant: TenantDB, turn: int, size: int) -> tuple[float, float]:
    """Seconds, and seconds of the processor, for people whom the tenant does not know yet."""
    people = process_settings().home / "people.csv"
    write_people(people, size, first=turn * size)
    order = ImportOrder(list_id=create_list(tenant, f"turn {turn}", actor=stand.ACTOR, now=clock.now()), ground="-", source="made up")
    began, worked = time.perf_counter(), time.process_time()
    import_subscribers(tenant, people, order, actor=stand.ACTOR, now=clock.now())
    return time.perf_counter() - began, time.process_time() - worked


if __name__ == "__main__":
    sys.stdout.write(json.dumps(importing(int(sys.argv[1]))) + "\n")
