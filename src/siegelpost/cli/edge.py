"""`siegelpost edge`"""

import os
import sys

import typer

from siegelpost.base import clock
from siegelpost.base.i18n import marked as _
from siegelpost.base.i18n import translate as t
from siegelpost.base.settings import process_settings
from siegelpost.cli.app import App
from siegelpost.cli.context import ready
from siegelpost.flows.listening import may_listen

app = App()


@app.command(help=t(_("Run the public edge alone, until Ctrl-C.")))
def edge(
    host: str = typer.Option("127.0.0.1", help=t(_("Address to listen on."))),
    port: int = typer.Option(8001, "--port", help=t(_("Port of the public pages."))),
) -> None:
    """Exit 4 where the port is taken, 3 or 4 where it may not listen there."""
    ready()
    may_listen(process_settings(), host, (process_settings().public_url,), now=clock.now())
    os.execv(sys.executable, [sys.executable, "-m", "siegelpost.public.server", host, str(port)])  # noqa: S606 - our own program
