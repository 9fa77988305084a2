"""Run every measurement on this machine, print a table and write docs/benchmarks.md: `make bench`.

With words (`scripts/bench_all.py double processes`) only these are measured anew; the other lines of the page stay.

What is about PostgreSQL runs on a throw-away server; where none can be started, the line says so. Ends with 1 when a bar was
missed. Nothing else should run meanwhile: the limits are measured in the same run, but a busy machine is a small one.
"""

import json
import os
import subprocess
import sys
from contextlib import suppress
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from siegelpost.workbench.bench import machine  # noqa: E402
from tests.postgres import PostgresMissing, start_cluster  # noqa: E402

PAGE = ROOT / "docs" / "benchmarks.md"
HEAD = """# Benchmarks

Measured on {day} by `make bench` (scripts/bench_all.py): {machine}. Written by that command, not by hand.

Repeat it on your machine with `make bench` (needs Debian's `postfix`, `openssl` and, for two of the lines, `postgresql`; about
half an hour, nothing else should run). Each line is one command, `siegelpost bench NAME --json`, with its limit measured in the
same run: the sink, the load generator and openssl use the same cores as the sender. Two sending processes are bound to a core
each, one process to one core, and the sink and the database take part of both. The server for the lines about PostgreSQL has its
defaults, but waits for no disk (`fsync` off).

| what | figure | bar | reached | the rest of the run |
|---|---|---|---|---|
"""


class Bench(NamedTuple):
    """One command, and which of its figures stand in the table beside which bar."""

    what: str
    words: tuple[str, ...]
    figure: str
    bar: str
    better: str
    postgresql: bool = False


BENCHES = (
    Bench("signed with RSA-2048, share of `openssl speed`", ("send",), "ratio", "bar", "at least"),
    Bench("unsigned, share of `smtp-source`", ("unsigned",), "ratio", "bar", "at least"),
    Bench("RSA and Ed25519 beside RSA alone, time", ("double",), "cost", "cost_bar", "at most"),
    Bench("ten times the people, times as long", ("growth",), "times_as_long", "growth_bar", "at most"),
    Bench("launch to a million, seconds, SQLite", ("audience",), "launch_seconds", "launch_bar", "at most"),
    Bench("launch to a million, seconds, PostgreSQL", ("audience",), "launch_seconds", "launch_bar", "at most", True),
    Bench("two sending processes beside one, PostgreSQL", ("processes",), "times_as_fast", "bar", "at least", True),
    Bench("import, rows per second", ("import",), "rows_per_second", "bar", "at least"),
    Bench("logging one act, ms", ("log",), "append_ms", "append_bar", "less than"),
    Bench("verifying a log of a million entries, seconds", ("log",), "verify_seconds", "verify_bar", "at most"),
    Bench("import with the input log on beside off, time", ("log",), "import_times_as_long", "import_bar", "at most"),
    Bench("slowest page for staff, ms (p95)", ("pages",), "worst_p95_ms", "page_bar", "at most"),
)


def main(words: list[str]) -> int:
    """Measure one after the other."""
    lines, missed = [], []
    before = PAGE.read_text(encoding="utf-8").splitlines() if words else []
    for bench in BENCHES:
        if words and bench.words[0] not in words:
            lines += [kept for kept in before if kept.startswith(f"| {bench.what} |")]
            continue
        found, reached = run(bench)
        lines.append(line(bench, found, reached))
        sys.stdout.write(lines[-1] + "\n")
        sys.stdout.flush()
        if not reached:
            missed.append(bench.what)
        PAGE.write_text(page(lines), encoding="utf-8")
    PAGE.write_text(page(lines), encoding="utf-8")  # with what was measured another time
    sys.stdout.write(f"Written: {PAGE.relative_to(ROOT)}\n")
    return bool(missed)


def run(bench: Bench) -> tuple[dict[str, Any], bool]:
    """Figures of one command and whether it reached its bars; no figures where it could not be run."""
    return measured(bench.words, bench.postgresql)


@cache
def measured(words: tuple[str, ...], postgresql: bool) -> tuple[dict[str, Any], bool]:
    """The same; several lines of the table can stand on one run."""
    environ = dict(os.environ)
    if postgresql:
        with suppress(PostgresMissing):
            server = start_cluster(memory="128MB")  # a new one each time: what it holds is locked with the key of its home folder
            environ["SIEGELPOST_BENCH_DATABASE_URL"] = server.url("postgres")
        if "SIEGELPOST_BENCH_DATABASE_URL" not in environ:
            return {}, False
    command = [str(ROOT / ".venv/bin/siegelpost"), "bench", *words, "--json"]
    done = subprocess.run(command, env=environ, stdout=subprocess.PIPE, text=True)
    found: dict[str, Any] = json.loads(done.stdout) if done.stdout.strip() else {}
    return found, done.returncode == 0


def line(bench: Bench, found: dict[str, Any], reached: bool) -> str:
    """One row of the table."""
    if not found:
        return f"| {bench.what} | not measured | | | `siegelpost bench {' '.join(bench.words)}` |"
    mark = "yes" if reached else "**no**"
    return f"| {bench.what} | {found[bench.figure]} | {bench.better} {found[bench.bar]} | {mark} | {details(bench, found)} |"


def details(bench: Bench, found: dict[str, Any]) -> str:
    """All other figures of the run."""
    rest = {name: value for name, value in found.items() if name not in (bench.figure, bench.bar, "pages_p95_ms")}
    return ", ".join(f"{name} {' / '.join(map(str, value)) if isinstance(value, list) else value}" for name, value in rest.items())


def page(lines: list[str]) -> str:
    """docs/benchmarks.md."""
    return HEAD.format(day=f"{datetime.now(UTC):%Y-%m-%d}", machine=machine()) + "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
