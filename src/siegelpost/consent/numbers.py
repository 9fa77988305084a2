"""Consent and suppression in numbers, for the overview."""

from siegelpost.base.sqlfile import sql
from siegelpost.consent.models import Form, Suppression
from siegelpost.consent.rules import PARENT
from siegelpost.tenancy.handle import TenantDB


def agreeing(tenant: TenantDB) -> int:
    """How many people have consented to mailings of at least one list; some of them may be suppressed all the same."""
    with tenant.cursor() as cursor:
        cursor.execute(sql("consent", "agreeing", tenant.vendor))
        return int(cursor.fetchone()[0])


def suppressions(tenant: TenantDB) -> int:
    """How many entries of its own say never to send: addresses and patterns, whether or not anybody here has them."""
    return tenant.objects(Suppression).exclude(kind=PARENT).count()


def any_form(tenant: TenantDB) -> bool:
    """Whether a sign-up form is open."""
    return tenant.objects(Form).filter(active=True).exists()
