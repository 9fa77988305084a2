"""Makes a tenant's databases known to Django by an alias, and refuses writes outside a named transaction."""

import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

from django.core.signals import request_finished, request_started
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

from siegelpost.tenancy.errors import TransactionNotNamed

SQLITE_START = "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA secure_delete=ON; PRAGMA foreign_keys=ON"
BUSY_SECONDS = 20
KEPT_SECONDS = 60
KEPT_TENANTS = 2
"""Stores of tenants that a thread keeps open: of the one that it worked for last, or of one more."""
_READS = (
    "SELECT", "PRAGMA", "EXPLAIN", "SAVEPOINT", "RELEASE", "ROLLBACK", "SET", "SHOW", "ANALYZE", "VALUES", "CREATE TEMP",
)  # fmt: skip


def sqlite_settings(path: Path, *, create: bool = False) -> dict[str, Any]:
    """Settings of one SQLite file (WAL, BEGIN IMMEDIATE, deleted bytes are overwritten).

    create  make the file where it is missing; otherwise that is an error: an empty database in the place of a lost one
            would be a tenant without a single suppression
    """
    mode = "rwc" if create else "rw"
    options = {"transaction_mode": "IMMEDIATE", "timeout": BUSY_SECONDS, "init_command": SQLITE_START}
    return {"ENGINE": "django.db.backends.sqlite3", "NAME": f"file:{quote(str(path))}?mode={mode}", "OPTIONS": options}


_kept: dict[str, Any] = {}
_turn = threading.local()


def keep_between_requests() -> None:
    """From now on the threads of this process keep their connections: to open one takes PostgreSQL longer than most pages, and
    SQLite, which reads the whole schema then, a third of a small one.

    At most the control database and KEPT_TENANTS more for each thread, so that many tenants do not use up what the server admits.
    Before a request uses it, a server is asked whether it still lives, and a file whether it is still the one that was opened.
    Called once, before the first request.
    """
    _kept.update(CONN_MAX_AGE=KEPT_SECONDS, CONN_HEALTH_CHECKS=True)
    connections.databases["default"].update(_kept)
    request_started.connect(_leave_lost_files, dispatch_uid="siegelpost.tenancy.leave_lost_files")
    request_finished.connect(_give_back, dispatch_uid="siegelpost.tenancy.give_back")


def _leave_lost_files(**_: object) -> None:
    """A file that was removed, or replaced by an older copy, lives on for whoever has it open: what is written there is lost."""
    for connection in connections.all(initialized_only=True):
        opened = getattr(connection, "siegelpost_file", None)
        if opened is not None and connection.connection is not None and _file_of(connection) != opened:
            connection.close()


def _file_of(connection: BaseDatabaseWrapper) -> tuple[int, int] | None:
    """Device and number of the file that has the name of this database now, None where there is none."""
    name = unquote(str(connection.settings_dict["NAME"]).removeprefix("file:").partition("?")[0])
    try:
        found = os.stat(name)
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _give_back(**_: object) -> None:
    recent: list[str] = getattr(_turn, "recent", [])
    for alias in recent[KEPT_TENANTS:]:
        if alias in connections.databases:  # that of a tenant in the making is gone by now
            connections[alias].close()
    del recent[KEPT_TENANTS:]


def _take_turn(alias: str) -> None:
    recent: list[str] = _turn.__dict__.setdefault("recent", [])
    if alias in recent:
        recent.remove(alias)
    recent.insert(0, alias)


def register(alias: str, settings: dict[str, Any]) -> None:
    """Make `alias` mean this database, in all threads that open it from now on; an open connection of this thread is closed."""
    if _kept:
        settings = {**settings, **_kept}
        _take_turn(alias)
    if alias in connections.databases:
        known = connections.databases[alias]
        if all(known.get(name) == value for name, value in settings.items() if name != "OPTIONS"):
            return
        connections[alias].close()
        delattr(connections._connections, alias)  # type: ignore[attr-defined]
    complete = connections.configure_settings({"default": connections.databases["default"], alias: settings})[alias]
    connections.databases[alias] = complete


def close_all() -> None:
    """Close all connections of this thread, before it ends."""
    connections.close_all()


def forget(alias: str) -> None:
    """Close this thread's connection and make `alias` unknown."""
    if alias in connections.databases:
        connections[alias].close()
        delattr(connections._connections, alias)  # type: ignore[attr-defined]
        del connections.databases[alias]


def _writes(sql: str) -> bool:
    head = sql.lstrip()[:12].upper()
    if head.startswith("WITH"):
        upper = sql.upper()
        return any(word in upper for word in ("UPDATE ", "INSERT ", "DELETE "))
    return not head.startswith(_READS)


def _refuse_unnamed_writes(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
    connection = context["connection"]
    if not getattr(connection, "siegelpost_depth", 0) and _writes(sql):
        raise TransactionNotNamed(connection.alias)
    return execute(sql, params, many, context)


def _guard(sender: object, connection: BaseDatabaseWrapper, **_: object) -> None:
    if connection.alias.startswith(("t_", "s_")) and _refuse_unnamed_writes not in connection.execute_wrappers:
        connection.execute_wrappers.append(_refuse_unnamed_writes)
    if _kept and connection.vendor == "sqlite":
        connection.siegelpost_file = _file_of(connection)  # type: ignore[attr-defined]


connection_created.connect(_guard, dispatch_uid="siegelpost.tenancy.guard")
