"""How this room shows, removes or keeps what it holds of a person."""

from dataclasses import asdict
from datetime import datetime
from typing import Any, Final

from django.db.models import QuerySet

from siegelpost.base.i18n import marked as _
from siegelpost.base.privacy import Store, Subject
from siegelpost.consent.confirmations import forget_of, sent_to
from siegelpost.consent.inherited import about_to_change
from siegelpost.consent.models import (
    Consent,
    LeavingAsked,
    OptOut,
    OptOutAddress,
    OptOutNotice,
    PurposeConsent,
    RenewalAsk,
    Suppression,
    Unmeasured,
)
from siegelpost.consent.reads import records_of
from siegelpost.consent.rules import BLACKLIST, spells
from siegelpost.consent.signups.models import SignUp, SignUpBlock
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.signups import open_sign_ups


def _consents(tenant: TenantDB, who: Subject) -> list[dict[str, Any]]:
    return [record.as_dict() for number in who.numbers for record in records_of(tenant, number) if record.list_id]


def _remove_consents(tenant: TenantDB, who: Subject, now: datetime) -> int:
    """Whoever erases seals the proof before (`erasure.keeping`)."""
    return tenant.objects(Consent).filter(subscriber_id__in=who.numbers).delete()[0]


def _purposes(tenant: TenantDB, who: Subject) -> list[dict[str, Any]]:
    return [record.as_dict() for number in who.numbers for record in records_of(tenant, number) if not record.list_id]


def _remove_purposes(tenant: TenantDB, who: Subject, now: datetime) -> int:
    """As with the consents."""
    return tenant.objects(PurposeConsent).filter(subscriber_id__in=who.numbers).delete()[0]


def _asked(tenant: TenantDB, who: Subject) -> list[dict[str, Any]]:
    return [asdict(one) for one in sent_to(tenant, who.numbers)]


def _remove_asked(tenant: TenantDB, who: Subject, now: datetime) -> int:
    """As with the consents."""
    return forget_of(tenant, who.numbers)


def _suppressions(tenant: TenantDB, who: Subject) -> list[dict[str, Any]]:
    rows = tenant.objects(Suppression).filter(key=who.key).order_by("at", "id")
    return [dict(row) for row in rows.values("kind", "list_id", "source", "at")]


def _spelled(tenant: TenantDB, who: Subject) -> list[Suppression]:
    return [row for row in tenant.objects(Suppression).filter(kind=BLACKLIST, pattern__gt="") if spells(row.pattern, who.email)]


def _patterns(tenant: TenantDB, who: Subject) -> list[dict[str, Any]]:
    return [{"kind": row.kind, "pattern": row.pattern, "source": row.source, "at": row.at} for row in _spelled(tenant, who)]


def _hash_patterns(tenant: TenantDB, who: Subject, now: datetime) -> int:
    """What spells the whole address goes on as its keyed hash: it suppresses, and says nothing."""
    rows = _spelled(tenant, who)
    if rows:
        about_to_change(tenant)
    for row in rows:
        same = tenant.objects(Suppression).filter(kind=BLACKLIST, key=who.key, list_id=None)
        if not same.exists():
            tenant.objects(Suppression).bulk_create([Suppression(kind=BLACKLIST, key=who.key, source=row.source, at=row.at)])
        tenant.objects(Suppression).filter(pk=row.pk).delete()
    return len(rows)


def _opt_outs(tenant: TenantDB, who: Subject) -> list[dict[str, Any]]:
    rows = tenant.objects(OptOut).filter(key=who.key).order_by("id")
    return [dict(row) for row in rows.values("list_id", "how", "at", "received_on")]


def _shown(tenant: TenantDB, who: Subject) -> list[dict[str, Any]]:
    return [dict(row) for row in tenant.objects(OptOutAddress).filter(key=who.key).values("email", "until")]


def _remove_shown(tenant: TenantDB, who: Subject, now: datetime) -> int:
    return tenant.objects(OptOutAddress).filter(key=who.key).delete()[0]


def _notices(tenant: TenantDB, who: Subject) -> list[dict[str, Any]]:
    return [dict(row) for row in tenant.objects(OptOutNotice).filter(key=who.key).values("created_at", "attempts")]


def _remove_notices(tenant: TenantDB, who: Subject, now: datetime) -> int:
    return tenant.objects(OptOutNotice).filter(key=who.key).delete()[0]


def _renewals(tenant: TenantDB, who: Subject) -> list[dict[str, Any]]:
    rows = tenant.objects(RenewalAsk).filter(subscriber_id__in=who.numbers).order_by("id")
    return [dict(row) for row in rows.values("renewal__mailing_id", "answer", "at")]


def _remove_renewals(tenant: TenantDB, who: Subject, now: datetime) -> int:
    return tenant.objects(RenewalAsk).filter(subscriber_id__in=who.numbers).delete()[0]


def _asked_to_leave(tenant: TenantDB, who: Subject) -> list[dict[str, Any]]:
    return [dict(row) for row in tenant.objects(LeavingAsked).filter(key=who.key).values("at")]


def _remove_asked_to_leave(tenant: TenantDB, who: Subject, now: datetime) -> int:
    return tenant.objects(LeavingAsked).filter(key=who.key).delete()[0]


def _unmeasured(tenant: TenantDB, who: Subject) -> list[dict[str, Any]]:
    return [dict(row) for row in tenant.objects(Unmeasured).filter(key=who.key).values("at")]


def _remove_unmeasured(tenant: TenantDB, who: Subject, now: datetime) -> int:
    return tenant.objects(Unmeasured).filter(key=who.key).delete()[0]


def _waiting(tenant: TenantDB, who: Subject) -> QuerySet[SignUp]:
    return open_sign_ups(tenant).objects(SignUp).filter(key=who.key)


def _sign_ups(tenant: TenantDB, who: Subject) -> list[dict[str, Any]]:
    names = ("form_slug", "email", "fields", "list_ids", "language", "snapshot", "requested_at", "expires_at")
    return [dict(row) for row in _waiting(tenant, who).order_by("requested_at").values(*names)]


def _remove_sign_ups(tenant: TenantDB, who: Subject, now: datetime) -> int:
    with open_sign_ups(tenant).atomic():
        return _waiting(tenant, who).delete()[0]


def _pauses(tenant: TenantDB, who: Subject) -> list[dict[str, Any]]:
    rows = open_sign_ups(tenant).objects(SignUpBlock).filter(key=who.key)
    return [dict(row) for row in rows.values("until")]


STORES: Final = (
    Store(models=("consent.Consent",), name=_("Consents"), tell=_consents, remove=_remove_consents),
    Store(models=("consent.PurposeConsent",), name=_("Consents to being measured or profiled"), tell=_purposes, remove=_remove_purposes),
    Store(models=("consent.ConfirmationSent",), name=_("Confirmation mails that were answered"), tell=_asked, remove=_remove_asked),
    Store(
        models=("consent.Suppression",), part="pattern", name=_("Patterns that spell the address"), tell=_patterns, remove=_hash_patterns
    ),
    Store(
        models=("consent.Suppression",),
        name=_("Suppression"),
        tell=_suppressions,
        kept=_("A keyed hash stays, so that no import brings the address back and nobody writes to it again (Art. 21(3) GDPR)."),
    ),
    Store(
        models=("consent.OptOut",),
        name=_("Opt-out lists"),
        tell=_opt_outs,
        kept=_("A keyed hash stays with date and way, to prove that the person left and gets nothing (Art. 5(2), 21(3) GDPR)."),
    ),
    Store(models=("consent.OptOutAddress",), name=_("Address on the opt-out lists"), tell=_shown, remove=_remove_shown),
    Store(models=("consent.OptOutNotice",), name=_("Notices of an opt-out that wait"), tell=_notices, remove=_remove_notices),
    Store(models=("consent.RenewalAsk",), name=_("Asked to renew a consent"), tell=_renewals, remove=_remove_renewals),
    Store(
        models=("consent.LeavingAsked",), name=_("Links to leave that were asked for"), tell=_asked_to_leave, remove=_remove_asked_to_leave
    ),
    Store(models=("consent.Unmeasured",), name=_("Refused measuring"), tell=_unmeasured, remove=_remove_unmeasured),
    Store(models=("signups.SignUp",), name=_("Sign-ups that wait"), tell=_sign_ups, remove=_remove_sign_ups, outside=True),
    Store(
        models=("signups.SignUpBlock",),
        name=_("Pause for confirmation mails"),
        tell=_pauses,
        kept=_("A keyed hash stays until the pause ends, 30 days at most: nobody may be asked again and again."),
        outside=True,
    ),
)
