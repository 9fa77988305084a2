"""`siegelpost bench …`: speed as a ratio to a limit of this machine, measured in the same run."""

import os

import typer

from siegelpost.base.i18n import marked as _
from siegelpost.base.i18n import translate as t
from siegelpost.cli.app import App
from siegelpost.cli.output import as_json, facts
from siegelpost.workbench import bench

app = App(t(_("Measure speed against the limit of this machine.")))

JSON = typer.Option(False, "--json", help=t(_("Print JSON.")))
BELOW = 1
NAMES = {
    "messages": _("Messages"),
    "bytes_per_message": _("Bytes per message"),
    "messages_per_second": _("Messages per second"),
    "limit_rsa2048_per_second": _("Limit: RSA-2048 signatures per second"),
    "ratio": _("Share of the limit"),
    "memory_mb": _("Memory of a sending process, MB"),
    "memory_mb_small": _("The same with a small mailing, MB"),
    "memory_growth": _("Growth of memory"),
    "memory_bar": _("At most"),
    "rows": _("Rows"),
    "rows_per_second": _("Rows per second"),
    "bar": _("At least"),
    "subscribers": _("Subscribers"),
    "pages_p95_ms": _("Milliseconds of each page (p95)"),
    "worst_p95_ms": _("The slowest of them"),
    "page_bar": _("At most"),
    "first_page_kb": _("First page, compressed, kB"),
    "weight_bar": _("At most"),
    "watching_share_of_a_core": _("Share of a core for each who watches a mailing"),
    "watch_bar": _("At most"),
    "entries": _("Entries"),
    "append_ms": _("Milliseconds to log one act"),
    "append_bar": _("Less than"),
    "verify_seconds": _("Seconds to verify the log"),
    "verify_bar": _("At most"),
    "limit_hashing_seconds": _("Limit: seconds of its hashes alone"),
    "ratio_of_limit": _("Share of the limit"),
    "import_times_as_long": _("Import with the input log, times as long as without"),
    "import_work": _("The same as work of the processor"),
    "import_pairs": _("Each pair of imports"),
    "import_bar": _("At most"),
    "engine": _("Database"),
    "limit_source_per_second": _("Limit: messages per second of smtp-source"),
    "seconds_rsa": _("Seconds with an RSA signature"),
    "seconds_both": _("Seconds with RSA and Ed25519"),
    "cost": _("Time of both beside that of one"),
    "cost_bar": _("At most"),
    "launch_seconds": _("Seconds of the launch"),
    "launch_bar": _("At most"),
    "memory_mb_bar": _("At most"),
    "seconds": _("Seconds with all people"),
    "seconds_small": _("Seconds with a tenth of them"),
    "times_as_long": _("Times as long"),
    "growth_bar": _("At most"),
    "rates_one": _("Messages per second of one process"),
    "rates_two": _("Messages per second of two"),
    "times_as_fast": _("Times as fast"),
}
"""Key of `bench --json` -> words."""


@app.command(help=t(_("Send signed, personalised mail into Postfix's smtp-sink and compare with openssl's RSA-2048 rate.")))
def send(size: int = typer.Option(60_000, min=100, max=2_000_000, help=t(_("Recipients."))), json: bool = JSON) -> None:
    """Exit 1 below the bar, 3 where smtp-sink or openssl is missing."""
    _tell(bench.send(size, dict(os.environ)), json)


@app.command(help=t(_("Send without signatures and compare with Postfix's load generator smtp-source.")))
def unsigned(size: int = typer.Option(40_000, min=100, max=2_000_000, help=t(_("Recipients."))), json: bool = JSON) -> None:
    """Exit 1 below the bar, 3 where smtp-sink or smtp-source is missing."""
    _tell(bench.unsigned(size, dict(os.environ)), json)


@app.command(help=t(_("Send with two signatures and compare with one.")))
def double(size: int = typer.Option(25_000, min=100, max=2_000_000, help=t(_("Recipients."))), json: bool = JSON) -> None:
    """Exit 1 above the bar, 3 where smtp-sink is missing."""
    _tell(bench.double(size, dict(os.environ)), json)


@app.command(help=t(_("Launch a mailing to very many people and compare the memory with a hundredth of them.")))
def audience(size: int = typer.Option(1_000_000, min=10_000, max=5_000_000, help=t(_("Recipients."))), json: bool = JSON) -> None:
    """Exit 1 above a bar, 3 where smtp-sink is missing."""
    _tell(bench.audience(size, dict(os.environ)), json)


@app.command(help=t(_("Send to many people and compare the time with a tenth of them.")))
def growth(size: int = typer.Option(200_000, min=1_000, max=5_000_000, help=t(_("Recipients."))), json: bool = JSON) -> None:
    """Exit 1 above the bar, 3 where smtp-sink is missing."""
    _tell(bench.growth(size, dict(os.environ)), json)


@app.command(help=t(_("Send with two processes on a core each and compare with one.")))
def processes(size: int = typer.Option(25_000, min=100, max=2_000_000, help=t(_("Recipients."))), json: bool = JSON) -> None:
    """Exit 1 below the bar, 3 where smtp-sink is missing."""
    _tell(bench.processes(size, dict(os.environ)), json)


@app.command("import", help=t(_("Import made-up people from a CSV file with ten columns.")))
def import_people(size: int = typer.Option(100_000, min=100, max=2_000_000, help=t(_("Rows."))), json: bool = JSON) -> None:
    """Exit 1 below the bar."""
    _tell(bench.import_rows(size, dict(os.environ)), json)


@app.command(help=t(_("Measure the staff's pages with many subscribers and 200 mailings.")))
def pages(size: int = typer.Option(100_000, min=100, max=2_000_000, help=t(_("Subscribers."))), json: bool = JSON) -> None:
    """Exit 1 above a bar."""
    _tell(bench.pages(size, dict(os.environ)), json)


@app.command(help=t(_("Measure what logging costs, also beside an import, and verify a log of very many entries.")))
def log(size: int = typer.Option(1_000_000, min=100, max=10_000_000, help=t(_("Entries."))), json: bool = JSON) -> None:
    """Exit 1 above a bar."""
    _tell(bench.log(size, dict(os.environ)), json)


def _tell(found: bench.Found, json: bool) -> None:
    if json:
        as_json(found.figures)
    else:
        facts({NAMES.get(name, name): value for name, value in found.figures.items()})
    if not found.reached:
        raise typer.Exit(BELOW)
