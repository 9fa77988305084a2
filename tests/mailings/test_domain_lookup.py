"""Look-ups over real sockets: whatever a name server does becomes an answer, and none of it looks like a good one."""

from collections.abc import Iterator

import dns.resolver
import pytest

from siegelpost.mailings.domain_answers import ABSENT, EMPTY, FAILED, FOUND, Answer, Question
from siegelpost.mailings.domain_lookup import AT_ONCE, Resolver, organisation
from siegelpost.mailings.domain_records import dkim_records, dkim_value
from tests.dns_server import GARBAGE, NO_TCP, REFUSED, SERVFAIL, SHORT, SILENT, STRANGER, WRONG_TYPE, DnsServer, dns_server
from tests.mailings.making import made_keys
from tests.patience import PATIENCE

pytestmark = pytest.mark.wire
BRIEF = 0.6
"""Seconds for what never answers."""


@pytest.fixture(scope="module")
def running() -> Iterator[DnsServer]:
    with dns_server() as server:
        yield server


@pytest.fixture
def server(running: DnsServer) -> DnsServer:
    """Empty again for each test."""
    running.zone.clear()
    running.tricks.clear()
    running.asked.clear()
    return running


def ask(server: DnsServer, name: str, kind: str = "TXT", seconds: float = PATIENCE) -> Answer:
    question = Question(name, kind)
    return Resolver([server.place], seconds).ask([question])[question]


def test_each_type_is_read_as_the_rules_want_it(server: DnsServer) -> None:
    server.hold("example.org", "TXT", r'"v=spf1" " -all"', r'"\226\130\172 \"quoted\" \\"')
    server.hold("example.org", "MX", "20 B.example.org.", "10 a.example.org.", "30 .")
    server.hold("a.example.org", "A", "203.0.113.5", "203.0.113.4")
    server.hold("a.example.org", "AAAA", "2001:DB8:0:0::5")
    server.hold("5.113.0.203.in-addr.arpa", "PTR", "Mail.example.org.")
    assert ask(server, "example.org") == Answer(FOUND, ('\\226\\130\\172 "quoted" \\', "v=spf1 -all"))
    assert ask(server, "example.org", "MX").values == ("10 a.example.org", "20 b.example.org", "30 ")
    assert ask(server, "a.example.org", "A").values == ("203.0.113.4", "203.0.113.5")
    assert ask(server, "a.example.org", "AAAA").values == ("2001:db8::5",)
    assert ask(server, "5.113.0.203.in-addr.arpa", "PTR").values == ("mail.example.org",)


def test_no_record_is_told_apart_from_no_name(server: DnsServer) -> None:
    server.hold("a.example.org", "TXT", '"x"')
    assert ask(server, "a.example.org", "MX") == ask(server, "example.org") == Answer(EMPTY)
    assert ask(server, "b.example.org") == Answer(ABSENT)


def test_strings_are_joined_without_spaces_however_many_there_are(server: DnsServer) -> None:
    value = dkim_value(made_keys().rsa)
    server.hold("one.example.org", "TXT", " ".join(f'"{sign}"' for sign in value))
    server.hold("two.example.org", "TXT", " ".join(f'"{"x" * 200}"' for _string in range(300)))
    assert len(value) > 300
    assert ask(server, "one.example.org").values == (value,)
    assert [len(text) for text in ask(server, "two.example.org").values] == [60_000]
    assert ("two.example.org", "TXT", "tcp") in server.asked


def test_an_answer_that_does_not_fit_is_fetched_again_over_tcp(server: DnsServer) -> None:
    server.publish(dkim_records("example.org", ("one", "two"), (dkim_value(made_keys().rsa), dkim_value(made_keys().ed))))
    name = "one._domainkey.example.org"
    server.tricks[name] = SHORT
    assert ask(server, name).values == (dkim_value(made_keys().rsa),)
    assert [how for asked, _kind, how in server.asked if asked == name] == ["udp", "tcp"]


def test_aliases_are_followed_and_named(server: DnsServer) -> None:
    server.hold("a.example.org", "CNAME", "b.example.org.")
    server.hold("b.example.org", "CNAME", "Keys.example.net.")
    server.hold("keys.example.net", "TXT", '"v=DKIM1"')
    server.hold("d.example.org", "CNAME", "nobody.example.net.")
    server.hold("e.example.org", "CNAME", "empty.example.net.")
    server.hold("empty.example.net", "A", "203.0.113.1")
    assert ask(server, "a.example.org") == Answer(FOUND, ("v=DKIM1",), alias="keys.example.net")
    assert ask(server, "d.example.org") == Answer(ABSENT, alias="nobody.example.net")
    assert ask(server, "e.example.org") == Answer(EMPTY, alias="empty.example.net")


@pytest.mark.parametrize(
    "trick, reason",
    [
        (SERVFAIL, "server"),
        (REFUSED, "server"),
        (WRONG_TYPE, "unusable"),
        (NO_TCP, "unusable"),
        (SILENT, "timeout"),
        (GARBAGE, "timeout"),
        (STRANGER, "timeout"),
    ],
)
def test_a_server_that_misbehaves_is_no_answer(server: DnsServer, trick: str, reason: str) -> None:
    server.hold("example.org", "TXT", '"v=spf1 +all"')
    server.tricks["example.org"] = trick
    assert ask(server, "example.org", seconds=BRIEF if reason == "timeout" else PATIENCE) == Answer(FAILED, reason=reason)


def test_aliases_in_a_circle_are_no_answer(server: DnsServer) -> None:
    server.hold("a.example.org", "CNAME", "b.example.org.")
    server.hold("b.example.org", "CNAME", "a.example.org.")
    server.hold("self.example.org", "CNAME", "self.example.org.")
    assert ask(server, "a.example.org") == ask(server, "self.example.org") == Answer(FAILED, reason="loop")


@pytest.mark.parametrize(
    "name",
    ["a..example.org", "x" * 64 + ".example.org", "a." * 128 + "example.org", "\\999.example.org", "a b/c%.example.org", "ü.example"],
)
def test_a_name_that_cannot_be_asked_for_is_no_answer(server: DnsServer, name: str) -> None:
    assert ask(server, name).outcome in (FAILED, ABSENT)


def test_all_look_ups_end_by_one_deadline_and_those_that_answer_count(server: DnsServer) -> None:
    questions = [Question(f"n{number}.example.org", "TXT") for number in range(4 + 3 * AT_ONCE)]
    for one in questions:
        server.hold(one.name, "TXT", '"x"')
    server.tricks |= {one.name: SILENT for one in questions[4:]}
    found = Resolver([server.place], 3.0).ask(questions)
    assert [answer.outcome for answer in found.values()] == [FOUND] * 4 + [FAILED] * 3 * AT_ONCE
    assert {answer.reason for answer in found.values() if answer.outcome == FAILED} == {"timeout"}
    assert len({name for name, _kind, _transport in server.asked}) <= 4 + AT_ONCE, "after the deadline somebody was asked"


def test_the_next_server_is_asked_where_one_refuses(server: DnsServer) -> None:
    server.hold("example.org", "TXT", '"x"')
    question = Question("example.org", "TXT")
    with dns_server() as broken:
        broken.tricks["example.org"] = REFUSED
        assert Resolver([broken.place, server.place], 3).ask([question])[question].values == ("x",)
        assert broken.asked


def test_without_any_server_nobody_can_be_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    def unconfigured(**_words: object) -> dns.resolver.Resolver:
        raise dns.resolver.NoResolverConfiguration

    monkeypatch.setattr(dns.resolver, "Resolver", unconfigured)
    assert Resolver([], 1).ask([Question("example.org", "TXT")]) == {Question("example.org", "TXT"): Answer(FAILED, reason="unreachable")}


@pytest.mark.parametrize(
    "domain, above",
    [
        ("example.org", "example.org"),
        ("a.b.example.org", "example.org"),
        ("news.example.co.uk", "example.co.uk"),
        ("xn--bcher-kva.example", "xn--bcher-kva.example"),
        ("localhost", "localhost"),
    ],
)
def test_the_organisation_is_found_by_the_public_suffix_list(domain: str, above: str) -> None:
    assert organisation(domain) == above
