"""Starts commands from a process that has the big libraries loaded already: half a second less for each of two hundred.

Reads one JSON line per command (words, env, folder, out, err) and answers each with the process id or, when it has
ended, its exit code. The child is the command itself, `siegelpost.cli.main.main`, with nothing of ours loaded but the pure rooms.
"""

import gc
import importlib
import json
import os
import sys

LIBRARIES = """
    django.core.management django.core.management.commands.migrate django.db.models django.db.backends.sqlite3.base django.forms
    django.db.migrations.executor django.http django.template.engine django.urls psycopg typer typer.core typer.rich_utils
    rich.console rich.table rich.progress cryptography.hazmat.primitives.ciphers.aead cryptography.hazmat.primitives.asymmetric.rsa
    cryptography.x509 structlog email_validator liquid mrml css_inline markdown_it inscriptis
    asyncio uvloop logging.config django.core.mail django.db.models.sql.compiler django.utils.log typer._adapters
    siegelpost.base.settings siegelpost.base.logs siegelpost.render.checks siegelpost.render.compile
    siegelpost.sign.files siegelpost.sign.keys siegelpost.sign.tokens
""".split()  # noqa: SIM905 - fifty quoted names are harder to read


def child(order: dict[str, object]) -> None:
    """Become the command."""
    os.environ.clear()
    os.environ.update(order["env"])  # type: ignore[call-overload]
    os.chdir(str(order["folder"]))
    for number, name in ((0, os.devnull), (1, str(order["out"])), (2, str(order["err"]))):
        os.dup2(os.open(name, os.O_RDWR | os.O_CREAT, 0o600), number)
    importlib.import_module("siegelpost.base.i18n").use_language(importlib.import_module("siegelpost.base.i18n").language_of(os.environ))
    sys.argv = ["siegelpost", *(os.fsdecode(bytes.fromhex(word)) for word in order["words"])]  # type: ignore[attr-defined]
    importlib.import_module("siegelpost.cli.main").main()


def serve() -> None:
    """One order a line until standard input closes."""
    for name in LIBRARIES:
        importlib.import_module(name)
    gc.freeze()  # no child looks through it again, which would copy it
    for line in sys.stdin:
        order = json.loads(line)
        number = os.fork()
        if not number:
            child(order)
        _number, status = os.waitpid(number, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


if __name__ == "__main__":
    serve()
