"""In a run of half an hour a failure is told in the minute in which it happens: with CI=true, on standard error, with its whole text.

pytest itself tells it at the end, once more.
"""

import os
import sys
from contextlib import nullcontext

import pytest


class AtOnce:
    """Tells; the reports of all workers of xdist arrive at the process that started them."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Tell that one phase of one test failed."""
        self._tell(report, report.when or "")

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Tell that a file cannot be read."""
        self._tell(report, "collect")

    def _tell(self, report: pytest.TestReport | pytest.CollectReport, phase: str) -> None:
        if not report.failed:
            return
        captured = self._config.pluginmanager.getplugin("capturemanager")
        with captured.global_and_fixture_disabled() if captured else nullcontext():
            print(f"\nFAILED AT {phase.upper()}: {report.nodeid}\n{report.longreprtext}", file=sys.stderr, flush=True)


def pytest_configure(config: pytest.Config) -> None:
    """Register it, not in the workers."""
    if os.environ.get("CI") == "true" and not hasattr(config, "workerinput"):
        config.pluginmanager.register(AtOnce(config), "siegelpost-at-once")
