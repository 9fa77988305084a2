"""What SpamAssassin says about a message, where it is installed: the widest spread of the filters that can be asked beforehand.

Asked without network (`-L`), without anybody's preferences and without memory (no Bayes database), so that the same message gets
the same points on every machine with the same rules. Debian's package `spamassassin` brings rules with it.
"""

import re
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from shutil import which
from threading import BoundedSemaphore
from typing import Final

from siegelpost.base.errors import Refused
from siegelpost.base.i18n import marked as _

PROGRAM: Final = "spamassassin"
SECONDS: Final = 30
"""It takes three; whoever waits longer is told that it did not answer."""
WORTH_SHOWING: Final = 0.05
"""Points below that say that a rule was looked at, and nothing about the message."""
DOUBTFUL: Final = 2.0
"""From so many points on something had better be mended: filters at work add their own, such as those of the Bayes database."""
_RULE: Final = re.compile(r" ?(-?\d+(?:\.\d+)?) ([A-Z][A-Z0-9_]*) +(\S.*)")
_turns = BoundedSemaphore(2)


class SpamFilterMissing(Refused):
    """Without it nobody says anything, least of all that the message is good."""

    code = "render.no_spam_filter"
    message = _("SpamAssassin is not installed on this machine.")
    hint = _("On Debian: `apt-get install spamassassin`.")
    nothing = _("The message was not looked at.")
    status = 404


class SpamUnknown(Refused):
    """It was asked and did not answer."""

    code = "render.spam_unknown"
    message = _("SpamAssassin gave no points for this message.")
    hint = _("Try again; if it stays like this, run `spamassassin -L -t` by hand.")
    nothing = _("Nothing was sent, and the mailing is as it was.")
    status = 503


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of SpamAssassin that fits the message; its words are SpamAssassin's own."""

    name: str
    points: float
    words: str


@dataclass(frozen=True, slots=True)
class SpamScore:
    """Points of a message; `limit` and more make it spam. Rules with the most points first."""

    points: float
    limit: float
    rules: tuple[Rule, ...]

    @property
    def doubtful(self) -> bool:
        """Whether something had better be mended."""
        return self.points >= DOUBTFUL


def installed() -> bool:
    """Whether there is a SpamAssassin on this machine."""
    return which(PROGRAM) is not None


def spam_score(message: bytes, *, language: str, mark: str) -> SpamScore:
    """Ask SpamAssassin about a complete message with CRLF; takes about three seconds of CPU. Raises SpamFilterMissing, SpamUnknown.

    language  "de" or "en", of what the rules say about themselves
    mark      a word that nobody can guess: it begins the answer, so that nothing that a message says is taken for it
    """
    program = which(PROGRAM)
    if program is None:
        raise SpamFilterMissing
    report = ("report_safe 0", "use_bayes 0", "clear_report_template", f"report {mark} _SCORE_ _REQD_", "report _SUMMARY_")
    words = [program, "-L", "-x", "-t", *(word for line in report for word in ("--cf", line))]
    with _turns, tempfile.TemporaryDirectory() as folder:
        environ = {"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": folder, "LC_ALL": language, "PERL_BADLANG": "0"}
        try:
            done = subprocess.run(words, input=message, capture_output=True, check=True, timeout=SECONDS, env=environ, cwd=Path(folder))
        except (OSError, subprocess.SubprocessError):
            raise SpamUnknown from None
    return _read(_text(done.stdout), mark)


def _text(raw: bytes) -> str:
    """The German words of the rules are in Latin-1, all others in ASCII."""
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def _read(said: str, mark: str) -> SpamScore:
    lines = said.rpartition(mark)[2].splitlines()
    try:
        points, limit = (float(word) for word in lines[0].split())
    except (IndexError, ValueError):
        raise SpamUnknown from None
    found: list[Rule] = []
    for line in lines[1:]:
        if match := _RULE.fullmatch(line):
            found.append(Rule(match[2], float(match[1]), match[3]))
        elif found and line.strip():  # the words of a rule go on
            found[-1] = Rule(found[-1].name, found[-1].points, f"{found[-1].words} {line.strip()}")
    shown = (one for one in found if abs(one.points) >= WORTH_SHOWING)
    return SpamScore(points, limit, tuple(sorted(shown, key=lambda one: -one.points)))
