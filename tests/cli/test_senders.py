"""`siegelpost sender …` as an operator types it, with a name server that is really asked."""

from collections.abc import Iterator

import pytest

from siegelpost.mailings.domain_records import Record
from tests.cli.shell import Shell
from tests.dns_server import SILENT, DnsServer, dns_server

pytestmark = pytest.mark.wire
MAILBOX = "Shop <shop@example.com>"


@pytest.fixture
def server() -> Iterator[DnsServer]:
    with dns_server() as running:
        running.hold("news.example.net", "A", "203.0.113.5")
        running.hold("5.113.0.203.in-addr.arpa", "PTR", "news.example.net.")
        running.hold("example.com", "MX", "10 news.example.net.")
        yield running


@pytest.fixture
def asking(shell: Shell, server: DnsServer) -> Shell:
    """Commands of an installation at news.example.net."""
    return Shell(
        shell.home,
        {
            "SIEGELPOST_DNS_SERVERS": server.place,
            "SIEGELPOST_PUBLIC_URL": "https://news.example.net",
            "SIEGELPOST_BOUNCE_DOMAIN": "bounce.example.com",
        },
    )


def records(found: object) -> list[Record]:
    assert isinstance(found, list)
    return [Record(one["name"], one["type"], one["value"], one["note"], one["needed"]) for one in found]


def test_from_an_unchecked_sender_to_new_keys(asking: Shell, server: DnsServer) -> None:
    first = asking.json("sender", "add", "own", MAILBOX)
    assert (first["state"], first["verified"], first["unverified_ok"]) == ("failed", False, False)
    domain = "example.com"
    code = asking("sender", "check", "own", domain, "--json").code
    assert code == 3
    server.publish(records(asking("sender", "check", "own", domain, "--json", LANGUAGE="de").document["records"]))
    found = asking.json("sender", "check", "own", domain)
    assert (found["state"], found["checked"], found["verified"]) == ("passed", True, True)
    assert {one["severity"] for one in found["findings"]} <= {"ok", "advice"}
    added = asking.json("sender", "add", "own", MAILBOX)
    assert (added["email"], added["verified"], added["unverified_ok"]) == ("shop@example.com", True, False)

    made = asking.json("sender", "rotate", "own", domain)
    assert made["step"] == "prepared"
    waits = asking("sender", "rotate", "own", domain, "--json")
    assert (waits.code, waits.error["code"]) == (3, "mailing.next_keys_unseen")
    server.publish(records(made["records"]))
    assert asking.json("sender", "rotate", "own", domain)["step"] == "switched"
    said = asking("sender", "rotate", "own", domain)
    assert said.code == 0 and "New keys for example.com are ready" in said.out and "_domainkey.example.com. IN TXT" in said.out
    permitted = asking("sender", "rotate", "own", domain, "--unverified-ok", LANGUAGE="de")
    assert permitted.code == 0 and "jetzt mit den neuen Schlüsseln signiert" in permitted.out


def test_people_read_what_is_wrong_first_and_in_their_language(asking: Shell, server: DnsServer) -> None:
    asking("sender", "add", "own", MAILBOX)
    english, german = asking("sender", "check", "own", "example.com"), asking("sender", "check", "own", "example.com", LANGUAGE="de")
    assert english.out.startswith("The DNS of example.com is not in order.\n  blocks  dkim.missing")
    assert german.out.startswith("Das DNS von example.com ist nicht in Ordnung.\n  verhindert den Versand  dkim.missing")
    assert english.out.index("blocks") < english.out.index("warning") < english.out.index("advice") < english.out.index("good")


def test_silence_is_told_apart_from_what_is_wrong(asking: Shell, server: DnsServer) -> None:
    asking("sender", "add", "own", MAILBOX)
    server.tricks |= dict.fromkeys({name for name, _kind, _how in server.asked}, SILENT)
    found = asking("sender", "check", "own", "example.com", "--json").document
    assert (found["state"], found["checked"]) == ("unknown", False)
    assert {one["facts"]["reason"] for one in found["findings"] if one["code"].endswith(".unchecked")} == {"timeout"}
