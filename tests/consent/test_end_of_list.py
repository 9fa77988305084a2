"""What becomes of consents and forms when a list is deleted."""

from typing import Any

import pytest

from siegelpost.audience.errors import ListUnknown
from siegelpost.consent.form_wordings import wordings_of
from siegelpost.consent.forms import FormDraft, FormView, change_form, create_form, drop_list, form_by_id
from siegelpost.consent.grants import Proof, end_for_list, grant, some_running
from siegelpost.consent.reads import records_of, running_lists
from siegelpost.consent.sign_ups import SignUpDraft, create, waiting_for
from siegelpost.evidence.reads import about
from siegelpost.tenancy.handle import TenantDB
from tests.consent.people import NOON, OPERATOR, a_list, a_person, key_of
from tests.delivery.support import people


def test_consents_end_without_a_withdrawal_and_stay_on_record(alpha: TenantDB) -> None:
    brief, other = a_list(alpha), a_list(alpha, "Other")
    ann, bob = a_person(alpha, "ann@example.org"), a_person(alpha, "bob@example.org")
    with alpha.atomic():
        for person, list_id in ((ann, brief), (ann, other), (bob, brief)):
            proof = Proof(ground="double_opt_in", source="form:brief")
            grant(alpha, subscriber_id=person, list_id=list_id, proof=proof, at=NOON, actor=OPERATOR)
    assert some_running(alpha, brief, 10) == [ann, bob] and some_running(alpha, brief, 1) == [ann]
    with alpha.atomic():
        end_for_list(alpha, brief, [ann], at=NOON)
        end_for_list(alpha, brief, [ann], at=NOON.replace(year=2027))  # as after a crash: what ended stays as it ended
    [ended] = [one for one in records_of(alpha, ann) if one.list_id == brief]
    assert (ended.withdrawn_at, ended.withdrawn_how, ended.granted_at, ended.source) == (NOON, "list_deleted", NOON, "form:brief")
    assert running_lists(alpha, ann) == {other} and running_lists(alpha, bob) == {brief}


def test_many_consents_end_in_one_statement(alpha: TenantDB) -> None:
    brief = a_list(alpha)
    everybody = people(alpha, 500, brief)
    with alpha.atomic():
        end_for_list(alpha, brief, everybody[:400], at=NOON)
    assert some_running(alpha, brief, 1_000) == sorted(everybody[400:])


def a_form(tenant: TenantDB, *lists: tuple[int, str], **words: Any) -> FormView:
    draft = FormDraft(**{"name": "Unser Brief", "language": "de", "lists": lists} | words)
    return create_form(tenant, draft, actor=OPERATOR, now=NOON)


def drop(tenant: TenantDB, list_id: int) -> None:
    with tenant.atomic():
        drop_list(tenant, list_id, actor=OPERATOR, now=NOON)


def test_a_form_loses_the_list_and_our_wording_names_the_others(alpha: TenantDB) -> None:
    one, two = a_list(alpha, "One"), a_list(alpha, "Two")
    form, untouched = a_form(alpha, (one, "One"), (two, "Two")), a_form(alpha, (two, "Two"), name="Other")
    drop(alpha, one)
    after = form_by_id(alpha, form.id)
    assert (after.list_ids, after.version) == ((two,), form.version + 1)
    assert "One" in form.text and "One" not in after.text and "Two" in after.text
    assert [one.text for one in wordings_of(alpha, form.id)] == [after.text, form.text]
    assert form_by_id(alpha, untouched.id) == untouched
    [act] = about(alpha, [f"form:{form.id}"], acts=["form.changed"])
    assert act.details == {"lists": [two], "active": True, "without": one, "text": after.text_id}


def test_a_wording_of_the_tenants_own_stays_to_the_letter(alpha: TenantDB) -> None:
    one, two = a_list(alpha, "One"), a_list(alpha, "Two")
    form = a_form(alpha, (one, "One"), (two, "Two"), text="Ja, One und Two, bitte. Widerruf jederzeit.")
    drop(alpha, one)
    assert form_by_id(alpha, form.id).text == "Ja, One und Two, bitte. Widerruf jederzeit."
    assert len(wordings_of(alpha, form.id)) == 1


def test_a_closed_form_may_be_left_without_lists_and_takes_one_to_open_again(alpha: TenantDB) -> None:
    one, two = a_list(alpha, "One"), a_list(alpha, "Two")
    form = a_form(alpha, (one, "One"))
    closed = FormDraft(name=form.name, language="de", lists=[(one, "One")], text=form.text)
    change_form(alpha, form.id, closed, version=form.version, active=False, actor=OPERATOR, now=NOON)
    drop(alpha, one)
    empty = form_by_id(alpha, form.id)
    assert (empty.list_ids, empty.active, empty.text) == ((), False, form.text)
    again = FormDraft(name=form.name, language="de", lists=[(two, "Two")], text=form.text)
    assert change_form(alpha, form.id, again, version=empty.version, active=True, actor=OPERATOR, now=NOON).list_ids == (two,)


def test_no_form_leads_to_a_list_that_is_not_there(alpha: TenantDB) -> None:
    form = a_form(alpha, (a_list(alpha, "One"), "One"))
    with pytest.raises(ListUnknown):
        a_form(alpha, (999, "Gone"), name="Other")
    gone = FormDraft(name=form.name, language="de", lists=[(999, "Gone")])
    with pytest.raises(ListUnknown):
        change_form(alpha, form.id, gone, version=form.version, active=True, actor=OPERATOR, now=NOON)
    assert form_by_id(alpha, form.id) == form


def test_sign_ups_that_wait_are_counted_by_list_until_they_expire(alpha: TenantDB) -> None:
    def ask(email: str, *lists: int) -> None:
        draft = SignUpDraft(
            form_slug="brief", email=email, key=key_of(alpha, email), fields={}, list_ids=lists, language="de", text_id=1, snapshot={}
        )
        create(alpha, draft, now=NOON)

    ask("ann@example.org", 1, 2)
    ask("bob@example.org", 2)
    count, until = waiting_for(alpha, 1, now=NOON)
    assert count == 1 and until is not None
    assert waiting_for(alpha, 2, now=NOON)[0] == 2
    assert waiting_for(alpha, 3, now=NOON) == waiting_for(alpha, 1, now=until) == (0, None)
