"""A mailing that went to one person, and the addresses that stood in it."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from siegelpost.audience.models import Membership, Subscriber, SubscriberList
from siegelpost.consent.models import Consent
from siegelpost.delivery.models import Delivery, Launch
from siegelpost.mailings.models import Mailing
from siegelpost.sign.addresses import address_key
from siegelpost.sign.tokens import make_token
from siegelpost.sign.verp import BOUNCE, OUTGOING, UNSUBSCRIBE, VerpMint
from siegelpost.tenancy.handle import TenantDB

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)
DOMAIN = "bounce.example.org"
SAMPLES = Path(__file__).parent.parent / "feedback" / "samples"

# What stands in the samples in the place of what is genuine.
SAMPLE_VERP = b"b-caaqoaidxrqu4xyckdvws4e62p4ho4po"
SAMPLE_MAILTO = b"u-caaqoaidxrqu4xyckdvws4e62p4ho4po"
SAMPLE_LINK = b"EAEHAgMB4kACAxW9jznrabDszgFBLog"


@dataclass(frozen=True)
class Sent:
    """One delivery, and what its message said."""

    tenant: TenantDB
    mailing_id: int
    delivery_id: int
    subscriber_id: int
    list_id: int

    @property
    def verp(self) -> str:
        """Its envelope sender."""
        return VerpMint(BOUNCE, self.tenant.number, self.tenant.keys.tokens, DOMAIN).make(self.delivery_id)

    @property
    def mailto(self) -> str:
        """Its `mailto:` unsubscribe."""
        return VerpMint(UNSUBSCRIBE, self.tenant.number, self.tenant.keys.tokens, DOMAIN).make(self.subscriber_id, self.mailing_id)

    @property
    def link(self) -> str:
        """The token of its unsubscribe link."""
        return make_token("u", self.tenant.number, (self.subscriber_id, self.mailing_id), self.tenant.keys.tokens)

    def sample(self, name: str) -> bytes:
        """A report about exactly this delivery."""
        content = (SAMPLES / f"{name}.eml").read_bytes()
        for old, new in ((SAMPLE_VERP, self.verp), (SAMPLE_MAILTO, self.mailto)):
            content = content.replace(old, new.partition("@")[0].encode())
        return content.replace(SAMPLE_LINK, self.link.encode()).replace(b"ann@example.net", b"ann@example.org")


def outgoing(tenant: TenantDB, number: int) -> str:
    """The envelope sender of a system mail."""
    return VerpMint(OUTGOING, tenant.number, tenant.keys.tokens, DOMAIN).make(number)


def deliver(tenant: TenantDB, *, number: int = 1) -> Sent:
    """Send the mailing `number` to Ann, who is on two lists."""
    key = address_key("ann@example.org", tenant.keys.addresses)
    with tenant.atomic():
        lists = [tenant.objects(SubscriberList).get_or_create(name=name, defaults={"created_at": NOON})[0] for name in ("News", "Offers")]
        ann, new = tenant.objects(Subscriber).get_or_create(
            email="ann@example.org", defaults={"address_key": key, "fields": {}, "created_at": NOON, "updated_at": NOON}
        )
        for one in lists if new else ():
            tenant.objects(Membership).create(list=one, subscriber=ann, added_at=NOON)
            tenant.objects(Consent).create(subscriber_id=ann.pk, list_id=one.pk, ground="double_opt_in", source="form", granted_at=NOON)
        mailing = tenant.objects(Mailing).create(name=f"M{number}", list_ids=[lists[0].pk], created_at=NOON, launched_at=NOON)
        tenant.objects(Launch).create(mailing_id=mailing.pk, plan={}, launched_at=NOON + timedelta(days=number))
        delivery = tenant.objects(Delivery).create(
            mailing_id=mailing.pk, variant_id=1, subscriber_id=ann.pk, state="sent", due_at=0, at=int(NOON.timestamp()) + number
        )
    return Sent(tenant, mailing.pk, delivery.pk, ann.pk, lists[0].pk)
