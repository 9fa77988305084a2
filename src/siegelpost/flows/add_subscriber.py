"""Somebody of the staff adds one person by hand: as an import of one row, with ground and source."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from siegelpost.audience.addresses import read_address
from siegelpost.audience.errors import AddressReal
from siegelpost.audience.reads import find_by_email, need_list
from siegelpost.audience.reserved import kept_out
from siegelpost.audience.services import add_member, put_subscriber
from siegelpost.base.actor import Actor
from siegelpost.base.errors import BadInput, Refused
from siegelpost.base.i18n import marked as _
from siegelpost.consent.grants import Proof, grant
from siegelpost.consent.rules import PARENT, REASONS
from siegelpost.consent.suppression import reason_for
from siegelpost.intake.orders import ImportOrder, check_order
from siegelpost.tenancy.handle import TenantDB


class AddressWrong(BadInput):
    """What was typed is no address."""

    code = "subscriber.address_wrong"
    message = _("This is not an e-mail address that mail can be sent to.")
    hint = _("Give one address, for example ann@example.org.")


class AddressSuppressed(Refused):
    """A suppression stands against the address; nobody may come back by the hand of others."""

    code = "subscriber.suppressed"
    message = _("This address must not be written to.")
    hint = _("Look it up under “Suppression”. Whoever has unsubscribed can sign up again with a form.")


class AddressOnParentsList(AddressSuppressed):
    """The account above keeps it on its blacklist."""

    code = "subscriber.on_parents_list"
    message = _("The account above this one has this address on its blacklist.")
    hint = _("Ask that account if it should come off the list.")


class OnListAlready(BadInput):
    """Nothing to add, and what is stored is not overwritten in passing."""

    code = "subscriber.on_list"
    message = _("This person is on the list already.")
    hint = _("Search for the address to see and change what is stored.")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSubscriber:
    """Who is to be added, why, and where the data come from; `fields` alias -> value as `fieldtypes` parsed it."""

    email: str
    list_id: int
    ground: str
    source: str
    fields: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Added:
    """The person's number, and whether they were stored before: then their fields stay as they were."""

    subscriber_id: int
    known: bool


def add_subscriber(tenant: TenantDB, new: NewSubscriber, *, actor: Actor, now: datetime) -> Added:
    """Store one person, put them on a list and record their consent as the staff claim it.

    Raises AddressWrong, AddressReal (test systems), AddressSuppressed (AddressOnParentsList), ParentAway, OnListAlready and what
    `check_order` raises.

    Source: Art. 6, 7(1) and 14(2)(f) GDPR (ground and source must be provable later).
    """
    check_order(ImportOrder(list_id=new.list_id, ground=new.ground, source=new.source, mode="add"))
    if not tenant.scope.is_whole:
        need_list(tenant, new.list_id)
    seen = find_by_email(tenant, new.email)  # within the limits: nobody is told that the rest of the tenant knows somebody
    tenant = tenant.unlimited
    judged = read_address(new.email)
    if judged.reason:
        raise AddressWrong
    if kept_out(tenant, judged.address):
        raise AddressReal
    if reason := reason_for(tenant, judged.address, new.list_id):
        raise AddressOnParentsList if reason == REASONS[PARENT] else AddressSuppressed
    with tenant.atomic():
        person = find_by_email(tenant, judged.address)
        if person is not None and new.list_id in person.list_ids:
            raise OnListAlready
        fields = {} if person else {alias: value for alias, value in new.fields.items() if value is not None}
        number = put_subscriber(tenant, judged.address, fields, now, actor)
        add_member(tenant, number, new.list_id, now)
        proof = Proof(ground=new.ground.strip(), source=new.source.strip())
        grant(tenant, subscriber_id=number, list_id=new.list_id, proof=proof, at=now, actor=actor)
    return Added(number, seen is not None)
