"""How a room declares what it stores about people; a guard test refuses a model field that nobody declared."""

from dataclasses import dataclass


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
    """

    model: str
    fields: tuple[str, ...]
    about: str
    why: str
    ground: str
    keep: str
    then: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NothingPersonal:
    """Fields of one model that say nothing about a person; `fields` empty means all that no Holding names."""

    model: str
    because: str
    fields: tuple[str, ...] = ()


Declaration = Holding | NothingPersonal
