"""What stands in the navigation, in the words of the glossary; what one may not see is not shown."""

from dataclasses import dataclass
from typing import Final

from django.urls import reverse

from siegelpost.accounts.rules import HAND_OVER, INPUT_LOG, PEOPLE, READ, SETTINGS, STAFF
from siegelpost.base.i18n import marked as _
from siegelpost.web.gate import Visit


@dataclass(frozen=True, slots=True)
class Entry:
    """One line: name of the route, words, icon, right; `begins` are the paths below the tenant where it is the active one."""

    route: str
    label: str
    icon: str
    right: str
    begins: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Link:
    """An entry as it stands on this page."""

    url: str
    label: str
    icon: str
    active: bool


@dataclass(frozen=True, slots=True)
class Group:
    """Entries under one heading."""

    label: str
    links: tuple[Link, ...]


GROUPS: Final = (
    ("", (
        Entry("dashboard", _("Overview"), "home", READ, ("",)),
        Entry("mailings", _("Mailings"), "mail", READ, ("mailings",)),
    )),
    (_("People"), (
        Entry("subscribers", _("Subscribers"), "users", READ, ("subscribers",)),
        Entry("lists", _("Lists"), "list", READ, ("lists", "folders")),
        Entry("imports", _("Imports"), "file-import", PEOPLE, ("imports",)),
        Entry("signup_forms", _("Sign-up forms"), "forms", READ, ("forms",)),
        Entry("fields", _("Fields"), "tag", READ, ("fields",)),
        Entry("suppression", _("Suppression"), "ban", READ, ("suppression",)),
        Entry("bounces", _("Returned mail"), "mail-x", READ, ("bounces",)),
        Entry("replies", _("Answers"), "arrow-back-up", READ, ("replies",)),
    )),
    (_("Settings"), (
        Entry("senders", _("Senders"), "at", READ, ("senders",)),
        Entry("settings", _("Name and imprint"), "building", SETTINGS, ("settings",)),
        Entry("staff", _("Staff"), "user-plus", STAFF, ("staff",)),
        Entry("hand_overs", _("Hand over data"), "shield-lock", HAND_OVER, ("hand-over",)),
        Entry("instructions", _("Instructions"), "gavel", SETTINGS, ("instructions",)),
        Entry("disclosures", _("Recipients of data"), "file-export", SETTINGS, ("disclosures",)),
        Entry("access_log", _("Access log"), "eye", STAFF, ("access-log",)),
        Entry("input_log", _("Input log"), "history", INPUT_LOG, ("input-log",)),
        Entry("controls", _("Controls"), "shield-check", SETTINGS, ("controls",)),
        Entry("evidence", _("Evidence"), "fingerprint", SETTINGS, ("evidence",)),
    )),
)  # fmt: skip


def entries(visit: Visit, path: str) -> list[Group]:
    """The navigation of one person on one page."""
    start = reverse("web:dashboard", kwargs={"slug": visit.tenant.slug})
    here = path.removeprefix(start).partition("/")[0]
    found = []
    for label, group in GROUPS:
        links = tuple(
            Link(reverse(f"web:{one.route}", kwargs={"slug": visit.tenant.slug}), one.label, one.icon, here in one.begins)
            for one in group
            if visit.may(one.right)
        )
        if links:
            found.append(Group(label, links))
    return found
