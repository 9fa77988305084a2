"""Hosted sign-up forms: which lists, which fields, which wording."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from siegelpost.audience.leaving import hold_lists
from siegelpost.audience.listing import list_names
from siegelpost.audience.reads import fields_of
from siegelpost.base.actor import Actor
from siegelpost.base.errors import BadInput, NotFound
from siegelpost.base.i18n import marked as _
from siegelpost.base.i18n import translate
from siegelpost.consent.form_asks import Ask, asks_of, faults_of_asks, keep_asks
from siegelpost.consent.form_setup import FormSetup
from siegelpost.consent.lint import ConsentTextWrong, wrong_with
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
CHOICE_TEXT: Final = _(
    "I would like to receive the e-mails from {tenant} that I have chosen in this form. "
    "I can withdraw this consent at any time with effect for the future, for example through the link in each e-mail."
)
"""Where visitors choose among the lists: what they chose is kept with it, and stands in the question."""


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


class FormStale(BadInput):
    """Somebody else was faster."""

    code = "form.stale"
    status = 409
    message = _("Somebody else has changed this form in the meantime.")
    hint = _("Look at the form as it is now, then enter your change again.")


class FormExists(BadInput):
    """The name is taken."""

    code = "form.exists"
    message = _("There is a form of that name already.")
    hint = _("Choose another name.")
    nothing = _("No form was created.")


@dataclass(frozen=True, slots=True, kw_only=True)
class FormView:
    """A form as strangers see it; `title` and `intro` may be empty, `text` is the exact declaration of consent, `asks` is asked beside."""

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
    button: str = ""
    active: bool = True
    version: int = 1
    asks: tuple[Ask, ...] = ()
    setup: FormSetup = field(default_factory=FormSetup)


@dataclass(frozen=True, slots=True, kw_only=True)
class FormDraft:
    """What a new form shall be. `lists` are pairs of id and name; `language` is that of its own words, "de" or "en".

    asks   what it asks beside, each with a box of its own: purpose -> declaration, "" for ours
    setup  all the rest; None leaves what is there
    """

    name: str
    language: str
    lists: Sequence[tuple[int, str]]
    field_aliases: Sequence[str] = ()
    title: str = ""
    intro: str = ""
    text: str = ""
    button: str = ""
    asks: Mapping[str, str] = field(default_factory=dict)
    setup: FormSetup | None = None


def slug_of(name: str) -> str:
    """Return the part of the address that stands for `name`: "Unser Brief!" -> "unser-brief"; "" if nothing is left."""
    spelled = name.lower()
    for umlaut, plain in (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ß", "ss")):
        spelled = spelled.replace(umlaut, plain)
    return re.sub(r"[^a-z0-9]+", "-", spelled).strip("-")[:MAX_SLUG].strip("-")


def create_form(tenant: TenantDB, draft: FormDraft, *, actor: Actor, now: datetime) -> FormView:
    """Make a form and return it. Without a text of its own it declares consent in our words, naming tenant and lists.

    Raises FormWrong, FormExists, ListUnknown, ConsentTextWrong, SetupWrong.

    Source: Art. 4(11) and 7(2) GDPR (informed, for the specific case, in plain language).
    """
    slug = slug_of(draft.name)
    if not slug or len(draft.name) > MAX_NAME or not draft.name.isprintable() or not draft.lists:
        raise FormWrong
    _refuse(tenant, draft)
    _refuse_asks(tenant, draft, {})
    with tenant.atomic():
        hold_lists(tenant, [list_id for list_id, _name in draft.lists])
        if tenant.unlimited.objects(Form).filter(slug=slug).exists():  # its address is public
            raise FormExists
        row = Form(slug=slug, created_at=now)
        _write(tenant, row, draft, actor, now)
        details = {"lists": row.list_ids, **({"asks": row.asks} if row.asks else {})}
        append(tenant, "form.created", subject=f"form:{row.pk}", details=details, actor=actor, at=now)
    return _view(tenant, row)


def change_form(tenant: TenantDB, form_id: int, draft: FormDraft, *, version: int, active: bool, actor: Actor, now: datetime) -> FormView:
    """Change a form; its address stays. A new wording counts from now on, the one before stays on record.

    Words that stay as they are are not judged again, so that a form with bad ones can still be closed: `faults_in` warns of them.

    version  that the caller has seen

    Raises FormUnknown, FormWrong, FormStale, ListUnknown, ConsentTextWrong, SetupWrong.

    Source: Art. 7(1) GDPR (who agreed to which words must be provable later).
    """
    if not slug_of(draft.name) or len(draft.name) > MAX_NAME or not draft.name.isprintable() or not draft.lists:
        raise FormWrong
    with tenant.atomic():
        hold_lists(tenant, [list_id for list_id, _name in draft.lists])
        mine = tenant.objects(Form).filter(pk=form_id)
        if not mine.filter(version=version).update(version=version + 1):
            raise FormStale if mine.exists() else FormUnknown
        row = mine.get()
        row.active = active
        before = row.text_id
        if draft.text != wording(tenant, before)[0]:
            _refuse(tenant, draft)
        asked = {one.purpose: one.text for one in asks_of(tenant, row.asks)}
        _refuse_asks(tenant, draft, asked)
        _write(tenant, row, draft, actor, now)
        details = {"lists": row.list_ids, "active": active, **({"text": row.text_id} if row.text_id != before else {})}
        details |= {"asks": row.asks} if row.asks or asked else {}
        append(tenant, "form.changed", subject=f"form:{row.pk}", details=details, actor=actor, at=now)
    return _view(tenant, row)


def drop_list(tenant: TenantDB, list_id: int, *, actor: Actor, now: datetime) -> None:
    """Take a list that is deleted out of all forms, before it is; inside `tenant.atomic()`.

    Our declaration of consent names the lists that are left from now on; a text of the tenant's own stays as it is.
    """
    names = list_names(tenant)
    for row in tenant.objects(Form).select_for_update().order_by("pk"):
        if list_id not in row.list_ids:
            continue
        before, left = _pairs(row.list_ids, names), _pairs([one for one in row.list_ids if one != list_id], names)
        ours = left and wording(tenant, row.text_id)[0] == default_text(tenant, before, row.language)
        row.list_ids = [number for number, _name in left]
        row.version += 1
        _say(tenant, row, default_text(tenant, left, row.language) if ours else wording(tenant, row.text_id)[0], actor, now)
        details = {"lists": row.list_ids, "active": row.active, "without": list_id, "text": row.text_id}
        append(tenant, "form.changed", subject=f"form:{row.pk}", details=details, actor=actor, at=now)


def _pairs(list_ids: Sequence[int], names: Mapping[int, str]) -> list[tuple[int, str]]:
    return [(number, names[number]) for number in list_ids if number in names]


def default_text(tenant: TenantDB, lists: Sequence[tuple[int, str]], language: str, *, choosable: bool = False) -> str:
    """Our declaration of consent, which names tenant and lists; not the lists where visitors choose among them."""
    names = ", ".join(name for _id, name in lists)
    return translate(CHOICE_TEXT if choosable else CONSENT_TEXT, language).format(tenant=tenant.name, lists=names)


def faults_in(tenant: TenantDB, form: FormView, names: Mapping[int, str]) -> list[ConsentTextWrong]:
    """What is wrong with the declaration that a form shows; `names` of the lists by number."""
    beside = faults_of_asks(tenant, {one.purpose: one.text for one in form.asks}, language=form.language)
    return [*_faults(tenant, form.text, _pairs(form.list_ids, names), form.language), *(fault for _purpose, fault in beside)]


def _refuse(tenant: TenantDB, draft: FormDraft) -> None:
    for fault in _faults(tenant, draft.text, draft.lists, draft.language) if draft.text else ():
        raise fault


def _refuse_asks(tenant: TenantDB, draft: FormDraft, asked: Mapping[str, str]) -> None:
    """asked  declarations that stay as they are, and are not judged again"""
    new = {purpose: text for purpose, text in draft.asks.items() if text != asked.get(purpose)}
    for purpose, fault in faults_of_asks(tenant, new, language=draft.language):
        fault.purpose = purpose
        raise fault


def _faults(tenant: TenantDB, text: str, lists: Sequence[tuple[int, str]], language: str) -> list[ConsentTextWrong]:
    """Our own words are not judged."""
    if text in (default_text(tenant, lists, language), default_text(tenant, lists, language, choosable=True)):
        return []
    return list(wrong_with(text, [tenant.name, *(name for _id, name in lists)]))


def _write(tenant: TenantDB, row: Form, draft: FormDraft, actor: Actor, now: datetime) -> None:
    setup = draft.setup or FormSetup.read(row.setup)
    setup.check(draft.field_aliases, {one.alias: one.purpose for one in fields_of(tenant.unlimited)})
    row.setup = setup.stored()
    text = draft.text or default_text(tenant, draft.lists, draft.language, choosable=setup.choosable)
    row.name, row.language, row.title = draft.name, draft.language, draft.title
    row.intro, row.button = draft.intro, draft.button
    row.list_ids = [list_id for list_id, _name in draft.lists]
    row.field_aliases = list(draft.field_aliases)
    row.asks = keep_asks(tenant, draft.asks, language=draft.language, now=now)
    _say(tenant, row, text, actor, now)


def _say(tenant: TenantDB, row: Form, text: str, actor: Actor, now: datetime) -> None:
    """Store a form with this declaration of consent; the one before stays on record."""
    known = row.wordings or ([[row.text_id, row.created_at.isoformat(), ""]] if row.pk else [])
    row.text_id = ensure_text(tenant, text, language=row.language, now=now)
    row.wordings = known if known and known[-1][0] == row.text_id else [*known, [row.text_id, now.isoformat(), str(actor)]]
    row.save(using=tenant.alias)


def forms_of(tenant: TenantDB) -> list[FormView]:
    """All forms, closed ones too, by name."""
    return [_view(tenant, row) for row in tenant.objects(Form).order_by("name", "id")]


def form_by_id(tenant: TenantDB, form_id: int) -> FormView:
    """The form with this number. Raises FormUnknown."""
    row = tenant.objects(Form).filter(pk=form_id).first() if 0 < form_id < 2**62 else None
    if row is None:
        raise FormUnknown
    return _view(tenant, row)


def find_form(tenant: TenantDB, slug: str) -> FormView:
    """Return the active form of this name. Raises FormUnknown, also where the time of the tenant is over."""
    known = not tenant.ended and len(slug) <= MAX_SLUG and slug.isprintable()
    row = tenant.objects(Form).filter(slug=slug, active=True).first() if known else None
    if row is None:
        raise FormUnknown
    return _view(tenant, row)


def setup_of(tenant: TenantDB, slug: str) -> FormSetup:
    """What belongs to a form, closed or not; the usual where it is gone."""
    return FormSetup.read(tenant.objects(Form).filter(slug=slug).values_list("setup", flat=True).first() or {})


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
        button=row.button,
        active=row.active,
        version=row.version,
        asks=asks_of(tenant, row.asks),
        setup=FormSetup.read(row.setup),
    )
