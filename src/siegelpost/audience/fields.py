"""The fields that a tenant keeps of its subscribers, and why it keeps each."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from siegelpost.audience.errors import ChangedMeanwhile, FieldExists, FieldUnknown, FieldWrong, NameWrong
from siegelpost.audience.fieldtypes import KINDS
from siegelpost.audience.models import Field, Subscriber
from siegelpost.audience.names import one_line
from siegelpost.base.actor import Actor
from siegelpost.base.i18n import marked as _
from siegelpost.base.i18n import translate
from siegelpost.base.versions import fingerprint
from siegelpost.evidence.services import append
from siegelpost.tenancy.handle import TenantDB

_ALIAS: Final = re.compile(r"[a-z][a-z0-9_]{0,39}").fullmatch

# Words that templates use for something else (CONTRACT: what a mailing's file can hold)
RESERVED: Final = frozenset(
    (
        "email",
        "unsubscribe_url",
        "preferences_url",
        "web_version_url",
        "imprint",
        "data_source",
        "id",
        "language",
        "now",
        "true",
        "false",
        "nil",
        "empty",
    )
)

MAX_OPTIONS: Final = 200
MAX_LINE: Final = 200

STANDARD: Final[Mapping[str, tuple[str, str]]] = {
    "salutation": (_("Salutation"), _("To address people properly.")),
    "first_name": (_("First name"), _("To address people by name.")),
    "last_name": (_("Last name"), _("To address people by name.")),
}
"""Alias -> name and purpose of the fields that every tenant has from the start; all of them are texts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldSpec:
    """A field that is to be made.

    name     as people and headings of files call it, 1 to 80 characters
    alias    as templates and interfaces call it: a-z, 0-9 and _, up to 40 characters; never changes
    kind     one of fieldtypes.KINDS
    purpose  why it is kept, 1 to 200 characters (Art. 5(1)(b) GDPR)
    options  of a choice
    """

    name: str
    alias: str
    kind: str
    purpose: str
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FieldWords:
    """What may be changed of a field; limits as in FieldSpec."""

    name: str
    purpose: str
    options: tuple[str, ...] = ()


def create_field(tenant: TenantDB, spec: FieldSpec, *, actor: Actor, now: datetime) -> int:
    """Make a field and return its id. Raises FieldWrong, FieldExists, NameWrong."""
    _check(spec)
    row = Field(
        name=one_line(spec.name, 80),
        alias=spec.alias,
        kind=spec.kind,
        purpose=one_line(spec.purpose, MAX_LINE),
        options=[one_line(option, MAX_LINE) for option in spec.options],
        created_at=now,
    )
    with tenant.atomic():
        known = tenant.unlimited.objects(Field)  # a field that is hidden has its alias, too
        if known.filter(alias=spec.alias).exists():
            raise FieldExists(alias=spec.alias)
        row.position = known.count()
        row.save(using=tenant.alias, force_insert=True)
        details = {"alias": spec.alias, "kind": spec.kind, "purpose": row.purpose}
        append(tenant, "audience.field_created", subject=f"field:{row.pk}", details=details, actor=actor, at=now)
    return int(row.pk)


def change_field(tenant: TenantDB, field_id: int, words: FieldWords, *, seen: str | None = None, actor: Actor, now: datetime) -> bool:
    """Rename a field, say its purpose anew, give a choice other options; return whether anything changed.

    seen  version of what the writer looked at; None where nobody looked

    Alias and kind never change: templates, files and stored values are written for them. An option goes only when nobody has it.
    Raises FieldUnknown, FieldWrong, NameWrong, ChangedMeanwhile (only where something would be overwritten).
    """
    with tenant.atomic():
        row = tenant.objects(Field).select_for_update().filter(pk=field_id).first()
        if row is None:
            raise FieldUnknown
        _check(FieldSpec(name=words.name, alias=row.alias, kind=row.kind, purpose=words.purpose, options=words.options))
        wanted = {
            "name": one_line(words.name, 80),
            "purpose": one_line(words.purpose, MAX_LINE),
            "options": [one_line(option, MAX_LINE) for option in words.options],
        }
        changed = sorted(column for column, value in wanted.items() if getattr(row, column) != value)
        if changed and seen not in (None, fingerprint(row.name, row.purpose, tuple(row.options))):
            raise ChangedMeanwhile
        gone = set(row.options) - set(words.options)
        if gone and tenant.unlimited.objects(Subscriber).filter(**{f"fields__{row.alias}__in": sorted(gone)}).exists():
            raise FieldWrong(field="options", why=translate(_("an option that people have cannot be taken away")))
        if changed:
            tenant.objects(Field).filter(pk=field_id).update(**wanted)
            details = {"alias": row.alias, "changed": changed, "purpose": wanted["purpose"]}
            append(tenant, "audience.field_changed", subject=f"field:{field_id}", details=details, actor=actor, at=now)
    return bool(changed)


def _check(spec: FieldSpec) -> None:
    options = {option.strip().casefold() for option in spec.options}
    if not _ALIAS(spec.alias):
        raise FieldWrong(field="alias", why=translate(_("the alias is malformed")))
    if spec.alias in RESERVED:
        raise FieldWrong(field="alias", why=translate(_("the alias means something else in mailings")))
    if spec.kind not in KINDS:
        raise FieldWrong(field="kind", why=translate(_("there is no such kind of field")))
    if (spec.kind == "choice") != bool(options) or len(options) != len(spec.options) or len(options) > MAX_OPTIONS or "" in options:
        raise FieldWrong(field="options", why=translate(_("the options do not fit")))
    if not spec.purpose.strip():
        raise FieldWrong(field="purpose", why=translate(_("the purpose is missing")))
    if not _is_line(spec.purpose):
        raise FieldWrong(field="purpose", why=translate(_("the purpose is not one line of plain text")))
    if not all(_is_line(option) for option in spec.options):
        raise FieldWrong(field="options", why=translate(_("the options do not fit")))


def _is_line(text: str) -> bool:
    try:
        return bool(one_line(text, MAX_LINE))
    except NameWrong:
        return False


def ensure_standard_fields(tenant: TenantDB, now: datetime) -> None:
    """Give a tenant the fields that everybody uses, named in its language; what exists stays. Safe to run again."""
    with tenant.atomic():
        known = set(tenant.objects(Field).values_list("alias", flat=True))
        rows = [
            Field(
                name=translate(name, tenant.language),
                alias=alias,
                kind="text",
                purpose=translate(purpose, tenant.language),
                position=position,
                created_at=now,
            )
            for position, (alias, (name, purpose)) in enumerate(STANDARD.items())
            if alias not in known
        ]
        tenant.objects(Field).bulk_create(rows)
