"""SPF as RFC 7208 says it: results, the ten look-ups, what finds nothing, and records that nobody can read."""

import ipaddress
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siegelpost.mailings.domain_answers import ABSENT, EMPTY, FAILED, FOUND, Answer, Book, Question
from siegelpost.mailings.domain_spf import Spf, evaluate, with_term

HOME = "203.0.113.5"
HOME6 = "2001:db8::5"
Zone = Mapping[tuple[str, str], tuple[str, ...]]


def asked(zone: Zone, address: str = HOME, domain: str = "example.org", **failing: str) -> Spf:
    """Evaluate against a zone; whatever is not in it does not exist."""
    names = {name for name, _kind in zone}
    answers: dict[Question, Answer] = {}
    while True:
        book = Book(answers)
        found = evaluate(domain, address, book)
        if not book.missing:
            return found
        for one in book.missing:
            values = zone.get((one.name, one.type), ())
            if reason := failing.get(one.name.replace(".", "_")):
                answers[one] = Answer(FAILED, reason=reason)
            else:
                answers[one] = Answer(FOUND, values) if values else Answer(EMPTY if one.name in names else ABSENT)


def spf(record: str, **more: str) -> dict[tuple[str, str], tuple[str, ...]]:
    """A zone with a record at example.org and further ones at names that stand as words: a_example_net="v=spf1 …"."""
    zone: dict[tuple[str, str], tuple[str, ...]] = {("example.org", "TXT"): (f"v=spf1 {record}".strip(),)}
    return zone | {(name.replace("_", "."), "TXT"): (text,) for name, text in more.items()}


HOSTS: dict[tuple[str, str], tuple[str, ...]] = {
    ("mail.example.org", "A"): ("203.0.113.5",),
    ("mail.example.org", "AAAA"): ("2001:db8::5",),
    ("example.org", "MX"): ("10 mail.example.org", "20 spare.example.org"),
}


@pytest.mark.parametrize(
    "record, result",
    [
        ("ip4:203.0.113.5 -all", "pass"),
        ("ip4:203.0.113.0/24 -all", "pass"),
        ("ip4:198.51.100.0/24 -all", "fail"),
        ("ip4:198.51.100.0/24 ~all", "softfail"),
        ("ip4:198.51.100.0/24 ?all", "neutral"),
        ("ip4:198.51.100.0/24", "neutral"),
        ("-ip4:203.0.113.5 +all", "fail"),
        ("ip6:2001:db8::/32 -all", "fail"),
        ("a:mail.example.org -all", "pass"),
        ("a:mail.example.org/24 -all", "pass"),
        ("A:MAIL.example.org -ALL", "pass"),
        ("a -all", "fail"),
        ("mx -all", "pass"),
        ("mx:example.org/24//64 -all", "pass"),
        ("exists:mail.example.org -all", "pass"),
        ("exists:nobody.example.org -all", "fail"),
        ("a:mail.%{d} -all", "pass"),
        ("ptr -all", "fail"),
        ("exp=why.example.org unknown=x -all", "fail"),
        ("", "neutral"),
    ],
)
def test_the_first_term_that_matches_decides(record: str, result: str) -> None:
    assert asked({**HOSTS, **spf(record)}).result == result


def test_addresses_of_both_kinds_are_matched_by_their_own_terms() -> None:
    zone = {**HOSTS, **spf("a:mail.example.org/32//128 -all")}
    assert [asked(zone, one).result for one in (HOME, HOME6, "203.0.113.6", "2001:db8::6")] == ["pass", "pass", "fail", "fail"]
    assert asked(spf("ip6:2001:db8::/64 -all"), HOME6).result == "pass"


@pytest.mark.parametrize("inner, result", [("+all", "pass"), ("-all", "fail"), ("?all", "fail"), ("ip4:203.0.113.5 -all", "pass")])
def test_an_included_record_counts_only_where_it_passes(inner: str, result: str) -> None:
    assert asked(spf("include:a.example.net -all", a_example_net=f"v=spf1 {inner}")).result == result


def test_redirect_takes_over_where_nothing_matched_and_all_makes_it_void() -> None:
    other = "v=spf1 ip4:203.0.113.5 -all"
    assert asked(spf("redirect=a.example.net", a_example_net=other)).result == "pass"
    assert asked(spf("redirect=a.example.net -all", a_example_net=other)).result == "fail"
    assert asked(spf("redirect=a.example.net")).fault == "include"


@pytest.mark.parametrize(
    "record",
    [
        "ip4:203.0.113.300", "ip4:2001:db8::1", "ip6:203.0.113.5", "ip4", "ip4:", "include", "include:", "all:x", "bogus", "a:", "a/33",
        "a//129", "mx:/24/", "-", "redirect=", "redirect=a.example redirect=b.example", "+", "exists", "a:x/24/64",
    ],
)  # fmt: skip
def test_a_mistake_anywhere_makes_the_record_void_even_after_a_match(record: str) -> None:
    found = asked({**HOSTS, **spf(f"ip4:203.0.113.5 {record}")})
    assert (found.result, found.fault, found.place) == ("permerror", "syntax", "example.org")


def test_no_record_is_told_apart_from_two() -> None:
    none = asked({("example.org", "TXT"): ("v=spf10 +all", "hello", "v=spf1+all")})
    two = asked({("example.org", "TXT"): ("v=spf1 +all", "V=SPF1 -all", "hello")})
    assert (none.result, none.record) == ("none", "")
    assert (two.result, two.fault) == ("permerror", "several")


def includes(count: int, last: str = "-all") -> dict[tuple[str, str], tuple[str, ...]]:
    """One record that includes `count` others, each with a network of its own."""
    words = " ".join(f"include:i{n}.example.net" for n in range(count))
    return spf(f"{words} {last}") | {(f"i{n}.example.net", "TXT"): (f"v=spf1 ip4:198.51.100.{n}",) for n in range(count)}


@pytest.mark.parametrize("count, fault", [(10, ""), (11, "lookups")])
def test_ten_look_ups_are_allowed_and_an_eleventh_is_not(count: int, fault: str) -> None:
    found = asked(includes(count), "")
    assert found.fault == fault
    assert found.lookups == count


def test_look_ups_are_counted_through_all_included_records() -> None:
    zone = spf("include:a.example.net a:mail.example.org mx ip4:192.0.2.1 -all", a_example_net="v=spf1 include:b.example.net ptr ~all")
    zone |= {("b.example.net", "TXT"): ("v=spf1 exists:mail.example.org ?all",), **HOSTS}
    found = asked(zone, "")
    assert (found.lookups, found.result, found.vague) == (6, "fail", True)


def test_whoever_matches_before_the_eleventh_look_up_passes() -> None:
    zone = includes(11, last="") | {("i3.example.net", "TXT"): ("v=spf1 ip4:203.0.113.5",)}
    assert (asked(zone).result, asked(zone).lookups) == ("pass", 4)
    assert asked(zone, "198.51.100.10").fault == "lookups"


def test_a_record_that_includes_itself_ends() -> None:
    assert asked(spf("include:example.org -all")).fault == "lookups"
    assert asked(spf("redirect=example.org")).fault == "lookups"


@pytest.mark.parametrize("terms, fault", [(2, ""), (3, "voids")])
def test_two_terms_may_find_nothing_and_a_third_may_not(terms: int, fault: str) -> None:
    words = " ".join(["a:gone1.example.org", "mx:gone2.example.org", "exists:gone3.example.org"][:terms])
    for address in ("", HOME):
        found = asked(spf(f"{words} -all"), address)
        assert (found.fault, found.voids) == (fault, terms)


def test_more_than_ten_mail_servers_are_a_mistake() -> None:
    zone = spf("mx -all") | {("example.org", "MX"): tuple(f"10 m{n}.example.org" for n in range(11))}
    assert asked(zone).fault == "mx"


def test_a_look_up_that_fails_is_no_result() -> None:
    zone = {**HOSTS, **spf("a:mail.example.org include:a.example.net -all", a_example_net="v=spf1 -all")}
    assert asked(zone, "198.51.100.9", a_example_net="timeout") == Spf(
        "temperror", "v=spf1 a:mail.example.org include:a.example.net -all", 2, 0, place="a.example.net TXT", reason="timeout"
    )
    assert asked(zone, HOME, a_example_net="timeout").result == "pass"
    assert asked(zone, example_org="server").result == "temperror"


def test_what_only_a_mail_can_fill_in_never_matches_and_says_so() -> None:
    found = asked(spf("exists:%{ir}.%{v}._spf.%{d2} -all"))
    assert (found.result, found.vague, found.lookups) == ("fail", True, 1)


@pytest.mark.parametrize(
    "record, everybody", [("+all", True), ("all", True), ("include:a.example.net -all", True), ("-all", False), ("?all", False)]
)
def test_a_record_that_lets_everybody_in_is_seen(record: str, everybody: bool) -> None:
    assert asked(spf(record, a_example_net="v=spf1 +all"), "").open == everybody


def test_a_term_is_added_before_what_ends_the_record() -> None:
    assert with_term("v=spf1 mx -all", "ip4:203.0.113.5") == "v=spf1 mx ip4:203.0.113.5 -all"
    assert with_term("v=spf1 redirect=a.example", "a:x.example") == "v=spf1 a:x.example redirect=a.example"
    assert with_term("v=spf1 mx", "a:x.example") == "v=spf1 mx a:x.example"


TERMS = st.sampled_from(
    ["a", "mx", "ptr", "all", "-all", "~all", "ip4:203.0.113.0/24", "ip6:2001:db8::/32", "include:example.org", "include:b.example",
     "a:%{i}.x", "exists:c.example", "redirect=example.org", "redirect=b.example", "x=y", "nonsense", "%", "a:/", "include:" + "x" * 300]
)  # fmt: skip


@given(st.lists(TERMS, max_size=14), st.lists(TERMS, max_size=14), st.ip_addresses())
@pytest.mark.slow
def test_any_record_ends_with_a_result_and_counts_no_further_than_eleven(
    one: list[str], other: list[str], address: ipaddress.IPv4Address | ipaddress.IPv6Address
) -> None:
    zone = {**HOSTS, **spf(" ".join(one)), ("b.example", "TXT"): (" ".join(["v=spf1", *other]),)}
    for seen in (str(address), ""):
        found = asked(zone, seen)
        assert found.result in {"pass", "fail", "softfail", "neutral", "permerror"}
        assert found.lookups <= 11
        assert (found.result == "permerror") == bool(found.fault)
