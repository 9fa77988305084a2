"""The task that a browser solves for a form."""

from hashlib import sha256

from hypothesis import given
from hypothesis import strategies as st

from siegelpost.flows.networks import HOUR, MANY, MOST, Networks, network_of
from siegelpost.sign.work import is_done, leading_zeros


@given(st.binary(min_size=32, max_size=32))
def test_zeros_are_counted_from_the_left(digest: bytes) -> None:
    bits = "".join(f"{byte:08b}" for byte in digest)
    assert leading_zeros(digest) == len(bits) - len(bits.lstrip("0"))


@given(st.text(max_size=20), st.text(max_size=20), st.integers(0, 999))
def test_a_number_counts_for_its_stamp_and_address_alone(stamp: str, email: str, number: int) -> None:
    digest = sha256(f"{stamp}:{email.strip()}:{number}".encode()).digest()
    assert is_done(stamp, email, str(number), leading_zeros(digest))
    assert not is_done(stamp, email, str(number), leading_zeros(digest) + 1)
    assert not any(is_done(stamp, email, wrong, 0) for wrong in ("", "-1", "1.0", "x", "\u0661", "1" * 13, " 1"))


def test_networks_are_counted_for_an_hour_and_forgotten() -> None:
    networks = Networks(lambda size: b"k" * size)
    assert [networks.count("192.0.2.1", 10.0) for _each in range(3)] == [1, 2, 3]
    assert networks.count("192.0.2.2", 10.0) == 1
    assert [networks.count(f"2001:db8:0:1::{n}", 10.0) for n in (1, 2)] == [1, 2], "a household has 64 bits"
    assert networks.count("192.0.2.1", HOUR + 10.0) == 1
    assert b"\xc0\x00\x02\x01" not in repr(vars(networks)).encode() and "192.0.2.1" not in repr(vars(networks))


def test_more_networks_than_can_be_counted_are_all_slow() -> None:
    networks = Networks(lambda size: b"k" * size)
    for number in range(MOST):
        networks.count(f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}", 10.0)
    assert networks.count("192.0.2.1", 10.0) > MANY and networks.count("10.0.0.1", 10.0) == 2
    assert network_of("nonsense") == b"nonsense"
