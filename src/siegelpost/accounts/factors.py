"""Second factors of one person: authenticator app, passkeys, recovery codes. django-allauth keeps them, we say when they count."""

import base64
import binascii
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.utils import decrypt, encrypt
from allauth.mfa.webauthn.internal.auth import WebAuthn

from siegelpost.accounts.errors import FactorNeeded, FactorUnknown, PasswordShortAlone
from siegelpost.accounts.models import Person
from siegelpost.accounts.password_rules import ALONE
from siegelpost.accounts.rule_rows import requires
from siegelpost.accounts.totp import STEP, TOLERATED, Judged, judge
from siegelpost.tenancy.handle import control_store

APP: Final = str(Authenticator.Type.TOTP)
PASSKEY: Final = str(Authenticator.Type.WEBAUTHN)
CODES: Final = str(Authenticator.Type.RECOVERY_CODES)
REAL: Final = (APP, PASSKEY)
"""Recovery codes stand in for one of these, and go with the last of them."""
SECRET_BYTES: Final = 20
"""What RFC 4226 section 4 (R6) recommends."""


@dataclass(frozen=True, slots=True)
class Factor:
    """One of them, as its person sees it."""

    id: int
    kind: str
    name: str
    since: datetime
    last_used: datetime | None
    left: int = 0
    """Recovery codes that were not used yet."""


def has_factor(person_id: int) -> bool:
    """Whether somebody has a second factor."""
    return bool(Authenticator.objects.filter(user_id=person_id, type__in=REAL).exists())


def kinds_of(person_id: int) -> set[str]:
    """Of which kinds somebody's second factors are."""
    return {str(kind) for kind in Authenticator.objects.filter(user_id=person_id).values_list("type", flat=True)}


def factors_of(person_id: int) -> list[Factor]:
    """All of them, the oldest first."""
    return [_seen(row) for row in Authenticator.objects.filter(user_id=person_id).order_by("created_at", "pk")]


def add_app(person: Person, secret: bytes, step: int, *, now: datetime) -> None:
    """Keep the secret of an app, instead of the one before. `step` is that of the code that proved it: it does not count again."""
    data = {"secret": encrypt(base64.b32encode(secret).decode()), "step": step}
    with control_store.atomic():
        Authenticator.objects.filter(user_id=person.pk, type=APP).delete()
        Authenticator(user=person, type=APP, data=data, created_at=now).save()


def add_passkey(person: Person, name: str, credential: dict[str, Any]) -> None:
    """Keep a passkey that was checked (see `web.factor_forms`); what lies here is public."""
    WebAuthn.add(person, name, credential)


def new_codes(person: Person) -> list[str]:
    """Ten recovery codes, each good for one login, instead of all before; shown once. Raises FactorNeeded without a second factor."""
    if not has_factor(person.pk):
        raise FactorNeeded
    with control_store.atomic():
        Authenticator.objects.filter(user_id=person.pk, type=CODES).delete()
        return [str(code) for code in RecoveryCodes.activate(person).generate_codes()]


def remove(person: Person, factor_id: int) -> None:
    """Take one away. Raises FactorUnknown; where it is the last, FactorNeeded (one is required) or PasswordShortAlone."""
    with control_store.atomic():
        rows = list(Authenticator.objects.select_for_update().filter(user_id=person.pk))
        wanted = next((one for one in rows if one.pk == factor_id), None)
        if wanted is None:
            raise FactorUnknown
        others = any(one.type in REAL and one.pk != factor_id for one in rows)
        if wanted.type in REAL and not others:
            if requires(person):
                raise FactorNeeded
            if person.has_usable_password() and person.password_least < ALONE:
                raise PasswordShortAlone(least=ALONE)
            Authenticator.objects.filter(user_id=person.pk, type=CODES).delete()
        wanted.delete()


def bring(person: Person, code: str, *, now: datetime) -> tuple[Judged, Authenticator | None]:
    """Judge a code of the app or a recovery code and use it up: what it is worth, and whose it is, None where it is wrong.

    django-allauth lets a code of an app count again after 30 seconds, while a clock may still accept it; ours counts once. Of two who
    bring the same one at the same moment one gets `used`.
    """
    rows = {row.type: row for row in Authenticator.objects.filter(user_id=person.pk, type__in=(APP, CODES))}
    judged = _spend(rows[APP], code, now=now) if APP in rows else Judged()
    used = rows[APP] if judged.step is not None else rows.get(CODES)
    if used is None or (judged.step is None and not used.wrap().validate_code(code.replace(" ", ""))):
        return judged, None
    used.user = person
    return judged, used


def _spend(row: Authenticator, code: str, *, now: datetime) -> Judged:
    secret = base64.b32decode(decrypt(row.data["secret"]))
    with control_store.atomic():
        fresh = Authenticator.objects.select_for_update().get(pk=row.pk)
        told = [int(one) for one in fresh.data.get("told", ())]
        judged = judge(secret, code, seconds=int(now.timestamp()), last=int(fresh.data.get("step", -1)), told=told)
        kept = {"step": judged.step} if judged.step is not None else {"told": _early(told, judged.told, now)} if judged.told else {}
        if kept:
            fresh.data = {**fresh.data, **kept}
            fresh.save(update_fields=["data"])
    return judged


def _early(told: list[int], step: int, now: datetime) -> list[int]:
    """The steps that were told of, without those that no clock accepts any more."""
    return sorted({*(one for one in told if one >= int(now.timestamp()) // STEP - TOLERATED), step})


def sealed(secret: bytes) -> str:
    """A secret that is not confirmed yet, for the session."""
    return str(encrypt(base64.b32encode(secret).decode()))


def opened(text: str) -> bytes:
    """Counterpart of `sealed`; b"" for nothing."""
    try:
        return base64.b32decode(decrypt(text)) if text else b""
    except (binascii.Error, ValueError):
        return b""


def _seen(row: Authenticator) -> Factor:
    name = str(row.wrap().name) if row.type == PASSKEY else ""
    left = len(row.wrap().get_unused_codes()) if row.type == CODES else 0
    return Factor(row.pk, str(row.type), name, row.created_at, row.last_used_at, left)
