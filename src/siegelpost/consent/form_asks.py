"""What a sign-up form asks beside its e-mails: for each purpose a box and a declaration of its own, never ticked beforehand."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from siegelpost.consent.lint import ConsentTextWrong
from siegelpost.consent.lint_purposes import wrong_with_purpose
from siegelpost.consent.models import Form
from siegelpost.consent.purposes import PURPOSES, our_words
from siegelpost.consent.texts import ensure_text, wording
from siegelpost.tenancy.handle import TenantDB


@dataclass(frozen=True, slots=True)
class Ask:
    """One purpose of a form with the exact declaration."""

    purpose: str
    text_id: int
    text: str


def asks_of(tenant: TenantDB, kept: Mapping[str, int]) -> tuple[Ask, ...]:
    """What a form asks, in the order of PURPOSES; `kept` as in its row."""
    return tuple(Ask(purpose, kept[purpose], wording(tenant, kept[purpose])[0]) for purpose in PURPOSES if purpose in kept)


def keep_asks(tenant: TenantDB, asks: Mapping[str, str], *, language: str, now: datetime) -> dict[str, int]:
    """Store the declarations and return their ids by purpose; "" stands for our words. Inside `tenant.atomic()`."""
    return {
        purpose: ensure_text(tenant, text or our_words(tenant, purpose, language), language=language, now=now, purpose=purpose)
        for purpose, text in asks.items()
        if purpose in PURPOSES
    }


def faults_of_asks(tenant: TenantDB, asks: Mapping[str, str], *, language: str) -> Iterator[tuple[str, ConsentTextWrong]]:
    """Purpose and what is wrong with its declaration; our own words are not judged."""
    for purpose, text in asks.items():
        if text and text != our_words(tenant, purpose, language):
            yield from ((purpose, fault) for fault in wrong_with_purpose(purpose, text, [tenant.name]))


def offered_purposes(tenant: TenantDB) -> frozenset[str]:
    """Purposes for which active forms ask everybody."""
    return frozenset(purpose for asks in tenant.objects(Form).filter(active=True).values_list("asks", flat=True) for purpose in asks)
