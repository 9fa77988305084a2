"""How fast signed, personalised mail goes out, against the signatures that this machine can make.

Runs in a process of its own with a home folder of its own: `python -m siegelpost.workbench.bench_send SIZE` with the
environment set by `bench`, whose SIEGELPOST_BENCH_STAGE says what to measure: import, memory or speed. Prints one JSON object.
"""

import json
import os
import re
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "siegelpost.project.settings"
django.setup()

from siegelpost.audience.services import create_list  # noqa: E402  models can be imported only after the set-up
from siegelpost.base import clock  # noqa: E402
from siegelpost.base.actor import Actor  # noqa: E402
from siegelpost.base.settings import process_settings  # noqa: E402
from siegelpost.delivery.compose import Composer, Recipient  # noqa: E402
from siegelpost.delivery.reads import counts, plan_of  # noqa: E402
from siegelpost.delivery.tally import holds  # noqa: E402
from siegelpost.flows.add_sender import add_sender  # noqa: E402
from siegelpost.flows.copy_mailing import copy_mailing  # noqa: E402
from siegelpost.flows.create_mailing import MailingOrder, create_mailing  # noqa: E402
from siegelpost.flows.import_subscribers import import_subscribers  # noqa: E402
from siegelpost.flows.launch import launch  # noqa: E402
from siegelpost.flows.make_tenant import make_tenant  # noqa: E402
from siegelpost.flows.status import status  # noqa: E402
from siegelpost.intake.orders import ImportOrder  # noqa: E402
from siegelpost.mailings.reads import dkim_keys, in_state  # noqa: E402
from siegelpost.sign.dkim import DkimKey  # noqa: E402
from siegelpost.tenancy import home as homes  # noqa: E402
from siegelpost.tenancy.handle import TenantDB  # noqa: E402
from siegelpost.tenancy.migrate import migrate_control  # noqa: E402
from siegelpost.tenancy.provision import NewTenant  # noqa: E402
from siegelpost.workbench.people import write_people  # noqa: E402
from siegelpost.workbench.tools import rsa_per_second  # noqa: E402

RUNS = 3
SENDER = "Musterstadt <news@example.org>"
ACTOR = Actor.system("bench")


@dataclass(frozen=True, slots=True)
class Run:
    """One mailing through the sink: messages per second, RSA limit around it, largest memory of a sending process in kB."""

    rate: float
    limit: float
    memory: int


def set_up(size: int) -> tuple[TenantDB, int, float]:
    """Home, tenant, people, sender and a mailing in the home folder of the environment; returns rows per second of the import, too."""
    settings = process_settings()
    homes.make_home(settings, "b" * 32)
    migrate_control()
    new = NewTenant(slug="bench", name="Bench", imprint="Bench GmbH, Musterweg 1, 00000 Musterstadt", own=True)
    tenant = make_tenant(new, settings, now=clock.now())
    list_id = create_list(tenant, "Alle", actor=ACTOR, now=clock.now())
    people = settings.home / "people.csv"
    write_people(people, size)
    started = time.perf_counter()
    order = ImportOrder(list_id=list_id, ground="measurement", source="made up")
    import_subscribers(tenant, people, order, actor=ACTOR, now=clock.now())
    took = time.perf_counter() - started
    add_sender(tenant, SENDER, unverified_ok=True, actor=ACTOR, now=clock.now())
    file = Path(__file__).with_name("newsletter.html")
    mailing = MailingOrder(file=file, subject="Neues für {{ first_name }}", sender=SENDER, lists=("Alle",), measure="anonymous")
    return tenant, create_mailing(tenant, mailing, actor=ACTOR, now=clock.now()), size / took


def send(tenant: TenantDB, mailing_id: int) -> tuple[float, int]:
    """Send a mailing with a worker that is already running; returns messages per second and memory of a sender in kB."""
    worker = subprocess.Popen([sys.executable, "-m", "siegelpost.flows.worker_process", str(os.getpid())])
    try:
        _wait_for_senders(worker.pid)
        launch(tenant, mailing_id, settings=process_settings(), actor=ACTOR, now=clock.now())
        started = time.perf_counter()
        while mailing_id in in_state(tenant, "sending"):
            time.sleep(0.1)  # one small query: whoever watches takes as little as possible from those who are measured
        took = time.perf_counter() - started
        found = status(tenant, mailing_id)
        if found["state"] != "finished" or found["sent"] != found["audience"] or not holds(counts(tenant, mailing_id)):
            raise SystemExit(f"the mailing did not arrive whole: {found}")
        return found["sent"] / took, max(_peak_memory(pid) for pid in _children(worker.pid))
    finally:
        worker.terminate()
        worker.wait(40)


def _wait_for_senders(pid: int) -> None:
    """Until each has loaded its code (0.3 s of CPU time) and become idle: the bench measures sending, not starting."""
    wanted = process_settings().senders or os.cpu_count() or 1
    for _attempt in range(300):
        time.sleep(0.1)
        if len(_children(pid)) == wanted and all(cpu_seconds(child) > 0.3 for child in _children(pid)):
            time.sleep(2.0)
            return
    raise SystemExit("no sending process came up")


def cpu_seconds(pid: int) -> float:
    """User and system time of a process so far."""
    words = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")


def _children(pid: int) -> list[int]:
    text = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
    return [int(word) for word in text.split()]


def _peak_memory(pid: int) -> int:
    found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text(encoding="ascii"))
    return int(found[1]) if found else 0


def measured_run(tenant: TenantDB, mailing_id: int) -> Run:
    """One run with the limit measured before and after it."""
    cores = os.cpu_count() or 1
    before = rsa_per_second(cores)
    rate, memory = send(tenant, mailing_id)
    return Run(rate, (before + rsa_per_second(cores)) / 2, memory)


def _message_bytes(tenant: TenantDB, mailing_id: int) -> int:
    """Size of the first message, as it went over the wire without dot."""
    plan = plan_of(tenant, mailing_id)
    keys = dkim_keys(tenant, plan.domain_id)
    composer = Composer(plan, tenant.number, tenant.keys, (DkimKey.load(keys.domain, keys.rsa_selector, keys.rsa_private),))
    one = Recipient(1, 1, plan.variants[0].id, 0, "mira.0@mail.example.com", {"first_name": "Mira", "last_name": "Beispiel-0"})
    return len(composer.compose(one, int(time.time())))


def main(size: int) -> None:
    """Answer with the figures."""
    stage = os.environ["SIEGELPOST_BENCH_STAGE"]
    tenant, first, rows = set_up(size)
    if stage == "import":
        _answer({"import_rows_per_second": round(rows)})
        return
    if stage == "memory":
        _answer({"memory_kb": send(tenant, first)[1]})
        return
    mailings = [first, *(copy_mailing(tenant, first, name=str(n), actor=ACTOR, now=clock.now()) for n in range(1, RUNS))]
    runs = [measured_run(tenant, mailing_id) for mailing_id in mailings]
    middle = statistics.median(run.rate / run.limit for run in runs)
    answer = {
        "rates": [round(run.rate) for run in runs],
        "limits": [round(run.limit) for run in runs],
        "ratio": round(middle, 3),
        "memory_kb": max(run.memory for run in runs),
        "bytes_per_message": _message_bytes(tenant, first),
    }
    _answer(answer)


def _answer(figures: dict[str, object]) -> None:
    """One line that the parent process reads."""
    sys.stdout.write(json.dumps(figures) + "\n")


if __name__ == "__main__":
    main(int(sys.argv[1]))
