"""Structured logs on standard error: one JSON line per event, no personal data, nothing that breaks a line."""

import json
import logging
import sys
from datetime import UTC, datetime
from pathlib import Path
from traceback import extract_tb

import structlog


class Line(logging.Formatter):
    """What libraries log, as a line like ours: who says it and how bad it is, never their words, which may hold anything.

    Of an exception kind and place are told: its text may be a row of the database.
    """

    def format(self, record: logging.LogRecord) -> str:
        """One line of JSON."""
        said: dict[str, object] = {
            "event": "library.said",
            "level": record.levelname.lower(),
            "logger": record.name,
            "timestamp": datetime.fromtimestamp(record.created, UTC).isoformat().replace("+00:00", "Z"),
        }
        fault = record.exc_info[1] if record.exc_info else None
        if fault is not None:
            frames = extract_tb(fault.__traceback__, limit=-3)
            said |= {"kind": type(fault).__name__, "places": [f"{Path(frame.filename).name}:{frame.lineno}" for frame in frames]}
        return json.dumps(said, sort_keys=True)


def configure_logs() -> None:
    """Set up logging for this process; JSON escapes control characters, so an entry cannot forge another."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(sort_keys=True),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, force=True)
    for handler in logging.getLogger().handlers:
        handler.setFormatter(Line())
