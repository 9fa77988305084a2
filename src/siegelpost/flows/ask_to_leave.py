"""Somebody types an address into a public form to leave: its owner gets one mail with a link. The page says the same in every case.

Source: Art. 7(3) and 21(3) GDPR (as easy as signing up); Art. 5(1)(f) GDPR: a form must not tell strangers who is on a list, nor take
people off it.
"""

from datetime import datetime, timedelta
from typing import Final

from siegelpost.audience.addresses import read_address
from siegelpost.audience.reads import SubscriberView, find_by_email
from siegelpost.base.actor import Actor
from siegelpost.base.i18n import marked as _
from siegelpost.base.i18n import translate
from siegelpost.consent.asked import asked_since, note_asked
from siegelpost.consent.reads import running_lists
from siegelpost.consent.rules import MAILS_PER_DAY
from siegelpost.consent.suppression import opt_outs
from siegelpost.delivery.outgoing import SystemMail
from siegelpost.flows.post import post
from siegelpost.flows.unsubscribe import EVERY_MAILING
from siegelpost.sign.tokens import TokenForged, make_token, read_token
from siegelpost.tenancy.handle import TenantDB

STAMP: Final = "l"
"""Purpose of the token in the form."""
STAMP_LIFETIME: Final = timedelta(hours=24)
SOONEST: Final = timedelta(seconds=1)
"""Nobody reads the page and types an address faster; programs do."""
MOST_AN_HOUR: Final = 200
"""Mails of one tenant by this form: so many people do not lose their mails in an hour, and a robot with a list of addresses does."""
KIND: Final = "leaving"
SUBJECT: Final = _("Unsubscribe from {tenant}")
TEXT: Final = _(
    "Somebody, probably you, asked on our page for a link to unsubscribe this address from the e-mails of {tenant}.\n\n"
    "Unsubscribe: {leave}\n\nChoose single lists: {choose}\n\n"
    "If it was not you, do nothing: nothing was changed.\n\n{imprint}"
)


def make_stamp(tenant: TenantDB, now: datetime) -> str:
    """A token that says when the form was handed out; without one nothing is sent."""
    return make_token(STAMP, tenant.number, (int(now.timestamp()),), tenant.keys.tokens)


def ask_to_leave(tenant: TenantDB, email: str, *, trap: str, stamp: str, language: str, public_url: str, now: datetime) -> bool:
    """Mail the link where there is somebody to leave, and return whether a mail was queued; doors answer the same either way.

    email  as typed; the door has said what is no address
    trap   a field that people do not see

    At most three mails a day to one address, and 200 an hour in all.
    """
    address = read_address(email).address
    person = find_by_email(tenant, address) if address and not trap and _is_fresh(tenant, stamp, now) else None
    if person is None or not _has_something(tenant, person) or not _may_ask(tenant, person, now):
        return False
    numbers = (person.id, EVERY_MAILING)
    links = {name: f"{public_url}/{name}/{make_token(name, tenant.number, numbers, tenant.keys.tokens)}" for name in ("u", "p")}
    text = translate(TEXT, language).format(tenant=tenant.name, leave=links["u"], choose=links["p"], imprint=tenant.imprint).strip()
    mail = SystemMail(kind=KIND, to=person.email, subject=translate(SUBJECT, language).format(tenant=tenant.name), text=text)
    with tenant.atomic():
        note_asked(tenant, person.key, now=now)
        post(tenant, mail, actor=Actor.subject(), now=now)
    return True


def _is_fresh(tenant: TenantDB, stamp: str, now: datetime) -> bool:
    try:
        (issued,) = read_token(STAMP, stamp, lambda _tenant, _key: tenant.keys.tokens).numbers
    except (TokenForged, ValueError):
        return False
    return SOONEST.total_seconds() <= now.timestamp() - issued <= STAMP_LIFETIME.total_seconds()


def _has_something(tenant: TenantDB, person: SubscriberView) -> bool:
    return None not in opt_outs(tenant, person.key) and bool(person.list_ids or running_lists(tenant, person.id))


def _may_ask(tenant: TenantDB, person: SubscriberView, now: datetime) -> bool:
    mine = asked_since(tenant, now - timedelta(days=1), key=person.key)
    return mine < MAILS_PER_DAY and asked_since(tenant, now - timedelta(hours=1)) < MOST_AN_HOUR
