"""One furnished data folder for all tests of the command line; who changes something takes a copy."""

from pathlib import Path

import pytest

from tests.cli.shell import Shell, copy_of, furnished


@pytest.fixture(scope="session")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Shell:
    """A data folder that tests only read, or change in ways that no other test looks at."""
    return furnished(tmp_path_factory.mktemp("cli") / "home")


@pytest.fixture
def shell(standing: Shell, tmp_path: Path) -> Shell:
    """A copy to break."""
    return copy_of(standing, tmp_path / "place")
