"""The mail that asks the owner of an address whether they signed up. No advertising, no measuring, nothing from the form's fields.

What a stranger typed into a form must never be mailed to somebody else: a name field is a fine place for a phishing link.

Source: BGH, 10.02.2011, I ZR 164/09; such a mail is no advertising only as long as it does nothing but ask.
"""

from dataclasses import dataclass

from django.template.loader import render_to_string
from django.utils import translation

from siegelpost.base.i18n import marked as _
from siegelpost.base.i18n import translate
from siegelpost.consent.rules import NOT_ME_PAUSE, SIGN_UP_LIFETIME
from siegelpost.tenancy.handle import TenantDB

SUBJECT = _("Please confirm your sign-up: {tenant}")


@dataclass(frozen=True, slots=True)
class ConfirmationMail:
    """One mail, ready to be queued."""

    subject: str
    text: str
    html: str


def write_confirmation(
    tenant: TenantDB, *, url: str, text: str, text_language: str, language: str, days: int = SIGN_UP_LIFETIME.days
) -> ConfirmationMail:
    """Write the confirmation mail in `language`.

    url            the page with the two buttons; "?not-me" is appended for the second link
    text           the declaration that waits for confirmation, in `text_language`
    days           that it waits
    """
    context = {
        "tenant": tenant.name,
        "imprint": tenant.imprint,
        "url": url,
        "not_me_url": f"{url}?not-me",
        "text": text,
        "indented": text.replace("\n", "\n    "),
        "text_language": text_language,
        "language": language,
        "days": days,
        "pause": NOT_ME_PAUSE.days,
    }
    with translation.override(language):
        subject = translate(SUBJECT, language).format(tenant=tenant.name)
        return ConfirmationMail(
            subject=subject,
            text=render_to_string("consent/confirmation_mail.txt", context),
            html=render_to_string("consent/confirmation_mail.html", context | {"subject": subject}),
        )
