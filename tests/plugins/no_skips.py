"""Where everything could be installed, nothing may be skipped: as root with CI=true a skip is a failure, and so is a run without tests.

A skip that is wanted there is no skip but a deselection (`-m`, `--database`).
"""

import os

import pytest


class NoSkips:
    """Counts what ran and what did not; each worker of xdist reports to the one that counts."""

    def __init__(self) -> None:
        self.passed = 0
        self.skipped: list[str] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note one phase of one test."""
        if report.skipped and not hasattr(report, "wasxfail"):
            self.skipped.append(f"{report.nodeid}: {report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr}")
        elif report.when == "call" and report.passed:
            self.passed += 1

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Note a file that skipped itself as a whole."""
        if report.skipped:
            self.skipped.append(f"{report.nodeid}: {report.longrepr}")

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Turn a green run red."""
        if session.exitstatus == pytest.ExitCode.OK and self.skipped:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED
        elif session.exitstatus == pytest.ExitCode.OK and not self.passed:
            session.exitstatus = pytest.ExitCode.NO_TESTS_COLLECTED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Name each skip."""
        for line in self.skipped:
            terminalreporter.write_line(f"A skip is a failure here: {line}", red=True)


def applies() -> bool:
    """Say whether this is a run in which a skip is a failure."""
    return os.environ.get("CI") == "true" and os.geteuid() == 0


def pytest_configure(config: pytest.Config) -> None:
    """Register the counter, not in the workers: their reports arrive at the one that started them."""
    if applies() and not hasattr(config, "workerinput"):
        config.pluginmanager.register(NoSkips(), "siegelpost-no-skips")
