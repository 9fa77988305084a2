"""Write the reference pages from the code: docs/settings.md, docs/commands.md, docs/errors.md, docs/findings.md,
docs/controls.md.

With --check: write nothing, name the pages that are not as the code says, end with 1 if there are any.
"""

import importlib
import os
import re
import sys
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

DOCS = Path(__file__).resolve().parent.parent / "docs"
SOURCES = DOCS.parent / "src"
HOLDS_ERRORS = re.compile(r"^    code(?:: ClassVar\[str\])? = \"", re.MULTILINE)
NOTE = "<!-- Written by `make docs` from the code. Change it there. -->\n"


def settings_page() -> str:
    """Every variable of the environment, with meaning and default."""
    variables = importlib.import_module("siegelpost.base.settings").VARIABLES
    rows = "".join(f"| `{one.name}` | {_cell(one.meaning)} | {_cell(one.default)} |\n" for one in variables)
    return (
        f"# Settings\n\n{NOTE}\nSettings come from the environment. Each variable `NAME` can be read from a file instead: "
        "`NAME_FILE` then holds the path (for passwords and keys). `SIEGELPOST_MASTER_KEY_FILE` and those of TLS are such paths. "
        "All faults are reported at once, before anything starts. `siegelpost settings` prints this table.\n\n"
        f"| variable | meaning | default |\n|---|---|---|\n{rows}"
    )


def commands_page() -> str:
    """Every command with its arguments and options."""
    main = importlib.import_module("siegelpost.cli.main")
    typer_main = importlib.import_module("typer.main")
    parts = []
    for word, (file, about) in main.COMMANDS.items():
        module = importlib.import_module(f"siegelpost.cli.{file}")
        parts.append(f"## {word}\n\n{about}\n")
        parts += [_command(path, command) for path, command in _commands(word, typer_main.get_command(module.app))]
    codes = "Exit codes: 0 done · 2 wrong usage · 3 refused · 4 bad input, nothing changed · 5 done in part, the rest is listed."
    return (
        f"# Commands\n\n{NOTE}\n`siegelpost --help` lists them in your language, `siegelpost COMMAND --help` explains one. {codes}\n\n"
        + "\n".join(parts)
    )


def errors_page() -> str:
    """Every error code, what it means and what to do."""
    _import_errors()
    root = importlib.import_module("siegelpost.base.errors").SiegelpostError
    rows = "".join(
        f"| `{kind.code}` | {kind.exit_code} | {kind.status} | {_cell(kind.message)} | {_cell(kind.hint)} |\n"
        for kind in sorted(_below(root), key=lambda kind: (kind.code, kind.__name__))
        if kind.message and kind.__module__.startswith("siegelpost.")
    )
    return (
        f"# Errors\n\n{NOTE}\nEvery error has a stable code, says what is wrong, what to do and what did not happen, "
        "and never repeats a person's data. `{…}` stands for facts of the case.\n\n"
        f"| code | exit code | HTTP | what is wrong | what to do |\n|---|---|---|---|---|\n{rows}"
    )


def findings_page() -> str:
    """Every code that a check of a sender domain may end with."""
    says = importlib.import_module("siegelpost.mailings.domain_words").SAYS
    rows = "".join(f"| `{code}` | {_cell(text)} |\n" for code, text in says.items())
    return (
        f"# Findings about sender domains\n\n{NOTE}\n`siegelpost sender check` and the page of a domain name what they found by these "
        "codes. [Sender domains](sender-domains.md) says which of them keep mail from being sent. `{…}` stands for facts of the case.\n\n"
        f"| code | what it says |\n|---|---|\n{rows}"
    )


def controls_page() -> str:
    """Every control in our words, and what watches it."""
    controls = importlib.import_module("siegelpost.governance.catalogue").catalogue().values()
    rows = "".join(map(_control, controls))
    checks = sorted(importlib.import_module("siegelpost.flows.controls.collected").CHECKS, key=lambda one: one.key)
    return (
        f"# Controls\n\n{NOTE}\nThe technical and organisational measures (Art. 32 GDPR) by which data are protected. "
        '`siegelpost controls` and the page "Controls" say of each whether it is kept now; '
        "[why like this](decisions/0035-a-control-is-what-was-seen.md).\n\n"
        "## What is watched\n\nA result that is twice as old as the time between two checks proves nothing any more. "
        "The others of the list below are not set up: nothing watches them yet.\n\n"
        f"| control | of | what is looked at | every | basis |\n|---|---|---|---|---|\n{''.join(map(_watched, checks))}\n"
        "## All controls\n\nKind: T technical, E evidenced by records, D declared by a person. Whose: P the product, O the operator, "
        f"T the tenant.\n\n| control | kind | whose | source | what it is about |\n|---|---|---|---|---|\n{rows}"
    )


def _watched(check: Any) -> str:
    basis = check.basis if check.whole else f"{check.basis}, in part"
    return f"| {check.control} | {check.scope} | {_cell(check.looks_at)} | {_period(check.every)} | {basis} |\n"


def _control(one: Any) -> str:
    words = one.words["en"]
    return f"| {one.id} | {one.kind} | {one.scope} | {_cell(one.article)} | **{_cell(words.title)}.** {_cell(words.text)} |\n"


def _period(every: timedelta) -> str:
    minutes = int(every.total_seconds()) // 60
    size, word = next((size, word) for size, word in ((1440, "day"), (60, "hour"), (1, "minute")) if minutes % size == 0)
    return f"{minutes // size} {word}{'s' * (minutes > size)}"


def pages() -> dict[str, str]:
    """All generated pages by file name. Django must be set up."""
    importlib.import_module("siegelpost.base.i18n").use_language("en")
    return {
        "settings.md": settings_page(),
        "commands.md": commands_page(),
        "errors.md": errors_page(),
        "findings.md": findings_page(),
        "controls.md": controls_page(),
    }


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _commands(path: str, command: Any) -> Iterator[tuple[str, Any]]:
    """`command` itself or, of a group, those below it."""
    below = getattr(command, "commands", None)
    if below is None:
        yield path, command
        return
    for name in sorted(below):
        yield from _commands(f"{path} {name}", below[name])


def _command(path: str, command: Any) -> str:
    arguments = [_usage(one) for one in command.params if one.param_type_name == "argument"]
    options = [one for one in command.params if one.param_type_name == "option" and "--help" not in one.opts]
    usage = " ".join(["siegelpost", path, *arguments, *(["[OPTIONS]"] if options else [])])
    lines = "".join(f"- `{'/'.join([*one.opts, *one.secondary_opts])}` {_about(one)}\n" for one in options)
    about = re.sub(r"\s+", " ", command.help or "").strip()
    return f"### `{usage}`\n\n{about}\n" + (f"\n{lines}" if lines else "")


def _usage(argument: Any) -> str:
    name = argument.metavar or argument.name.upper()
    name += "…" if argument.nargs == -1 else ""
    return name if argument.required else f"[{name}]"


def _about(option: Any) -> str:
    default = option.default
    shown = f" (default {default})" if isinstance(default, str | int | float) and not isinstance(default, bool) and default != "" else ""
    return f"{option.help or ''}{' (required)' if option.required else ''}{shown}".strip()


def _below(kind: type[Any]) -> Iterator[type[Any]]:
    for child in kind.__subclasses__():
        yield child
        yield from _below(child)


def _import_errors() -> None:
    """Errors are known once the file that holds them was imported; others may do something when they are."""
    for path in sorted(SOURCES.glob("siegelpost/**/*.py")):
        if HOLDS_ERRORS.search(path.read_text(encoding="utf-8")):
            importlib.import_module(".".join(path.relative_to(SOURCES).with_suffix("").parts))


def main(arguments: list[str]) -> int:
    """Write or check the pages."""
    with tempfile.TemporaryDirectory() as home:
        os.environ |= {"SIEGELPOST_HOME": home, "DJANGO_SETTINGS_MODULE": "siegelpost.project.staff", "LANGUAGE": "en", "COLUMNS": "120"}
        importlib.import_module("django").setup()
        wrong = []
        for name, text in pages().items():
            path = DOCS / name
            if not path.exists() or path.read_text(encoding="utf-8") != text:
                wrong.append(name)
                if "--check" not in arguments:
                    path.write_text(text, encoding="utf-8")
    for name in wrong:
        print(f"docs/{name} {'is not as the code says: make docs' if '--check' in arguments else 'written'}")
    return int(bool(wrong) and "--check" in arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
