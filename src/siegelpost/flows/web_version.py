"""The mail as a page, for one person: same words, no pixel, no measured links, nothing counted."""

from datetime import date
from html import escape
from typing import Any, Final

from siegelpost.audience.reads import SubscriberView, fields_of, find_subscriber
from siegelpost.base.errors import NotFound
from siegelpost.base.i18n import marked as _
from siegelpost.consent.imported import imported_from
from siegelpost.delivery.errors import NotLaunched
from siegelpost.delivery.notice import SLOT, with_notice
from siegelpost.delivery.plan import FrozenVariant
from siegelpost.delivery.reads import plan_of, reached_before, variant_of
from siegelpost.mailings.errors import MailingUnknown
from siegelpost.mailings.reads import mailing
from siegelpost.render.compile import Source, compile_variant
from siegelpost.render.pieces import join
from siegelpost.sign.tokens import make_token
from siegelpost.tenancy.handle import TenantDB

CONTENT_SECURITY: Final = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'; sandbox allow-popups allow-popups-to-escape-sandbox"
)
"""Mails carry their styles inline; nothing else is allowed, above all no script and nothing from elsewhere."""

_URLS: Final = {"unsubscribe_url": "u", "preferences_url": "p", "web_version_url": "w"}
_TEST_MARK: Final = '<p style="margin:0;padding:8px;background:#f3c64b;color:#241a00;text-align:center;font:15px sans-serif">Testsystem</p>'


class MailGone(NotFound):
    """The mailing or the person was deleted."""

    code = "web_version.gone"
    message = _("This e-mail is not kept any more.")
    hint = _("Look for it in your mailbox.")


def web_version(tenant: TenantDB, subscriber_id: int, mailing_id: int, *, public_url: str, test_system: bool = False) -> str:
    """Return the mail that this person got as an HTML document; to be shown under CONTENT_SECURITY only.

    public_url   address of the public pages, without a slash at the end
    test_system  put the mark of a test system on top

    Links are those of the writer, so that reading here is not measured. A mail of plain text comes as text.
    Raises MailGone.
    """
    person = find_subscriber(tenant, subscriber_id)
    if person is None:
        raise MailGone
    compiled = compile_variant(_source(tenant, mailing_id, subscriber_id))
    values = _values(tenant, person, mailing_id, public_url)
    if told := _told(tenant, mailing_id, subscriber_id):
        values[SLOT] = told
    mark = _TEST_MARK if test_system else ""
    if compiled.html is not None:
        return _with_mark(join(compiled.html, values), mark)
    subject, text = escape(join(compiled.subject, values)), escape(join(compiled.text, values))
    return (
        f'<!doctype html><html lang="{tenant.language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">'
        f'<title>{subject}</title></head><body style="margin:0">{mark}'
        f'<pre style="max-width:40em;margin:0 auto;padding:1.5em 1em;white-space:pre-wrap;overflow-wrap:break-word;'
        f'font:1em/1.5 system-ui,sans-serif">{text}</pre></body></html>'
    )


def _source(tenant: TenantDB, mailing_id: int, subscriber_id: int) -> Source:
    """What was launched for this person; for a mailing without a launch what is written now."""
    frozen = _frozen(tenant, mailing_id, subscriber_id)
    if frozen is not None:
        body, text = frozen.source, frozen.text
        return Source(format=frozen.format, body=body, text=text, subject=frozen.subject, preheader=frozen.preheader)
    try:
        variants = mailing(tenant, mailing_id).variants
    except MailingUnknown:
        raise MailGone from None
    if not variants:
        raise MailGone
    now = variants[0]
    return Source(format=now.format, body=now.source, text=now.text_source, subject=now.subject, preheader=now.preheader)


def _frozen(tenant: TenantDB, mailing_id: int, subscriber_id: int) -> FrozenVariant | None:
    """The variant that this person got; the first one for somebody outside the audience."""
    try:
        plan = plan_of(tenant, mailing_id)
    except NotLaunched:
        return None
    variants = plan.variants
    wanted = variant_of(tenant, mailing_id, subscriber_id)
    found = next((one for one in variants if one.id == wanted), variants[0] if variants else None)
    return with_notice(found, plan.notice) if found is not None and _told(tenant, mailing_id, subscriber_id) else found


def _told(tenant: TenantDB, mailing_id: int, subscriber_id: int) -> str:
    """The source that stood under this mail, as the person's first; "" where none did."""
    try:
        plan = plan_of(tenant, mailing_id)
    except NotLaunched:
        return ""
    if not plan.notice or reached_before(tenant, mailing_id, subscriber_id):
        return ""
    return imported_from(tenant, subscriber_id, plan.list_ids)


def _values(tenant: TenantDB, person: SubscriberView, mailing_id: int, public_url: str) -> dict[str, Any]:
    values: dict[str, Any] = dict(person.fields)
    for field in fields_of(tenant):
        if field.kind == "date" and isinstance(found := values.get(field.alias), str):
            values[field.alias] = date.fromisoformat(found)
    for name, purpose in _URLS.items():
        values[name] = f"{public_url}/{purpose}/{make_token(purpose, tenant.number, (person.id, mailing_id), tenant.keys.tokens)}"
    return values | {"email": person.email, "imprint": tenant.imprint}


def _with_mark(document: str, mark: str) -> str:
    """Put the mark right behind the body's start tag; in front of everything where there is none."""
    start = document.lower().find("<body")
    end = document.find(">", start) + 1 if start >= 0 else 0
    return document[:end] + mark + document[end:]
