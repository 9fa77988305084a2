"""A filter that we did not write finds nothing to hold against the demo's mailing."""

import json
import shutil
from pathlib import Path

import pytest

from siegelpost.render.spam import spam_score
from tests.journeys.letters import Caught
from tests.journeys.playing import Result
from tests.journeys.processes import plain_environ, siegelpost

pytestmark = [
    pytest.mark.wire,
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("spamassassin") is None, reason="needs Debian's package spamassassin"),
]

BAR = 1.0
"""Points that a mailing of ours may have at most; 5 are spam."""


def test_messages_as_they_arrived_have_less_than_one_point(letters: list[Caught]) -> None:
    found = {
        letter.number: spam_score(letter.raw, language="en", mark="points-4711")
        for letter in (letters[0], letters[len(letters) // 2], letters[-1])
    }
    assert {number: one.rules for number, one in found.items() if one.points >= BAR} == {}


def test_the_command_foresees_it(result: Result, letters: list[Caught]) -> None:
    environ = plain_environ(SIEGELPOST_HOME=str(Path(result.folder) / "home"), SIEGELPOST_ENVIRONMENT="test")
    said = json.loads(siegelpost(environ, "mailing", "spam", "werkhof", "1", "--json"))
    assert set(said) == {"id", "points", "limit", "rules"} and said["limit"] == 5.0
    assert said["points"] == pytest.approx(spam_score(letters[0].raw, language="en", mark="points-4711").points, abs=0.5), (
        "it looks at the same message"
    )
