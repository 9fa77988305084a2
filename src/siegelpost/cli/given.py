"""What commands ask that give people's data out: to whom, and what for."""

from typing import Any, Final

import typer

from siegelpost.base.i18n import marked as _
from siegelpost.base.i18n import translate as t
from siegelpost.governance.disclosures.services import Given

TO: Final[Any] = typer.Option("", "--to", help=t(_("Who gets it, for the disclosure register: a person or body. Left out: you.")))
FOR: Final[Any] = typer.Option("", "--purpose", help=t(_("What for, for the disclosure register. Left out: the controller's own use.")))


def given(recipient: str, purpose: str) -> Given:
    """As it was typed."""
    return Given(recipient=recipient, purpose=purpose)
