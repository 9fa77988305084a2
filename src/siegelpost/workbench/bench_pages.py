"""How long the staff's pages take with many subscribers and mailings: `python -m siegelpost.workbench.bench_pages SIZE`.

Started by `bench` with a home folder of its own in the environment. Visits one page of each kind that an operator is shown,
over HTTP at the real server. Prints one JSON object.
"""

import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Final

from siegelpost.base import clock
from siegelpost.base.settings import process_settings
from siegelpost.workbench import bench_stand as stand  # sets Django up: before what imports models
from siegelpost.workbench.people import address
from siegelpost.workbench.surfing import ASSET, Surfer, links, log_in, polled
from siegelpost.workbench.tools import free_port

from siegelpost.consent.suppression_import import SuppressionFile, import_entries  # isort: skip
from siegelpost.flows.copy_mailing import copy_mailing  # isort: skip
from siegelpost.flows.launch import launch  # isort: skip
from siegelpost.tenancy.handle import TenantDB  # isort: skip

MAILINGS: Final = 200
TIMES: Final = 20
POLL_SECONDS: Final = 2.0
"""How often a page that is watched asks for news."""
OF_A_DRAFT: Final = ("edit", "preview", "preview/document", "test", "send")
"""The mailing that is on its way is found by links; these pages look different while a mailing is written."""
START: Final = "/t/bench/"
EMAIL: Final = "operator@example.org"
LEFT: Final = 50
"""One of so many people objected; and there are as many entries about strangers, as lists that a tenant takes over have them."""
BLOCKED: Final = tuple(f"%@blocked-{n}.example" for n in range(10))


def furnish(size: int) -> None:
    """A tenant with `size` people on a list, some of whom objected, and 200 mailings, one of them on its way."""
    _command("init", "--operator-email", EMAIL)
    tenant = stand.open_tenant()
    stand.add_people(tenant, "Alle", size)
    _object(tenant, size)
    first = stand.write_mailing(tenant, "Alle")
    for number in range(1, MAILINGS):
        copy_mailing(tenant, first, name=f"Mailing {number}", actor=stand.ACTOR, now=clock.now())
    launch(tenant, first, settings=process_settings(), actor=stand.ACTOR, now=clock.now())


def _object(tenant: TenantDB, size: int) -> None:
    """Suppressions of people and of strangers, and patterns: the forecast shall have something to judge."""
    left = (address(n) for n in range(0, 2 * size, LEFT))
    for kind, lines in (("optout", left), ("blacklist", BLOCKED)):
        import_entries(tenant, lines, SuppressionFile(kind=kind, source="made up"), actor=stand.ACTOR, now=clock.now())


def measure(surfer: Surfer) -> dict[str, Any]:
    """p95 of each kind of page in milliseconds, kilobytes of the first page with all it loads."""
    waiting, seen = [START], dict[str, float]()
    while waiting:
        path = waiting.pop(0)
        kind = re.sub(r"\d+", "N", path)
        if kind in seen:
            continue
        answer = surfer.get(path)
        if answer.status == 303:  # a page that leads to another one by what there is to see
            waiting.append(answer.location)
            continue
        if answer.status != 200:
            raise SystemExit(f"{kind} answers {answer.status}")
        if answer.text.startswith("<!doctype html>"):  # a file is handed out as it comes, and no page
            seen[kind] = _p95([surfer.get(path).took for _time in range(TIMES)])
            waiting += links(answer.text, START)
    for part in OF_A_DRAFT:
        path = f"{START}mailings/{MAILINGS}/{part}"
        seen[f"{START}mailings/DRAFT/{part}"] = _p95([surfer.get(path).took for _time in range(TIMES)])
    for asked in polled(surfer.get(f"{START}mailings/{MAILINGS}/send").text):  # who gets it is counted after the page is there
        seen[asked.partition("?")[0].replace(str(MAILINGS), "DRAFT")] = _p95([surfer.get(asked).took for _time in range(TIMES)])
    loads = sorted(set(ASSET.findall(surfer.get(START).text)))
    weight = sum(surfer.get(path, packed=True).size for path in (START, *loads))
    return {"pages": seen, "first_page_kb": round(weight / 1024, 1)}


def watch(surfer: Surfer, pid: int) -> float:
    """Share of a core that one viewer of a running mailing costs."""
    watched = links(surfer.get(START).text, f"{START}mailings/")
    news = [asked for path in watched for asked in polled(surfer.follow(path).text)]
    if not news:
        raise SystemExit("no page of a running mailing asks for news")
    before, polls = _cpu(pid), 200
    for _time in range(polls):
        surfer.get(news[0])
    return (_cpu(pid) - before) / polls / POLL_SECONDS


def _cpu(pid: int) -> float:
    """Seconds of CPU that a process and its children have used."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    return sum(stand.cpu_seconds(one) for one in (pid, *(int(child) for child in children)))


def _p95(times: list[float]) -> float:
    return round(sorted(times)[int(len(times) * 0.95) - 1], 1)


def _command(*words: str) -> str:
    done = subprocess.run([sys.executable, "-m", "siegelpost.cli", *words], stdout=subprocess.PIPE, text=True, check=True)
    return done.stdout


def main(size: int) -> None:
    """Answer with the figures."""
    port = free_port()
    os.environ["SIEGELPOST_STAFF_URL"] = f"http://localhost:{port}"
    furnish(size)
    server = subprocess.Popen([sys.executable, "-m", "siegelpost.web.server", str(os.getpid()), "127.0.0.1", str(port)])
    try:
        surfer = Surfer("localhost", port)
        _wait(surfer)
        log_in(surfer, json.loads(_command("staff", "link", EMAIL, "--json"))["link"])
        answer = {**measure(surfer), "watching": round(watch(surfer, server.pid), 4)}
    finally:
        server.terminate()
        server.wait(30)
    sys.stdout.write(json.dumps(answer) + "\n")


def _wait(surfer: Surfer) -> None:
    for _attempt in range(150):
        try:
            if surfer.get("/healthz").status == 200:
                return
        except OSError:
            surfer._connection = None
        time.sleep(0.1)
    raise SystemExit("the server did not come up")


if __name__ == "__main__":
    main(int(sys.argv[1]))
