"""Somebody fills in a sign-up form; whoever owns the address is asked by mail. Nothing else is ever told.

The answer is the same page whether the address is new, known, blocked or suppressed: a form must not tell strangers who is
on a list. Only what is wrong with the input itself is said.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from siegelpost.audience.addresses import read_address
from siegelpost.audience.fieldtypes import ValueUnfit, field_type
from siegelpost.audience.listing import list_names
from siegelpost.audience.reads import FieldView, fields_of, find_by_email
from siegelpost.audience.reserved import REAL, kept_out
from siegelpost.base.actor import Actor
from siegelpost.base.i18n import marked as _
from siegelpost.consent import purposes, reads, sign_ups
from siegelpost.consent.confirmation_mail import write_confirmation
from siegelpost.consent.confirmations import Sent, pack
from siegelpost.consent.form_asks import Ask
from siegelpost.consent.forms import FormView
from siegelpost.consent.rules import MAILS_PER_DAY, text_digest
from siegelpost.consent.suppression import may_be_asked, opted_out_of
from siegelpost.consent.texts import NEWSLETTER
from siegelpost.delivery.outgoing import SystemMail, message_id
from siegelpost.flows.post import post
from siegelpost.mailings.errors import SenderUnknown
from siegelpost.mailings.reads import SenderFacts, first_sender
from siegelpost.sign.addresses import address_key
from siegelpost.sign.tokens import TokenForged, make_token, read_token
from siegelpost.tenancy.handle import TenantDB

LONGEST_VALUE: Final = 200  # characters in one field; names are shorter, and a form is no place for letters
STAMP_LIFETIME: Final = timedelta(hours=24)
STAMP: Final = "f"  # purpose of the token

GENUINE: Final = "genuine"
STALE: Final = "stale"
FORGED: Final = "forged"

FAULTS: Final[Mapping[str, str]] = {
    "email_missing": _("Please enter your e-mail address."),
    "email_too_long": _("An e-mail address has at most 254 characters."),
    "email_invalid": _("This does not look like an e-mail address. Please check it."),
    REAL: _("This is a test system: it takes made-up addresses only, for example at example.org."),
    "consent_missing": _("Please tick the box if you agree; without your consent nothing can be sent to you."),
    "value_too_long": _("Please enter at most 200 characters."),
    "value_unfit": _("This does not fit here. Please check it."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SignUpEntry:
    """What was posted, as it came.

    fields    by alias; only the form's own fields are read
    agreed    the box was ticked
    trap      a field that people do not see; only programs fill it in
    stamp     of `make_stamp`, issued with the form
    language  of the page, "de" or "en"; the confirmation mail speaks it
    purposes  what was agreed to beside; only what the form asks is read
    """

    email: str
    fields: Mapping[str, str]
    agreed: bool
    trap: str
    stamp: str
    language: str
    purposes: frozenset[str] = frozenset()


def make_stamp(tenant: TenantDB, form: FormView, now: datetime) -> str:
    """A token that says when this form was handed out; without one nothing is sent."""
    return make_token(STAMP, tenant.number, (form.id, int(now.timestamp())), tenant.keys.tokens)


def judge_stamp(tenant: TenantDB, form: FormView, stamp: str, now: datetime) -> str:
    """Return "genuine", "stale" (older than 24 hours: hand out the form again) or "forged"."""
    try:
        form_id, issued = read_token(STAMP, stamp, lambda _tenant, _key: tenant.keys.tokens).numbers
    except (TokenForged, ValueError):
        return FORGED
    if form_id != form.id:
        return FORGED
    return GENUINE if now.timestamp() - issued <= STAMP_LIFETIME.total_seconds() else STALE


def faults_of(tenant: TenantDB, form: FormView, entry: SignUpEntry) -> dict[str, str]:
    """What is wrong with the input itself: name of the field ("email", "agreed" or an alias) -> code of FAULTS."""
    judged = read_address(entry.email)
    reason = judged.reason or (REAL if kept_out(tenant, judged.address) else "")
    faults = {"email": reason} if reason else {}
    if not entry.agreed:
        faults["agreed"] = "consent_missing"
    return faults | _read_fields(tenant, form, entry)[1]


def sign_up(tenant: TenantDB, form: FormView, entry: SignUpEntry, *, public_url: str, now: datetime) -> bool:
    """Keep a sign-up without faults until it is confirmed, and mail the question; return whether a mail was queued.

    Nothing is kept or sent where a program filled in the form, where the address is suppressed (an opt-out is the person's
    own to lift), has said "I did not ask for this", got three confirmations within a day, or is on all the lists already.
    Doors show the same page in all these cases.

    Source: § 7(2) UWG, Art. 7(1) GDPR (double opt-in as proof); Art. 5(1)(f) GDPR (no enumeration of members).
    """
    if entry.trap or judge_stamp(tenant, form, entry.stamp, now) != GENUINE:
        return False
    email = read_address(entry.email).address
    key = address_key(email, tenant.keys.addresses)
    wanted = entry.purposes & {one.purpose for one in form.asks}
    if not _may_ask(tenant, form, email, key, wanted, now):
        return False
    draft = sign_ups.SignUpDraft(
        form_slug=form.slug,
        email=email,
        key=key,
        fields=_read_fields(tenant, form, entry)[0],
        list_ids=form.list_ids,
        language=entry.language,
        text_id=form.text_id,
        snapshot=_snapshot(tenant, form, entry, public_url),
    )
    _ask(tenant, form, sign_ups.create(tenant, draft, now=now), draft, public_url=public_url, now=now)
    return True


def _may_ask(tenant: TenantDB, form: FormView, email: str, key: bytes, wanted: frozenset[str], now: datetime) -> bool:
    if not may_be_asked(tenant, key, email, form.list_ids):
        return False
    if sign_ups.is_blocked(tenant, key, now=now):
        return False
    if sign_ups.waiting(tenant, key, since=now - timedelta(days=1)) >= MAILS_PER_DAY:
        return False
    person = find_by_email(tenant, email)
    if person is None:
        return True
    agreed = reads.running_lists(tenant, person.id) - opted_out_of(tenant, key, form.list_ids)
    return not (agreed >= set(form.list_ids) and purposes.running(tenant, person.id) >= wanted)


def _ask(tenant: TenantDB, form: FormView, sign_up_id: str, draft: sign_ups.SignUpDraft, *, public_url: str, now: datetime) -> None:
    token = make_token("s", tenant.number, (), tenant.keys.tokens, extra=UUID(sign_up_id).bytes)
    url = f"{public_url}/s/{token}"
    ticked = {one["purpose"] for one in draft.snapshot.get("boxes", ()) if one["ticked_by_person"]}
    words = "\n\n".join([form.text, *(one.text for one in form.asks if one.purpose in ticked)])
    mail = write_confirmation(tenant, url=url, text=words, text_language=form.language, language=draft.language)
    sender = _sender(tenant)
    with tenant.atomic():
        whose = sender.id if sender else None
        letter = SystemMail(kind="confirmation", to=draft.email, subject=mail.subject, text=mail.text, html=mail.html, sender_id=whose)
        number = post(tenant, letter, actor=Actor.subject(), now=now)
        name = message_id(tenant, number, sender.email.rpartition("@")[2]) if sender else ""
        sent = Sent(
            outgoing=number, message_id=name, sender=sender.email if sender else "", subject=mail.subject, text=mail.text, html=mail.html
        )
        sign_ups.note_asked(tenant, sign_up_id, pack(tenant, sent))  # in the transaction: no mail leaves of which nothing is kept


def _sender(tenant: TenantDB) -> SenderFacts | None:
    """Named in the mail from the start: what is kept of it must be what goes out, whoever is the first sender by then."""
    try:
        return first_sender(tenant)
    except SenderUnknown:
        return None


def _read_fields(tenant: TenantDB, form: FormView, entry: SignUpEntry) -> tuple[dict[str, Any], dict[str, str]]:
    """The values that were filled in, and the faults of those that cannot be used."""
    values: dict[str, Any] = {}
    faults: dict[str, str] = {}
    for field in form_fields(tenant, form):
        text = entry.fields.get(field.alias, "").strip()
        if not text:
            continue
        try:
            if len(text) > LONGEST_VALUE:
                raise ValueUnfit("value_too_long")
            values[field.alias] = field_type(field.kind, entry.language, field.options).parse(text)
        except ValueUnfit as fault:
            faults[field.alias] = fault.code
    return values, faults


def form_fields(tenant: TenantDB, form: FormView) -> list[FieldView]:
    """The form's fields in its order; one that was deleted meanwhile is left out."""
    known = {field.alias: field for field in fields_of(tenant)}
    return [known[alias] for alias in form.field_aliases if alias in known]


def _snapshot(tenant: TenantDB, form: FormView, entry: SignUpEntry, public_url: str) -> dict[str, Any]:
    """What the person saw and did, beside the wording itself: kept as proof with the consent."""
    names = list_names(tenant)
    return {
        "page": f"{public_url}/f/{tenant.slug}/{form.slug}",
        "form": form.name,
        "title": form.title,
        "intro": form.intro,
        "button": form.button,
        "version": form.version,
        "fields": [field.name for field in form_fields(tenant, form)],
        "language": entry.language,
        "lists": [names.get(list_id, "") for list_id in form.list_ids],
        "box_ticked_by_person": True,
        "text_sha256": text_digest(NEWSLETTER, form.language, form.text),
        **({"boxes": [_box(one, entry) for one in form.asks]} if form.asks else {}),
    }


def _box(one: Ask, entry: SignUpEntry) -> dict[str, Any]:
    """A box beside that of the e-mails, as it stood there and as the person left it."""
    return {"purpose": one.purpose, "text": one.text_id, "ticked_by_person": one.purpose in entry.purposes}
