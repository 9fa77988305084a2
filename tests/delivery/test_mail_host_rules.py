"""To which group a domain belongs by the hosts that take its mail: a rule without surprises, whatever the DNS says."""

from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from siegelpost.delivery.known_receivers import PROVIDERS
from siegelpost.delivery.mail_host_rules import AGAIN, MOST_HOSTS, RENEW, ask_again_at, first_hosts, group_of
from siegelpost.mailings.rules import host

LABELS = st.text("abc-1", min_size=1, max_size=4)
HOSTS = st.lists(LABELS, min_size=1, max_size=4).map(".".join)
GROUPS = {end: number for number, provider in enumerate(PROVIDERS.values(), 1) for end in provider.hosts}
NAMES = tuple(PROVIDERS)


@pytest.mark.parametrize(
    ("records", "provider"),
    [
        (("1 aspmx.l.google.com", "5 alt1.aspmx.l.google.com", "10 aspmx2.googlemail.com"), "gmail"),
        (("1 smtp.google.com",), "gmail"),
        (("1 SMTP.Google.COM",), "gmail"),
        (("0 example-com.mail.protection.outlook.com",), "microsoft365"),
        (("0 example-com.a-v1.mx.microsoft",), "microsoft365"),
        (("2 hotmail-com.olc.protection.outlook.com",), "outlook"),
        (("10 mx00.kundenserver.de", "10 mx01.kundenserver.de"), "ionos"),
        (("10 mx01.ionos.de",), "ionos"),
        (("5 smtpin.rzone.de",), "strato"),
        (("10 mx01.emig.gmx.net",), "gmx"),
        (("100 mx-ha02.web.de",), "gmx"),
        (("10 mx00.t-online.de",), "t-online"),
        (("1 mta5.am0.yahoodns.net",), "yahoo"),
        (("10 mx01.mail.icloud.com",), "icloud"),
        (("10 mx.freenet.de",), "freenet"),
        (("10 mx.example.org", "20 aspmx.l.google.com"), ""),
        (("20 aspmx.l.google.com", "9 MX.Example.org"), ""),
        (("10 mx.notgoogle.com",), ""),
        (("10 google.com.example.org",), ""),
        (("0 ",), ""),
        ((), ""),
        (("", "x y", "٣ aspmx.l.google.com", "10"), ""),
    ],
)
def test_a_domain_belongs_to_the_provider_whose_hosts_are_called_first(records: tuple[str, ...], provider: str) -> None:
    assert group_of(first_hosts(records), GROUPS) == (NAMES.index(provider) + 1 if provider else 0)


def test_known_hosts_are_names_as_they_are_compared_and_each_is_one_provider_s() -> None:
    ends = [end for provider in PROVIDERS.values() for end in provider.hosts]
    assert [host(end) for end in ends] == ends and len(GROUPS) == len(ends)


@pytest.mark.slow
@given(st.lists(st.text(max_size=20), max_size=6), st.dictionaries(HOSTS, st.integers(1, 9), max_size=6))
def test_whatever_the_dns_says_ends_in_one_of_the_groups_or_none(records: list[str], groups: dict[str, int]) -> None:
    assert group_of(first_hosts(records), groups) in {0, *groups.values()}


def test_a_part_of_a_provider_may_have_a_group_of_its_own() -> None:
    groups = {"outlook.com": 1, "olc.protection.outlook.com": 2, "protection.outlook.com": 3}
    assert group_of(("x.olc.protection.outlook.com",), groups) == 2
    assert group_of(("x.protection.outlook.com", "x.outlook.com"), groups) == 3


@pytest.mark.slow
@given(st.lists(HOSTS, min_size=1, max_size=5, unique=True), st.dictionaries(HOSTS, st.integers(1, 9), max_size=6), st.randoms())
def test_the_longest_end_wins_whatever_the_order(hosts: list[str], groups: dict[str, int], random: object) -> None:
    shuffled = list(hosts)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    found = group_of(hosts, groups)
    assert group_of(shuffled, groups) == found
    fitting = {end: n for end, n in groups.items() if any(f".{one}".endswith(f".{end}") for one in hosts)}
    longest = max((end.count(".") for end in fitting), default=0)
    assert found in {n for end, n in fitting.items() if end.count(".") == longest} if fitting else found == 0


@pytest.mark.slow
@given(st.lists(st.tuples(st.integers(0, 65_535), HOSTS), min_size=1, max_size=30))
@example([(10, f"mx{n}.example") for n in range(MOST_HOSTS + 1)])
def test_only_hosts_of_the_lowest_preference_count_and_some_are_enough(records: list[tuple[int, str]]) -> None:
    lowest = min(preference for preference, _host in records)
    found = first_hosts(f"{preference} {one}" for preference, one in records)
    wanted = {one for preference, one in records if preference == lowest}
    assert set(found) <= wanted and len(found) == min(len(wanted), MOST_HOSTS)


def test_what_names_nobody_is_asked_again_sooner() -> None:
    now = datetime(2026, 3, 2, tzinfo=UTC)
    assert (ask_again_at(("mx.example.org",), now), ask_again_at((), now)) == (now + RENEW, now + AGAIN)
    assert first_hosts(("0 ",)) == first_hosts(()) == (), "whoever takes no mail names nobody"
