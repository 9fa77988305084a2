"""Each command is known: either it is the operator's own work, or it needs an access in the tenant of another controller."""

import importlib
import re
from collections.abc import Iterator

import typer

from siegelpost.accounts import command_rules
from siegelpost.accounts.command_rules import PEOPLE, WORK, needs_access
from siegelpost.cli.main import COMMANDS
from tests.guards.sources import PACKAGE


def test_every_command_is_classified() -> None:
    named = {words.partition(" --")[0] for words in WORK | PEOPLE}
    assert set(_typed()) == named, "say of a new command in accounts/command_rules.py whether it is WORK or shows or changes PEOPLE"


def test_no_command_is_both_and_one_that_is_unknown_needs_access() -> None:
    assert not WORK & PEOPLE
    assert all(needs_access(words) for words in (*PEOPLE, "", "run", "subscriber rename"))
    assert not any(needs_access(words) for words in WORK)


def test_every_word_with_an_option_is_said_by_a_command() -> None:
    """A name that no command passes on would promise a door that is not there."""
    names = [name for name, words in vars(command_rules).items() if isinstance(words, str) and " --" in words and name.isupper()]
    sources = "\n".join(one.read_text("utf-8") for one in (PACKAGE / "cli").glob("*.py"))
    assert len(names) == 5
    assert [name for name in names if len(re.findall(rf"\b{name}\b", sources)) < 2] == []


def test_people_are_reached_by_the_gate_alone() -> None:
    """`open_tenant` without the gate would ask for no access."""
    users = {one.name for one in (PACKAGE / "cli").glob("*.py") if "open_tenant(" in one.read_text("utf-8")}
    assert users == {"context.py"}


def _typed() -> Iterator[str]:
    for word, (file, _about) in COMMANDS.items():
        command = typer.main.get_command(importlib.import_module(f"siegelpost.cli.{file}").app)
        below = getattr(command, "commands", None)
        yield from (f"{word} {verb}" for verb in below) if below else (word,)
