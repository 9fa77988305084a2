"""What comes back to a sender: a bounce, a complaint, a request to be left alone.

Reports are written as bytes: they quote what they are about as it came in.
"""

from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from hashlib import sha256
from urllib.parse import parse_qs, unquote, urlsplit

MACHINE = "mailcatcher.example"


def bounce(original: bytes, *, recipient: str, envelope_sender: str, at: datetime) -> bytes:
    """Write the report of a server that has no mailbox for `recipient` (RFC 3464, status 5.1.1 of RFC 3463)."""
    date = format_datetime(at)
    headers = [
        f"From: Mail Delivery System <mailer-daemon@{MACHINE}>",
        f"To: <{envelope_sender}>",
        f"Date: {date}",
        "Subject: Undelivered mail returned to sender",
        "Auto-Submitted: auto-replied",
    ]
    text = f"Your message could not be delivered to {recipient}: there is no such mailbox here.\r\n"
    fields = (
        f"Reporting-MTA: dns; {MACHINE}\r\nArrival-Date: {date}\r\n\r\n"
        f"Final-Recipient: rfc822; {recipient}\r\nAction: failed\r\nStatus: 5.1.1\r\n"
        f"Diagnostic-Code: smtp; 550 5.1.1 mailbox unknown\r\n"
    )
    quoted = original.partition(b"\r\n\r\n")[0] + b"\r\n"
    return _report(headers, "delivery-status", text, fields, b"Content-Type: text/rfc822-headers\r\n\r\n" + quoted)


def complaint(original: bytes, *, recipient: str, envelope_sender: str, to: str, at: datetime) -> bytes:
    """Write the report of a provider whose customer pressed "this is spam" (RFC 5965)."""
    date = format_datetime(at)
    headers = [f"From: <complaints@{MACHINE}>", f"To: <{to}>", f"Date: {date}", "Subject: Complaint about a message"]
    text = "This is an abuse report for a message received here.\r\n"
    fields = (
        "Feedback-Type: abuse\r\nUser-Agent: mailcatcher/1\r\nVersion: 1\r\n"
        f"Original-Mail-From: <{envelope_sender}>\r\nOriginal-Rcpt-To: <{recipient}>\r\nArrival-Date: {date}\r\n"
    )
    return _report(headers, "feedback-report", text, fields, b"Content-Type: message/rfc822\r\n\r\n" + original)


def request_by_mail(mailto: str, *, recipient: str, at: datetime) -> tuple[str, bytes]:
    """Write the mail that a "mailto:" link asks for (RFC 6068); return the address that it goes to, and the mail."""
    parts = urlsplit(mailto)
    asked = {name.lower(): values[0] for name, values in parse_qs(parts.query, keep_blank_values=True).items()}
    to = unquote(parts.path)
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"], message["Date"] = recipient, to, format_datetime(at)
    message["Subject"] = asked.get("subject", "unsubscribe")
    message.set_content(asked.get("body", "unsubscribe"))
    return to, message.as_bytes()


def _report(headers: list[str], kind: str, text: str, fields: str, quoted: bytes) -> bytes:
    """The three parts of RFC 6522: for people, for programs, and what it is about (with a head of its own)."""
    boundary = sha256(quoted).hexdigest()[:24]
    head = [*headers, "MIME-Version: 1.0", f'Content-Type: multipart/report; report-type={kind};\r\n boundary="{boundary}"']
    parts = (
        f"Content-Type: text/plain; charset=utf-8\r\n\r\n{text}".encode(),
        f"Content-Type: message/{kind}\r\n\r\n{fields}".encode(),
        quoted,
    )
    body = b"".join(b"--%s\r\n%s\r\n" % (boundary.encode(), part) for part in parts)
    return "\r\n".join(head).encode() + b"\r\n\r\n" + body + b"--%s--\r\n" % boundary.encode()
