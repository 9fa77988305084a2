"""What one process gives a relay to do, and which relay of a route gets the mail."""

import pytest

from siegelpost.delivery.health import PROBE
from siegelpost.delivery.outlet import Outlet, choose
from siegelpost.delivery.relay import Relay, RelayUnreachable, TlsMissing
from siegelpost.tenancy.relays import Broken

UNREACHABLE, NO_TLS = RelayUnreachable.code, TlsMissing.code


def an_outlet(fault: str = "", *, probing: bool = False) -> Outlet:
    """A relay of which all processes know this fault; with `probing` it is our turn to try it."""
    outlet = Outlet(Relay.parse("smtp://127.0.0.1:2525"), "localhost", lanes=4, processes=1)
    if fault:
        outlet.breaker.seen = Broken(outlet.relay.name, fault, "", since=0, next_try=0, pause=60)
    outlet.breaker.probing = probing
    return outlet


def test_mail_takes_the_first_that_works() -> None:
    first, second = an_outlet(), an_outlet()
    assert choose([first, second], {first, second}, demands_tls=False) is first
    broken = an_outlet(UNREACHABLE)
    assert choose([broken, second], {broken, second}, demands_tls=False) is second
    assert choose([broken], {broken}, demands_tls=False) is None


def test_a_relay_that_has_enough_to_do_keeps_its_mail_waiting_for_it() -> None:
    first, second = an_outlet(), an_outlet()
    assert choose([first, second], {second}, demands_tls=False) is None


def test_a_relay_that_is_tried_again_gets_one_small_slice_and_the_next_one_the_rest() -> None:
    tried, second = an_outlet(UNREACHABLE, probing=True), an_outlet()
    assert tried.is_low([])
    assert choose([tried, second], {tried, second}, demands_tls=False) is tried
    assert tried.limit(lambda: 1_000) == PROBE == tried.limit(None)
    assert choose([tried, second], {second}, demands_tls=False) is second


def test_mail_that_demands_tls_goes_by_the_first_that_has_some() -> None:
    without, having = an_outlet(NO_TLS), an_outlet()
    assert without.lacks_tls and without.is_out(demands_tls=True)
    assert choose([without, having], {without, having}, demands_tls=True) is having


def test_where_none_has_tls_it_bounces_there_and_where_one_may_have_it_the_mail_waits() -> None:
    without, unknown = an_outlet(NO_TLS), an_outlet(UNREACHABLE)
    assert choose([without], {without}, demands_tls=True) is without
    assert choose([without, unknown], {without, unknown}, demands_tls=True) is None


@pytest.mark.parametrize("fault", [NO_TLS, UNREACHABLE])
def test_while_a_relay_is_tried_again_nobody_says_that_it_lacks_tls(fault: str) -> None:
    tried, having = an_outlet(fault, probing=True), an_outlet()
    assert not tried.lacks_tls
    assert choose([tried, having], {tried, having}, demands_tls=True) is tried


def test_mail_that_demands_tls_has_lanes_of_its_own() -> None:
    outlet = an_outlet()
    assert outlet.desk_for(demands_tls=True) is outlet.tls_desk is not outlet.desk_for(demands_tls=False)
    assert outlet.tls_desk.health is not outlet.desk.health
