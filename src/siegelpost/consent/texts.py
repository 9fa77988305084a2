"""The wordings that people agreed to: each stored once, named by its digest, never changed."""

from datetime import datetime

from siegelpost.consent.models import ConsentText
from siegelpost.consent.rules import text_digest
from siegelpost.tenancy.handle import TenantDB

NEWSLETTER = "newsletter"


def ensure_text(tenant: TenantDB, text: str, *, language: str, now: datetime, purpose: str = NEWSLETTER) -> int:
    """Return the id of exactly this wording, storing it if it is new. Inside `tenant.atomic()`.

    text      as the person saw it, to the last character
    language  "de" or "en"

    Source: Art. 7(1) GDPR; BGH, 10.02.2011, I ZR 164/09 (the concrete declaration must be on record and printable).
    """
    digest = text_digest(purpose, language, text)
    texts = tenant.objects(ConsentText)
    new = ConsentText(purpose=purpose, language=language, text=text, digest=digest, created_at=now)
    texts.bulk_create([new], ignore_conflicts=True)
    return texts.get(digest=digest).pk


def wording(tenant: TenantDB, text_id: int | None) -> tuple[str, str]:
    """Return the wording with this id and its language, or two empty strings if there is none."""
    if text_id is None:
        return "", ""
    return tenant.objects(ConsentText).filter(pk=text_id).values_list("text", "language").first() or ("", "")
