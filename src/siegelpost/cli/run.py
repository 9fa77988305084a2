"""Runs the command in one file of this folder, and says in our words whatever goes wrong there."""

import importlib
import os
import traceback
from pathlib import Path
from typing import Any

import django
import typer
from django.db import Error as DatabaseError

from siegelpost.base.errors import SiegelpostError
from siegelpost.base.i18n import marked as _
from siegelpost.base.i18n import translate as t
from siegelpost.cli import faults

PACKAGE = Path(__file__).resolve().parent.parent
UsageError: Any = typer.BadParameter.__base__
"""Parent of all errors of usage; typer brings it along, but only this child has a public name."""
NAME_SHOWN = 80
NEEDS_NO_DATA = frozenset({"settings"})
"""Commands that work where the settings are wrong: they are what the error refers to."""


def run(word: str, file: str, rest: list[str]) -> int:
    """Run `siegelpost WORD REST…` and return its exit code.

    Raises SiegelpostError for everything that goes wrong, but for BrokenPipeError (the reader left), SystemExit and
    KeyboardInterrupt, which are the caller's.
    """
    name = f"siegelpost {word}"
    try:
        if word not in NEEDS_NO_DATA:
            django.setup()  # the files of commands import models
        command = typer.main.get_command(importlib.import_module(f"siegelpost.cli.{file}").app)
        with command.make_context(name, rest) as context:  # not main(): it would turn a broken pipe into an exit code of 1
            command.invoke(context)
    except typer.Exit as end:
        return end.exit_code
    except (SiegelpostError, BrokenPipeError):
        raise
    except UsageError as reason:
        return _explain(reason, name)
    except typer.Abort:
        raise KeyboardInterrupt from None
    except DatabaseError as reason:
        raise faults.DatabaseFault(kind=type(reason).__name__) from None
    except OSError as reason:
        raise faults.FileFault(reason=os.strerror(reason.errno or 0), file=_file(reason)) from None
    except Exception as reason:  # noqa: BLE001 - a traceback may show a person's data; class and place are enough to find it
        raise faults.OurFault(kind=type(reason).__name__, place=_place(reason)) from None
    return 0


def _explain(reason: Any, name: str) -> int:
    """A group without its second word shows its help; anything else is an error of usage."""
    if type(reason).__name__ == "NoArgsIsHelpError":
        return faults.UsageWrong.exit_code
    raise faults.UsageWrong(what=_what(reason), command=reason.ctx.command_path if reason.ctx else name) from None


def _what(reason: Any) -> str:
    """The fault in the reader's language; values are not repeated, for they may be somebody's address."""
    kind, param = type(reason).__name__, getattr(reason, "param", None)
    named = param.opts[-1] if param is not None and param.param_type_name == "option" else getattr(param, "name", "")
    if kind == "MissingParameter":
        return t(_("{name} is missing")).format(name=named)
    if kind == "NoSuchOption":
        return t(_("there is no option {name}")).format(name=reason.option_name)
    if kind == "BadOptionUsage":
        return t(_("{name} is not used in the right way")).format(name=reason.option_name)
    if isinstance(reason, typer.BadParameter):
        return t(_("the value of {name} does not fit")).format(name=named) if named else str(reason.message)
    return t(_("a word is unknown or one too many"))


def _file(reason: OSError) -> str:
    """The last part of the name only: folders may tell more than a log should know."""
    return Path(os.fsdecode(reason.filename)).name[:NAME_SHOWN] if isinstance(reason.filename, str | bytes) else "-"


def _place(reason: Exception) -> str:
    """The line of ours in which it happened."""
    ours = [frame for frame in traceback.extract_tb(reason.__traceback__) if Path(frame.filename).is_relative_to(PACKAGE)]
    return f"{Path(ours[-1].filename).relative_to(PACKAGE)}:{ours[-1].lineno}" if ours else "-"
