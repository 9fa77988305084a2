"""Somebody fills in a sign-up form; whoever owns the address is asked by mail. Nothing else is ever told.

The answer is the same page whether the address is new, known, blocked or suppressed: a form must not tell strangers who is
on a list. Only what is wrong with the input itself is said.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from siegelpost.audience.addresses import read_address
from siegelpost.audience.listing import list_names
from siegelpost.audience.reads import find_by_email
from siegelpost.base.actor import Actor
from siegelpost.consent import purposes, reads, sign_ups
from siegelpost.consent.confirmation_mail import write_confirmation
from siegelpost.consent.confirmations import Sent, pack, unpack
from siegelpost.consent.form_asks import Ask
from siegelpost.consent.forms import FormView
from siegelpost.consent.rules import NOT_ME_PAUSE, text_digest
from siegelpost.consent.suppression import may_be_asked, opted_out_of
from siegelpost.consent.texts import NEWSLETTER
from siegelpost.delivery.outgoing import message_id, state_of
from siegelpost.flows.dialog import Letter, write_letter
from siegelpost.flows.post import post
from siegelpost.flows.robots import TAKEN, judge
from siegelpost.flows.sign_up_entry import SignUpEntry, chosen_lists, form_fields, read_fields
from siegelpost.mailings.dialog_rules import CONFIRMATION
from siegelpost.mailings.errors import SenderUnknown
from siegelpost.mailings.reads import SenderFacts, first_sender
from siegelpost.mailings.reads import sender as sender_facts
from siegelpost.sign.addresses import address_key
from siegelpost.sign.tokens import make_token
from siegelpost.tenancy.handle import TenantDB

UNDERWAY: Final = timedelta(minutes=1)
"""So long another process may still be about to queue the question; whoever takes longer has died."""


class _Overtaken(Exception):
    """The sign-up went while its question was written."""


def receive(tenant: TenantDB, form: FormView, entry: SignUpEntry, *, crowd: int, public_url: str, now: datetime) -> str:
    """Take in what was posted, without faults and with a stamp that is not stale; return one of `robots`: TAKEN, AGAIN, DROPPED.

    TAKEN and DROPPED look the same to whoever posted. Raises TooManyFromHere.
    """
    verdict = judge(tenant, form.id, entry, crowd=crowd, now=now)
    if verdict == TAKEN:
        sign_up(tenant, form, entry, public_url=public_url, now=now)
    return verdict


def sign_up(tenant: TenantDB, form: FormView, entry: SignUpEntry, *, public_url: str, now: datetime) -> bool:
    """Keep a sign-up without faults until it is confirmed, and mail the question; return whether a mail was queued.

    Nothing is kept or sent where the address is suppressed (an opt-out is the person's own to lift), has said "I did not ask
    for this", was asked already and has not answered, or is on all the lists. Doors show the same page in all these cases.

    Source: § 7(2) UWG, Art. 7(1) GDPR (double opt-in as proof); Art. 5(1)(f) GDPR (no enumeration of members).
    """
    email = read_address(entry.email).address
    key = address_key(email, tenant.keys.addresses)
    lists = chosen_lists(form, entry)
    wanted = entry.purposes & {one.purpose for one in form.asks}
    if isinstance(lists, str) or not _may_ask(tenant, lists, email, key, wanted, now):
        return False
    draft = sign_ups.SignUpDraft(
        form_slug=form.slug,
        email=email,
        key=key,
        fields=read_fields(tenant, form, entry)[0],
        list_ids=lists,
        language=entry.language,
        text_id=form.text_id,
        snapshot=_snapshot(tenant, form, entry, lists, public_url),
    )
    lifetime = timedelta(days=form.setup.lifetime)
    sign_up_id = sign_ups.create(tenant, draft, now=now, lifetime=lifetime)
    if sign_up_id is None and _never_asked(tenant, key, now):
        sign_up_id = sign_ups.create(tenant, draft, now=now, lifetime=lifetime)
    return sign_up_id is not None and _ask(tenant, form, sign_up_id, draft, public_url=public_url, now=now)


def _never_asked(tenant: TenantDB, key: bytes, now: datetime) -> bool:
    """Whether the question of the sign-up that waits was never queued, because a process died before; that sign-up then goes."""
    found = sign_ups.waiting_of(tenant, key)
    if found is None:
        return True
    if found.requested_at > now - UNDERWAY or (found.asked and state_of(tenant, unpack(tenant, found.asked).outgoing)):
        return False
    sign_ups.delete(tenant, found.id)
    return True


def _may_ask(tenant: TenantDB, lists: tuple[int, ...], email: str, key: bytes, wanted: frozenset[str], now: datetime) -> bool:
    if not may_be_asked(tenant, key, email, lists):
        return False
    if sign_ups.is_blocked(tenant, key, now=now):
        return False
    person = find_by_email(tenant, email)
    if person is None:
        return True
    agreed = reads.running_lists(tenant, person.id) - opted_out_of(tenant, key, lists)
    return not (agreed >= set(lists) and purposes.running(tenant, person.id) >= wanted)


def _ask(tenant: TenantDB, form: FormView, sign_up_id: str, draft: sign_ups.SignUpDraft, *, public_url: str, now: datetime) -> bool:
    """Queue the question; False where the sign-up is gone meanwhile."""
    token = make_token("s", tenant.number, (), tenant.keys.tokens, extra=UUID(sign_up_id).bytes)
    url = f"{public_url}/s/{token}"
    mail = _question(tenant, form, draft, url)
    sender = _sender(tenant, mail.sender_id)
    try:
        with tenant.atomic():
            letter = replace(mail.to(draft.email), sender_id=sender.id if sender else None)
            number = post(tenant, letter, actor=Actor.subject(), now=now)
            name = message_id(tenant, number, sender.email.rpartition("@")[2]) if sender else ""
            sent = Sent(
                outgoing=number,
                message_id=name,
                sender=sender.email if sender else "",
                subject=mail.subject,
                text=mail.text,
                html=mail.html,
            )
            # in the transaction: no mail leaves of which nothing is kept
            if not sign_ups.note_asked(tenant, sign_up_id, pack(tenant, sent)):
                raise _Overtaken
    except _Overtaken:
        return False
    return True


def _question(tenant: TenantDB, form: FormView, draft: sign_ups.SignUpDraft, url: str) -> Letter:
    """In the tenant's own words where it has some that go out, otherwise in ours."""
    ticked = {one["purpose"] for one in draft.snapshot.get("boxes", ()) if one["ticked_by_person"]}
    chosen = [", ".join(draft.snapshot["lists"])] if form.setup.choosable else []
    words = "\n\n".join([form.text, *chosen, *(one.text for one in form.asks if one.purpose in ticked)])
    values = {
        "confirm_url": url, "not_me_url": f"{url}?not-me", "declaration": words, "tenant": tenant.name, "imprint": tenant.imprint,
        "days": form.setup.lifetime, "pause": NOT_ME_PAUSE.days,
    }  # fmt: skip
    if letter := write_letter(tenant, form.setup.confirmation_mail, CONFIRMATION, language=draft.language, values=values):
        return letter
    ours = write_confirmation(
        tenant, url=url, text=words, text_language=form.language, language=draft.language, days=form.setup.lifetime
    )  # fmt: skip
    return Letter(version=None, act=CONFIRMATION, sender_id=None, subject=ours.subject, text=ours.text, html=ours.html)


def _sender(tenant: TenantDB, chosen: int | None) -> SenderFacts | None:
    """Named in the mail from the start: what is kept of it must be what goes out, whoever is the first sender by then."""
    try:
        return first_sender(tenant) if chosen is None else sender_facts(tenant, chosen)
    except SenderUnknown:
        return None


def _snapshot(tenant: TenantDB, form: FormView, entry: SignUpEntry, lists: tuple[int, ...], public_url: str) -> dict[str, Any]:
    """What the person saw and did, beside the wording itself: kept as proof with the consent."""
    names, fields = list_names(tenant), form_fields(tenant, form)
    return {
        "page": f"{public_url}/f/{tenant.slug}/{form.slug}",
        "form": form.name,
        "title": form.title,
        "intro": form.intro,
        "button": form.button,
        "version": form.version,
        "fields": [field.name for field in fields],
        "language": entry.language,
        "lists": [names.get(list_id, "") for list_id in lists],
        **({"offered": [names.get(list_id, "") for list_id in form.list_ids]} if form.setup.choosable else {}),
        **(
            {"required": [one.name for one in form_fields(tenant, form) if one.alias in form.setup.required]} if form.setup.required else {}
        ),
        **({"privacy_notice": f"{form.setup.privacy_version} ({form.setup.privacy_url})"} if form.setup.privacy_url else {}),
        "box_ticked_by_person": True,
        "text_sha256": text_digest(NEWSLETTER, form.language, form.text),
        **({"boxes": [_box(one, entry) for one in form.asks]} if form.asks else {}),
    }


def _box(one: Ask, entry: SignUpEntry) -> dict[str, Any]:
    """A box beside that of the e-mails, as it stood there and as the person left it."""
    return {"purpose": one.purpose, "text": one.text_id, "ticked_by_person": one.purpose in entry.purposes}
