"""Which mailings one person got."""

from datetime import UTC, datetime

from siegelpost.delivery.models import Delivery, Launch
from siegelpost.delivery.reads import Received, received
from siegelpost.tenancy.handle import TenantDB


def test_the_latest_launch_comes_first_and_pages_follow(alpha: TenantDB) -> None:
    with alpha.atomic():
        for number in (1, 2, 3):
            alpha.objects(Launch).create(mailing_id=number, plan={}, launched_at=datetime(2026, 1, 4 - number, tzinfo=UTC))
            for person in (7, 8):
                alpha.objects(Delivery).create(
                    mailing_id=number,
                    variant_id=1,
                    subscriber_id=person,
                    state="sent",
                    code="250 2.0.0",
                    due_at=0,
                    at=60 if number == 1 else None,
                )
    assert received(alpha, 7, skip=0, limit=1) == [Received(1, "sent", "250 2.0.0", datetime.fromtimestamp(60, UTC))]
    assert [one.mailing_id for one in received(alpha, 7, skip=1, limit=5)] == [2, 3]
    assert received(alpha, 9, skip=0, limit=5) == []
