"""Checks of controls that this room can make."""

from datetime import timedelta
from typing import Final

from siegelpost.base.controls import INSTALLATION, TENANT, Around, Finding, check, finding
from siegelpost.base.i18n import marked as _
from siegelpost.feedback.hooks.models import Post
from siegelpost.feedback.models import Reply, ReturnedText
from siegelpost.feedback.texts import KEPT_FOR
from siegelpost.tenancy.handle import TenantDB, control_store

SWEPT_IN: Final = timedelta(hours=2)
"""The worker deletes them every hour."""
ORIGINALS_FOR: Final = timedelta(days=7)


@check(
    "4.3-03",
    _("No text of returned mail and no words of an answer are kept for more than 90 days."),
    every=timedelta(hours=6),
    limit=30,
    scope=TENANT,
)
def texts_are_gone(tenant: TenantDB, around: Around) -> Finding:
    """By the rows themselves: what was not deleted is seen, whatever the sweep says."""
    long_ago = around.now - KEPT_FOR - SWEPT_IN
    texts = tenant.objects(ReturnedText).filter(at__lt=long_ago).count()
    replies = tenant.objects(Reply).filter(at__lt=long_ago).exclude(sealed=b"").count()
    return finding(red=texts or replies, texts=tenant.objects(ReturnedText).count(), overdue_texts=texts, overdue_answers=replies)


@check(
    "4.3-03",
    _(
        "No original of a complaint or bounce that a provider posted is kept for more than seven days; "
        "those that come by mail are not kept."
    ),
    every=timedelta(hours=6),
    limit=30,
    scope=INSTALLATION,
)
def originals_are_gone(around: Around) -> Finding:
    """Posts lie sealed until they are worked off."""
    rows = control_store.objects(Post).exclude(sealed=b"")
    late = rows.filter(at__lt=around.now - ORIGINALS_FOR).count()
    return finding(red=late, originals=rows.count(), overdue_originals=late)


CHECKS = (texts_are_gone, originals_are_gone)
