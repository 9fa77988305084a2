"""The catalogue of rights and the roles that exist everywhere: no role reaches further than its name."""

from hypothesis import given
from hypothesis import strategies as st

from siegelpost.accounts.catalogue import ACTIONS, CATALOGUE, RIGHTS, SEE, whole
from siegelpost.accounts.rules import ADMIN, AUDITOR, BUILT_IN, EDITOR, GIVEN, OPERATOR, PRIVACY, SECURITY, VIEWER, rights_of

PEOPLE = {"lists", "subscribers", "imports", "suppression", "returned_mail", "replies", "sending", "mailings", "reports", "hand_overs"}
"""Areas in which somebody could find out who a recipient is or what they were sent."""


def areas(role: str) -> set[str]:
    return {right.partition(".")[0] for right in rights_of(role)}


def test_each_action_is_one_of_six_and_seeing_comes_first() -> None:
    for area, actions in CATALOGUE.items():
        assert list(actions) == [one for one in ACTIONS if one in actions], area
        assert actions[0] == SEE or area in ("settings", "bulk")


@given(st.sets(st.sampled_from([*RIGHTS, "lists.fly", "nobody", ""])))
def test_whoever_may_do_anything_in_an_area_may_see_it(rights: set[str]) -> None:
    found = whole(rights)
    assert found <= set(RIGHTS) and whole(found) == found and rights & set(RIGHTS) <= found
    seen = {f"{right.partition('.')[0]}.{SEE}" for right in found}
    assert seen & set(RIGHTS) <= found
    assert {right for right in found - rights if not right.endswith(f".{SEE}")} == set()


def test_every_role_is_whole_and_an_administrator_may_give_each_that_can_be_given() -> None:
    for role, rights in BUILT_IN.items():
        assert whole(rights) == rights, role
    for role in GIVEN:
        assert rights_of(role) <= rights_of(ADMIN), role
    assert rights_of(OPERATOR) == set(RIGHTS) and rights_of("nobody") == frozenset()


def test_auditor_and_security_officer_see_no_people() -> None:
    assert areas(AUDITOR) & PEOPLE == set() and areas(SECURITY) & PEOPLE == set()
    assert {"access_log.see", "input_log.see", "evidence.export"} <= rights_of(AUDITOR)


def test_a_viewer_and_the_data_protection_officer_write_and_send_nothing() -> None:
    def does(role: str) -> set[str]:
        return {right for right in rights_of(role) if not right.endswith((".see", ".export"))}

    assert does(VIEWER) == set()
    assert {right.partition(".")[0] for right in does(PRIVACY)} == {
        *("access_log", "approvals", "disclosures", "instructions", "operator_access", "suppression"),
    }
    assert does(AUDITOR) == set() and "sending.approve" in rights_of(EDITOR)
