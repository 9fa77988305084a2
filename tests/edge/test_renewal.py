"""A renewed certificate serves without a restart, nobody is turned away meanwhile, and a wrong one changes nothing. Real sockets."""

import os
import socket
import ssl
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from structlog.testing import capture_logs

from siegelpost.base.settings import Settings
from siegelpost.flows.own_tls import fault_of, own_pair
from siegelpost.flows.renewal import Renewal
from siegelpost.tenancy.handle import TenantDB
from tests.delivery.certificates import DAY, NOW, Authority
from tests.edge.live import Live, live, wait_until
from tests.patience import PATIENCE

HOST = "news.example.org"


def number_of(certificate: Path) -> int:
    return x509.load_pem_x509_certificate(certificate.read_bytes()).serial_number


def number_served(port: int, believes: ssl.SSLContext) -> int:
    """Of the certificate that a browser sees now."""
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as line, believes.wrap_socket(line) as secured:
        seen = secured.getpeercert(binary_form=True)
    assert seen
    return x509.load_der_x509_certificate(seen).serial_number


def put(new: tuple[Path, Path], there: tuple[Path, Path]) -> None:
    """As programs do that renew: one file after the other, each at once."""
    for source, target in zip(new, there, strict=True):
        half = target.with_suffix(".half")
        half.write_bytes(source.read_bytes())
        os.replace(half, target)


def answers(running: Live) -> bool:
    return running.ask("/u/token", headers={"Host": HOST}).status == 404


@pytest.mark.wire
@pytest.mark.slow
@pytest.mark.sqlite  # no engine knows certificates
def test_a_running_server_takes_up_what_is_good_and_keeps_what_it_had_otherwise(alpha: TenantDB, tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    files = authority.pair("ours", HOST)
    believes = ssl.create_default_context(cafile=str(authority.trusted))
    believes.check_hostname = False  # we connect to 127.0.0.1
    environ = {"SIEGELPOST_STAFF_URL": "https://staff.example.org", "SIEGELPOST_PUBLIC_URL": f"https://{HOST}"}
    environ |= {"SIEGELPOST_TLS_CERTIFICATE_FILE": str(files[0]), "SIEGELPOST_TLS_KEY_FILE": str(files[1])}
    with live(tmp_path, tls=believes, **environ) as running:
        first = number_served(running.port, believes)
        assert first == number_of(files[0]) and answers(running)
        renewed = authority.pair("renewed", HOST)
        put(renewed, files)
        assert wait_until(lambda: answers(running) and number_served(running.port, believes) == number_of(renewed[0]))
        other = authority.pair("other", HOST)
        put((other[0], renewed[1]), files)
        assert wait_until(lambda: '"tls.wrong_key"' in running.log.read_text())
        assert answers(running) and number_served(running.port, believes) == number_of(renewed[0])


def test_what_is_wrong_is_told_once_and_only_when_it_stays(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    files, wanted = authority.pair("ours", HOST), (HOST,)
    ours = Settings(home=tmp_path, public_url=f"https://{HOST}", staff_url=f"https://{HOST}", tls_certificate=files[0], tls_key=files[1])
    pair = own_pair(ours, wanted, now=NOW)
    assert pair is not None and fault_of(ours, now=NOW) == ""
    renewal = Renewal(ours, wanted, pair)
    bad = {
        "tls.wrong_key": (authority.pair("a", HOST)[0], authority.pair("b", HOST)[1]),
        "tls.not_valid_now": authority.pair("old", HOST, until=NOW - DAY),
        "tls.wrong_name": authority.pair("elsewhere", "other.example.org"),
        "tls.unreadable": (tmp_path / "authority.pem", tmp_path / "authority.pem"),
    }
    for code, new in bad.items():
        put(new, files)
        with capture_logs() as said:
            assert [renewal.look() for _time in range(4)] == [None] * 4
        assert [one["code"] for one in said if one["event"] == "tls.renewal_refused"] == [code]
        assert fault_of(ours, now=NOW) == code
    put(authority.pair("back", HOST), files)
    assert renewal.look() is not None
    put((authority.pair("half", HOST)[0], files[1]), files)
    with capture_logs() as said:
        assert renewal.look() is None
        put(good := authority.pair("good", HOST), files)
        found = renewal.look()
        assert renewal.look() is None
    assert found is not None and found.certificate == good[0].read_bytes() and str(good[1].read_bytes()) not in repr(found)
    assert [one["event"] for one in said] == ["tls.renewed"], "between its two files nothing is wrong yet"
    files[1].unlink()
    assert renewal.look() is None and fault_of(ours, now=NOW + timedelta(hours=1)) == "tls.unreadable"
