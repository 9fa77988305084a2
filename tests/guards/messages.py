"""Finds what a room says to people: `_("…")` in its code, `{% translate %}` and `{% blocktranslate %}` in its templates."""

import ast
import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_python
from babel.messages.pofile import read_po
from django.utils.translation.template import templatize

from tests.guards.sources import ROOT, nodes, rooms, shown

MARKERS = {"_", "marked", "gettext", "gettext_lazy", "ngettext"}
TEMPLATE_CALLS = ("gettext", "ngettext", "pgettext", "npgettext")

Key = tuple[str, str]
"""Context ("" for none) and English text (of a plural: the singular)."""


def in_code(path: Path) -> Iterator[tuple[int, str | None]]:
    """Line and text of each marked message; None where it is not a plain text, so that nobody could translate it."""
    for node in nodes(path):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in MARKERS and node.args:
            value = node.args[0]
            yield node.lineno, value.value if isinstance(value, ast.Constant) and isinstance(value.value, str) else None


def in_template(path: Path) -> set[Key]:
    """Keys of all messages of one template."""
    calls = templatize(path.read_text(encoding="utf-8"), origin=shown(path))
    # what is no message became rows of X; their indentation would not be Python
    flat = "\n".join(line.strip() for line in calls.splitlines())
    keys: set[Key] = set()
    for _line, function, found, _comments in extract_python(BytesIO(flat.encode()), dict.fromkeys(TEMPLATE_CALLS), [], {}):
        parts: Any = found  # one text, or several with gaps
        said = [parts] if isinstance(parts, str) else [text for text in parts if text]
        keys.add((said[0], said[1]) if str(function).startswith(("p", "np")) else ("", said[0]))
    return keys


def said_by(room: Path) -> dict[Key, str]:
    """Every message of a room and one place where it is said."""
    said: dict[Key, str] = {}
    for path in sorted(room.rglob("*.py")):
        said |= {("", text): f"{shown(path)}:{line}" for line, text in in_code(path) if text}
    for path in sorted((*room.rglob("templates/**/*.html"), *room.rglob("templates/**/*.txt"))):
        said |= dict.fromkeys(in_template(path), shown(path))
    return said


def catalogue(room: Path) -> Catalog:
    """The room's German; empty where it has no file."""
    path = room / "locale" / "de" / "LC_MESSAGES" / "django.po"
    if not path.exists():
        return Catalog(locale="de")
    with path.open("rb") as file:
        return read_po(file, locale="de")


def key_of(message: Message) -> Key:
    """The key under which `said_by` knows a message of a catalogue."""
    return message.context or "", message.id[0] if isinstance(message.id, tuple | list) else message.id


def entries() -> Iterator[tuple[Path, Message]]:
    """Every message of every catalogue."""
    for room in rooms():
        yield from ((room, message) for message in catalogue(room) if message.id)


def texts(value: str | tuple[str, ...] | list[str] | None) -> list[str]:
    """All forms of an English or German text."""
    return [value] if isinstance(value, str) else list(value or [""])


def placeholders(text: str) -> set[str]:
    """The facts that are filled in."""
    return set(re.findall(r"\{(\w*)[^{}]*\}|%\(\w+\)[sd]", text)) | set(re.findall(r"%\(\w+\)[sd]", text))


def missing() -> list[str]:
    """What would have to be added to the catalogues, ready to be pasted; `python -m tests.guards.messages` prints it."""
    lines = []
    for room in rooms():
        known = {key_of(message) for message in catalogue(room) if message.id}
        for (context, text), place in sorted(said_by(room).items(), key=lambda item: item[1]):
            if (context, text) not in known:
                lines.append(f"{room.relative_to(ROOT)}: {place}: {f'[{context}] ' if context else ''}{text!r}")
    return lines


if __name__ == "__main__":
    print("\n".join(missing()))
