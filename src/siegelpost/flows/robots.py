"""Whether a program filled in a form, as far as that can be told without asking anybody else.

Nobody is turned away by a guess: whoever runs no scripts, is very quick, or shares a network with many takes one step more, in which a
few seconds must pass. Only what no person does is dropped: a field filled in that nobody sees, and a form that we never handed out.
"""

from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Final, Protocol

from siegelpost.base.errors import Refused
from siegelpost.base.i18n import marked as _
from siegelpost.flows.networks import MANY, TOO_MANY
from siegelpost.sign.tokens import Token, TokenForged, make_token, read_token
from siegelpost.sign.work import is_done
from siegelpost.tenancy.handle import TenantDB

STAMP: Final = "f"
STEP: Final = "g"
"""Purposes of the tokens."""
STAMP_LIFETIME: Final = timedelta(hours=24)
QUICKEST: Final = timedelta(seconds=2)
"""Nobody reads what they agree to in less; a browser that fills in by itself may be that quick, so this only leads to the slow step."""
SLOWEST: Final = timedelta(seconds=5)
"""So long the slow step lasts: nothing for one person, and a day for 17,000 addresses one after the other."""

GENUINE: Final = "genuine"
STALE: Final = "stale"
FORGED: Final = "forged"

TAKEN: Final = "taken"
AGAIN: Final = "again"
DROPPED: Final = "dropped"


class Posted(Protocol):
    """What is looked at of a form that was sent: the address as typed, the field that nobody sees, and what came with the form.

    stamp  of `make_stamp`; step of `make_step`, "" in the first step
    work   the number of `sign.work`, "" where no script ran
    """

    @property
    def email(self) -> str: ...
    @property
    def trap(self) -> str: ...
    @property
    def stamp(self) -> str: ...
    @property
    def step(self) -> str: ...
    @property
    def work(self) -> str: ...


class TooManyFromHere(Refused):
    """A network that posts without end."""

    code = "sign_up.too_many"
    status = 429
    message = _("There were too many sign-ups from your network within the hour.")
    hint = _("Please try again in an hour.")
    nothing = _("Nothing was sent.")


def make_stamp(tenant: TenantDB, form_id: int, now: datetime) -> str:
    """A token that says when a form was handed out; without one nothing is sent."""
    return make_token(STAMP, tenant.number, (form_id, int(now.timestamp())), tenant.keys.tokens)


def judge_stamp(tenant: TenantDB, form_id: int, stamp: str, now: datetime) -> str:
    """Return "genuine", "stale" (older than 24 hours: hand out the form again) or "forged"."""
    issued = _issued(tenant, STAMP, form_id, stamp)
    if issued is None:
        return FORGED
    return GENUINE if now.timestamp() - issued[0] <= STAMP_LIFETIME.total_seconds() else STALE


def make_step(tenant: TenantDB, form_id: int, email: str, now: datetime) -> str:
    """A token for the slow step: it says since when this address waits."""
    return make_token(STEP, tenant.number, (form_id, int(now.timestamp())), tenant.keys.tokens, extra=_digest(email))


def next_step(tenant: TenantDB, form_id: int, posted: Posted, now: datetime) -> str:
    """The token that the page of the slow step holds: the one that came, where this address waits already; nobody begins anew."""
    known = _issued(tenant, STEP, form_id, posted.step)
    waits = known is not None and known[1] == _digest(posted.email) and now.timestamp() - known[0] <= STAMP_LIFETIME.total_seconds()
    return posted.step if waits else make_step(tenant, form_id, posted.email, now)


def judge(tenant: TenantDB, form_id: int, posted: Posted, *, crowd: int, now: datetime) -> str:
    """Return TAKEN, AGAIN (show the slow step) or DROPPED. The stamp is not stale.

    crowd  how often this network has posted within the hour, this time included

    Raises TooManyFromHere.
    """
    if crowd > TOO_MANY:
        raise TooManyFromHere
    issued = _issued(tenant, STAMP, form_id, posted.stamp)
    if posted.trap or issued is None:
        return DROPPED
    if _waited(tenant, form_id, posted, now):
        return TAKEN
    unhurried = now.timestamp() - issued[0] >= QUICKEST.total_seconds()
    return TAKEN if unhurried and crowd <= MANY and is_done(posted.stamp, posted.email, posted.work) else AGAIN


def _waited(tenant: TenantDB, form_id: int, posted: Posted, now: datetime) -> bool:
    issued = _issued(tenant, STEP, form_id, posted.step)
    if issued is None or issued[1] != _digest(posted.email):
        return False
    return SLOWEST.total_seconds() <= now.timestamp() - issued[0] <= STAMP_LIFETIME.total_seconds()


def _issued(tenant: TenantDB, purpose: str, form_id: int, text: str) -> tuple[int, bytes] | None:
    """When a token of ours for this form was made, seconds since 1970, and what it holds beside; None for any other."""
    try:
        token: Token = read_token(purpose, text, lambda _tenant, _key: tenant.keys.tokens)
        about, issued = token.numbers
    except (TokenForged, ValueError):
        return None
    return (issued, token.extra) if about == form_id else None


def _digest(email: str) -> bytes:
    return blake2b(email.strip().encode(), digest_size=8).digest()
