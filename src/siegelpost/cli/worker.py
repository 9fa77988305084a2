"""`siegelpost worker`"""

from siegelpost.base import clock
from siegelpost.base.i18n import marked as _
from siegelpost.base.i18n import translate as t
from siegelpost.base.process import on_end
from siegelpost.base.settings import process_settings
from siegelpost.cli.app import App
from siegelpost.cli.context import ready
from siegelpost.flows.apart import know_environment
from siegelpost.flows.worker import Worker

app = App()


@app.command(help=t(_("Do the work alone, until Ctrl-C: sending and upkeep.")))
def worker() -> None:
    """Exit 0 after SIGTERM or Ctrl-C, when everything in flight is finished."""
    ready()
    know_environment(process_settings(), now=clock.now())
    work = Worker(process_settings())
    on_end(work.stop)
    work.run()
