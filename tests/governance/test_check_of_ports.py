"""What listens on this machine is held against what was declared."""

import socket
from contextlib import closing
from ipaddress import ip_address

import pytest

from siegelpost.base.listeners import Listener, Port, address_of, listeners, read_ports
from siegelpost.base.settings import SettingsWrong, read_settings
from siegelpost.flows.controls.ports import judged
from tests.governance.watching import seen

SSH, HTTPS, CLOCK = Port(22), Port(443), Port(123, "udp")


def at(address: str, port: Port) -> Listener:
    return Listener(port, ip_address(address))


@pytest.mark.parametrize(
    ("found", "declared", "wanted", "undeclared"),
    [
        ([at("0.0.0.0", SSH), at("::", HTTPS)], (SSH, HTTPS), "green", []),
        ([at("0.0.0.0", SSH)], (SSH, HTTPS), "green", []),
        ([at("0.0.0.0", SSH), at("192.0.2.7", Port(5432))], (SSH, HTTPS), "red", ["5432/tcp"]),
        ([at("::", Port(443, "udp"))], (HTTPS,), "red", ["443/udp"]),
        ([at("2001:db8::7", Port(6379))], (SSH,), "red", ["6379/tcp"]),
        ([at("127.0.0.1", Port(5432)), at("::1", Port(5432)), at("::ffff:127.0.0.1", Port(8000))], (SSH,), "green", []),
        ([at("0.0.0.0", SSH)], (), "amber", []),
    ],
)
def test_a_port_that_nobody_declared_is_seen(found: list[Listener], declared: tuple[Port, ...], wanted: str, undeclared: list[str]) -> None:
    result = judged(found, declared)
    assert (result.state, result.evidence["ports_undeclared"]) == (wanted, undeclared)


@pytest.mark.parametrize(("family", "host"), [(socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")])
def test_the_kernel_tells_of_whoever_listens_and_of_nobody_who_does_not(family: socket.AddressFamily, host: str) -> None:
    with closing(socket.socket(family)) as one:
        one.bind((host, 0))
        mine = at(host, Port(one.getsockname()[1]))
        assert mine not in listeners(), "bound, and takes nobody"
        one.listen()
        assert mine in listeners() and not mine.is_reachable
        with closing(socket.create_connection((host, mine.port.number))) as other:
            assert at(host, Port(other.getsockname()[1])) not in listeners(), "speaks to one, and takes nobody"
    assert mine not in listeners()


def test_the_check_asks_this_machine(no_tenants: None) -> None:
    assert seen("1.2-04", ports=()).state == "amber"
    everything = tuple({one.port for one in listeners()} | {SSH})
    assert seen("1.2-04", ports=everything).state == judged(listeners(), everything).state == "green"


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        ("00000000", "0.0.0.0"),
        ("0100007F", "127.0.0.1"),
        ("00000000000000000000000001000000", "::1"),
        ("B80D0120000000000000000007000000", "2001:db8::7"),
    ],
)
def test_addresses_are_read_as_the_kernel_of_this_kind_of_machine_writes_them(written: str, wanted: str) -> None:
    assert str(address_of(written)) == wanted


def test_ports_are_declared_in_the_settings() -> None:
    assert read_settings({"SIEGELPOST_PORTS": "443, 22,123/udp,22"}).ports == (SSH, CLOCK, HTTPS)
    for wrong in ("0", "65536", "http", "22/sctp", "22 443", "-1"):
        with pytest.raises(SettingsWrong):
            read_settings({"SIEGELPOST_PORTS": wrong})
        with pytest.raises(ValueError, match=wrong.split()[0]):
            read_ports(wrong)
