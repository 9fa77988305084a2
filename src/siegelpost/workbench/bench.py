"""Runs the measurements, each in a process and a home folder of its own, and says whether the bar was reached."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from siegelpost.base.errors import DoneInPart
from siegelpost.base.i18n import marked as _
from siegelpost.workbench.tools import free_port, need, smtp_sink

SEND_BAR: Final = 0.65
"""Of the RSA-2048 signatures that the machine can make, with everything else and the sink on the same cores."""
UNSIGNED_BAR: Final = 0.9
"""Of what Postfix's load generator carries into the same sink."""
DOUBLE_BAR: Final = 1.10
"""Time with RSA and Ed25519 signatures beside that with RSA alone."""
MEMORY_BAR: Final = 1.20
"""Memory of a sending process with all recipients beside that with few: nothing may grow with the audience."""
MEMORY_MB_BAR: Final = 120
LAUNCH_BARS: Final = {"sqlite": 30.0, "postgresql": 15.0}
"""Seconds to freeze an audience of a million with suppression; in proportion for fewer."""
GROWTH_BAR: Final = 10.5
"""Ten times the people may take this many times as long."""
PROCESSES_BAR: Final = 1.6
"""Two sending processes on two cores beside one; the sink takes part of both cores."""
SMALL: Final = 5_000
IMPORT_BAR: Final = 15_000
"""Rows per second: a million people in little more than a minute."""
PAGE_BAR: Final = 150
"""Milliseconds, p95 of each page."""
WEIGHT_BAR: Final = 250
"""Kilobytes of the first page with all that it loads, compressed."""
WATCH_BAR: Final = 0.01
"""Of a core, for each viewer of a running mailing."""
APPEND_BAR: Final = 0.2
"""Milliseconds to log one act and to give it its place, a hundred at a time."""
VERIFY_BAR: Final = 20.0
"""Seconds to verify a log of a million entries; in proportion for fewer."""
VERIFY_MB_BAR: Final = 300
INPUTS_BAR: Final = 1.15
"""Time of an import with the input log on beside that without."""
INPUTS: Final = 5_000
"""Rows of each of these imports."""
MILLION: Final = 1_000_000
OWN_FILES: Final = ("pages", "log", "inputs")
"""Measurements that are not about sending."""


class BenchFailed(DoneInPart):
    """The measured program ended with an error."""

    code = "bench.failed"
    message = _("The measurement {name} ended with an error.")
    hint = _("Look at the lines above.")
    nothing = _("There is no figure.")


@dataclass(frozen=True, slots=True)
class Found:
    """Figures with the limit and the bar beside them."""

    figures: dict[str, Any]
    reached: bool


def send(size: int, environ: Mapping[str, str]) -> Found:
    """Throughput as the median of three mailings to `size` people, and memory compared with a small mailing."""
    need("openssl", "openssl")
    small = _measured("memory", min(SMALL, size), environ)
    large = _measured("signed", size, environ)
    growth = large["memory_kb"] / small["memory_kb"]
    figures = {
        "messages": size,
        "bytes_per_message": large["bytes_per_message"],
        "messages_per_second": large["rates"],
        "limit_rsa2048_per_second": large["limits"],
        "ratio": large["ratio"],
        "bar": SEND_BAR,
        "memory_mb": _mb(large["memory_kb"]),
        "memory_mb_small": _mb(small["memory_kb"]),
        "memory_growth": round(growth, 3),
        "memory_bar": MEMORY_BAR,
    }
    return Found(figures, large["ratio"] >= SEND_BAR and growth <= MEMORY_BAR)


def unsigned(size: int, environ: Mapping[str, str]) -> Found:
    """Throughput without signatures beside that of smtp-source, each as the median of three."""
    need("smtp-source", "postfix")
    found = _measured("unsigned", size, environ)
    figures = {
        "messages": size,
        "messages_per_second": found["rates"],
        "limit_source_per_second": found["limits"],
        "ratio": found["ratio"],
        "bar": UNSIGNED_BAR,
    }
    return Found(figures, found["ratio"] >= UNSIGNED_BAR)


def double(size: int, environ: Mapping[str, str]) -> Found:
    """What the second signature costs."""
    found = _measured("double", size, environ)
    return Found({"messages": size, **found, "cost_bar": DOUBLE_BAR}, found["cost"] <= DOUBLE_BAR)


def audience(size: int, environ: Mapping[str, str]) -> Found:
    """Launch and memory with `size` people; the bar of the launch shrinks in proportion, but not below a second."""
    found = _measured("audience", size, environ)
    engine = "postgresql" if environ.get("SIEGELPOST_BENCH_DATABASE_URL") else "sqlite"
    bar = max(1.0, LAUNCH_BARS[engine] * size / MILLION)
    memory, growth = found["memory_kb"] / 1024, found["memory_kb"] / found["memory_kb_small"]
    figures = {
        "engine": engine,
        "subscribers": size,
        "launch_seconds": found["launch_seconds"],
        "launch_bar": bar,
        "memory_mb": _mb(found["memory_kb"]),
        "memory_mb_bar": MEMORY_MB_BAR,
        "memory_mb_small": _mb(found["memory_kb_small"]),
        "memory_growth": round(growth, 3),
        "memory_bar": MEMORY_BAR,
    }
    return Found(figures, found["launch_seconds"] <= bar and memory <= MEMORY_MB_BAR and growth <= MEMORY_BAR)


def growth(size: int, environ: Mapping[str, str]) -> Found:
    """Whether a message costs the same however many there are."""
    found = _measured("growth", size, environ)
    return Found({"messages": size, **found, "growth_bar": GROWTH_BAR}, found["times_as_long"] <= GROWTH_BAR)


def processes(size: int, environ: Mapping[str, str]) -> Found:
    """Two sending processes beside one."""
    found = _measured("processes", size, environ)
    return Found({"messages": size, **found, "bar": PROCESSES_BAR}, found["times_as_fast"] >= PROCESSES_BAR and found["claimed_twice"] == 0)


def import_rows(size: int, environ: Mapping[str, str]) -> Found:
    """Rows per second of an import with all checks and writes."""
    rate = _measured("rows", size, environ)["rows_per_second"]
    return Found({"rows": size, "rows_per_second": rate, "bar": IMPORT_BAR}, rate >= IMPORT_BAR)


def pages(size: int, environ: Mapping[str, str]) -> Found:
    """Server time of the staff's pages with `size` subscribers and 200 mailings."""
    found = _measured("pages", size, environ)
    worst = max(found["pages"].values())
    figures = {
        "subscribers": size,
        "pages_p95_ms": found["pages"],
        "worst_p95_ms": worst,
        "page_bar": PAGE_BAR,
        "first_page_kb": found["first_page_kb"],
        "weight_bar": WEIGHT_BAR,
        "watching_share_of_a_core": found["watching"],
        "watch_bar": WATCH_BAR,
    }
    return Found(figures, worst <= PAGE_BAR and found["first_page_kb"] <= WEIGHT_BAR and found["watching"] <= WATCH_BAR)


def log(size: int, environ: Mapping[str, str]) -> Found:
    """What the logs cost: logging, verifying a file of `size` entries, and the input log beside an import."""
    found, inputs = _measured("log", size, environ), _measured("inputs", min(INPUTS, size), environ)
    bar = max(2.0, VERIFY_BAR * size / MILLION)
    figures = {
        "entries": size,
        "append_ms": found["append_ms"],
        "append_bar": APPEND_BAR,
        "verify_seconds": found["seconds"],
        "verify_bar": bar,
        "limit_hashing_seconds": found["limit"],
        "ratio_of_limit": round(found["limit"] / found["seconds"], 4),
        "memory_mb": _mb(found["memory_kb"]),
        "memory_mb_bar": VERIFY_MB_BAR,
        **inputs,
        "import_bar": INPUTS_BAR,
    }
    proves = found["append_ms"] < APPEND_BAR and found["seconds"] <= bar and found["memory_kb"] / 1024 <= VERIFY_MB_BAR
    return Found(figures, proves and inputs["import_times_as_long"] <= INPUTS_BAR)


def _mb(kilobytes: int) -> float:
    return round(kilobytes / 1024, 1)


def _measured(stage: str, size: int, environ: Mapping[str, str]) -> dict[str, Any]:
    """What one stage of `bench_send`, or a file of its own, answers; only what sends needs a sink."""
    sends = stage not in ("rows", *OWN_FILES)
    words = [f"siegelpost.workbench.bench_{stage}"] if stage in OWN_FILES else ["siegelpost.workbench.bench_send", stage]
    if sends:
        need("smtp-sink", "postfix")
    with _folder() as folder, smtp_sink(folder) if sends else nullcontext(free_port()) as port:
        own = {variable: value for variable, value in environ.items() if not variable.startswith("SIEGELPOST_")}
        own |= {
            "SIEGELPOST_HOME": str(folder / "home"),
            "SIEGELPOST_ENVIRONMENT": "test",
            "SIEGELPOST_RELAY_URL": f"smtp://127.0.0.1:{port}?tls=off",
            "SIEGELPOST_DATABASE_URL": environ.get("SIEGELPOST_BENCH_DATABASE_URL", ""),
        }
        done = subprocess.run([sys.executable, "-m", *words, str(size)], env=own, stdout=subprocess.PIPE, text=True)
    if done.returncode or not done.stdout.strip():
        raise BenchFailed(name=stage)
    answer: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return answer


def machine() -> str:
    """Cores, memory and processor, in one line."""
    pages_ = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    known = Path("/proc/cpuinfo").read_text(encoding="utf-8").partition("model name")[2].partition("\n")[0].strip("\t :")
    return f"{os.cpu_count()} cores, {round(pages_ / 2**30)} GiB, {known or 'processor unknown'}"


@contextmanager
def _folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="siegelpost-bench-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
