"""Every store that holds something of a person, in the order in which an erasure strips them. A guard finds a holding without one."""

import importlib
from typing import Any, Final

from siegelpost.audience.stores import STORES as AUDIENCE
from siegelpost.base.i18n import marked as _
from siegelpost.base.privacy import OTHERS, Declaration, Holding, Store, Subject
from siegelpost.consent.stores import STORES as CONSENT
from siegelpost.delivery.stores import STORES as DELIVERY
from siegelpost.erasure.stores import STORES as ERASURE
from siegelpost.evidence.stores import STORES as EVIDENCE
from siegelpost.feedback.stores import STORES as FEEDBACK
from siegelpost.flows.disclosed import told_of
from siegelpost.intake.stores import STORES as INTAKE
from siegelpost.measure.singly.stores import STORES as MEASURED
from siegelpost.tenancy.handle import TenantDB


def _disclosures(tenant: TenantDB, who: Subject) -> list[dict[str, Any]]:
    answers = told_of(tenant, who.numbers[-1] if who.numbers else None, who.key).answers
    return [
        {
            "at": one.one.at,
            "kind": one.one.kind,
            "recipient": one.one.recipient,
            "categories": list(one.one.categories),
            "purpose": one.one.purpose,
            "certainty": one.how,
        }
        for one in answers
    ]


DISCLOSURES: Final = Store(
    models=("disclosures.Disclosure", "disclosures.Marks"),
    name=_("Disclosure register"),
    tell=_disclosures,
    kept=_("Keyed hashes, so that you can still ask who received your data (Art. 19 GDPR); deleted after three full years."),
)
STORES: Final[tuple[Store, ...]] = (*DELIVERY, *FEEDBACK, *MEASURED, *CONSENT, *AUDIENCE, *INTAKE, *EVIDENCE, DISCLOSURES, *ERASURE)
"""Deliveries and events first, which are found by the number of the record; the record after what hangs on it."""

_ROOMS: Final = (
    "accounts.approvals",
    "governance.handover",
    "governance.instructions",
    "mailings",
    "evidence",
    "feedback",
    "measure.singly",
)
"""Rooms of a tenant's database that hold data of people who are no subscribers."""


def others_tables() -> frozenset[str]:
    """Tables of a tenant that hold addresses of staff and partners: a person may be one of them, too, and stays one."""
    found: list[Declaration] = []
    for room in _ROOMS:
        found += importlib.import_module(f"siegelpost.{room}.privacy").PERSONAL_DATA
    return frozenset(_table(one.model) for one in found if isinstance(one, Holding) and one.of == OTHERS)


def _table(model: str) -> str:
    return model.lower().replace(".", "_")
