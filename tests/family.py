"""Alpha as a client account and beta as its sub-account, without the second that a new tenant takes."""

from siegelpost.audience.models import Membership, Subscriber, SubscriberList
from siegelpost.consent.models import Consent, Suppression
from siegelpost.mailings.models import Mailing
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.models import Tenant
from siegelpost.tenancy.registry import open_tenant


def nested(parent: TenantDB, child: TenantDB) -> TenantDB:
    """Empty the younger one and put it below the other, as if it had been made there: its addresses are keyed otherwise from now on."""
    with child.atomic():
        for model in (Mailing, Membership, Consent, Suppression, Subscriber, SubscriberList):
            child.objects(model).all().delete()
    Tenant.objects.filter(number=child.number).update(parent=parent.number)
    return open_tenant(child.slug)
