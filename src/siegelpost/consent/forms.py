"""Hosted sign-up forms: which lists, which fields, which wording."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from siegelpost.base.actor import Actor
from siegelpost.base.errors import BadInput, NotFound
from siegelpost.base.i18n import marked as _
from siegelpost.base.i18n import translate
from siegelpost.consent.models import Form
from siegelpost.consent.texts import ensure_text, wording
from siegelpost.evidence.services import append
from siegelpost.tenancy.handle import TenantDB

MAX_NAME: Final = 120
MAX_SLUG: Final = 40
CONSENT_TEXT: Final = _(
    "I would like to receive e-mails from {tenant} about the following: {lists}. "
    "I can withdraw this consent at any time with effect for the future, for example through the link in each e-mail."
)


class FormUnknown(NotFound):
    """No active form has this name."""

    code = "form.unknown"
    message = _("There is no sign-up form at this address.")
    hint = _("Check the address, or ask the sender for the current one.")


class FormWrong(BadInput):
    """A name that cannot name a form."""

    code = "form.wrong"
    message = _("The form needs a name of 1 to 120 printable characters with a letter or digit, and at least one list.")
    hint = _("Give it a short name such as “Newsletter”.")
    nothing = _("No form was created.")


class FormExists(BadInput):
    """The name is taken."""

    code = "form.exists"
    message = _("There is a form of that name already.")
    hint = _("Choose another name.")
    nothing = _("No form was created.")


@dataclass(frozen=True, slots=True, kw_only=True)
class FormView:
    """A form as strangers see it; `title` and `intro` may be empty, `text` is the exact declaration of consent."""

    id: int
    slug: str
    name: str
    language: str
    title: str
    intro: str
    list_ids: tuple[int, ...]
    field_aliases: tuple[str, ...]
    text_id: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FormDraft:
    """What a new form shall be. `lists` are pairs of id and name; `language` is that of its own words, "de" or "en"."""

    name: str
    language: str
    lists: Sequence[tuple[int, str]]
    field_aliases: Sequence[str] = ()
    title: str = ""
    intro: str = ""
    text: str = ""


def slug_of(name: str) -> str:
    """Return the part of the address that stands for `name`: "Unser Brief!" -> "unser-brief"; "" if nothing is left."""
    spelled = name.lower()
    for umlaut, plain in (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ß", "ss")):
        spelled = spelled.replace(umlaut, plain)
    return re.sub(r"[^a-z0-9]+", "-", spelled).strip("-")[:MAX_SLUG].strip("-")


def create_form(tenant: TenantDB, draft: FormDraft, *, actor: Actor, now: datetime) -> FormView:
    """Make a form and return it. Without a text of its own it declares consent in our words, naming tenant and lists.

    Raises FormWrong, FormExists. Source: Art. 4(11) and 7(2) GDPR (informed, for the specific case, in plain language).
    """
    slug = slug_of(draft.name)
    if not slug or len(draft.name) > MAX_NAME or not draft.name.isprintable() or not draft.lists:
        raise FormWrong
    names = ", ".join(name for _id, name in draft.lists)
    text = draft.text or translate(CONSENT_TEXT, draft.language).format(tenant=tenant.name, lists=names)
    with tenant.atomic():
        if tenant.objects(Form).filter(slug=slug).exists():
            raise FormExists
        row = tenant.objects(Form).create(
            slug=slug,
            name=draft.name,
            language=draft.language,
            title=draft.title,
            intro=draft.intro,
            list_ids=[list_id for list_id, _name in draft.lists],
            field_aliases=list(draft.field_aliases),
            text_id=ensure_text(tenant, text, language=draft.language, now=now),
            created_at=now,
        )
        append(tenant, "form.created", subject=f"form:{row.pk}", details={"lists": row.list_ids}, actor=actor, at=now)
    return _view(tenant, row)


def find_form(tenant: TenantDB, slug: str) -> FormView:
    """Return the active form of this name. Raises FormUnknown."""
    row = tenant.objects(Form).filter(slug=slug, active=True).first() if len(slug) <= MAX_SLUG and slug.isprintable() else None
    if row is None:
        raise FormUnknown
    return _view(tenant, row)


def offered_lists(tenant: TenantDB) -> frozenset[int]:
    """Ids of the lists that active forms offer to everybody."""
    return frozenset(list_id for ids in tenant.objects(Form).filter(active=True).values_list("list_ids", flat=True) for list_id in ids)


def _view(tenant: TenantDB, row: Form) -> FormView:
    return FormView(
        id=row.pk,
        slug=row.slug,
        name=row.name,
        language=row.language,
        title=row.title,
        intro=row.intro,
        list_ids=tuple(row.list_ids),
        field_aliases=tuple(row.field_aliases),
        text_id=row.text_id,
        text=wording(tenant, row.text_id)[0],
    )
