"""Runs the measurements, each in a process and a home folder of its own, and says whether the bar was reached."""

import json
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

SEND_BAR: Final = 0.55
"""Of the RSA-2048 signatures that the machine can make, with everything else and the sink on the same cores."""
MEMORY_BAR: Final = 1.20
"""Memory of a sending process with all recipients beside that with SMALL: nothing may grow with the audience."""
SMALL: Final = 5_000
IMPORT_BAR: Final = 15_000
"""Rows per second: a million people in little more than a minute."""


PAGE_BAR: Final = 150
"""Milliseconds, p95 of each page."""
WEIGHT_BAR: Final = 250
"""Kilobytes of the first page with all that it loads, compressed."""
WATCH_BAR: Final = 0.01
"""Of a core, for each viewer of a running mailing."""


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
    need("smtp-sink", "postfix")
    small = _measured("memory", min(SMALL, size), environ)
    large = _measured("speed", size, environ)
    growth = large["memory_kb"] / small["memory_kb"]
    figures = {
        "messages": size,
        "bytes_per_message": large["bytes_per_message"],
        "messages_per_second": large["rates"],
        "limit_rsa2048_per_second": large["limits"],
        "ratio": large["ratio"],
        "bar": SEND_BAR,
        "memory_mb": round(large["memory_kb"] / 1024, 1),
        "memory_mb_small": round(small["memory_kb"] / 1024, 1),
        "memory_growth": round(growth, 3),
        "memory_bar": MEMORY_BAR,
    }
    return Found(figures, large["ratio"] >= SEND_BAR and growth <= MEMORY_BAR)


def import_rows(size: int, environ: Mapping[str, str]) -> Found:
    """Rows per second of an import with all checks and writes."""
    found = _measured("import", size, environ)
    rate = found["import_rows_per_second"]
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


def _measured(stage: str, size: int, environ: Mapping[str, str]) -> dict[str, Any]:
    """What `bench_send` answers for one of its stages, or `bench_pages`; only what sends needs a sink."""
    module = "bench_pages" if stage == "pages" else "bench_send"
    with _folder() as folder, nullcontext(free_port()) if stage in ("import", "pages") else smtp_sink(folder) as port:
        own = {variable: value for variable, value in environ.items() if not variable.startswith("SIEGELPOST_")}
        own |= {
            "SIEGELPOST_BENCH_STAGE": stage,
            "SIEGELPOST_HOME": str(folder / "home"),
            "SIEGELPOST_ENVIRONMENT": "test",
            "SIEGELPOST_RELAY_URL": f"smtp://127.0.0.1:{port}?tls=off",
            "SIEGELPOST_SIGNATURES": "rsa",
        }
        done = subprocess.run(
            [sys.executable, "-m", f"siegelpost.workbench.{module}", str(size)], env=own, stdout=subprocess.PIPE, text=True
        )
    if done.returncode or not done.stdout.strip():
        raise BenchFailed(name=stage)
    answer: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return answer


@contextmanager
def _folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="siegelpost-bench-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
