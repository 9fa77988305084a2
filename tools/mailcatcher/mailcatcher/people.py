"""Plays the recipients: reads what they got and does what the script says, each of them once per message."""

import http.client
import smtplib
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from urllib.parse import urlsplit

from mailcatcher.letters import Letter, read_letter
from mailcatcher.loopback import loopback_address
from mailcatcher.reports import bounce, complaint, request_by_mail
from mailcatcher.script import Script
from mailcatcher.store import Act, Envelope, Store

TIMEOUT = 10.0  # seconds for one answer
THREADS = 8
PROGRAMS = (
    "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Thunderbird/128.0",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 14_0) AppleWebKit/605.1.15 (KHTML, like Gecko)",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148",
    "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0 Mobile Safari/537.36",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0 Safari/537.36",
)


@dataclass(frozen=True, slots=True)
class Scene:
    """One person with one message.

    inbound_port  where bounces, complaints and requests by mail are taken, on 127.0.0.1
    """

    envelope: Envelope
    letter: Letter
    address: str
    inbound_port: int
    at: datetime


def play(store: Store, script: Script, inbound_port: int) -> Counter[str]:
    """Let everybody in `store` do what they have not done yet; return how often each act was done now.

    Only messages with List-Unsubscribe are played with; the others are letters to one person.
    An act that failed is tried again at the next call.
    """
    before = store.acts()
    done = {(act.message, act.act) for act in before if act.done}
    newest = [envelope for envelope in store.envelopes() if envelope.recipients]
    parts = _parts(script, newest, [act for act in before if act.done])
    outcome: Counter[str] = Counter()

    def one_person(envelope: Envelope) -> list[Act]:
        address = envelope.recipients[0]
        wanted = [act for act in parts.get(address.lower(), ()) if (envelope.number, act) not in done]
        letter = read_letter(store.content(envelope.number)) if wanted else None
        if letter is None or "List-Unsubscribe" not in letter.message:
            return []
        scene = Scene(envelope, letter, address, inbound_port, datetime.now(UTC))
        return [perform(act, scene) for act in wanted]

    with ThreadPoolExecutor(THREADS) as pool:
        for acts in pool.map(one_person, newest):
            for act in acts:
                store.put_act(act)
                outcome[act.act] += act.done
    return outcome


def _parts(script: Script, envelopes: list[Envelope], done: list[Act]) -> dict[str, list[str]]:
    """Cast the acts; whoever did one of a limited number keeps it, so a second call does not choose somebody else."""
    limited = {act.act: act.address.lower() for act in done if act.act in script.at_most}
    parts = script.cast((envelope.recipients[0] for envelope in envelopes), Counter(act.act for act in done))
    for address in limited.values():
        parts.pop(address, None)
    return parts


def perform(act: str, scene: Scene) -> Act:
    """Do one act; whatever goes wrong is its outcome, never an exception."""
    try:
        done, outcome = _PERFORMERS[act](scene)
    except (OSError, ValueError, smtplib.SMTPException, http.client.HTTPException) as fault:
        done, outcome = False, f"{type(fault).__name__}: {fault}"
    return Act(message=scene.envelope.number, act=act, address=scene.address, done=done, outcome=outcome, at=scene.at.timestamp())


def _open(scene: Scene) -> tuple[bool, str]:
    if not scene.letter.pixels:
        return False, "the message has no pixel"
    status = _fetch("GET", scene.letter.pixels[0], scene.address)
    return status == 200, str(status)


def _click(scene: Scene) -> tuple[bool, str]:
    """Follow one measured link as far as this machine: the redirect is the answer, where it leads is somebody else's host."""
    links = scene.letter.links
    if not links:
        return False, "the message has no measured link"
    status = _fetch("GET", links[_digest(scene.address)[0] % len(links)], scene.address)
    return status in (301, 302, 303, 307, 308), str(status)


def _one_click(scene: Scene) -> tuple[bool, str]:
    """RFC 8058 section 3.2: a POST without cookie; a redirect is a failure."""
    if not scene.letter.one_click:
        return False, scene.letter.why_not
    status = _fetch("POST", scene.letter.one_click, scene.address, b"List-Unsubscribe=One-Click")
    return 200 <= status < 300, str(status)


def _mailto(scene: Scene) -> tuple[bool, str]:
    if not scene.letter.mailto:
        return False, "List-Unsubscribe has no mailto"
    to, content = request_by_mail(scene.letter.mailto, recipient=scene.address, at=scene.at)
    return _send(scene, scene.address, to, content)


def _hard_bounce(scene: Scene) -> tuple[bool, str]:
    sender = scene.envelope.sender
    if not sender:
        return False, "nobody to tell: the envelope sender is empty"
    content = bounce(scene.letter.content, recipient=scene.address, envelope_sender=sender, at=scene.at)
    return _send(scene, "", sender, content)


def _complaint(scene: Scene) -> tuple[bool, str]:
    to = scene.letter.complaints
    if not to:
        return False, "the message has no X-CSA-Complaints"
    content = complaint(scene.letter.content, recipient=scene.address, envelope_sender=scene.envelope.sender, to=to, at=scene.at)
    return _send(scene, "complaints@mailcatcher.example", to, content)


_PERFORMERS: dict[str, Callable[[Scene], tuple[bool, str]]] = {
    "open": _open,
    "click": _click,
    "one_click": _one_click,
    "mailto": _mailto,
    "hard_bounce": _hard_bounce,
    "complaint": _complaint,
}


def _digest(address: str) -> bytes:
    return sha256(address.lower().encode()).digest()


def _fetch(method: str, url: str, address: str, body: bytes | None = None) -> int:
    """Ask this machine for `url` and return the status. Each person has a mail program and a loopback address of their own."""
    parts = urlsplit(url)
    host = loopback_address(parts.hostname or "")
    if parts.scheme != "http":
        raise ValueError("only http is spoken on the loopback")
    a, b, c, program = _digest(address)[1:5]
    source = (f"127.{a}.{b}.{c or 1}", 0) if host == "127.0.0.1" and a else None
    connection = http.client.HTTPConnection(host, parts.port or 80, timeout=TIMEOUT, source_address=source)
    headers = {"Host": parts.netloc, "User-Agent": PROGRAMS[program % len(PROGRAMS)], "Accept": "*/*", "Connection": "close"}
    if body is not None:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    try:
        connection.request(method, f"{parts.path}?{parts.query}" if parts.query else parts.path, body, headers)
        answer = connection.getresponse()
        answer.read(1_000_000)
        return answer.status
    finally:
        connection.close()


def _send(scene: Scene, sender: str, to: str, content: bytes) -> tuple[bool, str]:
    with smtplib.SMTP("127.0.0.1", scene.inbound_port, local_hostname="mailcatcher.example", timeout=TIMEOUT) as smtp:
        smtp.ehlo_or_helo_if_needed()
        for code, text in (smtp.mail(sender), smtp.rcpt(to), smtp.data(content)):
            if code >= 400:
                return False, f"{code} {text.decode('ascii', 'replace')}"
    return True, f"{code} {text.decode('ascii', 'replace')}"
