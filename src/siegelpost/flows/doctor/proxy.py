"""The files of the proxy that the operator names: no access log of opens and clicks, and the client's address passed on."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from siegelpost.base.i18n import marked as _
from siegelpost.flows.doctor import caddy, nginx
from siegelpost.flows.doctor.finding import FAULT, FINE, UNKNOWN, WARNING, Finding, Looking

LOG: Final = _("{file} lets the proxy write down who opened and clicked what ({paths}): anonymous measuring would not be anonymous.")
QUIET: Final = _("nginx: `access_log off;` for /o/ and /c/. Caddy: no `log`, or `log_skip /o/*` and `log_skip /c/*`.")
OTHERS: Final = {
    "host": (_("{file}: the proxy does not pass the name on by which it was called."), "proxy_set_header Host $host;"),
    "client": (
        _("{file}: the proxy does not say who asks."),
        "proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;",
    ),
}


def proxy_files(look: Looking) -> Iterator[Finding]:
    """Each file that was named; without one nothing is proven."""
    settings = look.settings
    if not look.proxy_files and settings.public_url.startswith("https://") and settings.tls_certificate is None:
        what = _("Nobody has looked whether the proxy writes an access log of opens and clicks.")
        yield Finding("doctor.proxy_unseen", WARNING, what, _("Name its configuration: `siegelpost doctor --proxy-config FILE`."))
    for file in look.proxy_files:
        yield from _judge(file, settings.public_host)


def _judge(file: Path, host: str) -> Iterator[Finding]:
    facts = {"file": str(file), "host": host}
    try:
        text = file.read_text(encoding="utf-8", errors="replace")
    except OSError as fault:
        yield Finding("doctor.proxy_unread", UNKNOWN, _("{file} cannot be read ({kind})."), facts={**facts, "kind": type(fault).__name__})
        return
    found = (nginx if ";" in text else caddy).faults(text, host)
    if "unserved" in found:
        what, do = _("{file} passes nothing on to us for {host}."), _("Name the file in which that host stands.")
        yield Finding("doctor.proxy_unread", UNKNOWN, what, do, facts)
        return
    if logged := [one.removeprefix("log:") for one in found if one.startswith("log:")]:
        yield Finding("doctor.proxy_log", FAULT, LOG, QUIET, {**facts, "paths": ", ".join(logged)})
    for code, (what, do) in OTHERS.items():
        if code in found:
            yield Finding("doctor.proxy_headers", FAULT, what, do, facts)
    if "import" in found:
        what = _("{file} takes in other files, which were not looked at.")
        yield Finding("doctor.proxy_unread", UNKNOWN, what, _("Name a file in which they are written out."), facts)
    if not found:
        yield Finding("doctor.proxy", FINE, _("{file}: no access log of opens and clicks for {host}."), facts=facts)
