"""A throw-away PostgreSQL server for tests: made in a folder of its own, on the loopback only, gone afterwards.

`postgres_cluster()` starts it at the first call of a process and hands the same one out after that; each worker of
pytest-xdist is a process and so has its own. It is stopped by the id of its process when the process ends; should the
process be killed, a watcher (a shell that waits for its standard input to close) stops it and removes the folder.
"""

import atexit
import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

SERVER_USER = "postgres"
START_SECONDS = 120.0
OLDEST_MAJOR = 15
MEMORY = Path("/dev/shm")
ENOUGH_MEMORY = 2 << 30  # bytes

# Runs as the user of the server; ends the server and removes its folder as soon as our end of the pipe is gone.
_WATCHER = """
read -r _
if [ -f "$1/data/postmaster.pid" ]; then
    kill -INT "$(head -n 1 "$1/data/postmaster.pid")" 2>/dev/null
    n=0
    while [ -f "$1/data/postmaster.pid" ] && [ "$n" -lt 100 ]; do sleep 0.1; n=$((n + 1)); done
fi
rm -rf "$1"
"""


class PostgresMissing(RuntimeError):
    """This machine has no PostgreSQL server that is new enough, or no user that may run it."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """One running server.

    url_superuser  postgresql://postgres@127.0.0.1:PORT/postgres; no password is asked on the loopback
    port           TCP port on 127.0.0.1
    folder         holds `data/` and `server.log`
    process_id     of the postmaster
    """

    url_superuser: str
    port: int
    folder: Path
    process_id: int

    def url(self, database: str, user: str = SERVER_USER) -> str:
        """Address of another database or role of the same server."""
        return f"postgresql://{user}@127.0.0.1:{self.port}/{database}"


def find_binaries() -> Path | None:
    """Return the folder with `initdb` and `postgres` of the newest version that is new enough, or None."""
    found = [
        (int(folder.parent.name), folder)
        for folder in Path("/usr/lib/postgresql").glob("*/bin")
        if folder.parent.name.isdigit() and (folder / "initdb").exists() and (folder / "postgres").exists()
    ]
    new_enough = [entry for entry in found if entry[0] >= OLDEST_MAJOR]
    if new_enough:
        return max(new_enough)[1]
    on_path = shutil.which("initdb")
    return Path(on_path).resolve().parent if on_path else None


def postgres_missing() -> str:
    """Say why no cluster can be started here, "" if one can."""
    if find_binaries() is None:
        return f"PostgreSQL >= {OLDEST_MAJOR} is not installed (apt-get install postgresql)"
    if os.geteuid() == 0 and not _user_exists():
        return f"PostgreSQL refuses to run as root and there is no user {SERVER_USER}"
    return ""


def start_cluster(*, fsync: bool = False, memory: str = "32MB") -> Cluster:
    """Start one more server and return it; it lives as long as this process.

    fsync   True for tests about durability; otherwise the server writes without waiting for the disk
    memory  its shared_buffers; PostgreSQL's own default is 128MB

    Raises PostgresMissing where `postgres_missing()` says why, RuntimeError with the server's log if it does not come up.
    """
    if reason := postgres_missing():
        raise PostgresMissing(reason)
    binaries = find_binaries()
    assert binaries is not None
    folder = _make_folder(on_disk=fsync)
    watcher = subprocess.Popen(["/bin/sh", "-c", _WATCHER, "sh", str(folder)], stdin=subprocess.PIPE, cwd="/", **_as_server_user())
    atexit.register(_stop, watcher, os.getpid())
    data = folder / "data"
    _run([binaries / "initdb", "-D", data, "-U", SERVER_USER, "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"])
    for _attempt in range(5):
        port = _free_port()
        process_id = _start(binaries, folder, port, fsync=fsync, memory=memory)
        if process_id:
            return Cluster(f"postgresql://{SERVER_USER}@127.0.0.1:{port}/postgres", port, folder, process_id)
    raise RuntimeError((folder / "server.log").read_text(encoding="utf-8", errors="replace"))


@cache
def postgres_cluster() -> Cluster:
    """Return this process's server, started at the first call. Raises as `start_cluster`."""
    return start_cluster()


def _user_exists() -> bool:
    return any(entry.pw_name == SERVER_USER for entry in pwd.getpwall())


def _as_server_user() -> dict[str, Any]:
    """Arguments for `subprocess` that step down from root, which PostgreSQL refuses; nobody else can or must."""
    return {"user": SERVER_USER, "group": SERVER_USER} if os.geteuid() == 0 else {}


def _make_folder(*, on_disk: bool) -> Path:
    """A folder that the user of the server can enter (pytest's own are 0700); in memory where there is room.

    A copy of a database makes three hundred files: 0.03 s in memory, up to 0.6 s on a busy disk.
    """
    in_memory = not on_disk and MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free >= ENOUGH_MEMORY
    on_disk_at = Path("/tmp") if os.geteuid() == 0 else Path(tempfile.gettempdir())
    folder = Path(tempfile.mkdtemp(prefix="siegelpost-pg-", dir=MEMORY if in_memory else on_disk_at))
    if os.geteuid() == 0:
        shutil.chown(folder, SERVER_USER, SERVER_USER)
    return folder


def _run(command: list[Path | str]) -> None:
    done = subprocess.run([str(part) for part in command], cwd="/", capture_output=True, text=True, check=False, **_as_server_user())
    if done.returncode:
        raise RuntimeError(f"{command[0]} failed: {done.stderr or done.stdout}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _start(binaries: Path, folder: Path, port: int, *, fsync: bool, memory: str) -> int:
    """Start the server on `port`; return the id of its process, 0 if somebody else took the port meanwhile."""
    options = {
        "listen_addresses": "127.0.0.1",
        "port": str(port),
        "unix_socket_directories": str(folder),
        "max_connections": "200",
        "shared_buffers": memory,
        "fsync": "on" if fsync else "off",
        "full_page_writes": "on" if fsync else "off",
        "synchronous_commit": "on" if fsync else "off",
        "timezone": "UTC",
        "log_min_messages": "warning",
    }
    command = [str(binaries / "postgres"), "-D", str(folder / "data")]
    for name, value in options.items():
        command += ["-c", f"{name}={value}"]
    with (folder / "server.log").open("ab") as log:
        server = subprocess.Popen(
            command, cwd="/", stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True, **_as_server_user()
        )
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        if server.poll() is not None:
            return 0
        if _ready(folder):
            server.returncode = 0  # the watcher ends it; Popen shall not warn that it still runs
            return server.pid
        time.sleep(0.05)
    server.terminate()
    return 0


def _ready(folder: Path) -> bool:
    """Line 8 of the server's own state file says "ready" once it takes connections."""
    try:
        lines = (folder / "data" / "postmaster.pid").read_text(encoding="ascii").splitlines()
    except OSError:
        return False
    return len(lines) >= 8 and lines[7].strip() == "ready"


def _stop(watcher: "subprocess.Popen[bytes]", owner: int) -> None:
    """Tell the watcher that we leave, and wait until it has tidied up; a forked child leaves the server alone."""
    if os.getpid() != owner or watcher.stdin is None:
        return
    watcher.stdin.write(b"\n")  # a word, not only an end: a forked child may still hold the other end open
    watcher.stdin.close()
    watcher.wait(timeout=START_SECONDS)


def main(arguments: list[str]) -> None:
    """By hand: run a server until standard input closes; with --missing only say why there can be none."""
    if arguments == ["--missing"]:
        print(postgres_missing())
        return
    print(postgres_cluster().url_superuser, flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main(sys.argv[1:])
