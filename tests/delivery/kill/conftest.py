"""The scene is set once per file: senders that outlive a test serve the next one.

Imports what knows Django's models only inside functions: this file is read before Django is set up.
"""

# ruff: noqa: PLC0415
from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests import templates

if TYPE_CHECKING:
    from tests.delivery.kill.scene import Scene


@pytest.fixture(scope="module")
def _stage(_template: templates.Template, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    from tests.delivery.kill.crew import Crew
    from tests.delivery.kill.scene import Scene
    from tests.delivery.kill.sink import sink

    _template.restore()
    folder: Path = tmp_path_factory.mktemp("kill")
    with sink(folder / "record") as made:
        found = Scene(_template.open("alpha"), made, Crew(made, folder / "log"))
        try:
            yield found
        finally:
            found.crew.kill_all()
    assert _template.is_as_made("beta"), "a test of alpha changed beta"
    _template.close()


@pytest.fixture
def scene(_stage: Scene, engine: str) -> Iterator[Scene]:
    """A tenant whose mailing is sent by real processes to a sink that keeps what it takes."""
    yield _stage
    _stage.end()
