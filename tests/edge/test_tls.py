"""Both sites speak TLS themselves where they have a certificate, and each answers by its own name only. Real servers, real sockets."""

import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest

from siegelpost.accounts.models import Session
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.tls_scan import scan
from tests.delivery.certificates import Authority
from tests.edge.live import Live, live
from tests.patience import PATIENCE

pytestmark = [pytest.mark.wire, pytest.mark.slow]
STAFF, PUBLIC = "staff.example.org", "news.example.org"
ADDRESSES = {"SIEGELPOST_STAFF_URL": f"https://{STAFF}", "SIEGELPOST_PUBLIC_URL": f"https://{PUBLIC}"}
YEAR = "max-age=31536000"


@pytest.fixture(scope="module")
def secured(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, str], ssl.SSLContext]:
    """Settings with a certificate, and who believes it."""
    authority = Authority(tmp_path_factory.mktemp("authority"))
    certificate, key = authority.pair("ours", STAFF, PUBLIC)
    believes = ssl.create_default_context(cafile=str(authority.trusted))
    believes.check_hostname = False  # we connect to 127.0.0.1
    return {**ADDRESSES, "SIEGELPOST_TLS_CERTIFICATE_FILE": str(certificate), "SIEGELPOST_TLS_KEY_FILE": str(key)}, believes


@pytest.fixture
def staff(alpha: TenantDB, secured: tuple[dict[str, str], ssl.SSLContext], tmp_path: Path) -> Iterator[Live]:
    environ, believes = secured
    with live(tmp_path, module="siegelpost.web.server", tls=believes, **environ) as running:
        yield running


@pytest.fixture
def public(alpha: TenantDB, secured: tuple[dict[str, str], ssl.SSLContext], tmp_path: Path) -> Iterator[Live]:
    environ, believes = secured
    with live(tmp_path, tls=believes, **environ) as running:
        yield running


def test_the_staffs_pages_speak_tls_with_cookies_that_never_go_in_clear(staff: Live) -> None:
    login = staff.ask("/login", headers={"Host": STAFF})
    assert (login.status, login.header("Strict-Transport-Security")) == (200, YEAR)
    cookie = login.header("Set-Cookie") or ""
    assert cookie.startswith("__Host-staff=") and all(word in cookie for word in ("; Secure", "; HttpOnly", "; Path=/", "; SameSite=Lax"))
    assert Session.objects.count() == 1
    other = staff.ask("/login", headers={"Host": PUBLIC, "Accept-Language": "de"})
    assert (other.status, other.header("Strict-Transport-Security"), other.header("Set-Cookie")) == (421, YEAR, None)
    assert "http.wrong_host" in other.body.decode() and "Adresse" in other.body.decode()
    assert staff.ask("/healthz", headers={"Host": "10.0.0.1"}).status == 200
    assert staff.ask("/u/token", headers={"Host": STAFF}).status == 404
    assert staff.ask("/static/none.css", headers={"Host": f"{STAFF}:443"}).header("Strict-Transport-Security") == YEAR
    found = scan("127.0.0.1", staff.port, seconds=PATIENCE)
    assert (found.protocol, found.older, found.weak) == ("TLSv1.3", [], [])


def test_the_public_pages_answer_by_their_own_name_and_know_no_staff(public: Live) -> None:
    for path, status in (("/u/token", 404), ("/login", 404), ("/tls/ask?domain=" + PUBLIC, 200)):
        answer = public.ask(path, headers={"Host": PUBLIC})
        assert (answer.status, answer.header("Strict-Transport-Security")) == (status, YEAR), path
    for path in ("/u/token", "/o/token.gif", "/c/token"):
        for host in (STAFF, "127.0.0.1", f"{PUBLIC}.evil.example", ""):
            assert public.ask(path, headers={"Host": host}).status == (421 if host else 400) or not host, (path, host)
    asked = {domain: public.ask(f"/tls/ask?domain={domain}").status for domain in (STAFF, PUBLIC.upper(), "evil.example", "")}
    assert asked == {STAFF: 200, PUBLIC.upper(): 200, "evil.example": 404, "": 404}
    assert public.ask(f"/tls/ask?domain={STAFF}", headers={"X-Forwarded-For": "198.51.100.4"}).status == 404, "nobody behind the proxy"
