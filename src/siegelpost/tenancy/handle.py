"""The handle of one tenant: whoever holds it may touch that tenant's data, and no other's."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, TypeVar

from django.db import connections, transaction
from django.db.models import Model, QuerySet

from siegelpost.sign.keys import OperatorKeys, TenantKeys

M = TypeVar("M", bound=Model)

before_commit: Final[list[Callable[["Store"], None]]] = []
"""Called at the end of every outermost transaction, in it: where one raises, nothing is kept. For the room above that proves."""


@dataclass(frozen=True, slots=True)
class Store:
    """One named database."""

    alias: str
    vendor: str
    """sqlite or postgresql"""

    def objects(self, model: type[M]) -> QuerySet[M]:
        """All rows of `model` here."""
        return model._default_manager.using(self.alias)

    @contextmanager
    def atomic(self, *, durable: bool = False) -> Iterator[None]:
        """One transaction here; the only place where writes are allowed.

        durable  the commit must survive a power cut (fsync) before this returns; used by the claim. On PostgreSQL all do.
        """
        connection: Any = connections[self.alias]
        connection.ensure_connection()
        sync = durable and connection.vendor == "sqlite" and not connection.in_atomic_block
        if sync:
            connection.connection.execute("PRAGMA synchronous=FULL")
        outermost = not getattr(connection, "siegelpost_depth", 0)
        if outermost:
            connection.siegelpost_depth, connection.siegelpost_said = 0, {}
        connection.siegelpost_depth += 1
        try:
            with transaction.atomic(using=self.alias):
                yield
                for act in before_commit if outermost else ():
                    act(self)
        finally:
            connection.siegelpost_depth -= 1
            if sync and connection.connection is not None:
                connection.connection.execute("PRAGMA synchronous=NORMAL")

    @property
    def said(self) -> dict[str, Any] | None:
        """What rooms remember of the transaction that is open here, until it ends; None where none is."""
        connection: Any = connections[self.alias]
        return connection.siegelpost_said if getattr(connection, "siegelpost_depth", 0) else None

    def cursor(self) -> Any:
        """A cursor here, for the statements in `.sql` files."""
        return connections[self.alias].cursor()

    def stream(self) -> Any:
        """A cursor whose rows stay with the database until they are asked for, for many of them."""
        return connections[self.alias].chunked_cursor()

    def close(self) -> None:
        """Give this thread's connection back, after a unit of work."""
        connections[self.alias].close()


control_store: Final = Store("default", "")
"""The control database; its kind does not matter there."""


@dataclass(frozen=True, slots=True)
class OperatorDB(Store):
    """The control database as the place of the operator's own log."""

    slug: str
    keys: OperatorKeys


@dataclass(frozen=True, slots=True)
class TenantDB(Store):
    """One tenant: its database, its keys and what its mail says about it."""

    slug: str
    number: int
    name: str
    imprint: str
    language: str
    own: bool
    demands_tls: bool
    """Its mail leaves us through verified TLS or not at all."""
    keys: TenantKeys
    hard_bounces: int | None = None
    """Hard bounces in a row that retire an address; None takes the installation's."""
    data_protection: str = ""
    """Address of whoever keeps the checkpoints of its log."""
    parent: int | None = None
    """Number of the client account that it lies below."""
    sub_accounts: int = 0
    """So many it may make by itself."""
    test: bool = False
    """Everything but sending, and made-up people alone."""
    ends_at: datetime | None = None
    """When it ends, or ended."""
    ended: bool = False
    """Whether that was over when the handle was made; whoever keeps one for long asks again."""

    @property
    def sends(self) -> bool:
        """Whether mail may leave it."""
        return not (self.test or self.ended)


Logged = TenantDB | OperatorDB
"""Whoever has a log."""
