"""A compiled text: fixed parts and slots in turn. The only thing that runs once per message."""

from collections.abc import Callable, Mapping

Values = Mapping[str, object]


class Slot:
    """One personalised place.

    render(values)  the text for one person, already fit for its context; raises errors.SlotFailed when the Liquid fails
                    for these values (never for a plain `{{ field }}`)
    names           the variables that it reads
    plain           True for a single `{{ … }}` that every recipient gets, False for a block with conditions or loops

    Holds closures: compile again in each process instead of pickling.
    """

    __slots__ = ("names", "plain", "render")

    def __init__(self, render: Callable[[Values], str], names: frozenset[str], *, plain: bool) -> None:
        # An attribute, not a method: the closure is called directly, which saves a frame per slot and message.
        self.render = render
        self.names = names
        self.plain = plain

    def __repr__(self) -> str:
        return f"<Slot {', '.join(sorted(self.names))}>"


Pieces = tuple[str | Slot, ...]


def join(pieces: Pieces, values: Values) -> str:
    """Return the whole text for one person.

    values  the fields by alias, `email`, `unsubscribe_url`, `preferences_url`, `web_version_url`, `imprint`;
            a missing name counts as empty

    Raises errors.SlotFailed.
    """
    return "".join([piece if piece.__class__ is str else piece.render(values) for piece in pieces])  # type: ignore[union-attr]


def names_of(pieces: Pieces) -> frozenset[str]:
    """All variables that these pieces read."""
    return frozenset().union(*(piece.names for piece in pieces if isinstance(piece, Slot)))


def merged(parts: list[str | Slot]) -> Pieces:
    """Join neighbouring fixed parts and drop empty ones."""
    found: list[str | Slot] = []
    for part in parts:
        if isinstance(part, str) and found and isinstance(found[-1], str):
            found[-1] += part
        elif part != "":
            found.append(part)
    return tuple(found)
