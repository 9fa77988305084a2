"""Every statement in a file says what it is for, what it takes, which index it uses, and which test proves it."""

import re
from pathlib import Path

import pytest

from tests.guards.sources import PACKAGE, ROOT, shown

FILES = sorted(PACKAGE.glob("**/sql/*/*.sql"))
HEAD = {"its parameters": r"\bParameters\b", "its index": r"\b[Ii]ndex(es)?\b", "its test": r"\bTest: tests/"}


def head(path: Path) -> list[str]:
    """The comment lines at the top."""
    lines = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line.startswith("--"):
            break
        lines.append(line.removeprefix("--").strip())
    return lines


@pytest.mark.parametrize("path", FILES, ids=shown)
def test_a_statement_has_a_head_with_purpose_parameters_index_and_test(path: Path) -> None:
    lines = head(path)
    assert lines, "no head"
    assert re.match(rf"{path.stem}: \S.+", lines[0]), "the first line is '-- name: purpose'"
    lacking = [what for what, pattern in HEAD.items() if not re.search(pattern, " ".join(lines))]
    assert lacking == [], "say 'none' and why where there is none"


@pytest.mark.parametrize("path", FILES, ids=shown)
def test_the_test_that_a_statement_names_exists(path: Path) -> None:
    named = re.findall(r"tests/[\w/]+\.py", " ".join(head(path)))
    assert named
    assert [name for name in named if not (ROOT / name).exists()] == []


@pytest.mark.parametrize("path", FILES, ids=shown)
def test_the_parameters_of_the_head_are_those_of_the_statement(path: Path) -> None:
    text = "\n".join(line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("--"))
    used = set(re.findall(r"%\((\w+)\)s", text))
    said = " ".join(line for line in head(path))
    assert {name for name in used if not re.search(rf"\b{name}\b", said)} == set()


def test_every_statement_exists_for_both_databases() -> None:
    names = {
        vendor: {str(path.parent.parent.relative_to(PACKAGE) / path.name) for path in FILES if path.parent.name == vendor}
        for vendor in ("sqlite", "postgresql")
    }
    assert names["sqlite"] == names["postgresql"]
