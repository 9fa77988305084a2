"""What the staff's server writes when a page fails: that it did and where, never the values that it failed with."""

import logging
from pathlib import Path
from traceback import extract_tb

import structlog

_log = structlog.get_logger()


class NoValues(logging.Filter):
    """Takes the trace out of a record: its last line often holds what somebody typed, or a row of the database."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Say kind and place instead."""
        fault = record.exc_info[1] if record.exc_info else None
        if fault is not None:
            places = [f"{Path(frame.filename).name}:{frame.lineno}" for frame in extract_tb(fault.__traceback__, limit=-3)]
            _log.error("web.failed", kind=type(fault).__name__, places=places)
        record.exc_info = record.exc_text = None
        return True


def quiet_logs() -> None:
    """Put NoValues before everything that this process writes by `logging`."""
    for handler in logging.getLogger().handlers:
        handler.addFilter(NoValues())
