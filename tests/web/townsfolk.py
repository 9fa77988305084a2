"""People and lists for the tests of the pages about people."""

from siegelpost.audience.services import add_member, create_list, put_subscriber
from siegelpost.base.actor import Actor
from siegelpost.consent.grants import Proof, grant
from siegelpost.mailings.dialog_starters import FORMAT, LANGUAGES, dialog_starter
from siegelpost.mailings.dialogs import DialogDraft, create_dialog
from siegelpost.tenancy.handle import TenantDB
from tests.web.visiting import NOON

STAFF = Actor.staff(1)
HOSTILE = "<script>alert(1)</script>\"'\U0001f600\u202e{{ 7 }}%s"
ROLES_THAT_MAY = ("editor", "admin", "operator")


def a_list(tenant: TenantDB, name: str = "Letter") -> int:
    return create_list(tenant, name, actor=STAFF, now=NOON)


def a_person(tenant: TenantDB, email: str, *lists: int, **fields: str) -> int:
    """Somebody with a consent for each list."""
    with tenant.atomic():
        number = put_subscriber(tenant, email, fields, NOON, STAFF)
        for one in lists:
            add_member(tenant, number, one, NOON)
            proof = Proof(ground="double_opt_in", source="form:letter")
            grant(tenant, subscriber_id=number, list_id=one, proof=proof, at=NOON, actor=STAFF)
    return number


def a_dialog(tenant: TenantDB, name: str, act: str = "farewell") -> int:
    """A dialog mailing in our words, paused."""
    draft = DialogDraft(name=name, format=FORMAT, words={one: dialog_starter(act, one) for one in LANGUAGES})
    return create_dialog(tenant, act, draft, actor=STAFF, now=NOON)
