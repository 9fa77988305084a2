"""A certificate of erasure in lines and small tables."""

from collections.abc import Mapping
from typing import Any

from siegelpost.base.i18n import marked as _
from siegelpost.base.i18n import translate as t
from siegelpost.cli.output import facts, moment, say, table


def tell_certificate(certificate: Mapping[str, Any]) -> None:
    """What was found, removed and kept; who looked for the rest; where it does not reach. It names nobody."""
    search = certificate["search"]
    facts({
        _("Certificate"): str(certificate["id"]),
        _("Receipt"): certificate["receipt"],
        _("Begun"): moment(certificate["begun_at"]),
        _("Done"): moment(certificate["done_at"]),
        _("Searched afterwards"): t(_("{files} files, {bytes} bytes, {tables} tables: found nothing")).format(**search),
    })  # fmt: skip
    if tables := ", ".join(search["elsewhere"]):
        say(_("The address is also that of somebody who works with this tenant, and stays there: {tables}."), tables=tables)
    if search["too_short"]:
        say(_("Values too short to be looked for: {n}"), n=search["too_short"])
    print()
    found = [one for one in certificate["stores"] if one["found"]]
    table([_("Store"), _("Found"), _("Removed"), _("Kept")], [(t(one["name"]), one["found"], one["removed"], one["kept"]) for one in found])
    for one in found:
        if one["because"]:
            print(f"\n{t(one['name'])}: {t(one['because'])}")
    print()
    say(_("Not reached:"))
    for one in certificate["not_reached"]:
        print(f"- {t(one['why'])}" + (f" {t(_('Ends at the latest'))} {moment(one['until'])}." if one["until"] else ""))
