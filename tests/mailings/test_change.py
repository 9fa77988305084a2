"""A draft is changed as a whole, and nobody overwrites what somebody else wrote meanwhile."""

from dataclasses import replace

import pytest

from siegelpost.mailings.change import change_mailing, version_of
from siegelpost.mailings.errors import HeaderRefused, MailingChanged, NoLists, NotDraft
from siegelpost.mailings.reads import mailing
from siegelpost.mailings.services import NewMailing
from siegelpost.mailings.state import PREPARING, move
from siegelpost.tenancy.handle import TenantDB
from tests.mailings.making import NOON, TEXT, WHO, some_mailing, some_sender


def new(tenant: TenantDB, **changes: str) -> NewMailing:
    return NewMailing(content=replace(TEXT, **changes), sender_id=some_sender(tenant).id, list_ids=(2,), name="Other", measure="off")


def test_a_draft_says_what_was_written_last(alpha: TenantDB) -> None:
    number = some_mailing(alpha)
    change_mailing(alpha, number, new(alpha, subject="Second"), version=version_of(mailing(alpha, number)), actor=WHO, now=NOON)
    found = mailing(alpha, number)
    assert (found.name, found.list_ids, found.measure, found.variants[0].subject, len(found.variants)) == (
        "Other",
        (2,),
        "off",
        "Second",
        1,
    )


def test_a_writer_who_saw_something_older_is_refused(alpha: TenantDB) -> None:
    number = some_mailing(alpha)
    seen = version_of(mailing(alpha, number))
    change_mailing(alpha, number, new(alpha, subject="First"), version=seen, actor=WHO, now=NOON)
    with pytest.raises(MailingChanged):
        change_mailing(alpha, number, new(alpha, subject="Second"), version=seen, actor=WHO, now=NOON)
    assert mailing(alpha, number).variants[0].subject == "First"


def test_the_same_text_has_the_same_version(alpha: TenantDB) -> None:
    number = some_mailing(alpha)
    before = version_of(mailing(alpha, number))
    change_mailing(alpha, number, new(alpha), version=before, actor=WHO, now=NOON)
    after = version_of(mailing(alpha, number))
    change_mailing(alpha, number, new(alpha), version=after, actor=WHO, now=NOON)
    assert before != after == version_of(mailing(alpha, number))


def test_what_cannot_be_stored_changes_nothing(alpha: TenantDB) -> None:
    number = some_mailing(alpha)
    before = mailing(alpha, number)
    for wrong, fault in ((new(alpha, subject="a\nb"), HeaderRefused), (replace(new(alpha), list_ids=()), NoLists)):
        with pytest.raises(fault):
            change_mailing(alpha, number, wrong, version=version_of(before), actor=WHO, now=NOON)
    assert mailing(alpha, number) == before


def test_a_launched_mailing_stays_as_it_is(alpha: TenantDB) -> None:
    number = some_mailing(alpha)
    with alpha.atomic():
        move(alpha, number, PREPARING, frm=("draft",), actor=WHO, now=NOON)
    with pytest.raises(NotDraft):
        change_mailing(alpha, number, new(alpha), version=version_of(mailing(alpha, number)), actor=WHO, now=NOON)
