"""How a room declares what it stores about people, and hands it out or removes it; guards refuse a field that nobody declared."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

SUBSCRIBER: Final = "subscriber"
"""People whom mailings are for: they are told what is stored, and may have it erased."""
OTHERS: Final = "others"
"""Staff, partners, operators of mail servers: kept for another purpose than writing to them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """Fields of one model that hold personal data.

    model   "audience.Subscriber"
    fields  names of the fields
    about   the field that leads to the person, e.g. "subscriber_id"
    why     the purpose, one sentence
    ground  article of the GDPR
    keep    for how long, as people say it
    then    what happens afterwards
    of      SUBSCRIBER or OTHERS; of subscribers a `Store` says how it is shown and removed
    """

    model: str
    fields: tuple[str, ...]
    about: str
    why: str
    ground: str
    keep: str
    then: str
    of: str = SUBSCRIBER


@dataclass(frozen=True, slots=True, kw_only=True)
class NothingPersonal:
    """Fields of one model that say nothing about a person; `fields` empty means all that no Holding names."""

    model: str
    because: str
    fields: tuple[str, ...] = ()


Declaration = Holding | NothingPersonal


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """The person whose data it is.

    key      16 bytes of `sign.addresses.address_key`
    email    normalised address
    numbers  as a subscriber, now or before; none for somebody who only signed up, or wrote to us
    came     when the record was made, None where there is none
    """

    key: bytes
    email: str
    numbers: tuple[int, ...] = ()
    came: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Store:
    """One place where something of a person lies. Rooms list theirs as STORES in their `stores.py`.

    models   whose holdings it answers for, "audience.Subscriber"; the first names it, with `part` where a model has several
    name     what people call it
    tell     (tenant, subject) -> one small dictionary for each row, as the person is told (Art. 15(3) GDPR)
    remove   (tenant, subject, now) -> how many rows were deleted or stripped of the person; None where nothing is removed. Twice is safe
    kept     why something stays, "" where nothing does
    outside  not in the tenant's database: takes no part in its transactions
    """

    models: tuple[str, ...]
    name: str
    tell: Callable[[Any, Subject], list[dict[str, Any]]]
    remove: Callable[[Any, Subject, datetime], int] | None = None
    kept: str = ""
    outside: bool = False
    part: str = ""

    @property
    def code(self) -> str:
        """Names it in certificates and exports."""
        return ".".join(filter(None, (self.models[0], self.part)))
