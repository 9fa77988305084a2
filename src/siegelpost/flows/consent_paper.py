"""What the proof of one person's consents says, in the reader's language, as values for `render/paper/consent.typ`.

It stands alone: whoever reads it, a court for example, needs neither us nor the tenant to see who agreed to what, when, and how they
were asked; and can tell by the log's own hashes that it was not written later.

Source: Art. 7(1) GDPR; BGH, 10.02.2011, I ZR 164/09.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from siegelpost.audience.reads import SubscriberView
from siegelpost.base.i18n import current_language
from siegelpost.base.i18n import marked as _
from siegelpost.base.i18n import translate as t
from siegelpost.consent.confirmations import Sent
from siegelpost.consent.grants import LIST_DELETED
from siegelpost.consent.reads import ConsentRecord
from siegelpost.consent.words import ground, origin, purpose_name, way
from siegelpost.evidence.export import Proven
from siegelpost.tenancy.handle import TenantDB

TITLE: Final = _("Proof of consent")
WIDTH: Final = 100
"""Characters of a typed line; longer ones go on in the next, which then begins with two spaces."""
_SECRET: Final = re.compile(r"(/s/[A-Za-z0-9_-]{6})[A-Za-z0-9_-]+")
"""The link that the person alone may follow: whoever reads the paper must not be able to take the consent back with it."""

HOW: Final = (
    _(
        "The log of the controller is a Merkle tree (RFC 9162) with signed checkpoints, which it receives by mail and keeps. The lines "
        "below (form: C2SP tlog-proof) are the entry, its place from 0, the way up, and the checkpoint of when this was made. "
        "A line that begins with two spaces belongs to the one before it; before the name of the log and before its signature stands an "
        "empty line."
    ),
    _(
        "SHA-256 over a zero byte and the decoded bytes behind “extra” is the hash of the entry. With the hashes below it, combined as in "
        "RFC 9162, section 2.1.3.2, it leads to the root in the checkpoint, which is signed with the key that stands before them."
    ),
    _(
        "In the decoded entry, text_sha256 is the version of the text that was agreed to: SHA-256 over purpose, language and text, each "
        "on a line of its own, as in: {example}. mail_sha256 is SHA-256 over subject, an empty line and text of the confirmation mail "
        "with its whole link, of which this paper shows the beginning only; the controller has it."
    ),
    _(
        "That the checkpoint goes on from those that the controller received before, anybody can check with the exported log: "
        "siegelpost evidence export {slug} FILE, and siegelpost evidence verify FILE --checkpoint MAIL."
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stuff:
    """What a paper is made of: lists by number, mails by sign-up, places in the log by key of the consent; `zone` beside UTC."""

    person: SubscriberView
    records: Sequence[ConsentRecord]
    lists: Mapping[int, str]
    mails: Mapping[str, Sent]
    places: Mapping[tuple[str, int], Proven]
    zone: str
    now: datetime


def paper(tenant: TenantDB, stuff: Stuff) -> dict[str, Any]:
    """The values."""
    how = [t(line).format(slug=tenant.slug, example="newsletter / de / …") for line in HOW]
    return {
        "title": t(TITLE),
        "language": current_language(),
        "made": [stuff.now.year, stuff.now.month, stuff.now.day],
        "about": [
            [t(_("Person")), stuff.person.email],
            [t(_("Controller")), "\n".join(one for one in (tenant.name, tenant.imprint) if one)],
            [t(_("Made on")), _both(stuff.now, stuff.zone)],
            [t(_("Consents")), str(len(stuff.records))],
        ],
        "parts": [_part(one, stuff) for one in stuff.records],
        "how": {"heading": t(_("How to verify this")), "lines": how},
        "proofs": _proofs(stuff),
        "page": t(_("Page {} of {}")),
        "nothing": t(_("Nothing on record says that this person ever consented to anything.")),
    }


def _proofs(stuff: Stuff) -> list[dict[str, str]]:
    keys = {one.key for one in stuff.places.values()}
    entries = [(one, found) for one in stuff.records if (found := stuff.places.get(one.key))]
    return [
        *({"heading": t(_("Key of the log")), "text": key} for key in keys),
        *({"heading": f"{_heading(one, stuff)} · {_entry(found)}", "text": _folded(found.text)} for one, found in entries),
    ]


def _entry(found: Proven) -> str:
    return t(_("entry {n}")).format(n=found.place)


def _heading(one: ConsentRecord, stuff: Stuff) -> str:
    if not one.list_id:
        return purpose_name(one.purpose)
    return t(_("List “{name}”")).format(name=stuff.lists.get(one.list_id, str(one.list_id)))


def _part(one: ConsentRecord, stuff: Stuff) -> dict[str, Any]:
    mail = stuff.mails.get(one.sign_up_id)
    return {
        "heading": _heading(one, stuff),
        "rows": [*_rows(one, stuff.zone), *_place(one, stuff)],
        "sections": [_words(one), *([_form(one)] if one.snapshot else []), *([_mail(mail, stuff.zone)] if mail else [])],
    }


def _rows(one: ConsentRecord, zone: str) -> list[list[str]]:
    rows = [
        [t(_("Purpose")), purpose_name(one.purpose)],
        [t(_("Legal ground")), ground(one.ground)],
        [t(_("Given through")), origin(one.source)],
    ]
    if one.requested_at:
        rows += [[t(_("Requested")), _both(one.requested_at, zone)], [t(_("Confirmed")), _both(one.granted_at, zone)]]
    else:
        rows.append([t(_("Recorded")), _both(one.granted_at, zone)])
    if one.sign_up_id:
        rows.append([t(_("How confirmed")), t(_("By the button on the page behind the link in the confirmation mail"))])
    return [*rows, [t(_("State")), _state(one, zone)], [t(_("Network address")), t(_("Was not kept."))]]


def _state(one: ConsentRecord, zone: str) -> str:
    if one.withdrawn_at is None:
        return t(_("Valid; not withdrawn"))
    if one.withdrawn_how == LIST_DELETED:
        return t(_("Ended {at}: the list was deleted")).format(at=_both(one.withdrawn_at, zone))
    how = way(one.withdrawn_how)
    return t(_("Withdrawn {at}")).format(at=_both(one.withdrawn_at, zone)) + (f"\n({how})" if how else "")


def _place(one: ConsentRecord, stuff: Stuff) -> list[list[str]]:
    found = stuff.places.get(one.key)
    if found is None:
        return [[t(_("Entry of the log")), t(_("Not found."))]]
    return [[t(_("Entry of the log")), f"{found.place}\nSHA-256 {found.leaf[:32]}\n{found.leaf[32:]}"]]


def _words(one: ConsentRecord) -> dict[str, Any]:
    if not one.text:
        return _section(_("Text"), [["", t(_("No text is on record: whoever imported it named none."))]])
    rows = [[t(_("Version (SHA-256)")), f"{one.digest[:32]}\n{one.digest[32:]}"], [t(_("Language")), one.text_language]]
    return _section(_("The text that was agreed to, word for word"), rows, [_block("", one.text)])


def _form(one: ConsentRecord) -> dict[str, Any]:
    shown = one.snapshot
    if "conditions" in shown:
        return _customers(shown)
    ticked = t(_("Not ticked beforehand; ticked by the person.")) if shown.get("box_ticked_by_person") else ""
    beside = ", ".join(purpose_name(box["purpose"]) for box in shown.get("boxes", ()) if box["ticked_by_person"])
    rows = [
        (_("Page"), shown.get("page")), (_("Form"), shown.get("form")), (_("Version of the form"), shown.get("version")),
        (_("Title"), shown.get("title")), (_("Introduction"), shown.get("intro")), (_("Language"), shown.get("language")),
        (_("Lists"), ", ".join(shown.get("lists", ()))), (_("Lists offered"), ", ".join(shown.get("offered", ()))),
        (_("Fields"), ", ".join(shown.get("fields", ()))), (_("Mandatory fields"), ", ".join(shown.get("required", ()))),
        (_("Privacy notice"), shown.get("privacy_notice")), (_("Box"), ticked),
        (_("Other boxes that the person ticked"), beside),
        (_("Button"), shown.get("button")),
    ]  # fmt: skip
    return _section(_("The form as it was shown"), [[t(label), str(said)] for label, said in rows if said])


def _customers(shown: Mapping[str, Any]) -> dict[str, Any]:
    """Nobody agreed here: what whoever imported them declared."""
    told = shown["conditions"]
    rows = [
        (_("Declared as"), shown.get("declared")), (_("Received with a sale"), told.get("sale")),
        (_("Own similar goods"), told.get("goods")),
        (_("Nobody objected"), t(_("declared")) if told.get("not_objected") else ""), (_("Told of the right to object"), told.get("told")),
    ]  # fmt: skip
    return _section(_("Conditions of § 7(3) UWG"), [[t(label), str(said)] for label, said in rows if said])


def _mail(mail: Sent, zone: str) -> dict[str, Any]:
    taken = _both(mail.sent_at, zone) if mail.sent_at else t(_("The answer of the mail server is not on record."))
    rows = [
        (_("From"), mail.sender), (_("Message-ID"), mail.message_id), (_("Subject"), mail.subject),
        (_("Taken by a mail server"), "\n".join(one for one in (taken, mail.code) if one)),
        (_("SHA-256"), f"{mail.digest[:32]}\n{mail.digest[32:]}"),
    ]  # fmt: skip
    label = t(_("Text; the end of the link is left out, because it belongs to the person alone"))
    text = _block(label, _SECRET.sub(r"\1…", mail.text).strip(), typed=True)
    return _section(_("The confirmation mail as it was sent"), [[t(label), said] for label, said in rows if said], [text])


def _section(heading: str, rows: list[list[str]], blocks: Sequence[dict[str, Any]] = ()) -> dict[str, Any]:
    return {"heading": t(heading), "rows": rows, "blocks": list(blocks)}


def _block(label: str, text: str, *, typed: bool = False) -> dict[str, Any]:
    return {"label": label, "text": text, "typed": typed}


def _both(moment: datetime, zone: str) -> str:
    """To the second, in UTC and as the clocks of the tenant went."""
    here = moment.astimezone(ZoneInfo(zone))
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC\n{here:%Y-%m-%d %H:%M:%S %Z} ({zone})"


def _folded(text: str) -> str:
    """Lines of a proof, none longer than the paper is wide."""
    return "\n".join("\n  ".join(line[start : start + WIDTH] for start in range(0, max(len(line), 1), WIDTH)) for line in text.splitlines())
