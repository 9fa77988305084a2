"""Whoever guesses passwords, from one address or from many, is slowed down; nobody becomes somebody else by a header."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from pathlib import Path

import pytest
import time_machine

from siegelpost.base.settings import process_settings
from siegelpost.evidence.access import REFUSED, accesses
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.installation import operator_db
from tests.patience import PATIENCE
from tests.web.browser import serving
from tests.web.test_attacks import PASSWORD, is_in, log_in, with_password
from tests.web.visiting import Visitor, colleague

pytestmark = pytest.mark.slow


@pytest.fixture
def proxy_elsewhere(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A proxy on another machine that was declared; its address."""
    monkeypatch.setenv("SIEGELPOST_TRUSTED_PROXIES", "192.0.2.0/28")
    process_settings.cache_clear()
    yield "192.0.2.3"
    monkeypatch.undo()
    process_settings.cache_clear()


def test_a_declared_proxy_elsewhere_says_who_asks_and_nobody_else_does(alpha: TenantDB, proxy_elsewhere: str) -> None:
    with_password(colleague(alpha, "admin"))
    client = Visitor(None, alpha)
    for attempt in range(12):  # one stranger behind it, with invented hops before
        way = {"X-Forwarded-For": f"10.0.0.{attempt}, 203.0.113.7"}
        log_in(client, "no", email=f"x{attempt}@x.example", headers=way, REMOTE_ADDR=proxy_elsewhere)
    log_in(client, headers={"X-Forwarded-For": "203.0.113.7"}, REMOTE_ADDR=proxy_elsewhere)
    assert not is_in(client)
    for attempt in range(12):  # a machine beside the proxy, which was not declared
        log_in(client, "no", email=f"y{attempt}@x.example", headers={"X-Forwarded-For": f"10.0.1.{attempt}"}, REMOTE_ADDR="192.0.2.16")
    log_in(client, headers={"X-Forwarded-For": "10.9.9.9"}, REMOTE_ADDR="192.0.2.16")
    assert not is_in(client)
    log_in(client, headers={"X-Forwarded-For": "198.51.100.4"}, REMOTE_ADDR=proxy_elsewhere)
    assert is_in(client), "others behind the same proxy are not slowed down"


@pytest.mark.wire
@pytest.mark.slow
def test_the_server_reads_a_way_through_proxies_in_its_order_however_it_was_written(alpha: TenantDB, tmp_path: Path) -> None:
    """HAProxy adds a line of its own, others go on with the one that came; the last hop is the one that our proxy saw."""
    with serving(tmp_path) as site:
        assert said_of(site.port) == "127.0.0.1"
        assert said_of(site.port, "6.6.6.6", "203.0.113.7") == said_of(site.port, "6.6.6.6, 203.0.113.7") == "203.0.113.7"
        assert said_of(site.port, "no address", "203.0.113.7") == "203.0.113.7"
        assert said_of(site.port, "2001:db8::6", "[2001:db8::7]:4711") == "2001:db8::7"


def said_of(port: int, *way: str) -> str:
    """Whom the server takes us for, as a proxy on this machine with these lines."""
    connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    connection.putrequest("GET", "/healthz?client")
    for line in way:
        connection.putheader("X-Forwarded-For", line)
    connection.endheaders()
    said = connection.getresponse().read().decode().strip()
    connection.close()
    return said


def test_who_guesses_without_a_pause_keeps_nobody_out_of_their_own_browser(alpha: TenantDB) -> None:
    """From elsewhere the account is closed as long as somebody guesses; where its person logged in before, it is not."""
    with_password(colleague(alpha, "admin"))
    mine, new = Visitor(None, alpha), Visitor(None, alpha)
    log_in(mine)
    assert is_in(mine)
    mine.post("/logout")
    stranger = Visitor(None, alpha)
    stranger.cookies["known"] = mine.cookies["known"].value[:-1] + "x"
    for attempt in range(7):
        log_in(stranger, "no", REMOTE_ADDR=f"198.51.{attempt}.7")
    log_in(new, REMOTE_ADDR="203.0.113.50")
    assert not is_in(new)
    log_in(mine, REMOTE_ADDR="203.0.113.51")
    assert is_in(mine)
    assert mine.post("/account/again", {"password": PASSWORD}).status_code == 303, "a locked session opens, too"
    mine.post("/logout")
    for attempt in range(6):
        log_in(mine, "no", REMOTE_ADDR=f"198.52.{attempt}.7")
    log_in(mine, REMOTE_ADDR="203.0.113.51")
    assert not is_in(mine), "who has such a browser in hand guesses no faster"


def test_a_browser_of_somebody_helps_nobody_else(alpha: TenantDB) -> None:
    with_password(colleague(alpha, "admin"))
    other = with_password(colleague(alpha, "editor"))
    mine = Visitor(None, alpha)
    log_in(mine, email=other.email)
    assert is_in(mine)
    mine.post("/logout")
    for attempt in range(5):
        log_in(Visitor(None, alpha), "no", REMOTE_ADDR=f"198.51.{attempt}.7")
    log_in(mine)
    assert not is_in(mine)


def test_many_addresses_that_guess_one_password_stop_at_the_account_and_let_its_person_in_again(alpha: TenantDB) -> None:
    person = with_password(colleague(alpha, "admin"))
    start = datetime(2026, 3, 2, 12, tzinfo=UTC)
    with time_machine.travel(start, tick=False):
        for attempt in range(6):
            log_in(Visitor(None, alpha), "no", REMOTE_ADDR=f"198.51.{attempt}.7")
        late = Visitor(None, alpha)
        for _again in range(3):
            log_in(late, REMOTE_ADDR="203.0.113.50")
        assert not is_in(late)
        told = [one.who for one in accesses(operator_db(), start.date(), start.date()) if one.result == REFUSED]
        assert told == ["unknown"] * 2, "from each address that was stopped once, whoever it was and however often"
        other = Visitor(None, alpha)
        log_in(other, email=with_password(colleague(alpha, "editor")).email, REMOTE_ADDR="203.0.113.50")
        assert is_in(other), "nobody else is slowed down"
    with time_machine.travel(start + timedelta(minutes=6), tick=False):
        log_in(late, REMOTE_ADDR="203.0.113.50")
        assert is_in(late) and person.is_active
