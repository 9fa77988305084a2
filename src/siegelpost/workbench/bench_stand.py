"""The measured system: a home folder of its own with made-up people, a mailing, and workers that send it.

Import it only in a process whose environment names that home folder (see `bench`): Django is set up here.
"""

import os
import re
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "siegelpost.project.staff"  # its home has the tables of the staff, as a real one
django.setup()

from siegelpost.audience.services import create_list  # noqa: E402  models can be imported only after the set-up
from siegelpost.base import clock  # noqa: E402
from siegelpost.base.actor import Actor  # noqa: E402
from siegelpost.base.settings import process_settings  # noqa: E402
from siegelpost.consent.rules import BLACKLIST  # noqa: E402
from siegelpost.consent.suppression_import import SuppressionFile, import_entries  # noqa: E402
from siegelpost.delivery.reads import counts  # noqa: E402
from siegelpost.delivery.tally import holds  # noqa: E402
from siegelpost.flows.add_sender import add_sender  # noqa: E402
from siegelpost.flows.copy_mailing import copy_mailing  # noqa: E402
from siegelpost.flows.create_mailing import MailingOrder, create_mailing  # noqa: E402
from siegelpost.flows.import_subscribers import import_subscribers  # noqa: E402
from siegelpost.flows.launch import launch  # noqa: E402
from siegelpost.flows.make_tenant import make_tenant  # noqa: E402
from siegelpost.flows.status import status  # noqa: E402
from siegelpost.intake.orders import ImportOrder  # noqa: E402
from siegelpost.mailings.reads import in_state  # noqa: E402
from siegelpost.tenancy import home as homes  # noqa: E402
from siegelpost.tenancy.handle import TenantDB  # noqa: E402
from siegelpost.tenancy.installation import record_installation  # noqa: E402
from siegelpost.tenancy.migrate import migrate_control  # noqa: E402
from siegelpost.tenancy.provision import NewTenant  # noqa: E402
from siegelpost.workbench.people import address, write_people  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Iterator

SENDER: Final = "Musterstadt <news@musterstadt.example>"
ACTOR: Final = Actor.system("bench")
INSTALLATION: Final = "b" * 32
WAIT: Final = 0.1
"""Seconds between two small queries: whoever watches takes as little as possible from those who are measured."""


@dataclass(frozen=True, slots=True)
class Sent:
    """One mailing that went through.

    launch   seconds from the order until the audience was frozen
    seconds  from then until the mailing was finished
    memory   the most that a sending process held, kB
    """

    messages: int
    launch: float
    seconds: float
    memory: int

    @property
    def rate(self) -> float:
        """Messages per second."""
        return self.messages / self.seconds


def open_tenant() -> TenantDB:
    """A fresh home with one tenant, a sender whose domain need not be checked, and no people."""
    settings = process_settings()
    homes.make_home(settings, INSTALLATION)
    migrate_control()
    record_installation(INSTALLATION, "", now=clock.now())
    new = NewTenant(slug="bench", name="Bench", imprint="Bench GmbH, Musterweg 1, 00000 Musterstadt", own=True)
    tenant = make_tenant(new, settings, now=clock.now())
    add_sender(tenant, SENDER, settings=settings, unverified_ok=True, actor=ACTOR, now=clock.now())
    return tenant


def add_people(tenant: TenantDB, name: str, size: int) -> float:
    """Import `size` people onto a new list; returns rows per second."""
    list_id = create_list(tenant, name, actor=ACTOR, now=clock.now())
    people = process_settings().home / "people.csv"
    write_people(people, size)
    started = time.perf_counter()
    order = ImportOrder(list_id=list_id, ground="measurement", source="made up")
    import_subscribers(tenant, people, order, actor=ACTOR, now=clock.now())
    took = time.perf_counter() - started
    people.unlink()
    return size / took


def suppress_some(tenant: TenantDB, size: int) -> None:
    """Every hundredth of them by address, and a few by patterns, as a grown tenant has them."""
    lines = [*(address(n) for n in range(0, size, 100)), "*@bounces.example", "noreply@*", "*.test"]
    import_entries(tenant, lines, SuppressionFile(kind=BLACKLIST, source="bench"), actor=ACTOR, now=clock.now())


def write_mailing(tenant: TenantDB, name: str) -> int:
    """A personalised HTML newsletter with anonymous measuring to this list; returns its number."""
    file = Path(__file__).with_name("newsletter.html")
    order = MailingOrder(file=file, subject="Neues für {{ first_name }}", sender=SENDER, lists=(name,), measure="anonymous")
    return create_mailing(tenant, order, actor=ACTOR, now=clock.now())


def once_more(tenant: TenantDB, mailing_id: int) -> int:
    """A copy to the same people."""
    return copy_mailing(tenant, mailing_id, name="again", actor=ACTOR, now=clock.now())


@contextmanager
def workers(cores: Sequence[set[int] | None] = (None,), /, **environ: str) -> "Iterator[list[int]]":
    """Worker processes, one for each entry, bound to these cores; gives the ids of their senders once all are idle."""
    own = {**os.environ, **environ}
    started = [_worker(bound, own) for bound in cores]
    try:
        yield _idle_senders([process.pid for process in started], int(own.get("SIEGELPOST_SENDERS", "0")) or os.cpu_count() or 1)
    finally:
        for process in started:
            process.terminate()
        for process in started:
            process.wait(40)


def _worker(bound: set[int] | None, environ: dict[str, str]) -> "subprocess.Popen[bytes]":
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, bound or before)  # children begin where their parent may run
    try:
        return subprocess.Popen([sys.executable, "-m", "siegelpost.flows.worker_process", str(os.getpid())], env=environ)
    finally:
        os.sched_setaffinity(0, before)


def _idle_senders(workers_: Sequence[int], each: int) -> list[int]:
    """Until each sender has loaded its code (0.3 s of CPU time) and become idle: sending is measured, not starting."""
    for _attempt in range(600):
        time.sleep(WAIT)
        found = [child for pid in workers_ for child in _children(pid)]
        if len(found) == each * len(workers_) and all(cpu_seconds(child) > 0.3 for child in found):
            time.sleep(2.0)
            return found
    raise SystemExit("no sending process came up")


def send(tenant: TenantDB, mailing_id: int, senders: Sequence[int]) -> Sent:
    """Launch a mailing, wait for its end and look whether all arrived; ends the process with a word where they did not."""
    begun = time.perf_counter()
    launch(tenant, mailing_id, settings=process_settings(), actor=ACTOR, now=clock.now())
    frozen = time.perf_counter()
    while mailing_id in in_state(tenant, "sending"):
        time.sleep(WAIT)
    ended = time.perf_counter()
    found = status(tenant, mailing_id)
    wanted = found["audience"] - sum(found["excluded"].values())
    if found["state"] != "finished" or found["sent"] != wanted or not holds(counts(tenant, mailing_id)):
        raise SystemExit(f"the mailing did not arrive whole: {found}")
    return Sent(found["sent"], frozen - begun, ended - frozen, max(_peak_memory(pid) for pid in senders))


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
