"""Every login, good or bad, and every logout goes into the operator's access log: before it nobody is in a tenant."""

from typing import Any

from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed

from siegelpost.accounts.proof import ways
from siegelpost.base import clock
from siegelpost.base.actor import Actor
from siegelpost.evidence.access import FAILED, OK, Access, record
from siegelpost.tenancy.installation import operator_db
from siegelpost.web.areas import ENTRY

NOBODY = "unknown"
"""What was typed as a name may be anything, a password too; it is not kept."""


def _in(user: Any, request: Any = None, **_facts: Any) -> None:
    _write(str(Actor.staff(user.pk)), f"login:{ways(request.session, user)}")


def _out(user: Any, **_facts: Any) -> None:
    if user is not None:
        _write(str(Actor.staff(user.pk)), "logout")


def _failed(**_facts: Any) -> None:
    _write(NOBODY, "login", FAILED)


def _write(who: str, verb: str, result: str = OK) -> None:
    record(operator_db(), Access(clock.now(), who, ENTRY, verb, result))


def listen() -> None:
    """Called once, when the pages are set up."""
    user_logged_in.connect(_in, dispatch_uid="siegelpost.entry.in")
    user_logged_out.connect(_out, dispatch_uid="siegelpost.entry.out")
    user_login_failed.connect(_failed, dispatch_uid="siegelpost.entry.failed")
