"""Commands whose act a rule of the tenant can hold back: each can ask for the second person, and names the approval when it is repeated.

Nobody is known by name at a command line, so whoever asks says who they are, with address and password. Such a command ends with 3
whether it was refused or asked for: 0 means done.
"""

import inspect
from collections.abc import Callable
from functools import wraps
from typing import Any, Final, NoReturn

import typer

from siegelpost.accounts.approval_rules import WAITING
from siegelpost.accounts.approvals.errors import ApprovalNeeded, Wish
from siegelpost.base import clock
from siegelpost.base.i18n import marked as _
from siegelpost.base.i18n import translate as t
from siegelpost.base.settings import process_settings
from siegelpost.cli.context import tenant_of
from siegelpost.cli.output import as_json, say
from siegelpost.cli.person_search import who
from siegelpost.flows.approving import ask, by_approval

REFUSED: Final = 3
OPTIONS: Final[dict[str, tuple[type, Any]]] = {
    "ask_approval": (
        bool,
        typer.Option(
            False, "--ask-approval", help=t(_("Where a rule asks for a second person: ask for one, with --reason; asks who you are."))
        ),
    ),
    "why": (str, typer.Option("", "--reason", help=t(_("Why it is to be done; whoever decides reads it, and it stays on record.")))),
    "approval": (int, typer.Option(0, "--approval", min=0, help=t(_("Number of the approval under which it is done, once.")))),
}
"""What each of them takes beside its own."""


def held(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options. It has to have a parameter `slug` or `tenant`, and `json`."""

    @wraps(command)
    def asked(ask_approval: bool, why: str, approval: int, **words: Any) -> None:
        try:
            with by_approval(approval or None):
                command(**words)
        except ApprovalNeeded as fault:
            if not ask_approval:
                raise
            _ask(words.get("slug") or words["tenant"], fault.wish, why, json=words["json"])

    known = inspect.signature(command)
    more = [inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=of, annotation=kind) for name, (kind, of) in OPTIONS.items()]
    own = [one.replace(kind=inspect.Parameter.KEYWORD_ONLY) for one in known.parameters.values()]
    asked.__signature__ = known.replace(parameters=[*own, *more])  # type: ignore[attr-defined]
    asked.__annotations__ = {**command.__annotations__, **{name: kind for name, (kind, _of) in OPTIONS.items()}}
    return asked


def _ask(slug: str, wish: Wish, reason: str, *, json: bool) -> NoReturn:
    """Raises as `approving.ask`."""
    number = ask(tenant_of(slug), wish, reason, asker=who(), staff_url=process_settings().staff_url, now=clock.now())
    if json:
        as_json({"approval": number, "state": WAITING})
    else:
        said = _("Nothing was done yet: request {id} waits for a second person, for seven days. Then: the same with --approval {id}.")
        say(said, id=number)
    raise typer.Exit(REFUSED)
