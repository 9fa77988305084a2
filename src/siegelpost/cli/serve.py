"""`siegelpost serve`: the staff's pages, public pages, inbound mail and the work as child processes that are kept alive."""

import threading

import typer

from siegelpost.base import clock
from siegelpost.base.i18n import marked as _
from siegelpost.base.i18n import translate as t
from siegelpost.base.process import on_end
from siegelpost.base.settings import process_settings
from siegelpost.cli.app import App
from siegelpost.cli.context import ready
from siegelpost.cli.output import say
from siegelpost.flows.apart import know_environment
from siegelpost.flows.listening import may_listen
from siegelpost.flows.supervise import Child, Family, own_pid

app = App()


@app.command(help=t(_("Run everything until Ctrl-C: pages for staff and public, inbound mail, the work.")))
def serve(
    host: str = typer.Option("127.0.0.1", help=t(_("Address to listen on."))),
    port: int = typer.Option(8000, help=t(_("Port of the staff's pages."))),
    public_port: int = typer.Option(8001, help=t(_("Port of the public pages."))),
    inbound_port: int = typer.Option(8025, help=t(_("Port for bounces, complaints and unsubscribes by mail."))),
    runner: bool = typer.Option(True, help=t(_("Do the work here, too."))),
) -> None:
    """Exit 0 after SIGTERM or Ctrl-C, when everything in flight is finished; 3 or 4 where it may not listen there."""
    ready()
    settings = process_settings()
    may_listen(settings, host, (settings.staff_url, settings.public_url), now=clock.now())
    know_environment(settings, now=clock.now())
    children = [
        Child("web", "siegelpost.web.server", own_pid([host, port])),
        Child("public", "siegelpost.public.server", own_pid([host, public_port])),
        Child("inbound", "siegelpost.inbound", own_pid([host, inbound_port])),
    ]
    if runner:
        children.append(Child("worker", "siegelpost.flows.worker_process", own_pid()))
    stop = threading.Event()
    on_end(stop.set)
    family = Family(children)
    say(_("Staff: {url} (listening on {host}:{port})"), url=settings.staff_url, host=host, port=port)
    say(_("Public pages: {url} (listening on {host}:{port})"), url=settings.public_url, host=host, port=public_port)
    say(_("Inbound mail: {host}:{port}"), host=host, port=inbound_port)
    say(_("Ctrl-C ends it."))
    try:
        while not stop.is_set():
            family.look()
            stop.wait(0.2)
    finally:
        family.end()
