"""The handle of one tenant: whoever holds it may touch that tenant's data, and no other's."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final, TypeVar

from django.db import connections, transaction
from django.db.models import Model, QuerySet

from siegelpost.sign.keys import OperatorKeys, TenantKeys
from siegelpost.tenancy.errors import BeyondLimits
from siegelpost.tenancy.narrowing import how_of
from siegelpost.tenancy.scope import WHOLE, Scope

M = TypeVar("M", bound=Model)

before_commit: Final[list[Callable[["Store"], None]]] = []
"""Called at the end of every outermost transaction, in it: where one raises, nothing is kept. For the room above that proves."""


@dataclass(frozen=True, slots=True)
class Store:
    """One named database."""

    alias: str
    vendor: str
    """sqlite or postgresql"""

    @property
    def unlimited(self) -> "Store":
        """The same without limits; see `TenantDB.unlimited`."""
        return self

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
                    act(self.unlimited)
        finally:
            connection.siegelpost_depth -= 1
            if sync and connection.connection is not None:
                connection.connection.execute("PRAGMA synchronous=NORMAL")

    @property
    def said(self) -> dict[str, Any] | None:
        """What rooms remember of the transaction that is open here, until it ends; None where none is."""
        connection: Any = connections[self.alias]
        return connection.siegelpost_said if getattr(connection, "siegelpost_depth", 0) else None

    def cursor(self, *, nameless: bool = False) -> Any:
        """A cursor here, for the statements in `.sql` files.

        nameless  the statement gives back no field of anybody: open, too, where only fields are hidden
        """
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

    scope: Scope = WHOLE
    """How much of it this handle shows. A door sets it once; whatever is read afterwards is read through it."""

    @property
    def sends(self) -> bool:
        """Whether mail may leave it."""
        return not (self.test or self.ended)

    def within(self, scope: Scope) -> "TenantDB":
        """The same tenant, of which no more is shown than this."""
        return replace(self, scope=scope)

    @property
    def unlimited(self) -> "TenantDB":
        """Without limits: for what shows nothing to whoever acts, once it was seen through the limits that they may. A guard counts."""
        return self if self.scope.is_whole else replace(self, scope=WHOLE)

    def objects(self, model: type[M]) -> QuerySet[M]:
        """The rows of `model` that this handle shows. Raises BeyondLimits for a model that does not say which."""
        rows = Store.objects(self, model)
        if self.scope.is_whole:
            return rows
        narrow = how_of(model)
        if narrow is None:
            raise BeyondLimits
        return narrow(self, rows)

    def cursor(self, *, nameless: bool = False) -> Any:
        """As `Store.cursor`. No statement knows limits by itself: raises BeyondLimits where there are any."""
        if not self.scope.is_whole and not (nameless and self.scope.lists is None):
            raise BeyondLimits
        return Store.cursor(self)

    def stream(self) -> Any:
        """As `Store.stream`. Raises BeyondLimits where there are limits."""
        if not self.scope.is_whole:
            raise BeyondLimits
        return Store.stream(self)


Logged = TenantDB | OperatorDB
"""Whoever has a log."""
