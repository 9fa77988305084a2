"""The one tree of errors.

    SiegelpostError
    ├── WrongUsage     exit 2   the command was not understood
    ├── Refused        exit 3   a right, a rule or an instruction is missing
    ├── BadInput       exit 4   nothing changed
    └── DoneInPart     exit 5   the rest is listed

Each error says four things: a stable code, what is wrong, what to do, and what did not happen; never a person's data.
A room derives from the branch that fits and gives the class its code and its three sentences.
"""

from typing import Any, ClassVar

from siegelpost.base.i18n import marked as _
from siegelpost.base.i18n import translate


class SiegelpostError(Exception):
    """Something that a reader can mend.

    code     stable, "room.what", listed in docs/errors.md
    message  what is wrong, with {facts}
    hint     what to do
    nothing  what did not happen
    """

    code: ClassVar[str] = "error"
    message: ClassVar[str] = ""
    hint: ClassVar[str] = ""
    nothing: ClassVar[str] = _("Nothing was changed.")
    exit_code: ClassVar[int] = 4
    status: ClassVar[int] = 400

    def __init__(self, **facts: object) -> None:
        self.facts = facts
        super().__init__(self.code)

    def _say(self, text: str, language: str | None) -> str:
        return translate(text, language).format(**self.facts) if text else ""

    def text(self, language: str | None = None) -> str:
        """All four parts in one paragraph, in `language` or that of the context."""
        parts = [self._say(part, language) for part in (self.message, self.hint, self.nothing)]
        return f"{self.code}: " + " ".join(part for part in parts if part)

    def as_dict(self, language: str | None = None) -> dict[str, Any]:
        """The four parts for programs."""
        return {
            "code": self.code,
            "message": self._say(self.message, language),
            "hint": self._say(self.hint, language),
            "nothing": self._say(self.nothing, language),
        }

    def __str__(self) -> str:
        return self.text()


class WrongUsage(SiegelpostError):
    """The command or request was not understood."""

    exit_code = 2


class Refused(SiegelpostError):
    """A right, a rule or an instruction is missing."""

    exit_code = 3
    status = 403


class BadInput(SiegelpostError):
    """What was handed in cannot be used; nothing changed."""

    status = 422


class NotFound(BadInput):
    """What was asked for does not exist."""

    status = 404


class DoneInPart(SiegelpostError):
    """A fault half-way; what was done stays, the rest is listed."""

    exit_code = 5
    status = 500
