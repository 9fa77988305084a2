"""What goes in and comes out, as programs see it. Moments are ISO 8601 with their offset, days YYYY-MM-DD."""

from typing import Any

from siegelpost.api.ninja import Body, Field, Schema
from siegelpost.audience.addresses import MAX_ADDRESS
from siegelpost.audience.reads import FieldView, ListView, SubscriberView
from siegelpost.audience.walk import LONGEST
from siegelpost.flows.field_values import Given
from siegelpost.intake.orders import MAX_WORDS
from siegelpost.mailings.browse import MailingLine

_ID: Any = Field(ge=1, lt=2**63)
_VALUES: Any = Field(default_factory=dict, max_length=500, description="Alias of a field -> value; null empties it.")


class Error(Schema):
    """What is wrong, what to do, and what did not happen; `code` is stable."""

    code: str
    message: str
    hint: str
    nothing: str


class Fault(Schema):
    """Every answer that is no success."""

    error: Error


class List(Schema):
    """A list and how many people are on it."""

    id: int
    name: str
    description: str
    members: int
    created_at: str


class Lists(Schema):
    """All lists by name."""

    lists: list[List]


class FieldOut(Schema):
    """A field of every subscriber; `options` are those of a choice."""

    alias: str
    name: str
    kind: str
    options: list[str]


class Fields(Schema):
    """All fields beside the address."""

    fields: list[FieldOut]


class Person(Schema):
    """One subscriber; `lists` are the numbers of the lists that the person is on."""

    id: int
    email: str
    fields: dict[str, Any]
    language: str
    lists: list[int]
    created_at: str
    updated_at: str


class People(Schema):
    """A page of subscribers; `next` is the `after` of the next page, null on the last one."""

    subscribers: list[Person]
    next: int | None


_REASON: Any = Field(
    "", max_length=500, description="What for: needed beyond the tenant's limit of people on one day, with the right `bulk`."
)


class Why(Body):
    """For what somebody is read."""

    reason: str = _REASON


class WhichPeople(Body):
    """Which page, of which list."""

    list: int | None = Field(None, ge=1, lt=2**63, description="Only people on this list.")
    after: int = Field(0, ge=0, lt=2**63, description="`next` of the page before.")
    limit: int = Field(100, ge=1, le=LONGEST)
    reason: str = _REASON


class ByAddress(Body):
    """An address; it stands in the body, because addresses of pages end up in the logs of proxies."""

    email: str = Field(max_length=MAX_ADDRESS)
    reason: str = _REASON


class AskToRead(Body):
    """How many people are to be read on this day (UTC), and why; above a rule of the tenant a second person agrees to it."""

    people: int = Field(ge=1, lt=2**31)
    reason: str = Field(max_length=500)


class Asked(Schema):
    """Nothing was done: a request waits for a second person."""

    approval: int
    state: str


class NewPerson(Body):
    """Somebody new on a list, with the legal ground and the source of the data (Art. 6, 7(1) and 14 GDPR)."""

    email: str = Field(max_length=MAX_ADDRESS)
    list: int = _ID
    ground: str = Field(max_length=MAX_WORDS, description="Why this person may be written to.")
    source: str = Field(max_length=MAX_WORDS, description="Where the data come from.")
    fields: dict[str, Given] = _VALUES


class Added(Schema):
    """The number, and whether the person was stored before: then the fields stay as they were."""

    id: int
    known: bool


class Change(Body):
    """New values of fields; `seen` is the `updated_at` of what was read, then nothing unseen is overwritten."""

    fields: dict[str, Given] = _VALUES
    seen: str | None = Field(None, max_length=40)


class Changed(Schema):
    """Whether anything differed."""

    changed: bool


class Mailing(Schema):
    """A mailing, without its content."""

    id: int
    name: str
    subject: str
    state: str
    lists: list[int]
    created_at: str
    launched_at: str | None
    finished_at: str | None


class Mailings(Schema):
    """A page of mailings, the newest first; `total` counts all."""

    mailings: list[Mailing]
    total: int


class WhichMailings(Body):
    """Which page."""

    offset: int = Field(0, ge=0, le=10**9)
    limit: int = Field(25, ge=1, le=100)


def a_list(one: ListView) -> List:
    """As programs see it."""
    return List(id=one.id, name=one.name, description=one.description, members=one.members, created_at=one.created_at.isoformat())


def a_field(one: FieldView) -> FieldOut:
    """As programs see it."""
    return FieldOut(alias=one.alias, name=one.name, kind=one.kind, options=list(one.options))


def a_person(one: SubscriberView) -> Person:
    """As programs see it; moments to the microsecond, for `seen`."""
    return Person(
        id=one.id, email=one.email, fields=dict(one.fields), language=one.language, lists=sorted(one.list_ids),
        created_at=one.created_at.isoformat(), updated_at=one.updated_at.isoformat(),
    )  # fmt: skip


def a_mailing(one: MailingLine) -> Mailing:
    """As programs see it."""
    return Mailing(
        id=one.id, name=one.name, subject=one.subject, state=one.state, lists=list(one.list_ids), created_at=one.created_at.isoformat(),
        launched_at=one.launched_at.isoformat() if one.launched_at else None,
        finished_at=one.finished_at.isoformat() if one.finished_at else None,
    )  # fmt: skip
