"""Each answer that holds people is counted on its way, whatever operation made it; the check of control 2.1-01 holds the register
against it."""

import json
import re
from typing import Any, Final

from django.http import HttpRequest, HttpResponseBase

from siegelpost.api.gate import Call
from siegelpost.flows import read_people
from siegelpost.governance.disclosures.handed_out import Left, count
from siegelpost.governance.disclosures.rules import ANSWER

ACTS: Final = {
    "GET subscribers": read_people.ACT,
    "GET subscribers/{person_id}": read_people.ACT,
    "POST subscribers/find": read_people.ACT,
}
"""Operation that answers with people -> the act of the register by which they leave."""
NOBODYS: Final = (
    "POST subscribers/ask",
    "POST subscribers",  # the number of whom the program itself brought
    "PATCH subscribers/{person_id}",
    "POST lists/{list_id}/subscribers/{person_id}/unsubscribe",
    "DELETE lists/{list_id}/subscribers/{person_id}",
    "GET lists",
    "GET lists/{list_id}",
    "GET fields",
    "GET mailings",
    "GET mailings/{mailing_id}/status",
    "GET mailings/{mailing_id}/launch",  # numbers
    "POST mailings/{mailing_id}/launch",
    "POST mailings/{mailing_id}/pause",
    "POST mailings/{mailing_id}/resume",
    "POST mailings/{mailing_id}/cancel",
    "GET mailings/{mailing_id}/report",  # figures, the small ones withheld
)
"""Operations that answer with nobody. Where one does all the same, or is in neither list, its answers are counted without an entry."""
PERSON: Final = "email"
"""What every person has, and nothing else in an answer: no field may be called so."""
_PART: Final = re.compile(r"<\w+:(\w+)>")
_LONGEST: Final = 60  # characters of an act, as the column has


def count_answer(request: HttpRequest, response: HttpResponseBase) -> None:
    """Count an answer before it leaves; where that cannot be done, it does not leave. Raises DatabaseError."""
    call, match = getattr(request, "auth", None), request.resolver_match
    if not isinstance(call, Call) or match is None:
        return
    path = _PART.sub(r"{\1}", match.route).partition("{slug}/")[2]
    operation = f"{request.method} {path}"
    content: bytes = getattr(response, "content", b"")
    people = _people(json.loads(content)) if content else 0
    if people or operation not in (*ACTS, *NOBODYS):
        left = Left(files=1, size=len(content), people=people)
        count(call.tenant, ACTS.get(operation, operation)[:_LONGEST], ANSWER, left, now=call.at)


def _people(found: Any) -> int:
    """How many an answer shows, wherever in it they stand."""
    if isinstance(found, dict):
        return (PERSON in found) + sum(map(_people, found.values()))
    return sum(map(_people, found)) if isinstance(found, list) else 0
