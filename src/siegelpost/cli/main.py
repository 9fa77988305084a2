"""The `siegelpost` command: finds the file of the first word, loads only that, and turns errors into exit codes."""

import importlib
import os
import sys
from collections.abc import Sequence

from siegelpost import __version__
from siegelpost.base.errors import SiegelpostError
from siegelpost.base.i18n import marked as _
from siegelpost.base.i18n import translate

COMMANDS = {
    "init": ("init", _("Set up the data folder and the control database.")),
    "serve": ("serve", _("Run everything: public pages, inbound mail, the work.")),
    "edge": ("edge", _("Run the public edge alone.")),
    "worker": ("worker", _("Run the work alone.")),
    "settings": ("settings", _("Explain every setting and show its value.")),
    "tenant": ("tenants", _("Create, list and migrate tenants.")),
    "sender": ("senders", _("Add senders and see the DNS records that their domains need.")),
    "list": ("lists", _("Create and show lists.")),
    "form": ("forms", _("Create sign-up forms.")),
    "import": ("imports", _("Import subscribers from a CSV file.")),
    "export": ("export", _("Export a list as a CSV file.")),
    "subscriber": ("subscribers", _("Show what is stored about a person.")),
    "suppression": ("suppression", _("Import and check addresses that must not be written to.")),
    "mailing": ("mailings", _("Create, check, send and steer mailings.")),
    "report": ("reports", _("Show the figures of a mailing.")),
    "bench": ("bench", _("Measure speed against the limit of this machine.")),
}
"""First word -> file of this folder and what it is for. Files are loaded when they are used: `--version` stays fast."""


def main(argv: Sequence[str] | None = None) -> None:
    """Run one command and end the process with its exit code."""
    words = list(sys.argv[1:] if argv is None else argv)
    if words[:1] == ["--version"]:
        print(f"siegelpost {__version__}")
        sys.exit(0)
    if not words or words[0] in ("--help", "-h", "help"):
        print(overview())
        sys.exit(0 if words else 2)
    if words[0] not in COMMANDS:
        sys.stderr.write(translate(_("There is no such command. `siegelpost --help` lists those that exist.")) + "\n")
        sys.exit(2)
    sys.exit(_run(words))


def overview() -> str:
    """All commands with one line each, in the reader's language."""
    width = max(len(name) for name in COMMANDS)
    lines = [f"  {name:<{width}}  {translate(about)}" for name, (_file, about) in COMMANDS.items()]
    usage = translate(_("Usage: siegelpost COMMAND …   (siegelpost COMMAND --help explains one)"))
    return "\n".join([usage, "", *lines])


def _run(words: list[str]) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "siegelpost.project.settings")
    try:
        importlib.import_module("django").setup()
        typer = importlib.import_module("typer")
        importlib.import_module("django").setup()  # files of commands import models
        module = importlib.import_module(f"siegelpost.cli.{COMMANDS[words[0]][0]}")
        command = typer.main.get_command(module.app)
        command(args=words[1:], prog_name=f"siegelpost {words[0]}")
    except SiegelpostError as error:
        output = importlib.import_module("siegelpost.cli.output")
        output.complain(error, as_json="--json" in words)
        return error.exit_code
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(bool(end.code))
    except KeyboardInterrupt:
        return 130
    return 0
