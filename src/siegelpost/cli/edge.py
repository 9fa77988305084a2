"""`siegelpost edge`"""

import threading

import typer

from siegelpost.base import clock
from siegelpost.base.i18n import marked as _
from siegelpost.base.i18n import translate as t
from siegelpost.base.process import on_end
from siegelpost.base.settings import process_settings
from siegelpost.cli.app import App
from siegelpost.cli.context import ready
from siegelpost.flows.http_ports import take
from siegelpost.flows.listening import may_listen
from siegelpost.flows.supervise import Child, Family, own_pid

app = App()


@app.command(help=t(_("Run the public edge alone, until Ctrl-C.")))
def edge(
    host: str = typer.Option("127.0.0.1", help=t(_("Address to listen on."))),
    port: int = typer.Option(8001, "--port", help=t(_("Port of the public pages."))),
) -> None:
    """Exit 4 where the port is taken, 3 or 4 where it may not listen there."""
    ready()
    may_listen(process_settings(), host, (process_settings().public_url,), now=clock.now())
    take(host, port).close()
    stop = threading.Event()
    on_end(stop.set)
    family = Family([Child("public", "siegelpost.public.server", own_pid([host, port]))])
    try:
        while not stop.is_set():
            family.look()
            stop.wait(0.2)
    finally:
        family.end()
