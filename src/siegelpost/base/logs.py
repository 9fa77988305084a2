"""Structured logs on standard error: one JSON line per event, no personal data, nothing that breaks a line."""

import logging
import sys

import structlog


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
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(name)s %(levelname)s", force=True)
