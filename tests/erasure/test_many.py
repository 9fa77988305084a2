"""Three hundred of three thousand: deleting rows of a full page leaves bytes behind, and one person alone would not show it."""

from pathlib import Path

import pytest

from siegelpost.audience.models import Subscriber
from siegelpost.erasure.models import Erasure
from siegelpost.flows.erase_person import begin_erasing, finish
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.home import home
from tests.delivery.support import a_list, people
from tests.erasure.scene import NOW, WHO

ALL, GONE = 3_000, 300


def names_left(folder: Path, gone: list[str]) -> set[str]:
    """Addresses and last names that a file of the folder still holds."""
    whole = b"".join(path.read_bytes().lower() for path in sorted(folder.rglob("*")) if path.is_file())
    return {email for email in gone if email.encode() in whole or f"last{email.partition('@')[0]}".encode() in whole}


@pytest.mark.slow
def test_no_byte_of_three_hundred_people_is_left_and_the_others_are_all_there(alpha: TenantDB) -> None:
    emails = [f"n{number:05d}x@example.org" for number in range(ALL)]
    people(alpha, emails, a_list(alpha))
    with alpha.atomic():
        rows = list(alpha.objects(Subscriber).all())
        for row in rows:
            row.fields = {"first_name": "Ann", "last_name": f"Last{row.email.partition('@')[0]}"}
        alpha.objects(Subscriber).bulk_update(rows, ["fields"], batch_size=500)
    gone = emails[5 :: ALL // GONE]
    folder = home().tenant(alpha.slug)
    assert alpha.vendor == "postgresql" or names_left(folder, gone) == set(gone)
    tasks = [begin_erasing(alpha, email, actor=WHO, now=NOW) for email in gone]
    certificates = finish(alpha, tasks, actor=WHO, now=NOW)
    assert len(gone) == GONE and {one["state"] for one in certificates} == {"done"}
    assert alpha.objects(Erasure).exclude(done_at=None).count() == GONE
    assert names_left(folder, gone) == set()
    assert set(alpha.objects(Subscriber).values_list("email", flat=True)) == set(emails) - set(gone)
