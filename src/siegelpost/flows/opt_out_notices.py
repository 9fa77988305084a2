"""Somebody has left: what is told to whom, as the tenant set it up. A farewell, a mail to the staff, a signed message to a program."""

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress as passing
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from siegelpost.audience.leaving import labels
from siegelpost.base.actor import Actor
from siegelpost.base.errors import SiegelpostError
from siegelpost.base.i18n import marked as _
from siegelpost.base.i18n import translate
from siegelpost.consent.opt_out_notices import queue
from siegelpost.consent.opt_out_set_ups import SetUpView
from siegelpost.consent.suppression import may_be_asked
from siegelpost.consent.words import way
from siegelpost.delivery.outgoing import SystemMail
from siegelpost.flows.dialog import Addressee, answer_act
from siegelpost.flows.post import post
from siegelpost.governance.handover.errors import PasswordInText
from siegelpost.mailings.dialog_rules import FAREWELL, NOTICE
from siegelpost.tenancy.handle import TenantDB

SUBJECT: Final = _("{tenant}: somebody has left")
TEXT: Final = _(
    "Somebody has left your mailings.\n\nLists: {lists}\nTime: {at} (UTC)\nHow: {how}\n\n"
    "Who it was stands under “Opt-outs”, until the address is anonymised."
)
EVERYTHING: Final = _("everything")


def may_say_goodbye(tenant: TenantDB, key: bytes, email: str) -> bool:
    """Whether nothing but an opt-out stands against an address: whoever complained or is on a blacklist gets no farewell."""
    try:
        return may_be_asked(tenant, key, email, ())
    except SiegelpostError:  # a list of others that cannot be asked now: no farewell, and the withdrawal goes on
        return False


@dataclass(frozen=True, slots=True)
class Goodbye:
    """To whom, with the fields that are known, and the lists that ended (None: all)."""

    who: Addressee
    fields: Mapping[str, Any]
    list_ids: Sequence[int] | None


def say_goodbye(tenant: TenantDB, set_ups: Sequence[SetUpView], said: Goodbye, *, actor: Actor, now: datetime) -> None:
    """Queue the farewell of the first set-up that has one: nobody gets two. Never stops the withdrawal itself."""
    mailing = next((one.farewell_id for one in set_ups if one.farewell_id is not None), None)
    values = {
        **said.fields,
        "email": said.who.email,
        "tenant": tenant.name,
        "imprint": tenant.imprint,
        "lists": _named(tenant, said.list_ids),
    }
    with passing(PasswordInText):
        answer_act(tenant, mailing, FAREWELL, said.who, values, actor=actor, now=now)


def _named(tenant: TenantDB, list_ids: Sequence[int] | None) -> str:
    return translate(EVERYTHING, tenant.language) if list_ids is None else ", ".join(labels(tenant, set(list_ids)).values())


def announce(
    tenant: TenantDB, set_ups: Sequence[SetUpView], who: tuple[bytes, str], list_ids: Sequence[int] | None, how: str, *, now: datetime
) -> None:
    """Queue the notices of these set-ups, each address once. Inside the transaction of the withdrawal.

    who  keyed hash and address
    """
    system, names = Actor.system("notices"), labels(tenant, set(list_ids or ()))
    for mailbox in dict.fromkeys(one.notice_email for one in set_ups if one.notice_email):
        facts = {
            "lists": _named(tenant, list_ids),
            "at": f"{now.astimezone(UTC):%Y-%m-%d %H:%M:%S}",
            "how": translate(way(how), tenant.language),
        }
        subject = translate(SUBJECT, tenant.language).format(tenant=tenant.name)
        text = translate(TEXT, tenant.language).format(**facts)
        with passing(PasswordInText):
            post(tenant, SystemMail(kind=NOTICE, to=mailbox, subject=subject, text=text), actor=system, now=now)
    key, email = who
    said = {"email": email, "lists": None if list_ids is None else list(names.values()), "way": how}
    body = json.dumps({"type": "opt_out", "timestamp": now.astimezone(UTC).isoformat(timespec="seconds"), "data": said}).encode()
    for url in dict.fromkeys(one.hook_url for one in set_ups if one.hook_url):
        queue(tenant, next(one.id for one in set_ups if one.hook_url == url), key, body, now=now)
