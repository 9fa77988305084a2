"""`siegelpost mailbox`"""

import typer

from siegelpost.base.errors import Refused
from siegelpost.base.i18n import marked as _
from siegelpost.base.i18n import translate as t
from siegelpost.base.mailbox_url import read_mailbox_url
from siegelpost.base.settings import process_settings
from siegelpost.cli.app import App
from siegelpost.cli.context import installation
from siegelpost.cli.output import as_json, number, say
from siegelpost.flows.mailbox import desk_of, fetch

app = App()


class NoMailbox(Refused):
    """Nobody said which."""

    code = "cli.no_mailbox"
    message = _("No mailbox is set.")
    hint = _("Set SIEGELPOST_MAILBOX_URL, e.g. imaps://user:password@mail.example.org/INBOX.")


@app.command(help=t(_("Fetch bounces, complaints and answers from the mailbox once; the worker does it every minute.")))
def mailbox(json: bool = typer.Option(False, "--json", help=t(_("Print JSON.")))) -> None:
    """Exit 3 without a mailbox, 5 where it cannot be read."""
    installation()
    settings = process_settings()
    if not settings.mailbox_url:
        raise NoMailbox
    found = fetch(read_mailbox_url(settings.mailbox_url), desk_of(settings))
    if json:
        as_json(dict(found))
    elif not found:
        say(_("There was nothing new."))
    for name, n in () if json else sorted(found.items()):
        print(f"{name}: {number(n)}")
