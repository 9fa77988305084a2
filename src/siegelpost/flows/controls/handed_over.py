"""Checks of files that wait to leave, or have come in: sealed, private, and destroyed in time."""

from datetime import timedelta
from typing import Final

from siegelpost.base.controls import TENANT, Around, Finding, check, finding
from siegelpost.base.i18n import marked as _
from siegelpost.delivery.outgoing import overdue_files as overdue_attachments
from siegelpost.governance.handover.files import FOLDER
from siegelpost.governance.handover.standing import overdue_files, unsealed
from siegelpost.intake.refused import SEALED_FOLDER
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.home import home

DONE_FOR: Final = timedelta(hours=3)
"""The worker removes files of mails that are done every hour."""


@check(
    "2.1-00",
    _(
        "Files that wait to be handed over are encrypted and private to the system, and are destroyed a day later at the latest. "
        "Whether the disks themselves are encrypted is not seen."
    ),
    every=timedelta(hours=1),
    limit=60,
    scope=TENANT,
    whole=False,
)
def nothing_lies_about(tenant: TenantDB, around: Around) -> Finding:
    """Looks at the files themselves."""
    folder = home().tenant(tenant.slug)
    late = overdue_files(tenant, folder, now=around.now) + overdue_attachments(tenant, now=around.now, after=DONE_FOR)
    open_ones = unsealed((folder / FOLDER,))
    return finding(red=late or open_ones, overdue_files=late, files_in_clear=open_ones)


@check(
    "2.1-03",
    _(
        "What is kept of imports and of hand-overs is encrypted and private to the system. The ways themselves, https and commands on the "
        "machine, are looked at by another check; SFTP is not offered."
    ),
    every=timedelta(hours=1),
    limit=60,
    scope=TENANT,
    whole=False,
)
def kept_files_are_sealed(tenant: TenantDB, around: Around) -> Finding:
    """Looks at the first bytes and the rights of each."""
    folder = home().tenant(tenant.slug)
    open_ones = unsealed((folder / FOLDER, folder / SEALED_FOLDER))
    return finding(red=open_ones, files_in_clear=open_ones)


CHECKS = (nothing_lies_about, kept_files_are_sealed)
