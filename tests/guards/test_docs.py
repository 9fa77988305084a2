"""The documents say what the code does, and lead where they say."""

import re

import pytest

from scripts.build_docs import pages
from tests.guards.sources import ROOT, repository_files, shown

MARKDOWN = [path for path in repository_files() if path.suffix == ".md"]


@pytest.mark.parametrize("name", ["settings.md", "commands.md", "errors.md", "findings.md", "controls.md"])
def test_reference_pages_are_as_the_code_says(name: str) -> None:
    path = ROOT / "docs" / name
    assert path.exists(), "make docs"
    assert path.read_text(encoding="utf-8") == pages()[name], "make docs"


def test_links_between_documents_lead_somewhere() -> None:
    faults = []
    for path in MARKDOWN:
        for target in re.findall(r"\]\(([^)\s]+)\)", path.read_text(encoding="utf-8")):
            place = target.partition("#")[0]
            if place and "://" not in place and not place.startswith("mailto:") and not (path.parent / place).exists():
                faults.append(f"{shown(path)}: {target}")
    assert faults == []


def test_every_decision_is_in_the_index() -> None:
    index = (ROOT / "docs" / "README.md").read_text(encoding="utf-8")
    assert [path.name for path in sorted((ROOT / "docs" / "decisions").glob("*.md")) if f"decisions/{path.name}" not in index] == []


def test_every_document_is_in_the_index() -> None:
    index = (ROOT / "docs" / "README.md").read_text(encoding="utf-8")
    assert [path.name for path in sorted((ROOT / "docs").glob("*.md")) if path.name != "README.md" and f"({path.name})" not in index] == []


def test_commands_of_the_makefile_that_documents_name_exist() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = {name for path in MARKDOWN for name in re.findall(r"`make ([a-z-]+)", path.read_text(encoding="utf-8"))}
    assert named - targets == set()
