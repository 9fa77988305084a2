"""Every declaration of consent that a form has shown: who agreed to which words must be provable later (Art. 7(1) GDPR)."""

from dataclasses import dataclass
from datetime import datetime

from siegelpost.consent.models import Form
from siegelpost.consent.texts import wording
from siegelpost.tenancy.handle import TenantDB


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """One version of the declaration of consent of a form; `actor` as in the log, "" where it is not known."""

    text_id: int
    text: str
    since: datetime
    actor: str


def wordings_of(tenant: TenantDB, form_id: int) -> list[Wording]:
    """Every wording that a form has shown, the latest first."""
    row = tenant.objects(Form).get(pk=form_id)
    kept = row.wordings or [[row.text_id, row.created_at.isoformat(), ""]]
    return [
        Wording(text_id=text_id, text=wording(tenant, text_id)[0], since=datetime.fromisoformat(since), actor=actor)
        for text_id, since, actor in reversed(kept)
    ]
