"""dkimpy, which shares no code with us, judges the demo's messages: good as they are, bad with one byte changed.

It looks the keys up in a real name server, which holds what the product says is to be published.
"""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import dkim
import pytest

from siegelpost.mailings.domain_records import Record
from tests.dns_server import DnsServer, asked_by_everybody, dns_server
from tests.journeys.letters import Caught
from tests.journeys.playing import Result
from tests.journeys.processes import plain_environ, siegelpost

pytestmark = [pytest.mark.wire, pytest.mark.slow]

MESSAGES = 1000
STEP = 7_919  # a prime larger than a mail's parts, so that positions wander through all of the body
ALGORITHMS = ("rsa-sha256", "ed25519-sha256")


def published(result: Result) -> list[Record]:
    """The records that `sender check` prints."""
    environ = plain_environ(SIEGELPOST_HOME=str(Path(result.folder) / "home"), SIEGELPOST_ENVIRONMENT="test")
    told = json.loads(siegelpost(environ, "sender", "check", "werkhof", "werkhof.example", "--json"))
    return [Record(one["name"], one["type"], one["value"], one["note"], one["needed"]) for one in told["records"]]


@pytest.fixture(scope="module")
def dns(result: Result) -> Iterator[DnsServer]:
    """A name server that holds them; everybody who uses dnspython's own resolver asks it."""
    with dns_server() as server, asked_by_everybody(server):
        server.publish(published(result))
        yield server


def verdicts(raw: bytes) -> list[bool]:
    """What dkimpy says about each of the two signatures."""
    found = []
    for place in range(len(ALGORITHMS)):
        try:
            found.append(bool(dkim.DKIM(raw).verify(place)))
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


def test_at_least_1000_messages_are_accepted_under_both_algorithms(letters: list[Caught], dns: DnsServer) -> None:
    assert len(letters) >= MESSAGES
    faults = [letter.number for letter in letters[:MESSAGES] if verdicts(letter.raw) != [True, True]]
    assert faults == []
    assert {kind for name, kind, _how in dns.asked} == {"TXT"} and len({name for name, _kind, _how in dns.asked}) == 2


def test_each_of_them_is_refused_with_one_byte_of_its_body_changed(letters: list[Caught], dns: DnsServer) -> None:
    areas: Counter[str] = Counter()
    accepted = []
    for letter in letters[:MESSAGES]:
        start = letter.raw.index(b"\r\n\r\n") + 4
        position = start + letter.number * STEP % (len(letter.raw) - start)
        broken = bytearray(letter.raw)
        broken[position] ^= 1
        areas[area_of(letter.raw, position)] += 1
        if any(verdicts(bytes(broken))):
            accepted.append((letter.number, position))
    assert accepted == []
    assert min(areas[area] for area in ("boundary", "plain", "html")) >= 1, areas


@pytest.mark.parametrize("header", ["From", "To", "Subject", "List-Unsubscribe", "List-Unsubscribe-Post", "Feedback-ID", "Precedence"])
def test_a_changed_header_is_refused(letters: list[Caught], dns: DnsServer, header: str) -> None:
    raw = letters[0].raw
    at = raw.index(f"\r\n{header}: ".encode()) + len(header) + 6
    broken = bytearray(raw)
    broken[at] ^= 1
    assert verdicts(bytes(broken)) == [False, False]


def forged(value: str) -> str:
    """A key that differs in its last bits."""
    return value[:-12] + "AAAAAAAAAAA=" if "ed25519" in value else value.replace("IDAQAB", "IDAQAD")


def test_another_key_under_the_same_name_is_refused(letters: list[Caught], result: Result) -> None:
    with dns_server() as server, asked_by_everybody(server):
        server.publish(replace(one, value=forged(one.value)) for one in published(result))
        assert verdicts(letters[0].raw) == [False, False]


def test_without_the_records_nothing_is_accepted(letters: list[Caught]) -> None:
    with dns_server() as server, asked_by_everybody(server):
        assert verdicts(letters[0].raw) == [False, False]
        assert server.asked
