"""The workers of xdist get whole files: what lives as long as a file is made once, and no worker waits for another that makes it.

The tests of the journeys are one piece: they look at one demo, which takes a minute.
"""

from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

ONE_PIECE = "tests/journeys/"


class InFiles(LoadScopeScheduling):  # type: ignore[misc] # xdist has no types
    """What belongs together goes to one worker."""

    def _split_scope(self, nodeid: str) -> str:
        return ONE_PIECE if nodeid.startswith(ONE_PIECE) else nodeid.partition("::")[0]


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> InFiles:
    """Asked by xdist where there are several workers."""
    return InFiles(config, log)
