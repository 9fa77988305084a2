"""The databases: reached, and of this release."""

from collections.abc import Iterator

from django.db import Error as DatabaseError

from siegelpost.base.i18n import marked as _
from siegelpost.flows.doctor.finding import FAULT, FINE, Finding, Looking
from siegelpost.tenancy.migrate import missing
from siegelpost.tenancy.registry import all_tenants

MIGRATE = _("Make a backup of the data folder and the databases, then run `siegelpost tenant migrate --all`.")


def databases(look: Looking) -> Iterator[Finding]:
    """The control database first; without it no tenant is known."""
    try:
        behind = {"control": missing("default")}
    except DatabaseError as fault:
        facts = {"where": "control", "kind": type(fault).__name__}
        yield Finding("doctor.database", FAULT, UNREACHED, _("Look at SIEGELPOST_DATABASE_URL and whether the server runs."), facts)
        return
    if not behind["control"]:
        for tenant in all_tenants():
            try:
                behind[tenant.slug] = missing(tenant.alias)
            except DatabaseError as fault:
                facts = {"where": tenant.slug, "kind": type(fault).__name__}
                yield Finding("doctor.database", FAULT, UNREACHED, _("Look at the file or server of this tenant's database."), facts)
            finally:
                tenant.close()
    old = {where: n for where, n in behind.items() if n}
    for where, n in old.items():
        what = _("The database {where} is of an older release: {n} migrations are missing.")
        yield Finding("doctor.not_migrated", FAULT, what, MIGRATE, {"where": where, "n": n})
    if not old:
        yield Finding("doctor.database", FINE, _("{n} databases can be reached and are of this release."), facts={"n": len(behind)})


UNREACHED = _("The database {where} cannot be reached ({kind}).")
