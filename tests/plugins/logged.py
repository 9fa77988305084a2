"""What the processes of the whole run log is structured and names nobody: each test's standard error is looked through.

A line is a log line where it is JSON with an event. No test may want an address in one: whoever logs a person turns the run red.
"""

import json
import re
from typing import Any

import pytest

ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}", re.IGNORECASE)
LOG_LINE = re.compile(r'^\{.*"event": .*\}$')
BEFORE = re.compile(r"^(?:django|asyncio|aiosmtpd|uvicorn)[\w.]* (?:DEBUG|INFO|WARNING|ERROR|CRITICAL)")
"""What a library's line looks like where nobody gave it our form."""


def faults_of(text: str) -> list[str]:
    """What is wrong with the log lines in a text."""
    found = []
    for line in text.splitlines():
        if BEFORE.match(line):
            found.append(f"not structured: {line[:100]}")
        elif LOG_LINE.match(line) and ADDRESS.search(line):
            found.append(f"names somebody: {_event(line)}")
    return found


def lines_of(text: str) -> int:
    """How many log lines there are."""
    return sum(1 for line in text.splitlines() if LOG_LINE.match(line))


def _event(line: str) -> Any:
    try:
        return json.loads(line).get("event")
    except ValueError:
        return "no JSON"


class Logged:
    """Looks at the reports of all tests, at those of xdist's workers where they come together."""

    def __init__(self) -> None:
        self.lines = 0
        self.faults: list[str] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Look through what one phase of one test wrote; each report holds all sections so far, so those of its own phase count."""
        for name, text in report.sections:
            if name == f"Captured stderr {report.when}":
                self.lines += lines_of(text)
                self.faults += [f"{report.nodeid}: {one}" for one in faults_of(text)]

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Turn a green run red."""
        if session.exitstatus == pytest.ExitCode.OK and self.faults:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Name each."""
        for one in self.faults:
            terminalreporter.write_line(f"A log line that must not be: {one}", red=True)


def pytest_configure(config: pytest.Config) -> None:
    """Register it, not in the workers: their reports come to the one that hands out."""
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Logged(), "siegelpost-logged")
