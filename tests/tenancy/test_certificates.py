"""Certificates of our own hosts are seen as browsers see them, and the operator hears of each stage once, in time."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siegelpost.base.settings import Settings, process_settings
from siegelpost.delivery.models import Outgoing
from siegelpost.flows.certificates import own_hosts, watch
from siegelpost.tenancy import certificates
from siegelpost.tenancy.certificates import EXPIRED, UNREACHABLE, UNTRUSTED, WRONG_NAME, Certificate, known, look
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.installation import record_installation
from tests.delivery.certificates import Authority
from tests.mailings.making import some_sender
from tests.patience import PATIENCE
from tests.web.visiting import visitor

pytestmark = pytest.mark.wire
NOW = datetime.now(UTC)
DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(autouse=True)
def _believed(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with authority.believed(monkeypatch):
        yield


@contextmanager
def web_host(context: ssl.SSLContext | None, *, port: int = 0, says: bytes = b"", gave_up: threading.Event | None = None) -> Iterator[int]:
    """A host on 127.0.0.1 that greets with TLS, or speaks in clear, or says nothing until it gives up; gives its port."""
    with socket.create_server(("127.0.0.1", port)) as server:
        server.settimeout(0.1)
        ended = threading.Event()

        def serve() -> None:
            while not ended.is_set():
                with suppress(OSError):
                    line, _address = server.accept()
                    with line:
                        line.settimeout(PATIENCE)
                        if context is None:
                            line.sendall(says)
                            if not says and not ended.wait(PATIENCE) and gave_up:
                                gave_up.set()
                        else:
                            with context.wrap_socket(line, server_side=True) as secured:
                                secured.recv(1)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield int(server.getsockname()[1])
        finally:
            ended.set()
            thread.join(PATIENCE)


def seen(context: ssl.SSLContext) -> Certificate:
    """What a look at such a host finds."""
    with web_host(context) as port:
        return look("127.0.0.1", port, now=NOW)


def test_a_certificate_that_browsers_trust_is_read_with_its_end(authority: Authority) -> None:
    found = seen(authority.lasting(NOW + 60 * DAY))
    assert found.fault == "" and found.days_left(NOW) in (59, 60) and found.stage(NOW) is None


@pytest.mark.parametrize(("kind", "fault"), [("expired", EXPIRED), ("of_another", WRONG_NAME), ("self_signed", UNTRUSTED)])
def test_one_that_they_refuse_is_named_with_its_end_and_needs_somebody_at_once(authority: Authority, kind: str, fault: str) -> None:
    make: Callable[[], ssl.SSLContext] = getattr(authority, kind)
    found = seen(make())
    assert found.fault == fault and found.valid_until is not None and found.stage(NOW) == 0


@pytest.mark.parametrize("says", [b"", b"HTTP/1.1 400 Bad Request\r\n\r\n"])
def test_a_host_that_speaks_no_tls_or_nothing_is_not_reached_within_bounds(monkeypatch: pytest.MonkeyPatch, says: bytes) -> None:
    monkeypatch.setattr(certificates, "SECONDS", 0.5)
    gave_up = threading.Event()
    with web_host(None, says=says, gave_up=gave_up) as port:
        found = look("127.0.0.1", port, now=NOW)
        assert not gave_up.is_set(), "it waited for as long as the host did"
    assert (found.fault, found.valid_until, found.stage(NOW)) == (UNREACHABLE, None, None)


def test_nobody_there_is_not_reached_either() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    assert look("127.0.0.1", port, now=NOW).fault == UNREACHABLE


@pytest.mark.parametrize(
    ("days", "stage"), [(31, None), (30, None), (29.9, 30), (14.1, 30), (13.9, 14), (6.9, 7), (1.5, 7), (0.5, 1), (-0.1, 0)]
)
def test_the_stages_are_30_14_7_and_1_days(days: float, stage: int | None) -> None:
    assert Certificate("host.example", 443, NOW + days * DAY, "", NOW).stage(NOW) == stage


@given(st.integers(-100, 10_000), st.integers(0, 1000))
def test_as_time_goes_by_a_stage_only_becomes_more_urgent(hours: int, later: int) -> None:
    one = Certificate("host.example", 443, NOW + timedelta(hours=hours), "", NOW)
    urgency = [-99 if (found := one.stage(at)) is None else -found for at in (NOW, NOW + timedelta(hours=later))]
    assert urgency == sorted(urgency)


def test_only_addresses_with_https_are_ours_to_watch() -> None:
    both = replace(process_settings(), public_url="https://news.example.org", staff_url="https://staff.example.org:8443")
    assert own_hosts(both) == (("news.example.org", 443), ("staff.example.org", 8443))
    assert own_hosts(replace(both, staff_url="https://news.example.org")) == (("news.example.org", 443),)
    assert own_hosts(replace(both, public_url="http://localhost:8001", staff_url="http://localhost:8000")) == ()


def ours(port: int) -> Settings:
    """Settings of an installation whose public host is there."""
    return replace(process_settings(), public_url=f"https://127.0.0.1:{port}", staff_url="http://localhost:8000")


def letters(tenant: TenantDB) -> list[tuple[str, str]]:
    """Subject and text of what is on its way to the operator."""
    return list(tenant.objects(Outgoing).filter(to="operator@example.org").order_by("pk").values_list("subject", "text"))


@pytest.fixture
def house(alpha: TenantDB) -> TenantDB:
    """The operator's own tenant, which can send."""
    record_installation("0" * 32, "operator@example.org", now=NOW)
    some_sender(alpha)
    return replace(alpha, own=True, language="de")


def test_the_operator_hears_of_each_stage_once_and_of_a_new_certificate_anew(house: TenantDB, authority: Authority) -> None:
    with web_host(authority.lasting(NOW + 20 * DAY)) as port:
        for hours in (0, 1, 24, 5 * 24):  # 20, 19, 15 days before the end
            watch(ours(port), [house, house], now=NOW + timedelta(hours=hours))
        assert len(letters(house)) == 1
        ((subject, text),) = letters(house)
        assert subject == "Das Zertifikat von 127.0.0.1 braucht Sie" and f"{NOW + 20 * DAY:%Y-%m-%d}" in text
        for days in (7, 14, 19.5, 21, 22):  # 13, 6, half a day before, after
            watch(ours(port), [house], now=NOW + days * DAY)
        assert len(letters(house)) == 5
    with web_host(authority.lasting(NOW + 90 * DAY), port=port):
        watch(ours(port), [house], now=NOW + 22 * DAY)
        assert len(letters(house)) == 5 and known()[0].stage(NOW + 22 * DAY) is None
        watch(ours(port), [house], now=NOW + 80 * DAY)
    assert len(letters(house)) == 6


def test_a_host_that_is_not_reached_keeps_its_end_and_the_end_comes_nearer(house: TenantDB, authority: Authority) -> None:
    with web_host(authority.lasting(NOW + 40 * DAY)) as port:
        watch(ours(port), [house], now=NOW)
    for hours in (24, 25):  # it may be back soon
        watch(ours(port), [house], now=NOW + timedelta(hours=hours))
        (found,) = known()
        assert found.looked_at.timestamp() == int((NOW + timedelta(hours=hours)).timestamp())
    assert found.fault == UNREACHABLE and found.days_left(NOW) in (39, 40) and letters(house) == []
    watch(ours(port), [house], now=NOW + 12 * DAY)
    assert len(letters(house)) == 1


def test_good_ones_are_looked_at_twice_a_day_and_forgotten_when_the_address_changes(house: TenantDB, authority: Authority) -> None:
    with web_host(authority.lasting(NOW + 90 * DAY)) as port:
        for hours in (0, 1, 11, 13):
            watch(ours(port), [house], now=NOW + timedelta(hours=hours))
            (found,) = known()
            assert found.looked_at.timestamp() == int((NOW + timedelta(hours=0 if hours < 12 else 13)).timestamp())
    watch(replace(ours(port), public_url="http://localhost:8001"), [house], now=NOW + DAY)
    assert known() == []


def test_a_tenant_of_a_customer_is_not_asked_to_write_to_the_operator(house: TenantDB, authority: Authority) -> None:
    with web_host(authority.expired()) as port:
        watch(ours(port), [replace(house, own=False)], now=NOW)
    assert letters(house) == []


def test_where_no_tenant_of_the_operator_can_send_the_pages_say_it(alpha: TenantDB, authority: Authority) -> None:
    record_installation("0" * 32, "operator@example.org", now=NOW)
    with web_host(authority.expired()) as port:
        watch(ours(port), [alpha], now=NOW)
    assert letters(alpha) == []
    assert "The TLS certificate of 127.0.0.1 has expired" in visitor(alpha, "viewer").see()
    assert "Das TLS-Zertifikat von 127.0.0.1 ist abgelaufen" in visitor(alpha, "viewer", language="de").see()
