"""Who does something: every verb that writes is told, and writes it down."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Actor:
    """The one who acts.

    kind  operator | staff | token | subject | system
    name  which one: a staff id, the number of a token, the name of a job; never an e-mail address ("" where the kind says all)
    """

    kind: str
    name: str = ""

    @classmethod
    def operator(cls) -> "Actor":
        """Whoever uses the command line on the host."""
        return cls("operator")

    @classmethod
    def staff(cls, person_id: int) -> "Actor":
        """Somebody who is logged in."""
        return cls("staff", str(person_id))

    @classmethod
    def token(cls, token_id: int) -> "Actor":
        """A program, by its API token."""
        return cls("token", str(token_id))

    @classmethod
    def subject(cls) -> "Actor":
        """The recipient whose data it is, known by a token."""
        return cls("subject")

    @classmethod
    def system(cls, job: str) -> "Actor":
        """A job that acts by itself, e.g. "runner"."""
        return cls("system", job)

    def __str__(self) -> str:
        return f"{self.kind}:{self.name}" if self.name else self.kind
