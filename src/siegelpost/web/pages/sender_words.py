"""What the page of a sender domain says first: whether one can send, and what to hand on to whoever looks after the domain."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from siegelpost.base.i18n import translate
from siegelpost.mailings.domain_checks import GRACE, Checked
from siegelpost.mailings.domain_findings import BLOCK, PASSED, REFUSED, UNKNOWN, WARN, Finding
from siegelpost.mailings.domain_records import Record
from siegelpost.mailings.domain_todo import Todo, is_below


@dataclass(frozen=True, slots=True)
class Standing:
    """One sentence about a domain, and what it means.

    level  success, info, warning or danger
    can    whether mailings from the domain go out
    """

    level: str
    icon: str
    title: str
    meaning: str
    can: bool


def standing(checked: Checked, todo: Todo, *, asks: bool, now: datetime) -> Standing:
    """How things are with a domain.

    asks  whether look-ups leave this installation; a test system asks nobody of itself
    """
    domain, verified = checked.domain, checked.counts(now)
    if verified or checked.unverified_ok:
        title = _("You can send from %(domain)s") % {"domain": domain}
        if verified and checked.state == PASSED:
            return Standing("success", "circle-check", title, _in_order(todo), can=True)
        if verified and checked.verified_at:
            said = _("The last check got no answer. The good result of %(then)s counts until %(until)s.")
            times = {"then": _day(checked.verified_at), "until": _day(checked.verified_at + GRACE)}
            return Standing("warning", "alert-triangle", title, said % times, can=True)
        permitted = _("The operator has permitted it, whatever the check says.")
        return Standing("info", "info-circle", title, f"{permitted} {_permitted(checked, asks)}".rstrip(), can=True)
    title = _("You cannot send from %(domain)s at the moment") % {"domain": domain}
    return Standing("warning", "alert-triangle", title, _missing(checked, todo, asks), can=False)


def _day(moment: datetime) -> str:
    return formats.date_format(timezone.localtime(moment), "SHORT_DATE_FORMAT")


def _in_order(todo: Todo) -> str:
    said = _("Everything that mailboxes ask for is set up. We look every day, and before each mailing.")
    if not todo.better:
        return said
    more = ngettext(
        "There is %(n)s recommendation below; you can send without it.",
        "There are %(n)s recommendations below; you can send without them.",
        len(todo.better),
    )
    return f"{said} {more % {'n': len(todo.better)}}"


def _permitted(checked: Checked, asks: bool) -> str:
    if not asks:
        return _("This is a test system: it does not check domains.")
    if checked.state == REFUSED:
        return _("The domain is not set up completely yet: mailboxes may refuse your mailings or put them into the spam folder.")
    return _("Whether the domain is set up is not known.")


def _missing(checked: Checked, todo: Todo, asks: bool) -> str:
    if not asks:
        return _("This is a test system: it does not check domains. You can send as soon as the operator permits it.")
    missing = [one for one in todo.needed if not one.unchecked]
    if checked.state == UNKNOWN or (todo.needed and not missing):
        return _("The check got no answer, so nobody knows whether the domain is set up. Try again in a few minutes.")
    if checked.state != REFUSED:
        return _("The domain has not been checked yet.")
    if not todo.needed:
        return _("Your domain is not to blame: whoever runs this installation has to set something up.")
    said = ngettext(
        "%(n)s thing is missing at the domain. Without it mailboxes distrust your mailings, so nothing is sent before it is there.",
        "%(n)s things are missing at the domain. Without them mailboxes distrust your mailings, so nothing is sent before they are there.",
        len(missing),
    )
    return said % {"n": len(missing)}


def letter(domain: str, organisation: str, todo: Todo, unknown: Iterable[Record]) -> str:
    """A text for whoever looks after the domain, with everything that is to be published; "" where nothing is.

    organisation  the registered domain above it: records elsewhere are not theirs
    unknown       records of which nobody knows whether they are published; then `todo` says nothing
    """
    open_records = list(unknown)
    needed = [_record(one, translate(one.note)) for one in open_records if one.needed] or list(_asked(todo.needed, organisation))
    better = [_record(one, translate(one.note)) for one in open_records if not one.needed] or list(
        _asked((*todo.coming, *todo.better), organisation)
    )
    if not needed and not better:
        return ""
    parts = [
        _("Hello,"),
        _(
            "we send our mailings from %(domain)s. So that mailboxes accept them, the DNS of the domain needs the records below. "
            "Please set them up and tell us when that is done."
        )
        % {"domain": domain},
        *_chapter(_("NEEDED"), needed),
        *_chapter(_("RECOMMENDED"), better),
        _hints(domain),
    ]
    return "\n\n".join(parts)


def _chapter(heading: str, items: list[str]) -> Iterator[str]:
    if items:
        yield heading
        yield from (f"{number}. {item}" for number, item in enumerate(items, 1))


def _asked(findings: Iterable[Finding], organisation: str) -> Iterator[str]:
    """Those with something to publish, and those that say what is wrong with the domain; mere advice is left out."""
    for one in findings:
        if one.publish:
            theirs = (record for record in one.publish if is_below(record.name, organisation))
            yield from (_record(record, one.text(), one.published) for record in theirs)
        elif one.severity in (BLOCK, WARN):
            yield "\n".join([one.text(), *_published(one.published)])


def _record(record: Record, about: str, published: Iterable[str] = ()) -> str:
    lines = [about, *_published(published)]
    lines += [f"   {_('Name:')} {record.name}", f"   {_('Type:')} {record.type}", f"   {_('Value:')} {record.value}"]
    return "\n".join(lines)


def _published(texts: Iterable[str]) -> list[str]:
    return [f"   {_('Now there:')} {one}" for one in texts]


def _hints(domain: str) -> str:
    lines = (
        _("Some forms add the domain to a name by themselves: leave .%(domain)s out there.") % {"domain": domain},
        _("A value is one text without line breaks; if the form wants pieces, each may have 255 characters."),
        _("If there is such a record under the same name, change it: a second one beside it makes both void."),
        _("All other records of the domain stay as they are."),
    )
    return "\n".join([_("HINTS"), *(f"- {one}" for one in lines)])
