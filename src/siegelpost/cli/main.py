"""The `siegelpost` command: finds the file of the first word, loads only that, and turns errors into exit codes."""

import importlib
import io
import json
import os
import sys
from collections.abc import Sequence
from contextlib import suppress

from siegelpost import __version__
from siegelpost.base.errors import SiegelpostError, WrongUsage
from siegelpost.base.i18n import marked as _
from siegelpost.base.i18n import translate
from siegelpost.cli.faults import CommandUnknown, OutputRefused, WordNotText

COMMANDS = {
    "init": ("init", _("Set up the data folder and the control database.")),
    "serve": ("serve", _("Run everything: pages for staff and public, inbound mail, the work.")),
    "edge": ("edge", _("Run the public edge alone.")),
    "worker": ("worker", _("Run the work alone.")),
    "settings": ("settings", _("Explain every setting: variable, meaning, default.")),
    "tenant": ("private", _("Create, list, end, migrate, export and erase tenants.")),
    "staff": ("leavers", _("Let people log in, give them roles, block them, off-board them.")),
    "approval": ("approvals", _("See which acts of a tenant wait for a second person, and decide about them.")),
    "access": ("access", _("Enter the data of another controller's tenant, with its approval or in an emergency.")),
    "token": ("tokens", _("Let programs use the interface: make, list and revoke API tokens.")),
    "sender": ("senders", _("Add senders, check the DNS of their domains, change their keys.")),
    "host": ("hosts", _("Give a tenant names of its own for its public pages.")),
    "list": ("lists", _("Create and show lists.")),
    "segment": ("segments", _("Store conditions on people, and count whom they fit.")),
    "form": ("forms", _("Create sign-up forms.")),
    "import": ("imports", _("Import subscribers from a CSV file.")),
    "proof": ("proofs", _("Show that people of a large import agreed, before they get mail.")),
    "testdata": ("testdata", _("Fill a tenant with made-up people, to try things out.")),
    "pseudonymise": ("pseudonymise", _("Make people up in the shape of those of a tenant, for a test system.")),
    "refused": ("refused", _("Hand out the rows that an import refused.")),
    "export": ("export", _("Export a list as a CSV file.")),
    "subscriber": ("subscribers", _("Show, hand out or erase what is stored about a person.")),
    "suppression": ("suppression", _("Import and check addresses that must not be written to.")),
    "opt-out": ("opt_outs", _("See who left which list, export that, and enter objections.")),
    "mailing": ("sharing", _("Create, check, send and steer mailings.")),
    "relay": ("relays", _("Add relays and choose by which of them mail goes.")),
    "pace": ("pace", _("Limit how much goes out, and warm senders up.")),
    "brake": ("brakes", _("See which mailings were slowed down or stopped, and let them go on.")),
    "webhook": ("webhooks", _("Let mail providers post bounces and complaints.")),
    "mailbox": ("mailbox", _("Fetch bounces, complaints and answers from a mailbox.")),
    "certificates": ("certificates", _("Look at the TLS certificates of our own addresses.")),
    "csa": ("csa", _("Show which criteria of the Certified Senders Alliance are kept.")),
    "release": ("releases", _("Record which release runs, and look for known holes in it.")),
    "doctor": ("doctor", _("Look at the whole installation and say what is wrong and what to do.")),
    "controls": ("controls", _("Show of each control (technical or organisational measure) whether it is kept.")),
    "evidence": ("evidence", _("Sign, export and verify the log of what was done.")),
    "instruction": ("instructions", _("Record, answer and end what a tenant instructed us to do.")),
    "disclosures": ("disclosures", _("Show to whom personal data went: the disclosure register.")),
    "disclosure": ("disclosure", _("Record what went out past the system: to an authority, for example.")),
    "handover": ("handover", _("Hand data to somebody outside: encrypted, with the password on another path.")),
    "log": ("logs", _("Hand out access log and input log: who was where, and who changed whose record.")),
    "measuring": ("measuring", _("Choose how opens and clicks are measured.")),
    "report": ("reports", _("Show the figures of a mailing.")),
    "bench": ("bench", _("Measure speed against the limit of this machine.")),
}
"""First word -> file of this folder and what it is for. Files are loaded when they are used: `--version` stays fast."""
KNOWS_STAFF = frozenset((
    *("init", "serve", "staff", "suppression", "tenant", "token", "log", "release", "access", "approval", "doctor"),
    *("mailing", "export", "refused", "subscriber", "sender", "instruction", "measuring"),
))  # fmt: skip
"""Commands that touch the tables of the staff in the control database; the others start faster without."""
STAFF_SETTINGS = "siegelpost.project.staff"
INTERRUPTED = 130
"""128 + SIGINT, as shells count."""
READER_LEFT = 141
"""128 + SIGPIPE."""
PRIVATE = 0o077
"""What we write may be about people: only its owner can read it."""


def main(argv: Sequence[str] | None = None) -> None:
    """Run one command and end the process with its exit code."""
    words = list(sys.argv[1:] if argv is None else argv)
    os.umask(PRIVATE)
    _say_what_the_terminal_cannot()
    try:
        code = _begin(words)
        if sys.stdout:
            sys.stdout.flush()
    except OSError as reason:  # noticed while writing or flushing: a full disk behind `>`, a reader that left (`| head`)
        left = isinstance(reason, BrokenPipeError)
        code = READER_LEFT if left else _complain(OutputRefused(reason=os.strerror(reason.errno or 0)), words)
        with suppress(OSError):  # the end of the process would flush once more
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(code)


def overview() -> str:
    """All commands with one line each, in the reader's language."""
    width = max(len(name) for name in COMMANDS)
    lines = [f"  {name:<{width}}  {translate(about)}" for name, (_file, about) in COMMANDS.items()]
    usage = translate(_("Usage: siegelpost COMMAND …   (siegelpost COMMAND --help explains one)"))
    return "\n".join([usage, "", *lines])


def _begin(words: list[str]) -> int:
    if words[:1] == ["--version"]:
        print(f"siegelpost {__version__}")
        return 0
    if not words or words[0] in ("--help", "-h", "help"):
        print(overview())
        return 0 if words else WrongUsage.exit_code
    if not all(_is_text(word) for word in words):
        return _complain(WordNotText(), words)
    if words[0] not in COMMANDS:
        return _complain(CommandUnknown(), words)
    os.environ["DJANGO_SETTINGS_MODULE"] = STAFF_SETTINGS if words[0] in KNOWS_STAFF else "siegelpost.project.settings"
    try:
        run = importlib.import_module("siegelpost.cli.run")
        return int(run.run(words[0], COMMANDS[words[0]][0], words[1:]))
    except SiegelpostError as error:
        return _complain(error, words)
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(bool(end.code))
    except KeyboardInterrupt:
        return INTERRUPTED


def _is_text(word: str) -> bool:
    """False for bytes that are no UTF-8, which Python hands over as lone surrogates: no database and no mail can hold them."""
    return not any("\ud800" <= sign <= "\udfff" for sign in word)


def _complain(error: SiegelpostError, words: list[str]) -> int:
    """Say on standard error what is wrong, what to do, and what did not happen; returns the exit code."""
    text = json.dumps({"error": error.as_dict()}, ensure_ascii=False) if "--json" in words else error.text()
    with suppress(OSError, AttributeError):  # standard error may be closed; the exit code still tells
        sys.stderr.write(text + "\n")
        sys.stderr.flush()
    return error.exit_code


def _say_what_the_terminal_cannot() -> None:
    """A terminal in another character set gets \\u2713 instead of an error."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
