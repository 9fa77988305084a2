"""What stands in the navigation, in the words of the glossary; what one may not see is not shown."""

from dataclasses import dataclass
from typing import Final

from django.urls import reverse

from siegelpost.base.i18n import marked as _
from siegelpost.web.gate import Visit


@dataclass(frozen=True, slots=True)
class Entry:
    """One line: name of the route, words, icon; `begins` are the paths below the tenant where it is the active one."""

    route: str
    label: str
    icon: str
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
        Entry("dashboard", _("Overview"), "home", ("",)),
        Entry("mailings", _("Mailings"), "mail", ("mailings",)),
    )),
    (_("People"), (
        Entry("subscribers", _("Subscribers"), "users", ("subscribers",)),
        Entry("lists", _("Lists"), "list", ("lists", "folders")),
        Entry("segments", _("Segments"), "filter", ("segments",)),
        Entry("imports", _("Imports"), "file-import", ("imports",)),
        Entry("signup_forms", _("Sign-up forms"), "forms", ("forms",)),
        Entry("dialogs", _("Dialog mailings"), "mail-forward", ("dialogs",)),
        Entry("fields", _("Fields"), "tag", ("fields",)),
        Entry("opt_outs", _("Opt-outs"), "user-x", ("opt-outs",)),
        Entry("renewals", _("Renewals"), "history", ("renewals",)),
        Entry("suppression", _("Suppression"), "ban", ("suppression",)),
        Entry("bounces", _("Returned mail"), "mail-x", ("bounces",)),
        Entry("replies", _("Answers"), "arrow-back-up", ("replies",)),
    )),
    (_("Settings"), (
        Entry("senders", _("Senders"), "at", ("senders",)),
        Entry("settings", _("Name and imprint"), "building", ("settings",)),
        Entry("measuring", _("Measuring"), "chart-bar", ("measuring",)),
        Entry("look", _("Look of public pages"), "palette", ("look",)),
        Entry("public_hosts", _("Own addresses"), "world", ("public-hosts",)),
        Entry("staff", _("Staff"), "user-plus", ("staff",)),
        Entry("roles", _("Roles"), "lock", ("roles",)),
        Entry("approvals", _("Approvals"), "user-check", ("approvals",)),
        Entry("tokens", _("API tokens"), "key", ("tokens",)),
        Entry("sharing", _("Sharing"), "external-link", ("sharing",)),
        Entry("sub_accounts", _("Sub-accounts"), "folder", ("sub-accounts",)),
        Entry("hand_overs", _("Hand over data"), "shield-lock", ("hand-over",)),
        Entry("instructions", _("Instructions"), "gavel", ("instructions",)),
        Entry("disclosures", _("Recipients of data"), "file-export", ("disclosures",)),
        Entry("erasures", _("Erasures"), "user-x", ("erasures",)),
        Entry("access_log", _("Access log"), "eye", ("access-log",)),
        Entry("operator_access", _("Operator access"), "login", ("operator",)),
        Entry("input_log", _("Input log"), "history", ("input-log",)),
        Entry("controls", _("Controls"), "shield-check", ("controls",)),
        Entry("private", _("Private by default"), "lock", ("private-by-default",)),
        Entry("evidence", _("Evidence"), "fingerprint", ("evidence",)),
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
            if one.route in visit.opens
        )
        if links:
            found.append(Group(label, links))
    return found


def start(visit: Visit) -> str:
    """The page with which somebody begins: the first that they may see."""
    first = next((one.route for _label, group in GROUPS for one in group if one.route in visit.opens), "dashboard")
    return reverse(f"web:{first}", kwargs={"slug": visit.tenant.slug})
