"""TLS reports: how many sessions to a domain's mail servers were encrypted, and why the others were not. Pure.

Source: RFC 8460 section 4.
"""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from siegelpost.feedback.report_facts import Facts, Line, merged, plain

SUCCESS: Final = "success"
FAILURES: Final = frozenset(
    {
        "starttls-not-supported", "certificate-host-mismatch", "certificate-expired", "certificate-not-trusted", "validation-failure",
        "tlsa-invalid", "dnssec-invalid", "dane-required", "sts-policy-fetch-error", "sts-policy-invalid", "sts-webpki-invalid",
    }
)  # fmt: skip
"""RFC 8460 section 4.3; any other word of a report counts as a failure of validation."""
POLICIES: Final = frozenset({"tlsa", "sts", "no-policy-found"})
_OF_ANOTHER_SHAPE: Final = (ValueError, LookupError, TypeError, AttributeError, OverflowError, RecursionError)
MAX_POLICIES: Final = 100
MAX_FAILURES: Final = 1_000


def read_tls(document: bytes) -> Facts | None:
    """Return what a report says, None if the document is none. Raises nothing."""
    try:
        said: dict[str, Any] = json.loads(document)
        policies = said["policies"][:MAX_POLICIES]
        span = said["date-range"]
        return Facts(
            domain=plain(str(policies[0]["policy"]["policy-domain"])).lower().rstrip("."),
            reporter=plain(str(said.get("organization-name", ""))),
            number=plain(str(said["report-id"])),
            begin=_moment(span["start-datetime"]),
            end=_moment(span["end-datetime"]),
            lines=merged(line for one in policies for line in _lines(one)),
        )
    except _OF_ANOTHER_SHAPE:
        return None


def _moment(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError("a time without its zone")
    return found


def _lines(one: dict[str, Any]) -> Iterator[Line]:
    kind = one["policy"].get("policy-type", "")
    policy = kind if kind in POLICIES else ""
    summary = one["summary"]
    failed = int(summary["total-failure-session-count"])
    yield Line("", SUCCESS, policy, int(summary["total-successful-session-count"]))
    for detail in one.get("failure-details", ())[:MAX_FAILURES]:
        count, word = int(detail["failed-session-count"]), detail["result-type"]
        failed -= count
        yield Line("", word if word in FAILURES else "validation-failure", policy, count)
    yield Line("", "validation-failure", policy, failed)  # what the summary counts and no detail explains
