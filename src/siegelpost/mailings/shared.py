"""What was shared down from the account above: a draft here, which is written anew while nobody has touched it."""

from dataclasses import dataclass
from datetime import datetime

from siegelpost.base.actor import Actor
from siegelpost.evidence.services import append
from siegelpost.mailings import rules
from siegelpost.mailings.change import version_of
from siegelpost.mailings.models import Mailing, Sender, SharedMailing, Variant
from siegelpost.mailings.reads import mailing
from siegelpost.mailings.services import Content, store_variant
from siegelpost.mailings.state import DRAFT
from siegelpost.tenancy.handle import TenantDB

SHARED_IN = "mailing.shared_in"


@dataclass(frozen=True, slots=True, kw_only=True)
class Handed:
    """A mailing as it comes from above: its lists and fields are those of whoever gets it.

    origin    its number above
    variants  name and content of each
    """

    origin: int
    kind: str
    name: str
    measure: str
    list_ids: tuple[int, ...]
    allowed_hosts: tuple[str, ...]
    variants: tuple[tuple[str, Content], ...]


@dataclass(frozen=True, slots=True)
class Taken:
    """The draft that it became, which version of it that is (from 1 on), and whether the draft is new."""

    mailing_id: int
    version: int
    is_new: bool


def take_in(tenant: TenantDB, handed: Handed, *, actor: Actor, now: datetime) -> Taken:
    """Write it into the draft that came of it before, where nobody here has changed that or sent it; otherwise into a new one.

    The sender is this tenant's: the one that there is, and where there are several, whoever sends it chooses. Replies go to it, too.
    """
    with tenant.atomic():
        known = tenant.objects(SharedMailing).select_for_update().filter(origin=handed.origin).order_by("-version").first()
        version = known.version + 1 if known else 1
        old = known.mailing_id if known and _is_untouched(tenant, known) else None
        number = old or tenant.objects(Mailing).create(kind=handed.kind, name="", created_at=now, sender_id=_only_sender(tenant)).pk
        tenant.objects(Mailing).filter(pk=number).update(
            name=rules.header_text(handed.name, "name", rules.MAX_MAILING_NAME),
            measure=handed.measure, list_ids=list(handed.list_ids), allowed_hosts=list(handed.allowed_hosts),
        )  # fmt: skip
        tenant.objects(Variant).filter(mailing_id=number).exclude(name__in=[name for name, _content in handed.variants]).delete()
        for name, content in handed.variants:
            store_variant(tenant, number, name, content.checked())
        tenant.objects(SharedMailing).update_or_create(
            mailing_id=number,
            defaults={"origin": handed.origin, "version": version, "left_as": version_of(mailing(tenant, number))},
        )
        details = {"origin": handed.origin, "version": version, "new": old is None}
        append(tenant, SHARED_IN, subject=f"mailing:{number}", details=details, actor=actor, at=now)
    return Taken(number, version, old is None)


def is_from_above(tenant: TenantDB, mailing_id: int) -> bool:
    """Whether a mailing came from the account above."""
    return tenant.objects(SharedMailing).filter(mailing_id=mailing_id).exists()


def _is_untouched(tenant: TenantDB, known: SharedMailing) -> bool:
    """Whether it is a draft still, and says what it said when it came."""
    held = tenant.objects(Mailing).filter(pk=known.mailing_id, state=DRAFT).update(state=DRAFT)  # nobody launches it meanwhile
    return bool(held) and version_of(mailing(tenant, known.mailing_id)) == known.left_as


def _only_sender(tenant: TenantDB) -> int | None:
    found = list(tenant.objects(Sender).values_list("pk", flat=True)[:2])
    return found[0] if len(found) == 1 else None
