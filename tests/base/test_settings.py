"""The environment is read once, strictly, and every fault is told at once."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siegelpost.base.settings import SettingsWrong, read_settings


def faults_of(**variables: str) -> str:
    with pytest.raises(SettingsWrong) as found:
        read_settings({f"SIEGELPOST_{name}": value for name, value in variables.items()})
    return str(found.value.facts["faults"])


def test_an_empty_environment_is_a_good_one() -> None:
    settings = read_settings({})
    assert settings.environment == "production"
    assert settings.master_key_file == settings.home / "keys" / "master"


def test_all_faults_are_told_at_once() -> None:
    told = faults_of(ENVIRONMENT="prod", CONNECTIONS="many", PUBLIC_URL="ftp://x", RELAY_URL="http://x", SIGNATURES="three", SENDERS="65")
    for name in ("ENVIRONMENT", "CONNECTIONS", "PUBLIC_URL", "RELAY_URL", "SIGNATURES", "SENDERS"):
        assert f"SIEGELPOST_{name} " in told


@pytest.mark.parametrize("url", ["smtp://mail.example.org", "smtp://127.0.0.1.example.org:25", "smtp://user:pw@10.0.0.1?tls=off"])
def test_a_test_system_reaches_no_other_machine(url: str) -> None:
    assert "RELAY_URL is not on this machine" in faults_of(ENVIRONMENT="test", RELAY_URL=url)
    assert read_settings({"SIEGELPOST_RELAY_URL": url}).relay_url == url


@pytest.mark.parametrize("url", ["smtp://localhost:2525", "smtp://[::1]:25?tls=off", "smtps://127.0.0.1"])
def test_a_test_system_reaches_this_machine(url: str) -> None:
    assert read_settings({"SIEGELPOST_ENVIRONMENT": "test", "SIEGELPOST_RELAY_URL": url}).relay_url == url


@pytest.mark.parametrize(
    "url",
    [
        "smtp://127.0.0.1:25?tls=maybe", "smtp://127.0.0.1:25?tls=", "smtp://127.0.0.1?tls=off&tls=required", "smtp://127.0.0.1?ssl=on",
        "smtp://127.0.0.1:99999", "smtp://127.0.0.1:0", "smtp://[::1", "smtp://:25", "127.0.0.1:25",
    ],
)  # fmt: skip
def test_a_relay_that_cannot_be_meant_is_refused(url: str) -> None:
    assert "RELAY_URL is not" in faults_of(RELAY_URL=url)


@pytest.mark.parametrize(
    "url",
    [
        "http://mail.example.org", "http://127.0.0.1.example.org", "https://", "https://user@example.org", "https://[::1", "https://a:99999",
        "https://example.org/?a=b", "https://exam ple.org", "javascript:alert(1)",
    ],
)  # fmt: skip
def test_a_public_address_needs_https_but_on_the_loopback(url: str) -> None:
    assert "PUBLIC_URL is not" in faults_of(PUBLIC_URL=url)
    assert read_settings({"SIEGELPOST_PUBLIC_URL": "http://localhost:8001/"}).public_url == "http://localhost:8001"
    assert read_settings({"SIEGELPOST_PUBLIC_URL": "https://mail.example.org"}).public_host == "mail.example.org"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("COMPLAINT_ADDRESS", "a,b@example.org"), ("COMPLAINT_ADDRESS", "<a>@example.org"), ("COMPLAINT_ADDRESS", "ü@example.org"),
        ("COMPLAINT_ADDRESS", f"{'a' * 300}@example.org"), ("COMPLAINT_ADDRESS", "@example.org"), ("COMPLAINT_ADDRESS", "a@b@example.org"),
        ("PUBLIC_URL", "https://example.org/x>,<mailto:a@example.org"), ("PUBLIC_URL", "https://bücher.example"),
        ("STAFF_URL", "https://example.org/\"x"), ("TIME_ZONE", "Europe/Nowhere"), ("TIME_ZONE", "../../etc/passwd"),
    ],
)  # fmt: skip
def test_what_would_end_a_link_or_an_address_within_a_header_is_refused(name: str, value: str) -> None:
    assert f"SIEGELPOST_{name} " in faults_of(**{name: value})


def test_a_public_address_may_be_a_number() -> None:
    assert read_settings({"SIEGELPOST_PUBLIC_URL": "http://[::1]:8001"}).public_url == "http://[::1]:8001"


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("", ()),
        ("127.0.0.1:5353", ("127.0.0.1:5353",)),
        ("192.0.2.1 , [2001:db8::1]:54,", ("192.0.2.1:53", "[2001:db8::1]:54")),
    ],
)
def test_name_servers_are_addresses_with_ports(typed: str, read: tuple[str, ...]) -> None:
    assert read_settings({"SIEGELPOST_DNS_SERVERS": typed}).dns_servers == read


@pytest.mark.parametrize(
    "typed",
    ["ns.example.org", "127.0.0.1:0", "127.0.0.1:65536", "::1", "127.0.0.1:53,x", "[127.0.0.1]:53", ",", "1.2.3:53", "192.0.2.1:", "[::1"],
)
def test_what_is_no_name_server_is_refused(typed: str) -> None:
    assert "SIEGELPOST_DNS_SERVERS is not a list of address:port" in faults_of(DNS_SERVERS=typed)


@pytest.mark.parametrize("typed", ["dkim example.net", "dkim..example.net", "_dkim.example.net", "bücher.example"])
def test_what_is_no_zone_for_keys_is_refused(typed: str) -> None:
    assert "SIEGELPOST_DKIM_ZONE is not a domain" in faults_of(DKIM_ZONE=typed)
    assert read_settings({"SIEGELPOST_DKIM_ZONE": "DKIM.example.net"}).dkim_zone == "dkim.example.net"


@pytest.mark.parametrize("name", ["PUBLIC_URL", "RELAY_URL", "BOUNCE_DOMAIN", "DKIM_ZONE", "COMPLAINT_ADDRESS", "DATABASE_URL", "HOME"])
@pytest.mark.parametrize("sign", ["\r\n", "\n", "\x00", "\x1b", "\u2028"])
def test_nothing_that_breaks_a_header_or_a_line_comes_in(name: str, sign: str) -> None:
    assert f"SIEGELPOST_{name} holds control characters" in faults_of(**{name: f"https://a.example{sign}Bcc: b"})


def test_every_value_may_stand_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "relay"
    file.write_text("smtp://user:secret@mail.example.org:587?tls=required\n", encoding="utf-8")
    assert read_settings({"SIEGELPOST_RELAY_URL_FILE": str(file)}).relay_url.endswith("tls=required")
    file.write_bytes(b"\xff\xfe")
    told = faults_of(RELAY_URL_FILE=str(file), DATABASE_URL_FILE=str(tmp_path / "none"), BROKER_URL_FILE=str(tmp_path))
    assert all(f"SIEGELPOST_{name}_FILE cannot be read" in told for name in ("RELAY_URL", "DATABASE_URL", "BROKER_URL"))
    assert "secret" not in told


@pytest.mark.slow
@given(st.text(max_size=30))
def test_no_text_in_any_variable_makes_anything_but_settings_or_their_error(text: str) -> None:
    for name in (
        "PUBLIC_URL",
        "RELAY_URL",
        "DATABASE_URL",
        "TENANT_SERVERS",
        "CONNECTIONS",
        "BOUNCE_DOMAIN",
        "COMPLAINT_ADDRESS",
        "DNS_SERVERS",
    ):
        for value in (text, f"smtp://{text}", f"https://{text}", f"postgresql://{text}/x"):
            try:
                read_settings({f"SIEGELPOST_{name}": value})
            except SettingsWrong as wrong:
                assert "\n" not in str(wrong)  # noqa: PT017 - either outcome is right, this holds for one
