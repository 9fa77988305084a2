"""Take in a file that may become an import."""

from datetime import datetime
from typing import BinaryIO

from siegelpost.base.actor import Actor
from siegelpost.flows.run_import import folder_of
from siegelpost.flows.scanned import ensure_clean
from siegelpost.intake import kept
from siegelpost.tenancy.handle import TenantDB


def keep_upload(tenant: TenantDB, file: BinaryIO, *, file_name: str, actor: Actor, now: datetime) -> int:
    """Keep `file` (seekable), sealed, and return the number of the import that it may become. Raises as `ensure_clean` and `kept.keep`."""
    folder = folder_of(tenant)
    kept.sweep(tenant, folder, now)
    ensure_clean(tenant, file, actor=actor, now=now)
    return kept.keep(tenant, file, file_name=file_name, folder=folder, actor=str(actor), now=now)
