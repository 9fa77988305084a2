"""A client's address is what the nearest proxy of ours saw; nobody who invents hops becomes somebody else."""

from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siegelpost.base.proxies import client_of, is_among, read_networks

OURS = read_networks("192.0.2.0/28, 2001:db8:1::/64")
PROXIES = st.sampled_from(["192.0.2.1", "192.0.2.15", "127.0.0.1", "::1", "2001:db8:1::7", "::ffff:192.0.2.3", "192.0.2.9:4711"])
STRANGERS = st.ip_addresses().filter(lambda one: not is_among(one, OURS) and getattr(one, "ipv4_mapped", None) is None).map(str)
CLAIMS = st.lists(st.one_of(STRANGERS, PROXIES, st.text(max_size=12).filter(lambda one: "," not in one)), max_size=5)


@pytest.mark.slow
@given(STRANGERS, CLAIMS)
def test_whoever_is_no_proxy_of_ours_is_taken_for_who_they_are_whatever_they_say(peer: str, claims: list[str]) -> None:
    assert client_of(peer, ", ".join(claims), OURS) == str(ip_address(peer))


@pytest.mark.slow
@given(CLAIMS, STRANGERS, st.lists(PROXIES, max_size=4), PROXIES.filter(lambda one: one != "192.0.2.9:4711"))
def test_behind_proxies_of_ours_the_rightmost_stranger_counts_and_not_what_stands_before(
    claims: list[str], client: str, between: list[str], peer: str
) -> None:
    assert client_of(peer, ", ".join([*claims, client, *between]), OURS) == str(ip_address(client))


@pytest.mark.slow
@given(st.text(max_size=40), st.text(max_size=80))
def test_no_text_breaks_it(peer: str, said: str) -> None:
    assert isinstance(client_of(peer, said, OURS), str)


@pytest.mark.parametrize(
    ("peer", "said", "client"),
    [
        ("192.0.2.1", "198.51.100.4, unknown", "192.0.2.1"),
        ("192.0.2.1", "", "192.0.2.1"),
        ("192.0.2.1", "[2001:db8:9::4]:443", "2001:db8:9::4"),
        ("::ffff:192.0.2.1", "198.51.100.4:5060", "198.51.100.4"),
        ("192.0.2.16", "198.51.100.4", "192.0.2.16"),
        ("", "198.51.100.4", ""),
    ],
)
def test_what_is_no_address_ends_the_way(peer: str, said: str, client: str) -> None:
    assert client_of(peer, said, OURS) == client


@pytest.mark.parametrize("typed", ["0.0.0.0/0", "::/0", "10.0.0.0/7", "192.0.2.1/28", "proxy.example", "192.0.2.1;192.0.2.2"])
def test_a_network_that_is_none_or_believes_half_the_world_is_refused(typed: str) -> None:
    with pytest.raises(ValueError):
        read_networks(typed)
