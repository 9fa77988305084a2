"""What every file of commands is made of: typer, with its own words in the reader's language."""

import gettext
from collections.abc import Callable
from contextvars import ContextVar
from pathlib import Path
from typing import Any, Final

import typer
from typer.core import TyperCommand, TyperGroup

from siegelpost.base.i18n import current_language, translate
from siegelpost.base.i18n import marked as _

ASKED_BY_TYPER: Final = (
    _("Arguments"),
    _("Options"),
    _("Commands"),
    _("[default: {}]"),
    _("[required]"),
)
"""Typer asks the process's gettext for these, in its own spelling."""


WORDS: Final = ContextVar("words", default="")
"""The words of the command that runs, "list create": never what was typed behind them."""


class Group(TyperGroup):
    """A word with commands below it."""

    def get_usage(self, ctx: Any) -> str:
        """The line above a help, in the reader's language."""
        return _usage(super().get_usage(ctx))

    def get_help_option(self, ctx: Any) -> Any:
        """`--help` with its explanation in the reader's language."""
        return _explained(super().get_help_option(ctx))


class Command(TyperCommand):
    """One command."""

    def invoke(self, ctx: Any) -> Any:
        """Run it, with its own words known to whatever it calls."""
        before = WORDS.set(ctx.command_path.partition(" ")[2])
        try:
            return super().invoke(ctx)
        finally:
            WORDS.reset(before)

    def get_usage(self, ctx: Any) -> str:
        """The line above a help, in the reader's language."""
        return _usage(super().get_usage(ctx))

    def get_help_option(self, ctx: Any) -> Any:
        """`--help` with its explanation in the reader's language."""
        return _explained(super().get_help_option(ctx))


class App(typer.Typer):
    """The commands of one file; with `about` they stand below a word of their own, which explains itself when it stands alone."""

    def __init__(self, about: str = "") -> None:
        lend_words()
        super().__init__(
            cls=Group,
            add_completion=False,
            no_args_is_help=bool(about),
            help=about or None,
            options_metavar=translate(_("[OPTIONS]")),
            subcommand_metavar=translate(_("COMMAND …")),
        )

    def command(self, name: str | None = None, *, help: str | None = None, **other: Any) -> Callable[[Any], Any]:
        """As typer's, for a `Command`."""
        return super().command(name, cls=Command, help=help, options_metavar=translate(_("[OPTIONS]")), **other)


def lend_words() -> None:
    """Let typer find our German when it asks gettext; it must not have made a help before."""
    if current_language() != "en":
        gettext.bindtextdomain("django", str(Path(__file__).with_name("locale")))
        gettext.textdomain("django")


def _usage(line: str) -> str:
    return line.replace("Usage: ", translate(_("Usage: ")), 1)


def _explained(option: Any) -> Any:
    if option is not None:
        option.help = translate(_("Show this help and end."))
    return option
