"""What a tenant has that a segment can speak of, as whoever asks may see it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from siegelpost.segment.tree import Node


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Handed in by whoever has the database.

    fields    alias -> kind, "text", "number", "date", "boolean" or "choice"
    lists     number -> name
    segments  number -> what it is made of, with numbers for names
    names     number of a segment -> name
    launched  number of a mailing -> the day of its launch
    """

    fields: Mapping[str, str] = field(default_factory=dict)
    lists: Mapping[int, str] = field(default_factory=dict)
    segments: Mapping[int, Node] = field(default_factory=dict)
    names: Mapping[int, str] = field(default_factory=dict)
    launched: Mapping[int, date] = field(default_factory=dict)
