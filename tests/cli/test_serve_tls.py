"""`serve` and `edge` refuse to start where passwords would cross a network in clear, or with a certificate that browsers refuse."""

from pathlib import Path

import pytest

from tests.cli.shell import Shell
from tests.delivery.certificates import DAY, NOW, Authority

PRODUCTION = {
    "SIEGELPOST_ENVIRONMENT": "production",
    "SIEGELPOST_STAFF_URL": "https://staff.example.org",
    "SIEGELPOST_PUBLIC_URL": "https://news.example.org",
}
BOTH = ("staff.example.org", "news.example.org")


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Shell:
    """A production system without tenants."""
    made = Shell(tmp_path_factory.mktemp("production") / "home", PRODUCTION)
    assert made("init", "--operator-email", "operator@example.org").code == 0
    return made


def named(certificate: Path, key: Path) -> dict[str, str]:
    return {**PRODUCTION, "SIEGELPOST_TLS_CERTIFICATE_FILE": str(certificate), "SIEGELPOST_TLS_KEY_FILE": str(key)}


@pytest.mark.parametrize("command", [("serve", "--host", "0.0.0.0"), ("serve", "--host", "::"), ("edge", "--host", "192.0.2.1")])
def test_in_production_nothing_listens_in_clear_beyond_this_machine(standing: Shell, command: tuple[str, ...]) -> None:
    said = standing(*command, **PRODUCTION)
    assert said.code == 3 and "serve.in_clear" in said.err and "SIEGELPOST_TRUSTED_PROXIES" in said.err
    assert "könnte jeder im Netz" in standing(*command, LANGUAGE="de", **PRODUCTION).err


def test_a_certificate_that_is_no_good_is_told_before_anything_starts(standing: Shell, tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    good, key = authority.pair("good", *BOTH)
    other, other_key = authority.pair("other", "other.example.org")
    locked = tmp_path / "locked.key"
    locked.write_text("-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n")
    tries = {
        "tls.wrong_key": [(good, other_key)],
        "tls.not_valid_now": [
            authority.pair("old", *BOTH, until=NOW - DAY),
            authority.pair("early", *BOTH, since=NOW + DAY, until=NOW + 2 * DAY),
        ],
        "tls.wrong_name": [(other, other_key), authority.pair("half", "staff.example.org"), authority.pair("wide", "*.org")],
        "tls.unreadable": [(tmp_path / "none", key), (key, key), (good, good), (good, locked), (good, tmp_path)],
    }
    for code, pairs in tries.items():
        for pair in pairs:
            said = standing("serve", "--host", "127.0.0.1", **named(*pair))
            assert (said.code, code in said.err) == (4, True), (pair, said.err)
            assert str(tmp_path) not in said.err and "BEGIN" not in said.err
    assert (NOW - DAY).date().isoformat() in standing("serve", **named(*authority.pair("old", *BOTH, until=NOW - DAY))).err


def test_settings_of_tls_that_do_not_fit_together_are_told(standing: Shell, tmp_path: Path) -> None:
    certificate, key = Authority(tmp_path).pair("good", *BOTH)
    half = {**PRODUCTION, "SIEGELPOST_TLS_CERTIFICATE_FILE": str(certificate)}
    assert "belong together" in standing("serve", **half).err
    clear = {**named(certificate, key), "SIEGELPOST_STAFF_URL": "http://localhost:8000"}
    assert "begin with https" in standing("serve", **clear).err
    assert "SIEGELPOST_TRUSTED_PROXIES is not" in standing("serve", **PRODUCTION, SIEGELPOST_TRUSTED_PROXIES="0.0.0.0/0").err
