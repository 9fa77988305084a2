"""dkimpy, which shares no code with us, judges the demo's messages: good as they are, bad with one byte changed."""

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import dkim
import pytest

from tests.journeys.letters import Caught
from tests.journeys.playing import Result
from tests.journeys.processes import plain_environ, siegelpost

pytestmark = [pytest.mark.wire, pytest.mark.slow]

MESSAGES = 1000
STEP = 7_919  # a prime larger than a mail's parts, so that positions wander through all of the body
ALGORITHMS = ("rsa-sha256", "ed25519-sha256")

Dns = Callable[..., bytes | None]


@pytest.fixture(scope="module")
def dns(result: Result) -> Dns:
    """Answers as the DNS would once the records that `sender check` prints are published."""
    environ = plain_environ(SIEGELPOST_HOME=str(Path(result.folder) / "home"), SIEGELPOST_ENVIRONMENT="test")
    told = json.loads(siegelpost(environ, "sender", "check", "werkhof", "werkhof.example.org", "--json"))
    zone = {one["name"].rstrip(".") + ".": "".join(one["strings"]).encode() for one in told["records"] if one["type"] == "TXT"}

    def answer(name: bytes, timeout: int = 5) -> bytes | None:
        return zone.get(name.decode())

    return answer


def verdicts(raw: bytes, dns: Dns) -> list[bool]:
    """What dkimpy says about each of the two signatures."""
    found = []
    for place in range(len(ALGORITHMS)):
        try:
            found.append(bool(dkim.DKIM(raw).verify(place, dnsfunc=dns)))
        except dkim.DKIMException:
            found.append(False)
    return found


def area_of(raw: bytes, position: int) -> str:
    """Where in a message a byte stands."""
    line_end = raw.index(b"\n", position)
    line = raw[raw.rindex(b"\n", 0, position) + 1 : line_end]
    before = raw[:position]
    if line.startswith(b"--="):
        return "boundary"
    return "html" if b"Content-Type: text/html" in before else "plain"


def test_at_least_1000_messages_are_accepted_under_both_algorithms(letters: list[Caught], dns: Dns) -> None:
    assert len(letters) >= MESSAGES
    faults = [letter.number for letter in letters[:MESSAGES] if verdicts(letter.raw, dns) != [True, True]]
    assert faults == []


def test_each_of_them_is_refused_with_one_byte_of_its_body_changed(letters: list[Caught], dns: Dns) -> None:
    areas: Counter[str] = Counter()
    accepted = []
    for letter in letters[:MESSAGES]:
        start = letter.raw.index(b"\r\n\r\n") + 4
        position = start + letter.number * STEP % (len(letter.raw) - start)
        broken = bytearray(letter.raw)
        broken[position] ^= 1
        areas[area_of(letter.raw, position)] += 1
        if any(verdicts(bytes(broken), dns)):
            accepted.append((letter.number, position))
    assert accepted == []
    assert min(areas[area] for area in ("boundary", "plain", "html")) >= 1, areas


@pytest.mark.parametrize("header", ["From", "To", "Subject", "List-Unsubscribe", "List-Unsubscribe-Post", "Feedback-ID", "Precedence"])
def test_a_changed_header_is_refused(letters: list[Caught], dns: Dns, header: str) -> None:
    raw = letters[0].raw
    at = raw.index(f"\r\n{header}: ".encode()) + len(header) + 6
    broken = bytearray(raw)
    broken[at] ^= 1
    assert verdicts(bytes(broken), dns) == [False, False]


def test_another_key_under_the_same_name_is_refused(letters: list[Caught], dns: Dns) -> None:
    def forger(name: bytes, timeout: int = 5) -> bytes | None:
        found = dns(name)
        return found[:-12] + b"AAAAAAAAAAA=" if found and b"ed25519" in found else found and found.replace(b"IDAQAB", b"IDAQAD")

    assert verdicts(letters[0].raw, forger) == [False, False]
