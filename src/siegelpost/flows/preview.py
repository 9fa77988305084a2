"""How a mailing looks for one person, before anybody gets it. Nothing is counted, and no link in it leads anywhere."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Final

from siegelpost.flows.check_mailing import source_of
from siegelpost.flows.samples import values_for
from siegelpost.mailings.errors import ContentMissing
from siegelpost.mailings.reads import mailing
from siegelpost.render.compile import Source, compile_variant, prepare
from siegelpost.render.pieces import join
from siegelpost.tenancy.handle import TenantDB

CONTENT_SECURITY: Final = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'self'"
"""Under which the page may be shown, in a frame of our own: styles and our own pictures, no script, nothing from elsewhere."""
SAMPLE: Final = "sample@example.org"
_HEAD: Final = re.compile(r"<head\b[^>]*>", re.IGNORECASE)
_NEW_WINDOWS: Final = '<base target="_blank">'  # a sandbox opens none, so a click does nothing


@dataclass(frozen=True, slots=True)
class Preview:
    """One message as one person would get it; `html` is "" where it is plain text only."""

    subject: str
    preheader: str
    text: str
    html: str


def preview(tenant: TenantDB, mailing_id: int, *, like: str = "", public_url: str, today: date) -> Preview:
    """Return what somebody would get; to be shown under CONTENT_SECURITY only.

    like  address of a subscriber, "" takes a sample person

    Raises MailingUnknown, ContentMissing, SubscriberUnknown, SourceUnusable.
    """
    facts = mailing(tenant, mailing_id)
    if not facts.variants:
        raise ContentMissing(id=mailing_id)
    source = source_of(facts.variants[0])
    _about, values = values_for(tenant, like=like, email=SAMPLE, public_url=public_url, today=today)
    made = compile_variant(source)
    line = compile_variant(Source(format="txt", body="-", subject=source.preheader)).subject if source.preheader else ()
    html = join(made.html, values) if made.html else ""
    return Preview(join(made.subject, values), join(line, values), join(made.text, values), inert(html))


def derived_text(format: str, body: str) -> str:
    """Return the plain-text part that we make out of a source, still with its fields. Raises SourceUnusable."""
    return prepare(Source(format=format, body=body, subject="-")).text


def inert(page: str) -> str:
    """The page with links that open nothing."""
    return _HEAD.sub(lambda match: match.group() + _NEW_WINDOWS, page, count=1)
