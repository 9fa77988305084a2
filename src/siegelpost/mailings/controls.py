"""Checks of controls that this room can make."""

from collections import Counter
from datetime import timedelta
from typing import Final

from siegelpost.base.controls import TENANT, Around, Finding, check, finding
from siegelpost.base.i18n import marked as _
from siegelpost.mailings.models import Mailing
from siegelpost.tenancy.handle import TenantDB

ANONYMOUSLY: Final = ("anonymous", "opens", "clicks")
"""Opens and clicks, or one of them alone."""


@check(
    "4.3-02",
    _("Every mailing is measured anonymously or not at all: nobody can instruct otherwise yet."),
    every=timedelta(hours=1),
    limit=30,
    scope=TENANT,
)
def measured_anonymously(tenant: TenantDB, around: Around) -> Finding:
    """All mailings, drafts too, by what stands in the database, whoever wrote it there."""
    found = Counter(tenant.objects(Mailing).values_list("measure", flat=True))
    off, anonymous = found.pop("off", 0), sum(found.pop(mode, 0) for mode in ANONYMOUSLY)
    return finding(red=found, measured_anonymously=anonymous, not_measured=off, measured_otherwise=found.total())


CHECKS = (measured_anonymously,)
