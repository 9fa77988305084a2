"""Consent and suppression in numbers."""

from datetime import UTC, datetime

from siegelpost.base.actor import Actor
from siegelpost.consent.models import Consent
from siegelpost.consent.numbers import agreeing, any_form, suppressions
from siegelpost.consent.suppression import suppress_pattern
from siegelpost.tenancy.handle import TenantDB

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def test_people_count_once_and_only_while_they_agree(alpha: TenantDB) -> None:
    with alpha.atomic():
        for person, list_id, ended in ((1, 1, None), (1, 2, None), (2, 1, NOON), (3, 1, NOON), (3, 1, None)):
            alpha.objects(Consent).create(
                subscriber_id=person, list_id=list_id, ground="double opt-in", source="test", granted_at=NOON, withdrawn_at=ended
            )
    assert agreeing(alpha) == 2


def test_suppressions_are_counted_and_beta_has_its_own(alpha: TenantDB, beta: TenantDB) -> None:
    with alpha.atomic():
        suppress_pattern(alpha, pattern="%@blocked.example", source="staff", actor=Actor.operator(), now=NOON)
    assert (suppressions(alpha), any_form(alpha)) == (1, False)
    assert suppressions(beta) == 1
