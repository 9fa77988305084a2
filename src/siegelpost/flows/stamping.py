"""An authority outside stamps the time on checkpoints (RFC 3161), where the operator named one."""

from datetime import datetime
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Final
from urllib.parse import urlsplit

import structlog

from siegelpost.evidence import timestamps
from siegelpost.evidence.stamps import keep, unstamped
from siegelpost.tenancy.handle import Logged

PATIENCE: Final = 5.0
"""Seconds for an answer; who gets none asks again with the next checkpoints."""
LONGEST: Final = 1 << 16
"""Bytes of an answer; one with a chain of certificates has about 6,000."""

log = structlog.get_logger(__name__)


class Stamping:
    """One round. After a failure nobody asks again in it: a house that does not answer must hold up nothing.

    url  of the authority, "" for none
    """

    def __init__(self, url: str) -> None:
        self._url = url

    def stamp(self, whose: Logged, *, now: datetime) -> bool:
        """Have the newest checkpoint stamped, where it is not yet; returns whether it was. Never raises for what others do."""
        wanted = unstamped(whose) if self._url else None
        if wanted is None:
            return False
        try:
            asked = timestamps.ask(wanted.note)
            answer = _post(self._url, asked.content)
            timestamps.accept(answer, wanted.note, asked.nonce)
        except (OSError, HTTPException, timestamps.StampWrong) as reason:
            self._url = ""
            log.warning("evidence.not_stamped", tenant=whose.slug, kind=type(reason).__name__)
            return False
        keep(whose, wanted.size, answer, now=now)
        return True


def _post(url: str, content: bytes) -> bytes:
    """Ask as RFC 3161, section 3.4 says; follows nobody elsewhere."""
    parts = urlsplit(url)
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=PATIENCE)
    try:
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request("POST", target, content, {"Content-Type": "application/timestamp-query"})
        answer = connection.getresponse()
        if answer.status != 200:
            raise timestamps.StampWrong
        return answer.read(LONGEST)
    finally:
        connection.close()
