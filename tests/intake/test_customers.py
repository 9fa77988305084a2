"""People imported as existing customers (§ 7(3) UWG): four conditions first, kept with each; no mail to them without the notice."""

from dataclasses import replace
from pathlib import Path

import pytest

from siegelpost.audience.reads import find_by_email
from siegelpost.base import clock
from siegelpost.consent.customers import Conditions
from siegelpost.consent.reads import records_of
from siegelpost.evidence.reads import entries
from siegelpost.flows.add_subscriber import NewSubscriber, add_subscriber
from siegelpost.flows.check_mailing import CheckFailed, check_mailing, ensure_sendable
from siegelpost.flows.consent_file import consent_file
from siegelpost.flows.leave import unsubscribe_for
from siegelpost.intake.errors import ConditionsMissing
from siegelpost.tenancy.handle import TenantDB
from tests.intake.files import ME, a_list, imported, written
from tests.mailings.making import TEXT, some_mailing
from tests.web.test_consent_pdf import words

GROUND = "Bestandskunden, § 7 Abs. 3 UWG"
WHOLE = Conditions(sale="orders of 2025", goods="garden tools", not_objected=True, told="below the address in the checkout")
NOTICE = "You can object to this at any time: {{ unsubscribe_url }}"


def test_nobody_comes_in_while_a_condition_is_missing(alpha: TenantDB, beta: TenantDB, tmp_path: Path) -> None:
    with pytest.raises(ConditionsMissing, match="nobody objected"):
        imported(alpha, written(tmp_path, "email\nann@example.org\n"), ground=GROUND, customers=replace(WHOLE, not_objected=False))
    new = NewSubscriber(email="ann@example.org", list_id=a_list(alpha), ground=GROUND, source="shop", fields={})
    with pytest.raises(ConditionsMissing):
        add_subscriber(alpha, new, actor=ME, now=clock.now())
    assert find_by_email(alpha, "ann@example.org") is None


def test_the_conditions_are_kept_with_each_person_and_stand_on_the_paper(alpha: TenantDB, beta: TenantDB, tmp_path: Path) -> None:
    imported(alpha, written(tmp_path, "email\nann@example.org\nbob@example.org\n"), ground=GROUND, customers=WHOLE)
    ann = find_by_email(alpha, "ann@example.org")
    assert ann is not None
    (record,) = records_of(alpha, ann.id)
    assert record.ground == "existing_customer" and record.snapshot["declared"] == GROUND
    assert Conditions(**record.snapshot["conditions"]) == WHOLE
    assert entries(alpha, act="intake.imported")[0]["details"]["conditions"]["told"] == WHOLE.told
    said = words(consent_file(alpha, ann, channel="page", zone="Europe/Berlin", actor=ME, now=clock.now()))
    assert "Existing customer, § 7(3) UWG" in said and WHOLE.told in said and "tlog-proof" in said  # by the entry of the import


def test_a_mailing_to_them_needs_the_notice_in_each_part(alpha: TenantDB, beta: TenantDB, tmp_path: Path) -> None:
    imported(alpha, written(tmp_path, "email\nann@example.org\n"), ground=GROUND, customers=WHOLE)
    both = replace(TEXT, source=f"Hi\n\n{NOTICE}\n\n{{{{ imprint }}}}", text_source="Hi\n{{ unsubscribe_url }}\n{{ imprint }}")
    mailing = some_mailing(alpha, both, list_ids=(a_list(alpha),))
    found = [one for one in check_mailing(alpha, mailing, public_host="m.example.org") if one.code == "mailing.no_objection"]
    assert [(one.level, one.place) for one in found] == [("block", "text line 2")]
    with pytest.raises(CheckFailed, match="no_objection"):
        ensure_sendable(alpha, mailing, public_host="m.example.org")
    ann = find_by_email(alpha, "ann@example.org")
    assert ann is not None
    unsubscribe_for(alpha, [ann.id], a_list(alpha), actor=ME, now=clock.now())
    assert "mailing.no_objection" not in {one.code for one in check_mailing(alpha, mailing, public_host="m.example.org")}
