"""Dialog mailings: mails that answer one person's act. Each save makes a version, and what goes out says which one it was."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Final

from siegelpost.audience.reads import fields_of
from siegelpost.base.actor import Actor
from siegelpost.evidence.services import append
from siegelpost.mailings.dialog_errors import DialogLanguageMissing, DialogNameWrong, DialogStale, DialogUnknown
from siegelpost.mailings.dialog_rules import ACTS, Words, faults_in
from siegelpost.mailings.errors import FormatUnknown
from siegelpost.mailings.models import DialogMailing, DialogVersion
from siegelpost.mailings.reads import sender
from siegelpost.mailings.rules import FORMATS
from siegelpost.tenancy.handle import TenantDB

MAX_NAME: Final = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class DialogDraft:
    """What a dialog mailing shall be: `words` by language ("de", "en"), `sender_id` None for the tenant's first sender."""

    name: str
    format: str
    words: Mapping[str, Words]
    sender_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DialogView:
    """A dialog mailing; `version` is the number of the one that goes out."""

    id: int
    act: str
    name: str
    active: bool
    sender_id: int | None
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionView:
    """One version; `id` is what sent mails refer to, `saved_by` an actor as in the log."""

    id: int
    number: int
    format: str
    words: Mapping[str, Words]
    saved_at: datetime
    saved_by: str


def create_dialog(tenant: TenantDB, act: str, draft: DialogDraft, *, actor: Actor, now: datetime) -> int:
    """Store a dialog mailing, paused, with its first version; returns its number.

    Raises DialogUnknown for an act that there is none of, and as `_checked`.
    """
    if act not in ACTS:
        raise DialogUnknown
    words = _checked(tenant, act, draft)
    with tenant.atomic():
        if tenant.objects(DialogMailing).filter(name=draft.name).exists():
            raise DialogNameWrong
        row = tenant.objects(DialogMailing).create(act=act, name=draft.name, sender_id=draft.sender_id, created_at=now)
        _store(tenant, row, draft.format, words, actor, now)
        append(tenant, "dialog.created", subject=f"dialog:{row.pk}", details={"act": act}, actor=actor, at=now)
    return row.pk


def save_dialog(tenant: TenantDB, dialog_id: int, draft: DialogDraft, *, version: int, actor: Actor, now: datetime) -> int:
    """Change a dialog mailing; other words are a new version, which goes out from now on. Returns the number of the version.

    version  that the caller has seen

    Raises DialogUnknown, DialogStale and as `_checked`.
    """
    words = _checked(tenant, dialog(tenant, dialog_id).act, draft)
    with tenant.atomic():
        row = _held(tenant, dialog_id)
        if row.version != version:
            raise DialogStale
        if tenant.objects(DialogMailing).filter(name=draft.name).exclude(pk=dialog_id).exists():
            raise DialogNameWrong
        row.name, row.sender_id = draft.name, draft.sender_id
        last = tenant.objects(DialogVersion).get(dialog_id=dialog_id, number=row.version)
        if (last.format, last.words) != (draft.format, words):
            row.version += 1
            _store(tenant, row, draft.format, words, actor, now)
        row.save(using=tenant.alias)
        append(tenant, "dialog.saved", subject=f"dialog:{row.pk}", details={"version": row.version}, actor=actor, at=now)
    return row.version


def switch_dialog(tenant: TenantDB, dialog_id: int, active: bool, *, actor: Actor, now: datetime) -> None:
    """Let it go out from now on, or pause it; doing it twice is safe. Raises DialogUnknown."""
    with tenant.atomic():
        row = _held(tenant, dialog_id)
        if row.active == active:
            return
        row.active = active
        row.save(using=tenant.alias, update_fields=["active"])
        act = "dialog.activated" if active else "dialog.paused"
        append(tenant, act, subject=f"dialog:{row.pk}", details={"version": row.version}, actor=actor, at=now)


def dialogs(tenant: TenantDB, act: str = "") -> list[DialogView]:
    """All dialog mailings, or those for one act, by name."""
    rows = tenant.objects(DialogMailing).order_by("name", "id")
    return [_view(row) for row in (rows.filter(act=act) if act else rows)]


def dialog(tenant: TenantDB, dialog_id: int) -> DialogView:
    """One dialog mailing. Raises DialogUnknown."""
    row = tenant.objects(DialogMailing).filter(pk=dialog_id).first() if 0 < dialog_id < 2**62 else None
    if row is None:
        raise DialogUnknown
    return _view(row)


def versions_of(tenant: TenantDB, dialog_id: int) -> list[VersionView]:
    """What it has said, the latest first."""
    return [_version(row) for row in tenant.objects(DialogVersion).filter(dialog_id=dialog_id).order_by("-number")]


def going_out(tenant: TenantDB, dialog_id: int | None, act: str) -> tuple[DialogView, VersionView] | None:
    """A dialog mailing and its latest version where it is there, active and for this act; None otherwise."""
    row = tenant.objects(DialogMailing).filter(pk=dialog_id, act=act, active=True).first() if dialog_id else None
    if row is None:
        return None
    return _view(row), _version(tenant.objects(DialogVersion).get(dialog_id=row.pk, number=row.version))


def _held(tenant: TenantDB, dialog_id: int) -> DialogMailing:
    row = tenant.objects(DialogMailing).select_for_update().filter(pk=dialog_id).first() if 0 < dialog_id < 2**62 else None
    if row is None:
        raise DialogUnknown
    return row


def _checked(tenant: TenantDB, act: str, draft: DialogDraft) -> dict[str, dict[str, str]]:
    """The words, fit to be stored. Raises FormatUnknown, SenderUnknown, SourceUnusable, DialogWrong and as `Words.checked`."""
    if not draft.name.strip() or len(draft.name) > MAX_NAME or not draft.name.isprintable():
        raise DialogNameWrong
    if draft.format not in FORMATS:
        raise FormatUnknown
    if tenant.language not in draft.words:
        raise DialogLanguageMissing(language=tenant.language)
    if draft.sender_id is not None:
        sender(tenant, draft.sender_id)
    aliases = [field.alias for field in fields_of(tenant)]
    words = {language: said.checked() for language, said in sorted(draft.words.items())}
    for language, said in words.items():
        for fault in faults_in(act, draft.format, said, aliases):
            fault.language = language
            raise fault
    return {language: asdict(said) for language, said in words.items()}


def _store(tenant: TenantDB, row: DialogMailing, format: str, words: dict[str, dict[str, str]], actor: Actor, now: datetime) -> None:
    tenant.objects(DialogVersion).create(
        dialog_id=row.pk, number=row.version, format=format, words=words, saved_at=now, saved_by=str(actor)
    )  # fmt: skip


def _view(row: DialogMailing) -> DialogView:
    return DialogView(id=row.pk, act=row.act, name=row.name, active=row.active, sender_id=row.sender_id, version=row.version)


def _version(row: DialogVersion) -> VersionView:
    words = {language: Words(**said) for language, said in row.words.items()}
    return VersionView(id=row.pk, number=row.number, format=row.format, words=words, saved_at=row.saved_at, saved_by=row.saved_by)
