"""Every command, about one tenant, with numbers, names and addresses of another: answered as for what never was."""

import importlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest
import typer

from siegelpost.cli.main import COMMANDS
from siegelpost.tenancy.handle import TenantDB
from tests.cli.test_slugs import WITHOUT_TENANT
from tests.isolation.stock import MARKS, NEVER, Rows, count_on, state_of, stocked
from tests.shell import Shell

pytestmark = [
    pytest.mark.slow,
    pytest.mark.touches_beta,
    pytest.mark.sqlite,
]  # beta is compared here; what a command names is the same on any engine

OF_THE_INSTALLATION: Final = {
    *WITHOUT_TENANT, ("init",), ("settings",), ("bench",), ("certificates",), ("doctor",), ("staff", "create"), ("staff", "forget-factors"),
    ("staff", "leave"), ("staff", "stay"), ("staff", "leavers"), ("staff", "task-done"), ("staff", "tasks"),
    ("webhook", "add"), ("evidence", "verify"),
}  # fmt: skip
"""Commands that are about no tenant: about the installation, its people, or a file."""
NUMBERS: Final = {
    "mailing": "mailing", "import_id": "import", "request": "request", "approval": {"access": "admission"}, "instruction": "instruction",
    "number": {"token": "token", "instruction": "instruction", "handover": "hand_over", "brake": "mailing", "host": "host"},
}  # fmt: skip
"""Parameter -> the thing of `stocked` that it is the number of; where several have one name, by the first word of the command."""
NAMES: Final = {
    "email": "eve@{host}", "like": "eve@{host}", "emails": "eve@{host}", "person": "bea@{host}", "owner": "bea@{host}",
    "list_name": "{name}", "other": "{name}", "lists": "{name}",
    "domain": "{host}", "host": "news.{host}", "sender": "{name} <news@{host}>",
}  # fmt: skip
"""Parameter -> the name of something that a tenant has."""
PLAIN: Final = {
    "act": "", "agree": "", "below": "beta", "at": "2030-01-02", "by": "Eva Muster", "categories": "C", "csv": "out.csv", "demand": "on",
    "document": "people.csv", "file": "people.csv", "subscribers": "3", "category": "contact", "way": "letter", "people": "1",
    "first": "2026-01-01", "folder": ".", "ground": "G", "key_file": "people.csv", "chain_file": "people.csv",
    "kind": "other", "last": "2026-01-31", "mailbox": "A <a@only-alpha.example>",
    "name": "N", "on": "on", "path": "letter", "most": "3", "purpose": "P", "reason": "A list was deleted", "recipient": "R",
    "records": "1", "status": "normal", "figures": "clicks", "information": "I", "consent_text": "T", "contact": "C",
    "condition": "language is empty", "mode": "anonymous", "came": "letter", "note": "N",
    "right": "read", "source": "blacklist", "state": "unsure", "steps": "50..20000", "subject": "S", "target": "T",
    "text_file": "people.csv", "to": "T", "until": "2026-12-31", "weakness": "unencrypted", "relays": "default",
}  # fmt: skip
"""What a command cannot do without, and what names nothing that a tenant has."""
FILES: Final[Mapping[tuple[str, ...], str]] = {
    ("mailing", "create"): "letter.md",
    ("export",): "out.csv",
    ("evidence", "export"): "log.jsonl",
    ("tenant", "export"): "alpha.age",
}
"""Commands that take or write a file of another kind."""
MORE: Final[Mapping[tuple[str, ...], tuple[str, ...]]] = {
    ("mailing", "again"): ("--twice-ok",),
    ("tenant", "end"): ("--never",),
    ("approval", "decide"): ("--agree",),
    ("pace", "warm-up"): ("50..20000",),
}
"""Without these they are not understood."""


@dataclass(frozen=True)
class Leaf:
    """One command with its parameters."""

    words: tuple[str, ...]
    params: tuple[Any, ...]

    @property
    def names_a_tenant(self) -> bool:
        """Whether it is about one."""
        return any(one.name == "slug" and one.required for one in self.params)

    def named(self) -> list[str]:
        """Parameters that name something which a tenant has; of those that may be left out, the ones that we know."""
        return [one.name for one in self.params if one.name in NUMBERS or one.name in NAMES]

    def typed(self, numbers: Mapping[str, int], name: str, host: str) -> list[str]:
        """A whole line about alpha. Fails for a parameter that nobody has said how to fill."""
        line, options = list(self.words), list[str]()
        for one in self.params:
            value = "alpha" if one.name == "slug" else self._value(one, numbers, name, host)
            if not value:
                continue
            if type(one).__name__ == "TyperArgument":
                line.append(value)
            else:
                options += [max(one.opts, key=len), value]
        return [*line, *options, *MORE.get(self.words, ()), "--json"]

    def _value(self, one: Any, numbers: Mapping[str, int], name: str, host: str) -> str:
        if one.name in NUMBERS:
            thing: Any = NUMBERS[one.name]
            return str(numbers[thing if isinstance(thing, str) else thing.get(self.words[0], one.name)])
        if one.name in NAMES:
            return NAMES[one.name].format(name=name, host=host)
        if not one.required:
            return ""
        assert one.name in PLAIN, (
            f"{' '.join(self.words)}: say in NUMBERS or NAMES what {one.name} names, or in PLAIN that it names nothing"
        )
        return FILES.get(self.words, PLAIN["file"]) if one.name == "file" else PLAIN[one.name]


def without(words: str) -> str:
    """A refusal without what was asked for, which it may repeat."""
    return re.sub(r"7\d{3}|8000", "#", words.replace("beta", "never").replace("Beta", "Never"))


def leaves() -> Iterator[Leaf]:
    """All commands there are."""
    for word, (file, _about) in COMMANDS.items():
        yield from _below((word,), typer.main.get_command(importlib.import_module(f"siegelpost.cli.{file}").app))


def _below(words: tuple[str, ...], command: Any) -> Iterator[Leaf]:
    if not hasattr(command, "commands"):
        yield Leaf(words, tuple(command.params))
        return
    for name, below in command.commands.items():
        yield from _below((*words, name), below)


def test_every_command_names_its_tenant_or_is_known_to_be_about_none() -> None:
    others = {one.words for one in leaves() if not one.names_a_tenant}
    unknown = {words for words in others if words[:1] not in OF_THE_INSTALLATION and words[:2] not in OF_THE_INSTALLATION}
    assert unknown == {("brake", "list")}, "say of these whether they are about a tenant"


def test_every_command_about_what_another_tenant_has_is_answered_as_about_what_never_was(
    alpha: TenantDB, beta: TenantDB, rows: Rows, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("people.csv").write_text("E-Mail\nann@example.org\n", encoding="utf-8")
    Path("letter.md").write_text("# Hello\n\n[Leave]({{ unsubscribe_url }})\n\n{{ imprint }}\n", encoding="utf-8")
    stocked(alpha)
    count_on(beta)
    theirs = stocked(beta)
    before, found, tried = state_of(beta, rows()), list[str](), 0
    shell, nothing = Shell(capsys), dict.fromkeys(theirs, NEVER)
    for one in (one for one in leaves() if one.names_a_tenant and one.named()):
        code, out, err = shell(*one.typed(theirs, "Only Beta", "only-beta.example"))
        other, _out, refusal = shell(*one.typed(nothing, "Only Never", "only-never.example"))
        tried += 1
        if (code, without(err)) != (other, without(refusal)) or code == 2:
            found.append(f"{' '.join(one.words)}: {code} {err} for what is there, {other} {refusal} for what never was")
        if code and any(mark in out for mark in MARKS):
            found.append(f"{' '.join(one.words)} shows {out}")
    assert not found, "\n".join(found)
    assert state_of(beta, rows()) == before
    assert tried >= 35
