"""Whoever has confirmed is welcomed by mail, where the form says so: in the transaction of the confirmation, so once."""

from collections.abc import Sequence
from datetime import datetime

from siegelpost.audience.listing import list_names
from siegelpost.audience.reads import find_subscriber
from siegelpost.base.actor import Actor
from siegelpost.consent.forms import setup_of
from siegelpost.consent.sign_ups import PendingSignUp
from siegelpost.consent.suppression import may_be_asked
from siegelpost.flows.dialog import Addressee, answer_act
from siegelpost.mailings.dialog_rules import WELCOME
from siegelpost.sign.tokens import make_token
from siegelpost.tenancy.handle import TenantDB


def welcome(tenant: TenantDB, pending: PendingSignUp, subscriber_id: int, lists: Sequence[int], *, public_url: str, now: datetime) -> None:
    """Queue the welcome mail of the form, if it has one that is active; inside `tenant.atomic()`.

    Nothing goes to whom something stands against: who complained may agree anew, and is not written to all the same. Its links belong
    to the person and to no mailing, so "unsubscribe" means everything (`unsubscribe.unsubscribe`).
    """
    person, dialog_id = find_subscriber(tenant, subscriber_id), setup_of(tenant, pending.form_slug).welcome_mail
    if dialog_id is None or person is None or not may_be_asked(tenant, pending.key, pending.email, lists):
        return
    names = list_names(tenant)
    links = {kind: f"{public_url}/{kind}/{make_token(kind, tenant.number, (subscriber_id, 0), tenant.keys.tokens)}" for kind in "up"}
    values = {
        **person.fields, "email": pending.email, "tenant": tenant.name, "imprint": tenant.imprint,
        "unsubscribe_url": links["u"], "preferences_url": links["p"], "lists": ", ".join(names[one] for one in lists if one in names),
    }  # fmt: skip
    who = Addressee(pending.email, pending.language)
    answer_act(tenant, dialog_id, WELCOME, who, values, actor=Actor.subject(), now=now)
