"""Names, roles and connection settings of tenants' databases on PostgreSQL servers."""

import json
import secrets
from dataclasses import asdict, dataclass, field
from typing import Any
from urllib.parse import unquote, urlsplit

from siegelpost.sign import keys

CONNECT_SECONDS = 10
EACH_SESSION = (
    "-c jit=off -c max_parallel_workers_per_gather=0 -c random_page_cost=1.1"
    " -c synchronous_commit=on -c idle_in_transaction_session_timeout=60s"
)
"""Whatever the server's own settings are: to compile a count over views would take seconds, to run it takes a fraction of one, and to
hand it to other processes takes longer than to do it; to go along an index costs no more than to read a table from end to end, on the
disks and with the memory of today; what was committed survives a crash of the server, or mail goes out twice; and a process that stands
still, or whose machine is gone, in the middle of a transaction does not keep its locks for hours."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """Of one tenant: a database and three roles; kept wrapped by the master key."""

    database: str
    owner: str
    owner_password: str = field(repr=False)
    runtime: str
    runtime_password: str = field(repr=False)
    sign_ups: str
    sign_ups_password: str = field(repr=False)


def new_credentials(control_database: str, slug: str) -> Credentials:
    """Fresh roles for a tenant's database, named after the control database so that installations can share a server."""
    base = f"{control_database[:28]}_{slug}"
    return Credentials(
        database=base,
        owner=f"{base}_o",
        owner_password=secrets.token_urlsafe(24),
        runtime=f"{base}_r",
        runtime_password=secrets.token_urlsafe(24),
        sign_ups=f"{base}_s",
        sign_ups_password=secrets.token_urlsafe(24),
    )


def pack(credentials: Credentials, master: bytes) -> bytes:
    """Wrap for the control database."""
    return keys.wrap(master, json.dumps(asdict(credentials)).encode(), random=secrets.token_bytes)


def unpack(blob: bytes, master: bytes) -> Credentials:
    """Undo `pack`."""
    return Credentials(**json.loads(keys.unwrap(master, blob)))


def server_of(url: str) -> str:
    """host:port of a PostgreSQL address."""
    parts = urlsplit(url)
    return f"{parts.hostname or 'localhost'}:{parts.port or 5432}"


def settings_of_url(url: str) -> dict[str, Any]:
    """Django settings for a whole postgresql:// address."""
    parts = urlsplit(url)
    return postgres_settings(server_of(url), unquote(parts.path.strip("/")), unquote(parts.username or ""), unquote(parts.password or ""))


def postgres_settings(server: str, database: str, user: str, password: str, *, schema: str = "") -> dict[str, Any]:
    """Django settings for one database as one role; `schema` sets the search path."""
    host, _, port = server.rpartition(":")
    own = f"{EACH_SESSION} -c search_path={schema}" if schema else EACH_SESSION
    options: dict[str, Any] = {"connect_timeout": CONNECT_SECONDS, "application_name": "siegelpost", "options": own}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": database,
        "USER": user,
        "PASSWORD": password,
        "HOST": host,
        "PORT": port,
        "OPTIONS": options,
    }
