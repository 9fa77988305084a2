"""The address of a mailbox that mail is fetched from: `imaps://user:password@host/Folder`. Pure."""

from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl, unquote, urlsplit

from siegelpost.base.loopback import LOOPBACK

PORTS: Final = {"imaps": 993, "imap": 143}
LONGEST: Final = 200  # of user, password and folder


@dataclass(frozen=True, slots=True)
class MailboxUrl:
    """Where it is.

    tls  "at once" (imaps), "starttls" (imap), or "off": on this machine only
    """

    host: str
    port: int
    user: str
    password: str
    folder: str
    tls: str

    def __repr__(self) -> str:
        """Without the password."""
        return f"MailboxUrl({self.host!r}, {self.port}, {self.user!r}, {self.folder!r}, {self.tls!r})"


def read_mailbox_url(url: str) -> MailboxUrl:
    """Raises ValueError for everything that is no such address, and for one that would send the password in clear over a network."""
    parts = urlsplit(url)
    if parts.scheme not in PORTS or not parts.hostname or parts.fragment:
        raise ValueError("no mailbox")
    asked = parse_qsl(parts.query, keep_blank_values=True)
    plain = asked == [("tls", "off")]
    if (asked and not plain) or (plain and (parts.scheme == "imaps" or parts.hostname not in LOOPBACK)):
        raise ValueError("tls=off is for this machine")
    user, password, folder = (unquote(one or "", errors="strict") for one in (parts.username, parts.password, parts.path.removeprefix("/")))
    folder = folder or "INBOX"
    if not user or not password:
        raise ValueError("user and password are needed")
    for one in (user, password, folder):
        if not (one.isascii() and one.isprintable() and len(one) <= LONGEST):  # they stand in commands (RFC 3501, section 4.3)
            raise ValueError("only printable ASCII")
    tls = "off" if plain else "at once" if parts.scheme == "imaps" else "starttls"
    return MailboxUrl(parts.hostname, parts.port or PORTS[parts.scheme], user, password, folder, tls)


def is_mailbox(url: str) -> bool:
    """Whether `read_mailbox_url` takes it."""
    try:
        read_mailbox_url(url)
    except ValueError:
        return False
    return True
