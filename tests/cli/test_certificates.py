"""`siegelpost certificates` looks at the hosts of the settings and says what it saw."""

import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.cli.shell import Shell
from tests.delivery.certificates import Authority
from tests.tenancy.test_certificates import web_host

pytestmark = [pytest.mark.wire, pytest.mark.slow]


def test_it_says_until_when_in_both_languages_and_for_programs(standing: Shell, tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    context: ssl.SSLContext = authority.lasting(datetime.now(UTC) + timedelta(days=10))
    with web_host(context) as port:
        where = {"SIEGELPOST_PUBLIC_URL": f"https://127.0.0.1:{port}", "SSL_CERT_FILE": str(authority.trusted)}
        (found,) = standing("certificates", "--json", **where).data
        assert (found["host"], found["port"], found["fault"], found["needs_attention"]) == ("127.0.0.1", port, "", True)
        assert found["days_left"] in (9, 10)
        assert "valid until" in standing("certificates", **where).out
        assert "gültig" in standing("certificates", LANGUAGE="de", **where).out


def test_without_https_there_is_nothing_to_watch(standing: Shell) -> None:
    assert standing("certificates", "--json").data == []
    assert "no certificate to watch" in standing("certificates").out
