"""The page of lists of others: what counts, and a newer one."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from siegelpost.base import clock
from siegelpost.consent.listed.models import ListState
from siegelpost.consent.listed.states import lists_of
from siegelpost.tenancy.handle import TenantDB
from tests.consent.ecg import bring, ecg
from tests.web.townsfolk import ROLES_THAT_MAY, a_list, a_person
from tests.web.visiting import visitor

PATH = "suppression/lists"


def brought(data: bytes, days_old: int = 0) -> dict[str, object]:
    """What the form sends."""
    file = SimpleUploadedFile("ecg-liste.hash", data)
    return {"ecg-file": file, "ecg-dated": (clock.now() - timedelta(days=days_old)).date().isoformat()}


def test_a_list_is_brought_and_the_page_says_how_old_it_is_and_how_many_are_on_it(alpha: TenantDB) -> None:
    a_person(alpha, "ann@example.org", a_list(alpha))
    client = visitor(alpha)
    assert "not set up" in client.see(PATH)
    client.send(PATH, brought(ecg("ann@example.org"), days_old=3))
    page = client.see(PATH)
    assert "up to date" in page and "3 days" in page and lists_of(alpha)["ecg"].hits == 1 and "ann@example.org" not in page
    with alpha.atomic():
        alpha.objects(ListState).update(good_until=1)
    assert "Nothing is sent by a list this old" in client.see(PATH)


@pytest.mark.parametrize(
    ("data", "days_old", "says"),
    [
        (ecg()[:-1], 0, "was cut off"),
        (b"email\nann@example.org\n", 0, "it is text"),
        (ecg(), 730, "counts for 30 days"),
        (ecg(), -3, "still to come"),
    ],
)
def test_what_cannot_be_used_is_said_at_its_field_and_the_list_stays(alpha: TenantDB, data: bytes, days_old: int, says: str) -> None:
    bring(alpha, "ann@example.org")
    before = lists_of(alpha)["ecg"].version
    page = visitor(alpha).send(PATH, brought(data, days_old), 422).content.decode()
    assert says in page and page.count("invalid-feedback") == 1 and lists_of(alpha)["ecg"].version == before


@pytest.mark.parametrize("role", ["viewer", *ROLES_THAT_MAY])
def test_only_who_may_add_suppressions_brings_one(alpha: TenantDB, role: str) -> None:
    client = visitor(alpha, role)
    assert ('type="file"' in client.see(PATH)) is (role in ROLES_THAT_MAY)
    if role not in ROLES_THAT_MAY:
        client.send(PATH, brought(ecg()), 403)
        assert lists_of(alpha) == {}
