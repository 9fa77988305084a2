"""What is installed is pinned, hashed, and says nothing about where it came from."""

import re
import tomllib
from pathlib import Path

import pytest

from tests.guards.sources import ROOT

FILES = [ROOT / "requirements" / "run.txt", ROOT / "requirements" / "dev.txt"]


def pinned(path: Path) -> dict[str, str]:
    """Version by name of package."""
    return dict(re.findall(r"^([a-z0-9.-]+)==(\S+)", path.read_text(encoding="utf-8"), re.MULTILINE))


def wanted(*lists: list[str]) -> set[str]:
    """Names of packages in requirement lines."""
    return {re.split(r"[\[<>=!~; ]", line)[0].lower().replace("_", "-") for lines in lists for line in lines}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_pinned_version_has_hashes_and_no_address(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    blocks = re.split(r"\n(?=[a-z0-9])", text)
    assert [block.splitlines()[0] for block in blocks if "--hash=sha256:" not in block] == []
    assert re.findall(r"^\s*(?:--(?!hash)\S+|\S*://\S*|file:\S*)", text, re.MULTILINE) == []


def test_every_dependency_of_the_package_is_pinned() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert wanted(project["project"]["dependencies"]) - set(pinned(FILES[0])) == set()
    assert wanted(project["project"]["dependencies"], project["dependency-groups"]["dev"]) - set(pinned(FILES[1])) == set()


def test_what_is_tested_is_what_runs() -> None:
    run, dev = pinned(FILES[0]), pinned(FILES[1])
    assert {name: version for name, version in run.items() if dev.get(name) != version} == {}
