"""All settings, read once from the environment into one frozen object; every fault is reported at once."""

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Final
from urllib.parse import SplitResult, parse_qsl, urlsplit
from zoneinfo import ZoneInfo

from siegelpost.base.brakes import read_brake
from siegelpost.base.errors import WrongUsage
from siegelpost.base.i18n import marked as _
from siegelpost.base.listeners import Port, read_ports
from siegelpost.base.loopback import LOOPBACK
from siegelpost.base.mailbox_url import is_mailbox
from siegelpost.base.oidc import Provider, read_providers
from siegelpost.base.proxies import Network, read_networks

UNSAFE = frozenset(' <>",;\\()[]{}|^`')
"""Signs that would end an address or a link inside a header."""
TLS_MODES = frozenset({"required", "opportunistic", "off"})
NETWORKS_WANTED = "a list of addresses or networks (/8, IPv6 /16, or smaller)"
RELAY_WANTED = "smtp://host:port or smtps://host:port, with ?tls=required, opportunistic or off"


class SettingsWrong(WrongUsage):
    """One or more variables cannot be used."""

    code = "settings.wrong"
    message = _("The settings cannot be used: {faults}.")
    hint = _("Mend these variables; `siegelpost settings` explains each.")
    nothing = _("Nothing was started.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What the environment says, checked. The reference is `siegelpost settings`."""

    home: Path
    database_url: str = ""
    tenant_servers: tuple[str, ...] = ()
    broker_url: str = ""
    relay_url: str = "smtp://127.0.0.1:25?tls=opportunistic"
    staff_url: str = "http://localhost:8000"
    public_url: str = "http://localhost:8001"
    environment: str = "production"
    test_domains: tuple[str, ...] = ()
    bounce_domain: str = ""
    inbound_host: str = ""
    complaint_address: str = ""
    master_key_file: Path = field(default=Path())
    tls_certificate: Path | None = None
    tls_key: Path | None = None
    proxies: tuple[Network, ...] = ()
    providers: tuple[Provider, ...] = ()
    notice_networks: tuple[Network, ...] = ()
    senders: int = 0
    connections: int = 10
    retry_seconds: int = 60
    hard_bounces: int = 3
    ecg_file_days: int = 30
    robinson_days: int = 7
    brake_complaints: str = "0.1/0.2/0.3@1000/3"
    brake_bounces: str = "1@300/10"
    brake_slow: int = 1000
    csa_until: str = ""
    osv: str = ""
    mailbox_url: str = ""
    timestamp_url: str = ""
    clamav: str = ""
    ports: tuple[Port, ...] = ()
    backup_days: int = 0
    lease_seconds: int = 120
    signatures: str = "both"
    late_minutes: int = 60
    dns_servers: tuple[str, ...] = ()
    dkim_zone: str = ""
    time_zone: str = "Europe/Berlin"

    @property
    def public_host(self) -> str:
        """Host name of the public address, without port."""
        return urlsplit(self.public_url).hostname or "localhost"

    def may_reach(self, relay_url: str) -> bool:
        """Whether mail may go to this relay: a test system reaches this machine only."""
        return self.environment != "test" or urlsplit(relay_url).hostname in LOOPBACK


@dataclass(frozen=True, slots=True)
class Variable:
    """One line of the reference."""

    name: str
    meaning: str
    default: str


VARIABLES = (
    Variable("SIEGELPOST_HOME", _("data folder"), "./var/home"),
    Variable("SIEGELPOST_DATABASE_URL", _("control database; its server also takes tenants"), _("SQLite in the home folder")),
    Variable("SIEGELPOST_TENANT_SERVERS", _("further PostgreSQL servers for tenants, comma separated; not used yet"), _("none")),
    Variable("SIEGELPOST_BROKER_URL", _("AMQP broker; not used yet"), _("embedded runner")),
    Variable("SIEGELPOST_RELAY_URL", _("the relay that takes our mail"), "smtp://127.0.0.1:25?tls=opportunistic"),
    Variable("SIEGELPOST_STAFF_URL", _("address of the staff's pages"), "http://localhost:8000"),
    Variable("SIEGELPOST_PUBLIC_URL", _("address of the public pages"), "http://localhost:8001"),
    Variable("SIEGELPOST_ENVIRONMENT", _("production or test; a test system reaches relays on this machine only"), "production"),
    Variable(
        "SIEGELPOST_TEST_DOMAINS",
        _("domains of yours that swallow mail, comma separated; a test system takes addresses there beside those of RFC 2606 alone"),
        _("none"),
    ),
    Variable("SIEGELPOST_BOUNCE_DOMAIN", _("domain of the envelope sender, where bounces arrive"), _("host of the public address")),
    Variable(
        "SIEGELPOST_INBOUND_HOST",
        _("host:port under which other mail servers reach inbound mail, mostly port 25; its certificate and TLS are watched"),
        _("none: nobody looks"),
    ),
    Variable("SIEGELPOST_COMPLAINT_ADDRESS", _("where complaints about our mail go"), _("the operator's e-mail")),
    Variable("SIEGELPOST_MASTER_KEY_FILE", _("wraps all other keys"), _("keys/master in the home folder")),
    Variable(
        "SIEGELPOST_TLS_CERTIFICATE_FILE",
        _("certificate of both addresses in PEM, ours first, then those who vouch for it; `serve` and `edge` then speak TLS themselves"),
        _("none: a proxy on this machine speaks TLS"),
    ),
    Variable("SIEGELPOST_TLS_KEY_FILE", _("its private key in PEM, without password"), _("none")),
    Variable(
        "SIEGELPOST_TRUSTED_PROXIES",
        _("proxies on other machines, addresses or networks like 192.0.2.0/28, comma separated; only what they say of a client counts"),
        _("those of this machine"),
    ),
    Variable(
        "SIEGELPOST_OIDC",
        _(
            "identity providers of the staff, comma separated: name, issuer, client id, and what its tokens say of a second factor, like "
            "`office https://login.example.org siegelpost amr:mfa`"
        ),
        _("none"),
    ),
    Variable("SIEGELPOST_OIDC_SECRETS", _("our secrets there, like `office:SECRET`, with a space between"), _("none")),
    Variable(
        "SIEGELPOST_NOTICE_NETWORKS",
        _("networks of this house in which programs of tenants may be told of opt-outs, like 10.1.2.0/28, comma separated"),
        _("none: the public network alone"),
    ),
    Variable("SIEGELPOST_CONNECTIONS", _("connections of one sending process to the relay"), "10"),
    Variable("SIEGELPOST_RETRY_SECONDS", _("wait before the first new try after a 4xx answer; doubles each time"), "60"),
    Variable("SIEGELPOST_HARD_BOUNCES", _("hard bounces in a row that retire an address"), "3"),
    Variable(
        "SIEGELPOST_ECG_FILE_DAYS", _("for how many days a file of the Austrian ECG list counts; then mailings wait for a newer one"), "30"
    ),
    Variable("SIEGELPOST_ROBINSON_DAYS", _("for how many days a Robinson list counts; then mailings wait for a newer one"), "7"),
    Variable(
        "SIEGELPOST_BRAKE_COMPLAINTS",
        _("per cent of complaints about a mailing at one receiving provider to warn, slow and stop, @ from messages/complaints on"),
        "0.1/0.2/0.3@1000/3",
    ),
    Variable("SIEGELPOST_BRAKE_BOUNCES", _("the same for hard bounces; one share alone stops, @ from messages/bounces on"), "1@300/10"),
    Variable("SIEGELPOST_BRAKE_SLOW", _("messages an hour of a mailing that was slowed down"), "1000"),
    Variable("SIEGELPOST_MAILBOX_URL", _("a mailbox (IMAP) that bounces, complaints and answers are fetched from"), _("none")),
    Variable(
        "SIEGELPOST_TIMESTAMP_URL",
        _("an authority (RFC 3161) that stamps the time on checkpoints of the logs; it gets hashes only"),
        _("none"),
    ),
    Variable(
        "SIEGELPOST_CLAMAV",
        _("where ClamAV's clamd listens, a path or host:port; whatever is imported, uploaded or recorded goes past it, or not in"),
        _("none: uploads to hand over are held, imports are not scanned"),
    ),
    Variable(
        "SIEGELPOST_PORTS",
        _("ports at which this machine may be reached, comma separated, like 22, 443, 123/udp; one that listens beside them is an alarm"),
        _("none declared: nobody looks"),
    ),
    Variable(
        "SIEGELPOST_BACKUP_DAYS",
        _("for how many days your copies of the data are kept; certificates of erasure say so, 0 for nobody knows"),
        "0",
    ),
    Variable(
        "SIEGELPOST_OSV",
        _("an offline copy of OSV's list of known holes: a folder with its JSON or ZIP files (PyPI, npm), or one ZIP file"),
        _("none: nobody looks for known holes"),
    ),
    Variable("SIEGELPOST_CSA_UNTIL", _("last day of your membership in the Certified Senders Alliance, e.g. 2026-12-31"), _("no member")),
    Variable("SIEGELPOST_SIGNATURES", _("both (RSA and Ed25519), rsa for a relay that accepts one, none for a relay that signs"), "both"),
    Variable("SIEGELPOST_TIME_ZONE", _("in which times are typed and shown, and days begin"), "Europe/Berlin"),
    Variable("SIEGELPOST_LATE_MINUTES", _("a scheduled mailing that could not start for so long asks instead of starting"), "60"),
    Variable(
        "SIEGELPOST_LEASE_SECONDS", _("seconds that a sending process may stand still; then the others judge what it had claimed"), "120"
    ),
    Variable(
        "SIEGELPOST_DNS_SERVERS",
        _("name servers that are asked about sender domains, address:port each, comma separated"),
        _("those of the system; a test system asks none"),
    ),
    Variable(
        "SIEGELPOST_DKIM_ZONE",
        _("a zone of yours for the keys of sender domains; their owners point to it once (CNAME)"),
        _("none: owners publish the keys themselves"),
    ),
    Variable("SIEGELPOST_SENDERS", _("sending processes, 0 for one per core"), "0"),
)


NUMBERS: Final[Mapping[str, tuple[int, int, int]]] = {
    "senders": (0, 0, 64),
    "connections": (10, 1, 200),
    "retry_seconds": (60, 1, 3600),
    "hard_bounces": (3, 1, 20),
    "brake_slow": (1000, 1, 1_000_000),
    "backup_days": (0, 0, 3650),
    "lease_seconds": (120, 4, 600),
    "late_minutes": (60, 1, 7 * 24 * 60),
    "ecg_file_days": (30, 1, 30),
    "robinson_days": (7, 1, 7),
}
"""Settings that are numbers: default, least, most."""


def read_settings(environ: Mapping[str, str]) -> Settings:
    """Return the settings that `environ` holds; a variable NAME may also be read from the file that NAME_FILE names.

    Raises SettingsWrong with all faults together.
    """
    faults: list[str] = []

    def text(name: str, default: str) -> str:
        from_file = environ.get(f"SIEGELPOST_{name}_FILE")
        if from_file and name != "MASTER_KEY":
            try:
                return plain(name, Path(from_file).read_text(encoding="utf-8").strip()) or default
            except (OSError, ValueError):  # ValueError: no UTF-8
                faults.append(f"SIEGELPOST_{name}_FILE cannot be read")
        return plain(name, environ.get(f"SIEGELPOST_{name}", "").strip()) or default

    def plain(name: str, value: str) -> str:
        """These values come to stand in headers, links and log lines."""
        if value.isprintable():
            return value
        faults.append(f"SIEGELPOST_{name} holds control characters")
        return ""

    def checked(name: str, default: str, fits: Callable[[str], bool], wanted: str) -> str:
        value = text(name, default)
        if value and not fits(value):
            faults.append(f"SIEGELPOST_{name} is not {wanted}")
            return default
        return value

    def number(name: str, default: int, least: int, most: int) -> int:
        wanted = f"a number from {least} to {most}"
        return int(checked(name, str(default), lambda v: v.isascii() and v.isdecimal() and len(v) < 10 and least <= int(v) <= most, wanted))

    def path(name: str) -> Path | None:
        typed = plain(name, environ.get(f"SIEGELPOST_{name}", "").strip())
        return Path(typed).absolute() if typed else None

    numbers: dict[str, Any] = {name: number(name.upper(), *span) for name, span in NUMBERS.items()}
    home = Path(text("HOME", "./var/home")).absolute()
    settings = Settings(
        home=home,
        database_url=checked("DATABASE_URL", "", _is_postgres, "postgresql://…"),
        tenant_servers=tuple(part.strip() for part in text("TENANT_SERVERS", "").split(",") if part.strip()),
        broker_url=text("BROKER_URL", ""),
        relay_url=checked("RELAY_URL", "smtp://127.0.0.1:25?tls=opportunistic", is_relay, RELAY_WANTED),
        staff_url=checked("STAFF_URL", "http://localhost:8000", _is_web, "an https address").rstrip("/"),
        public_url=checked("PUBLIC_URL", "http://localhost:8001", _is_web, "an https address").rstrip("/"),
        environment=checked("ENVIRONMENT", "production", {"production", "test"}.__contains__, "production or test"),
        test_domains=tuple(_names(checked("TEST_DOMAINS", "", _are_hosts, "a list of domains"))),
        bounce_domain=checked("BOUNCE_DOMAIN", "", _is_host, "a domain"),
        inbound_host=checked("INBOUND_HOST", "", _is_place, "host:port"),
        complaint_address=checked("COMPLAINT_ADDRESS", "", _is_address, "an address"),
        master_key_file=path("MASTER_KEY_FILE") or home / "keys" / "master",
        tls_certificate=path("TLS_CERTIFICATE_FILE"),
        tls_key=path("TLS_KEY_FILE"),
        providers=_providers(text("OIDC", ""), text("OIDC_SECRETS", ""), faults),
        proxies=read_networks(checked("TRUSTED_PROXIES", "", _are_networks, NETWORKS_WANTED)),
        notice_networks=read_networks(checked("NOTICE_NETWORKS", "", _are_networks, NETWORKS_WANTED)),
        **numbers,
        brake_complaints=checked("BRAKE_COMPLAINTS", "0.1/0.2/0.3@1000/3", _is_brake, "like 0.1/0.2/0.3@1000/3"),
        brake_bounces=checked("BRAKE_BOUNCES", "1@300/10", _is_brake, "like 1@300/10"),
        mailbox_url=checked("MAILBOX_URL", "", is_mailbox, "like imaps://user:password@host/INBOX"),
        timestamp_url=checked("TIMESTAMP_URL", "", _is_authority, "like https://host/path"),
        clamav=checked("CLAMAV", "", _is_socket, "a path or host:port"),
        ports=read_ports(checked("PORTS", "", _are_ports, "a list of ports like 22, 443, 123/udp")),
        osv=text("OSV", ""),
        csa_until=checked("CSA_UNTIL", "", _is_day, "a day like 2026-12-31"),
        time_zone=checked("TIME_ZONE", "Europe/Berlin", _is_zone, "the name of a time zone"),
        dkim_zone=checked("DKIM_ZONE", "", _is_host, "a domain").lower(),
        dns_servers=_dns_servers(checked("DNS_SERVERS", "", _are_dns_servers, "a list of address:port")),
        signatures=checked("SIGNATURES", "both", {"both", "rsa", "none"}.__contains__, "both, rsa or none"),
    )
    return _sound(settings, faults)


def _sound(settings: Settings, faults: list[str]) -> Settings:
    """The settings, unless something is wrong with them. Raises SettingsWrong."""
    faults += _contradictions(settings)
    if faults:
        raise SettingsWrong(faults="; ".join(faults))
    return settings


def _contradictions(settings: Settings) -> list[str]:
    """Faults of values that are good alone and not together."""
    faults = ["SIEGELPOST_TENANT_SERVERS holds no postgresql://…" for url in settings.tenant_servers if not _is_postgres(url)]
    if (settings.tls_certificate is None) != (settings.tls_key is None):
        faults.append("SIEGELPOST_TLS_CERTIFICATE_FILE and SIEGELPOST_TLS_KEY_FILE belong together")
    if settings.tls_certificate and not (settings.staff_url.startswith("https:") and settings.public_url.startswith("https:")):
        faults.append("SIEGELPOST_STAFF_URL and SIEGELPOST_PUBLIC_URL begin with https where there is a certificate")
    if not settings.may_reach(settings.relay_url):
        faults.append("SIEGELPOST_RELAY_URL is not on this machine, as SIEGELPOST_ENVIRONMENT=test demands")
    if not all(settings.may_reach(one.issuer) for one in settings.providers):
        faults.append("SIEGELPOST_OIDC is not on this machine, as SIEGELPOST_ENVIRONMENT=test demands")
    if settings.mailbox_url and not settings.may_reach(settings.mailbox_url):
        faults.append("SIEGELPOST_MAILBOX_URL is not on this machine, as SIEGELPOST_ENVIRONMENT=test demands")
    if settings.timestamp_url and not settings.may_reach(settings.timestamp_url):
        faults.append("SIEGELPOST_TIMESTAMP_URL is not on this machine, as SIEGELPOST_ENVIRONMENT=test demands")
    return faults


def _providers(typed: str, secrets: str, faults: list[str]) -> tuple[Provider, ...]:
    try:
        return read_providers(typed, secrets)
    except ValueError:
        faults.append("SIEGELPOST_OIDC is not name, https address and client id, each with its secret in SIEGELPOST_OIDC_SECRETS")
        return ()


def _parts(url: str) -> SplitResult | None:
    """The parts of an address, None where host or port cannot be read."""
    try:
        parts = urlsplit(url)
        return parts if parts.port is None or parts.port else None
    except ValueError:
        return None


def _is_postgres(url: str) -> bool:
    parts = _parts(url)
    return parts is not None and parts.scheme in ("postgresql", "postgres") and bool(parts.path.strip("/"))


def is_relay(url: str) -> bool:
    """Whether it is the address of a relay (CONTRACT)."""
    parts = _parts(url)
    if parts is None or parts.scheme not in ("smtp", "smtps") or not parts.hostname:
        return False
    asked = parse_qsl(parts.query, keep_blank_values=True)
    return all(name == "tls" and mode in TLS_MODES for name, mode in asked) and len(asked) <= 1


def _is_address(value: str) -> bool:
    """Plain enough to stand in a header as it is."""
    local, _at, domain = value.rpartition("@")
    return bool(local) and len(value) <= 254 and value.isascii() and not set(value) & UNSAFE and "@" not in local and _is_host(domain)


_SERVER = re.compile(r"(?P<host>[0-9.]+|\[[0-9a-fA-F:.]+\])(?::(?P<port>[0-9]{1,5}))?")


def _dns_servers(value: str) -> tuple[str, ...]:
    """Each with its port, IPv6 in brackets."""
    servers = [_SERVER.fullmatch(part.strip()) for part in value.split(",") if part.strip()]
    return tuple(f"{one['host']}:{one['port'] or 53}" for one in servers if one)


def _are_dns_servers(value: str) -> bool:
    """Addresses, not names: whoever asks the DNS cannot ask it where the DNS is."""
    parts = [part.strip() for part in value.split(",") if part.strip()]
    return bool(parts) and all(_is_dns_server(part) for part in parts)


def _is_dns_server(place: str) -> bool:
    found = _SERVER.fullmatch(place)
    if found is None or not 0 < int(found["port"] or 53) < 65_536:
        return False
    try:
        return ip_address(found["host"].strip("[]")).version == (6 if found["host"].startswith("[") else 4)
    except ValueError:
        return False


def _are_networks(text: str) -> bool:
    try:
        return bool(read_networks(text))
    except ValueError:
        return False


def _are_ports(text: str) -> bool:
    try:
        return bool(read_ports(text))
    except ValueError:
        return False


def _is_socket(place: str) -> bool:
    """The path of a socket, or host:port."""
    if place.startswith("/"):
        return len(place.encode()) < 108  # sun_path, unix(7)
    return _is_place(place)


def _is_place(place: str) -> bool:
    """host:port, IPv6 in brackets."""
    host, _colon, port = place.rpartition(":")
    return _is_host(host.strip("[]").replace(":", "a")) and port.isascii() and port.isdecimal() and 0 < int(port) < 65_536


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _is_brake(text: str) -> bool:
    try:
        read_brake(text)
    except ValueError:
        return False
    return True


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        return False
    return True


def _is_host(name: str) -> bool:
    return name.isascii() and len(name) <= 253 and all(part and part.replace("-", "a").isalnum() for part in name.split("."))


def _names(value: str) -> list[str]:
    return [part.strip().lower() for part in value.split(",") if part.strip()]


def _are_hosts(value: str) -> bool:
    """Whole domains: "de" alone would let a country in."""
    return all(_is_host(name) and "." in name for name in _names(value))


def _is_authority(url: str) -> bool:
    """Authorities mostly answer without https: what comes is signed, and what goes says nothing."""
    parts = _parts(url)
    plain = url.isascii() and not set(url) & (UNSAFE - set("[]"))
    return parts is not None and parts.scheme in ("http", "https") and bool(parts.hostname) and parts.username is None and plain


def _is_web(url: str) -> bool:
    """A public address without https is allowed on the loopback only."""
    parts = _parts(url)
    if parts is None or not parts.hostname or not url.isascii() or set(url) & (UNSAFE - set("[]")):
        return False
    if parts.username is not None or parts.query or parts.fragment:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)


@cache
def process_settings() -> Settings:
    """The settings of this process, read once. Doors and project use it; rooms get values as arguments."""

    return read_settings(os.environ)
