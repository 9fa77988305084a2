"""A renewed certificate is taken up while the server runs. It is checked first; while a new one is wrong, the old one serves on."""

import os
import threading
from collections.abc import Callable
from typing import Final

import structlog

from siegelpost.base import clock
from siegelpost.base.errors import BadInput
from siegelpost.base.settings import Settings
from siegelpost.flows.own_tls import own_pair
from siegelpost.flows.tls_pair import Pair

EVERY: Final = 20.0
"""Seconds between two looks: within a minute a renewed one serves, also where a look falls between its two files."""
AT_ONCE: Final = 0.2
"""The same on a test system."""

log = structlog.get_logger(__name__)


class Renewal:
    """Knows which pair serves, and what the files looked like when it was read."""

    def __init__(self, settings: Settings, hosts: tuple[str, ...], pair: Pair) -> None:
        self._settings, self._hosts, self._pair = settings, hosts, pair
        self._taken: object = None
        self._refused: object = None
        self._told = ""

    def look(self) -> Pair | None:
        """A new pair that is good, None where there is none: nothing has changed, or what came is wrong.

        Two files are never written at the same moment: what is wrong at one look only is told to nobody.
        """
        marks = self._marks()
        if marks == self._taken:
            return None
        try:
            found = own_pair(self._settings, self._hosts, now=clock.now())
        except BadInput as fault:
            if marks == self._refused and self._told != fault.code:
                self._told = fault.code
                log.error("tls.renewal_refused", code=fault.code)
            self._refused = marks
            return None
        self._taken, self._told = marks, ""
        if found is None or found == self._pair:
            return None
        self._pair = found
        log.info("tls.renewed")
        return found

    def _marks(self) -> object:
        return [_mark(str(one)) for one in (self._settings.tls_certificate, self._settings.tls_key)]


def keep_renewed(renewal: Renewal, settings: Settings, use: Callable[[Pair], None]) -> None:
    """From now on, in a thread that ends with the process, let each new pair be used."""

    def look() -> None:
        found = renewal.look()
        if found is not None:
            use(found)

    in_turn(look, settings)


def in_turn(look: Callable[[], None], settings: Settings) -> None:
    """Look again and again, in a thread that ends with the process."""
    seconds = AT_ONCE if settings.environment == "test" else EVERY

    def watch() -> None:
        while True:
            threading.Event().wait(seconds)
            look()

    threading.Thread(target=watch, name=look.__qualname__, daemon=True).start()


def _mark(path: str) -> tuple[int, int, int] | None:
    """What changes when a file does, also where a link leads to another one."""
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns
