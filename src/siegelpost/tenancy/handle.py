"""The handle of one tenant: whoever holds it may touch that tenant's data, and no other's."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from django.db import connections, transaction
from django.db.models import Model, QuerySet

from siegelpost.sign.keys import TenantKeys

M = TypeVar("M", bound=Model)


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
        sync = durable and self.vendor == "sqlite" and not connection.in_atomic_block
        if sync:
            connection.connection.execute("PRAGMA synchronous=FULL")
        connection.siegelpost_depth = getattr(connection, "siegelpost_depth", 0) + 1
        try:
            with transaction.atomic(using=self.alias):
                yield
        finally:
            connection.siegelpost_depth -= 1
            if sync and connection.connection is not None:
                connection.connection.execute("PRAGMA synchronous=NORMAL")

    def cursor(self) -> Any:
        """A cursor here, for the statements in `.sql` files."""
        return connections[self.alias].cursor()

    def close(self) -> None:
        """Give this thread's connection back, after a unit of work."""
        connections[self.alias].close()


control_store: Final = Store("default", "")
"""The control database; its kind does not matter there."""


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
