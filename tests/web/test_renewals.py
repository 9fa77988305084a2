"""The pages on which people with old consents are asked: counted first, then a draft like any mailing."""

from datetime import timedelta

import pytest

from siegelpost.audience.services import add_member, put_subscriber
from siegelpost.base import clock
from siegelpost.consent.grants import Proof, grant
from siegelpost.consent.renewals import renewals
from siegelpost.mailings.models import Mailing
from siegelpost.mailings.reads import mailing
from siegelpost.mailings.services import create_sender
from siegelpost.tenancy.handle import TenantDB
from tests.web.townsfolk import STAFF, a_list
from tests.web.visiting import NOON, visitor


def old(tenant: TenantDB, email: str, list_id: int) -> None:
    ago = clock.now() - timedelta(days=1_500)
    with tenant.atomic():
        person = put_subscriber(tenant, email, {}, ago, STAFF)
        add_member(tenant, person, list_id, ago)
        proof = Proof(ground="import", source="test")
        grant(tenant, subscriber_id=person, list_id=list_id, proof=proof, at=ago, actor=STAFF)


@pytest.fixture
def asked(alpha: TenantDB, beta: TenantDB) -> dict[str, str]:
    """What is typed: a list with two people of long ago, and a sender."""
    letter = a_list(alpha)
    sender = create_sender(alpha, "Alpha <news@alpha.example>", unverified_ok=True, actor=STAFF, now=NOON)
    for email in ("ann@example.org", "bob@example.org"):
        old(alpha, email, letter)
    return {"list": str(letter), "months": "24", "days": "30", "sender": str(sender.id)}


def test_it_is_counted_before_anything_exists_and_then_a_draft(alpha: TenantDB, asked: dict[str, str]) -> None:
    client = visitor(alpha)
    page = client.send("renewals/new", {**asked, "count": ""}, 200).content.decode()
    assert "Consents that old: 2. People who can be written to and would be asked: 2." in page and renewals(alpha) == []
    answer = client.send("renewals/new", {**asked, "prepare": "1"})
    (made,) = renewals(alpha)
    assert f"/mailings/{made.mailing_id}" in answer.headers["Location"]
    draft = mailing(alpha, made.mailing_id)
    assert (draft.state, draft.measure, draft.list_ids) == ("draft", "off", (int(asked["list"]),))
    source = draft.variants[0].source
    assert "{{ preferences_url }}" in source and "{{ unsubscribe_url }}" in source and "nach 30 Tagen" in source
    assert "not sent yet" in client.see("renewals")


@pytest.mark.parametrize(
    "wrong", [{"months": "0"}, {"months": "121"}, {"days": "6"}, {"list": "4711"}, {"sender": "4711"}, {"months": "100"}]
)
def test_what_cannot_be_is_said_at_its_field(alpha: TenantDB, asked: dict[str, str], wrong: dict[str, str]) -> None:
    page = visitor(alpha).send("renewals/new", {**asked, **wrong, "prepare": "1"}, 422).content.decode()
    assert page.count("invalid-feedback") == 1 and renewals(alpha) == [] and not alpha.objects(Mailing).exists()


def test_a_viewer_sees_what_came_of_it_and_asks_nobody(alpha: TenantDB, asked: dict[str, str]) -> None:
    client = visitor(alpha, "viewer")
    assert "renewals/new" not in client.see("renewals")
    client.send("renewals/new", {**asked, "prepare": "1"}, 403)
    assert renewals(alpha) == []
