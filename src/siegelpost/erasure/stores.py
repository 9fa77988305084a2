"""How this room shows what it keeps of a person who was erased, and why that stays."""

from typing import Any, Final

from siegelpost.base.i18n import marked as _
from siegelpost.base.privacy import Store, Subject
from siegelpost.erasure.keeping import opened
from siegelpost.erasure.models import Erasure
from siegelpost.erasure.rules import CONSENT, OUTFLOWS
from siegelpost.tenancy.handle import TenantDB


def _proofs(tenant: TenantDB, who: Subject) -> list[dict[str, Any]]:
    return [{"what": what, **piece} for what in (CONSENT, OUTFLOWS) for piece in opened(tenant, who.key, what)]


def _erasures(tenant: TenantDB, who: Subject) -> list[dict[str, Any]]:
    rows = tenant.objects(Erasure).filter(key=who.key).order_by("id")
    return [dict(row) for row in rows.values("receipt", "begun_at", "done_at")]


STORES: Final = (
    Store(
        models=("erasure.Kept",),
        name=_("Sealed proofs"),
        tell=_proofs,
        kept=_(
            "Encrypted and without the address: that the person had agreed, and by which mailings their data went out; deleted at the end "
            "of the third calendar year after this one (Art. 17(3)(b) and (e) GDPR)."
        ),
    ),
    Store(
        models=("erasure.Erasure",),
        name=_("Erasures"),
        tell=_erasures,
        kept=_("Proves that the person was erased; holds a keyed hash and no address."),
    ),
)
