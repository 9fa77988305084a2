"""The codes of the access log as words for people."""

from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from siegelpost.evidence.access import Access

AREAS: Final = {
    "overview": _("Overview"),
    "lists": _("Lists"),
    "subscribers": _("Subscribers"),
    "fields": _("Fields"),
    "imports": _("Imports"),
    "forms": _("Sign-up forms"),
    "suppression": _("Suppression"),
    "returned_mail": _("Returned mail"),
    "replies": _("Answers"),
    "mailings": _("Mailings"),
    "sending": _("Sending of mailings"),
    "reports": _("Reports"),
    "senders": _("Senders"),
    "settings": _("Name and imprint"),
    "staff": _("Staff"),
    "roles": _("Roles"),
    "tokens": _("API tokens"),
    "approvals": _("Approvals"),
    "bulk": _("Many people at once"),
    "evidence": _("Evidence"),
    "input_log": _("Input log"),
    "hand_overs": _("Hand over data"),
    "erasures": _("Erasures"),
    "access_log": _("Access log"),
    "disclosures": _("Disclosures"),
    "instructions": _("Instructions"),
    "operator_access": _("Operator access"),
    "sub_accounts": _("Sub-accounts"),
    "sharing": _("Sharing"),
    "commands": _("Commands"),
    "canary": _("Hourly mark"),
}
"""Area of this tenant -> what it is called."""
VERBS: Final = {"read": _("looked at"), "change": _("changed"), "enter": _("entered"), "leave": _("left")}
RESULTS: Final = {"ok": _("allowed"), "refused": _("refused")}


def in_words(one: Access) -> dict[str, Any]:
    """One access; words of a command stay as they were typed."""
    return {
        "at": one.at,
        "who": one.who,
        "area": AREAS.get(one.area, one.area),
        "verb": VERBS.get(one.verb, one.verb),
        "result": RESULTS.get(one.result, one.result),
    }
