"""Whoever came by an import is told with the first mail where the address is from, and that they can object."""

from collections.abc import Iterable, Sequence
from typing import Final

from siegelpost.base.i18n import marked as _
from siegelpost.base.i18n import translate
from siegelpost.delivery.plan import NO_NOTICE, Notice
from siegelpost.intake.reads import imports_into, last_import_into
from siegelpost.mailings.reads import MailingFacts, last_launch_to
from siegelpost.render.checks import WARN, Finding
from siegelpost.tenancy.handle import TenantDB

SOURCE: Final = _("We have your e-mail address from:")
OBJECTION: Final = _("You can object to being written to for advertising, now and at any time:")
LINK: Final = _("object here")
FIRST: Final = _(
    "People came to these lists by import. Under the first mail that each of them gets, the source which the import named and the right "
    "to object are written by the system."
)


def notice_for(tenant: TenantDB, list_ids: Iterable[int]) -> Notice:
    """The words for those who came by an import, in the language of the tenant; none where nobody came so.

    Source: Art. 14(2)(f), 14(3)(b), 21(4) GDPR.
    """
    if not imports_into(tenant.unlimited, list_ids):
        return NO_NOTICE
    return Notice(*(translate(one, tenant.language) for one in (SOURCE, OBJECTION, LINK)))


def first_mail_findings(tenant: TenantDB, facts: MailingFacts) -> Sequence[Finding]:
    """Says it to whoever writes the mailing, where people came who may not have had any mail yet."""
    came = last_import_into(tenant.unlimited, facts.list_ids)
    sent = last_launch_to(tenant.unlimited, facts.list_ids)
    if came is None or (sent is not None and sent >= came):
        return []
    return [Finding("mailing.first_mail", WARN, FIRST, {}, "lists")]
