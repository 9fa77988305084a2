"""Every login, good or bad, and every logout goes into the operator's access log: before it nobody is in a tenant."""

from hashlib import sha256
from typing import Any, Final

from allauth.core.internal.ratelimit import get_ip
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.core.cache import cache
from django.http import HttpRequest

from siegelpost.accounts.proof import ways
from siegelpost.base import clock
from siegelpost.base.actor import Actor
from siegelpost.evidence.access import FAILED, OK, REFUSED, Access, record
from siegelpost.tenancy.installation import operator_db
from siegelpost.web.areas import ENTRY

NOBODY = "unknown"
"""What was typed as a name may be anything, a password too; it is not kept."""
QUIET: Final = 300
"""Seconds; as long as the limits count."""


def _in(user: Any, request: Any = None, **_facts: Any) -> None:
    _write(str(Actor.staff(user.pk)), f"login:{ways(request.session, user)}")


def _out(user: Any, **_facts: Any) -> None:
    if user is not None:
        _write(str(Actor.staff(user.pk)), "logout")


def _failed(**_facts: Any) -> None:
    _write(NOBODY, "login", FAILED)


def note_stopped(request: HttpRequest) -> None:
    """Too many wrong ones: noted once in five minutes for each network address, so that nobody fills the log by it."""
    if cache.add(f"entry:stopped:{sha256(get_ip(request).encode()).hexdigest()}", 1, QUIET):
        _write(NOBODY, "login", REFUSED)


def _write(who: str, verb: str, result: str = OK) -> None:
    record(operator_db(), Access(clock.now(), who, ENTRY, verb, result))


def listen() -> None:
    """Called once, when the pages are set up."""
    user_logged_in.connect(_in, dispatch_uid="siegelpost.entry.in")
    user_logged_out.connect(_out, dispatch_uid="siegelpost.entry.out")
    user_login_failed.connect(_failed, dispatch_uid="siegelpost.entry.failed")
