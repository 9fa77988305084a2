"""A real IMAP server (Dovecot) on 127.0.0.1, with one mailbox per user and a password that is known."""

import imaplib
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.delivery.certificates import Authority
from tests.patience import PATIENCE
from tests.ports import free_port

PASSWORD = 'pass"word\\'
DOVECOT = shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
MISSING = "" if DOVECOT and Path("/usr/lib/dovecot/imap").exists() and os.getuid() == 0 else "needs root and Debian's package dovecot-imapd"
CONFIG = """
base_dir = {folder}/run
state_dir = {folder}/run
log_path = {folder}/log
protocols = imap
imap_capability = {capability}
listen = 127.0.0.1
ssl = yes
ssl_cert = <{certificate}
ssl_key = <{certificate}
disable_plaintext_auth = {demands_tls}
mail_location = maildir:{folder}/mail/%u
mail_uid = nobody
mail_gid = nogroup
first_valid_uid = 1
passdb {{
  driver = passwd-file
  args = scheme=plain username_format=%u {folder}/users
}}
userdb {{
  driver = static
  args = uid=nobody gid=nogroup home={folder}/mail/%u
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {plain}
  }}
  inet_listener imaps {{
    port = {secure}
  }}
}}
service anvil {{
  chroot =
}}
"""


@dataclass(frozen=True, slots=True)
class ImapServer:
    """Ports with STARTTLS and with TLS at once."""

    plain: int
    secure: int
    folder: Path

    def box(self, user: str) -> imaplib.IMAP4:
        """A client of our own, logged in, in INBOX."""
        found = imaplib.IMAP4("127.0.0.1", self.plain, timeout=PATIENCE)
        found.login(user, PASSWORD)
        found.select("INBOX")
        return found

    def logins(self, user: str) -> int:
        """How often somebody logged in."""
        return (self.folder / "log").read_text().count(f"Login: user=<{user}>")

    def put(self, user: str, *messages: bytes) -> None:
        """Deliver messages."""
        with self.box(user) as box:
            for one in messages:
                status, said = box.append("INBOX", "", "", one)
                assert status == "OK", said

    def left(self, user: str) -> list[tuple[bytes, bytes]]:
        """Flags and text of what is in INBOX."""
        with self.box(user) as box:
            _status, found = box.search(None, "ALL")
            numbers = found[0].split()
            read = [box.fetch(n.decode(), "(FLAGS BODY.PEEK[])")[1] for n in numbers]
        return [(one[0][0], one[0][1]) for one in read if isinstance(one[0], tuple)]


@contextmanager
def imap_server(authority: Authority, *, demands_tls: bool = False, capability: str = "") -> Iterator[ImapServer]:
    """Runs until the block ends; its certificate is good for those who trust the authority. "" says all that it can."""
    authority.good()
    folder = Path(tempfile.mkdtemp(prefix="siegelpost-imap-"))  # its helpers are other users, which cannot look into pytest's folders
    folder.chmod(0o755)
    (folder / "mail").mkdir()
    nobody = pwd.getpwnam("nobody")
    os.chown(folder / "mail", nobody.pw_uid, nobody.pw_gid)
    users = folder / "users"
    users.write_text("".join(f"{user}:{{PLAIN}}{PASSWORD}\n" for user in ("box", "other")))
    users.chmod(0o644)
    plain, secure = free_port(), free_port()
    words = {"folder": folder, "certificate": authority.folder / "good.pem", "demands_tls": "yes" if demands_tls else "no"}
    (folder / "dovecot.conf").write_text(CONFIG.format(**words, plain=plain, secure=secure, capability=capability))
    server = subprocess.Popen(
        [DOVECOT or "", "-F", "-c", str(folder / "dovecot.conf")], stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT
    )
    try:
        _wait(plain, server, folder)
        yield ImapServer(plain, secure, folder)
    finally:
        server.terminate()
        server.wait(PATIENCE)
        shutil.rmtree(folder, ignore_errors=True)


def _wait(port: int, server: "subprocess.Popen[bytes]", folder: Path) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if server.poll() is not None:
            break
        try:
            socket.create_connection(("127.0.0.1", port), timeout=PATIENCE).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    log = folder / "log"
    raise AssertionError(f"Dovecot does not run: {log.read_text() if log.exists() else 'it wrote no log'}")
