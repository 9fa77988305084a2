"""How a dialog mailing looks, and one mail of it to somebody who wants to see it first. No link in it leads anywhere."""

from datetime import date, datetime
from typing import Final

from siegelpost.audience.listing import list_names
from siegelpost.audience.reads import fields_of
from siegelpost.base.actor import Actor
from siegelpost.base.i18n import marked as _
from siegelpost.base.i18n import translate
from siegelpost.consent.forms import default_text
from siegelpost.consent.rules import NOT_ME_PAUSE, SIGN_UP_LIFETIME
from siegelpost.consent.suppression import reason_for
from siegelpost.delivery.outgoing import SystemMail
from siegelpost.evidence.services import append
from siegelpost.flows.dialog import filled_in
from siegelpost.flows.post import post
from siegelpost.flows.preview import SAMPLE, Preview, inert
from siegelpost.flows.samples import samples
from siegelpost.flows.test_mail import PREFIX, AddressSuppressed
from siegelpost.intake.reasons import explain
from siegelpost.mailings import rules
from siegelpost.mailings.dialog_rules import Words
from siegelpost.mailings.dialogs import DialogView, VersionView, dialog, versions_of
from siegelpost.tenancy.handle import TenantDB

ACT: Final = "dialog.tested"
LIST: Final = _("[name of the list]")
WAY: Final = _("[way]")


def show_letter(tenant: TenantDB, dialog_id: int, language: str, *, public_url: str, today: date) -> Preview:
    """The latest version in a language, with sample values; to be shown under `preview.CONTENT_SECURITY` only. Raises DialogUnknown."""
    _found, version, words, spoken = _latest(tenant, dialog_id, language)
    values = sample_values(tenant, spoken, email=SAMPLE, public_url=public_url, today=today)
    subject, text, html = filled_in(version.format, words, values)
    return Preview(subject, "", text, inert(html))


def send_dialog_test(tenant: TenantDB, dialog_id: int, to: str, language: str, *, public_url: str, actor: Actor, now: datetime) -> int:
    """Queue the latest version in a language to any address that may be written to, marked as a test; returns the queued mail's id.

    Raises DialogUnknown, AddressRefused, HeaderRefused, AddressSuppressed.
    """
    found, version, words, spoken = _latest(tenant, dialog_id, language)
    address = rules.address(to, "e-mail")
    if reason := reason_for(tenant, address, None):
        raise AddressSuppressed(reason=explain(reason).rstrip("."))
    values = sample_values(tenant, spoken, email=address, public_url=public_url, today=now.date())
    subject, text, html = filled_in(version.format, words, values)
    mail = SystemMail(
        kind="test", to=address, subject=(PREFIX + subject)[: rules.MAX_SUBJECT], text=text, html=html, sender_id=found.sender_id
    )
    with tenant.atomic():
        number = post(tenant, mail, actor=actor, now=now)
        append(tenant, ACT, subject=f"dialog:{dialog_id}", details={"version": version.number}, actor=actor, at=now)
    return number


def _latest(tenant: TenantDB, dialog_id: int, language: str) -> tuple[DialogView, VersionView, Words, str]:
    found = dialog(tenant, dialog_id)
    version = versions_of(tenant, dialog_id)[0]
    spoken = language if language in version.words else tenant.language if tenant.language in version.words else next(iter(version.words))
    return found, version, version.words[spoken], spoken


def sample_values(tenant: TenantDB, language: str, *, email: str, public_url: str, today: date) -> dict[str, object]:
    """Something for every value that a dialog mailing may show; "test" is no token, so its links only say that they are not valid."""
    names = list(list_names(tenant).items())[:1] or [(0, translate(LIST, language))]
    return {
        **samples(fields_of(tenant), today),
        "email": email,
        "confirm_url": f"{public_url}/s/test",
        "not_me_url": f"{public_url}/s/test?not-me",
        "unsubscribe_url": f"{public_url}/u/test",
        "preferences_url": f"{public_url}/p/test",
        "declaration": default_text(tenant, names, language),
        "days": SIGN_UP_LIFETIME.days,
        "pause": NOT_ME_PAUSE.days,
        "tenant": tenant.name,
        "lists": ", ".join(name for _id, name in names),
        "way": translate(WAY, language),
        "at": today.isoformat(),
        "imprint": tenant.imprint,
    }
