"""What a request would do, line by line, in words."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from siegelpost.accounts.approval_rules import AGREED, DONE, ENDED, EXPIRED, REFUSED, WAITING
from siegelpost.accounts.approvals.acts import ERASE, EXIT, EXPORT, GRANT, INSTRUCT, LOOSEN, MEASURE, READ, ROTATE, SEND
from siegelpost.accounts.approvals.words import ACTS, STATES
from siegelpost.accounts.reads import names_of
from siegelpost.audience.leaving import labels
from siegelpost.audience.reads import find_subscriber
from siegelpost.base.i18n import marked, translate
from siegelpost.delivery.plan import Pace
from siegelpost.governance.instructions.rules import KINDS
from siegelpost.web.gate import Visit
from siegelpost.web.pages.mailing_words import DELIVERIES, MEASURES, PERSONAL, Badge
from siegelpost.web.pages.role_words import in_words, names
from siegelpost.web.templatetags.web import number, when

COLOURS: Final = {WAITING: "yellow", AGREED: "blue", REFUSED: "red", DONE: "green", ENDED: "secondary", EXPIRED: "secondary"}
ENDS: Final = {
    "taken_back": marked("taken back"),
    "replaced": marked("replaced by a newer request"),
    "left": marked("ended because the person left"),
    "expired": marked("expired"),
}
HINTS: Final = {
    SEND: marked("Also one that is scheduled, goes on, or is launched by a program."),
    EXPORT: marked(
        "Lists, recipients of a mailing, refused rows of an import, hand-overs and the whole tenant, on pages and at the command line."
    ),
    GRANT: marked("Roles of people, and new rights of a role that somebody has."),
    ERASE: marked("At the command line, too."),
    EXIT: marked("The operator carries it out once somebody here agreed."),
    INSTRUCT: marked("What the operator may and must do rests on instructions."),
    MEASURE: marked("To open it always needs a second person; by this rule the instruction on which it rests needs one, too."),
    ROTATE: marked("New DKIM keys, and signing with some that nobody saw published."),
}
"""What each rule holds back."""


@dataclass(frozen=True, slots=True)
class Line:
    """One thing about it; `url` leads to it where the reader may see it, `parts` stand below each other where there are several."""

    label: str
    text: Any
    url: str = ""
    parts: tuple[str, ...] = ()


def badge(state: str, ended: str = "") -> Badge:
    """A state as words and colour."""
    return Badge(translate(ENDS.get(ended) or STATES[state]), COLOURS[state])


def name_of(act: str) -> str:
    """What an act is called."""
    return translate(ACTS[act])


def lines(visit: Visit, act: str, what: dict[str, Any], at_most: int | None) -> list[Line]:
    """Everything that would be done, for whoever decides."""
    found = _LINES[act](visit, what)
    if at_most is not None:
        people = ngettext("%(n)s person", "%(n)s people", at_most) % {"n": number(at_most)}
        found.append(Line(_("To at most"), people))
    return found


def short(act: str, what: dict[str, Any]) -> str:
    """One line for tables."""
    if act in (SEND, EXPORT):
        return str(what["name"])
    if act == GRANT:
        return str(what.get("email") or what.get("name"))
    if act in (EXIT, ROTATE):
        return str(what["name"])
    if act in (INSTRUCT, MEASURE):
        return translate(KINDS[what["kind"]])
    return _rule_name(what["act"]) if act == LOOSEN else _("one person")


def _rule_name(act: str) -> str:
    return _("Read or export many people") if act == READ else name_of(act)


def _send(visit: Visit, what: dict[str, Any]) -> list[Line]:
    measure = MEASURES.get(what["measure"], (PERSONAL.get(what["measure"], what["measure"]), ""))[0]
    known = labels(visit.tenant, what["lists"])
    start = datetime.fromisoformat(what["start_at"]) if what["start_at"] else None
    return [
        Line(_("Mailing"), what["name"], _url(visit, "mailing", mailing_id=what["mailing"])),
        Line(_("Subject"), " · ".join(what["subjects"])),
        Line(_("Sender"), what["sender"]),
        Line(_("Lists"), ", ".join(known.get(one, str(one)) for one in what["lists"])),
        Line(_("Measuring"), translate(measure)),
        Line(_("When"), when(start) if start else _("at once")),
        Line(_("Pace"), _pace(what["pace"])),
        Line(_("Texts"), f"{what['version'][:16]}…"),
    ]


def _pace(kept: dict[str, Any]) -> str:
    pace = Pace.from_dict(kept)
    parts = [_("%(n)s per hour") % {"n": number(pace.per_hour)}] if pace.per_hour else []
    parts += [_("%(n)s per day") % {"n": number(pace.per_day)}] if pace.per_day else []
    parts += [_("only at certain hours")] if pace.windows else []
    return ", ".join(parts) or _("as fast as possible")


def _export(visit: Visit, what: dict[str, Any]) -> list[Line]:
    if "list" in what:
        return [Line(_("List"), what["name"], _url(visit, "list", list_id=what["list"]))]
    if "mailing" in what:
        found = [Line(_("Recipients of the mailing"), what["name"], _url(visit, "mailing_recipients", mailing_id=what["mailing"]))]
        return found + ([Line(_("State"), translate(DELIVERIES.get(what["state"], what["state"])))] if what["state"] else [])
    if "token" in what:
        return [Line(_("API token"), what["name"], _url(visit, "tokens")), Line(_("Read on (UTC)"), _day(what["day"]))]
    if "import" in what:
        return [Line(_("Refused rows of the import"), what["name"], _url(visit, "import", import_id=what["import"]))]
    kind, _colon, number = what["source"].partition(":")
    url = _url(visit, "list", list_id=number) if kind == "list" else _url(visit, "mailing_recipients", mailing_id=number)
    return [Line(_("List") if kind == "list" else _("Recipients of the mailing"), number, url), Line(_("Handed over to"), what["receiver"])]


def _grant(visit: Visit, what: dict[str, Any]) -> list[Line]:
    rights = tuple(f"{area}: {actions}" for area, actions in in_words(what["rights"]))
    if "role" in what:
        have_it = ", ".join(sorted(names_of(what["people"]).values()))
        return [
            Line(_("Role"), what["name"], _url(visit, "role", number=what["role"])),
            Line(_("Who has it"), have_it),
            Line(_("Allows from then on"), "", parts=rights),
        ]
    given = ", ".join(names(visit.tenant, what["roles"]))
    return [Line(_("Person"), what["email"]), Line(_("Roles from then on"), given), Line(_("They allow"), "", parts=rights)]


def _erase(visit: Visit, what: dict[str, Any]) -> list[Line]:
    person = what["subscriber"]
    known = person is not None and find_subscriber(visit.tenant, person) is not None
    url = _url(visit, "subscriber", person_id=person) if known else ""
    return [Line(_("Person"), _("number %(n)s") % {"n": person} if person else _("without a record"), url), Line(_("Key"), what["key"])]


def _exit(_visit: Visit, what: dict[str, Any]) -> list[Line]:
    return [
        Line(_("Tenant"), f"{what['name']} ({what['tenant']})"),
        Line(_("What is erased"), _("database, files, keys and queued mail: all people, mailings and logs, for good")),
        Line(_("Why nothing is taken along"), what["waived"]) if what.get("waived") else Line(_("Export, SHA-256"), what.get("export", "")),
        Line(_("Who carries it out"), _("the operator, at the command line")),
    ]


def _instruct(_visit: Visit, what: dict[str, Any]) -> list[Line]:
    return [
        Line(_("Kind"), translate(KINDS[what["kind"]])),
        Line(_("Given by"), what["by"]),
        Line(_("Valid from"), _day(what["from"]) or _("the day on which it is recorded")),
        Line(_("Valid until"), _day(what["until"]) or _("somebody ends it")),
        Line(_("SHA-256 of the document"), what["document"]),
    ]


def _measure(visit: Visit, what: dict[str, Any]) -> list[Line]:
    """The instruction, or what is opened by it."""
    if "purpose" not in what:
        return _instruct(visit, what)
    known = labels(visit.tenant, what["lists"])
    return [
        Line(_("Purpose"), what["purpose"]),
        Line(_("Measuring"), translate(PERSONAL[what["mode"]])),
        Line(_("Lists"), ", ".join(known.get(one, str(one)) for one in what["lists"])),
        Line(_("Given by"), what["by"]),
        Line(_("Valid until"), _day(what["until"])),
        Line(_("SHA-256 of the document"), what["document"]),
    ]


def _day(iso: str | None) -> str:
    return date_format(date.fromisoformat(iso), "SHORT_DATE_FORMAT") if iso else ""


def _rotate(visit: Visit, what: dict[str, Any]) -> list[Line]:
    made = _("make new keys and sign with them once published")
    said = _("sign with the new keys, although nobody saw them published") if what["unseen"] else made
    return [Line(_("Sender domain"), what["name"], _url(visit, "sender_domain", domain_id=what["domain"])), Line(_("What is done"), said)]


def _loosen(visit: Visit, what: dict[str, Any]) -> list[Line]:
    lines = [Line(_("Rule"), _rule_name(what["act"]))]
    if what["act"] != READ:
        lines.append(Line(_("Second person"), _("needed") if what["needed"] else _("not needed any more")))
    if what["threshold"]:
        lines.append(Line(_("For more people than"), number(what["threshold"])))
    return lines


def _url(visit: Visit, route: str, **parts: Any) -> str:
    return reverse(f"web:{route}", kwargs={"slug": visit.tenant.slug, **parts}) if route in visit.opens else ""


_LINES: Final[dict[str, Callable[[Visit, dict[str, Any]], list[Line]]]] = {
    SEND: _send,
    EXPORT: _export,
    GRANT: _grant,
    ERASE: _erase,
    EXIT: _exit,
    INSTRUCT: _instruct,
    MEASURE: _measure,
    ROTATE: _rotate,
    LOOSEN: _loosen,
}
