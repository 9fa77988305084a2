"""What settings and their values are called."""

from collections.abc import Mapping
from typing import Any, Final

from siegelpost.base.i18n import marked as _
from siegelpost.base.i18n import translate
from siegelpost.flows.private_defaults import NEVER, Deviation

NAMES: Final[Mapping[str, str]] = {
    "tenant.measuring": _("How opens and clicks are measured"),
    "tenant.estimates": _("Estimates of people"),
    "tenant.demands_tls": _("Mail without encryption"),
    "tenant.sub_accounts": _("Sub-accounts that it may make by itself"),
    "tenant.opt_out_days": _("Days for which the address of an opt-out is shown"),
    "tenant.bulk_limit": _("People above which an export needs a reason"),
    "tenant.proof_above": _("People above which an import must be proven"),
    "tenant.input_log": _("Log of who changed whose record"),
    "tenant.weaker_hand_overs": _("Weaker ways of handing data over"),
    "tenant.unscanned_uploads": _("Uploads that no scanner sees"),
    "mailing.measure": _("How a mailing is measured"),
    "mailing.allowed_hosts": _("Pictures from elsewhere in a mailing"),
    "form.field_aliases": _("Fields of a sign-up form beside the address"),
}
"""Key in the manifest -> what it is called. A test asks for those that can deviate."""
VALUES: Final[Mapping[Any, str]] = {
    "off": _("off"), "anonymous": _("anonymous"), "personalised": _("personalised"), True: _("yes"), False: _("no"),
}  # fmt: skip


def name_of(one: Deviation) -> str:
    """What its setting is called, in the reader's language."""
    return translate(NAMES[one.name])


def said(value: Any) -> str:
    """A value as people read it."""
    if isinstance(value, list):
        return ", ".join(map(str, value)) or translate(_("none"))
    if isinstance(value, bool | str) and value in VALUES:
        return translate(VALUES[value])
    return translate(_("never")) if value == NEVER else str(value)
