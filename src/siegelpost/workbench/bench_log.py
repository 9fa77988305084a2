"""What the log that proves costs: `python -m siegelpost.workbench.bench_log SIZE`.

Started by `bench` with a home folder of its own in the environment. Prints one JSON object.
"""

import json
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from siegelpost.base import clock
from siegelpost.base.settings import process_settings
from siegelpost.evidence import notes
from siegelpost.evidence.lines import CHECKPOINT, KEY, entry_line, write_leaf, write_text
from siegelpost.evidence.merkle import Tree, leaf_hash
from siegelpost.workbench import bench_stand as stand  # sets Django up: before what imports models

from siegelpost.evidence.seal import AT_ONCE, seal  # isort: skip
from siegelpost.evidence.services import append  # isort: skip

APPENDED: Final = 10_000
"""Acts that are logged in the database, AT_ONCE in a transaction."""
ORIGIN: Final = "siegelpost/bench/bench"
SAMPLE: Final = {
    "id": 0,
    "at": datetime(2026, 5, 1, tzinfo=UTC),
    "actor": "staff:7",
    "act": "consent.withdrawn",
    "subject": "subscriber:1",
    "details": {"list": 1},
}


def appending() -> float:
    """Milliseconds for each entry to be written and to get its place in the log."""
    tenant = stand.open_tenant()
    seal(tenant, now=clock.now())
    began = time.perf_counter()
    for start in range(0, APPENDED, AT_ONCE):
        with tenant.atomic():
            for number in range(start, start + AT_ONCE):
                append(tenant, "consent.withdrawn", subject=f"subscriber:{number}", details={"list": 1}, actor=stand.ACTOR, at=clock.now())
        seal(tenant, now=clock.now())
    return (time.perf_counter() - began) / APPENDED * 1000


def write_log(path: Path, size: int) -> None:
    """A log of `size` entries with its key and one checkpoint, as an export writes it."""
    seed, tree = bytes(range(32)), Tree()
    for _line, found in _leaves(size):
        tree.append(found)
    note = notes.sign(notes.Note(ORIGIN, size, tree.root(), clock.now().replace(microsecond=0)), seed)
    with path.open("wb") as file:
        file.write(write_text(KEY, notes.verifier(ORIGIN, notes.public_key(seed))))
        file.write(write_text(CHECKPOINT, note))
        file.writelines(write_leaf(leaf, found) for leaf, found in _leaves(size))


def _leaves(size: int) -> Iterator[tuple[bytes, bytes]]:
    before, _cut, after = entry_line(SAMPLE, bytes(16)).partition(b'"id":0')
    for number in range(1, size + 1):
        leaf = before + b'"id":%d' % number + after
        yield leaf, leaf_hash(leaf)


def verifying(path: Path) -> tuple[float, int]:
    """Seconds that `siegelpost evidence verify` takes, and the most memory that it holds, in kB."""
    began = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "siegelpost.cli", "evidence", "verify", str(path), "--json"], check=True, stdout=subprocess.DEVNULL
    )
    return time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss


def hashing(size: int) -> float:
    """Seconds that the hashes of such a log take by themselves: one for each entry and each inner node."""
    leaf = b"\x00" + next(_leaves(1))[0]
    began = time.perf_counter()
    for _number in range(size):
        sha256(leaf).digest()
        sha256(leaf[:65]).digest()
    return time.perf_counter() - began


def main(size: int) -> dict[str, Any]:
    """All figures."""
    milliseconds = appending()
    path = process_settings().home / "log.jsonl"
    write_log(path, size)
    before = hashing(size)
    seconds, memory = verifying(path)
    limit = (before + hashing(size)) / 2
    return {"append_ms": round(milliseconds, 3), "seconds": round(seconds, 2), "limit": round(limit, 4), "memory_kb": memory}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(int(sys.argv[1]))) + "\n")
