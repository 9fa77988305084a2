"""Who must not be written to: asked one by one and by the hundred thousand."""

from datetime import timedelta

import pytest

from siegelpost.consent.rules import BLACKLIST, COMPLAINT, EXCLUSION, OPTOUT, RETAINED, PatternWrong
from siegelpost.consent.suppression import blocked_many, check, lift_opt_out, reason_for, suppress, suppress_pattern
from siegelpost.consent.suppression_import import ReplaceRefused, SuppressionFile, SuppressionImport, import_entries
from siegelpost.evidence.reads import entries
from siegelpost.tenancy.handle import TenantDB
from tests.consent.people import NOON, OPERATOR, a_list, key_of

ANN = "ann@example.org"


def stop(tenant: TenantDB, kind: str, email: str = ANN, list_id: int | None = None) -> bool:
    with tenant.atomic():
        return suppress(tenant, kind=kind, key=key_of(tenant, email), list_id=list_id, source="test", actor=OPERATOR, now=NOON)


def test_an_opt_out_of_one_list_leaves_the_other_lists_alone(alpha: TenantDB) -> None:
    news, offers = a_list(alpha, "News"), a_list(alpha, "Offers")
    assert stop(alpha, OPTOUT, list_id=news)
    assert reason_for(alpha, ANN, news) == "opted_out"
    assert reason_for(alpha, ANN, offers) == ""
    assert reason_for(alpha, ANN, None) == ""


def test_a_suppression_for_everything_counts_for_each_list(alpha: TenantDB) -> None:
    stop(alpha, COMPLAINT)
    assert reason_for(alpha, "ANN@example.org", a_list(alpha)) == "complained"


def test_suppressing_twice_writes_once(alpha: TenantDB) -> None:
    assert stop(alpha, OPTOUT, list_id=1)
    assert not stop(alpha, OPTOUT, list_id=1)
    assert len(entries(alpha, act="suppression.added")) == 1
    assert len(check(alpha, ANN)) == 1


def test_the_same_address_of_another_tenant_has_another_key(alpha: TenantDB, beta: TenantDB) -> None:
    assert key_of(alpha, ANN) != key_of(beta, ANN)
    assert reason_for(beta, ANN, None) == "complained"
    assert reason_for(alpha, ANN, None) == ""


def test_of_several_reasons_the_weightiest_is_named(alpha: TenantDB) -> None:
    stop(alpha, EXCLUSION)
    stop(alpha, RETAINED)
    with alpha.atomic():
        suppress_pattern(alpha, pattern="%@example.org", source="test", actor=OPERATOR, now=NOON)
    assert reason_for(alpha, ANN, None) == "blacklisted"
    stop(alpha, COMPLAINT)
    assert reason_for(alpha, ANN, None) == "complained"
    assert [entry.reason for entry in check(alpha, ANN)] == ["excluded", "retained", "blacklisted", "complained"]


def test_a_pattern_is_kept_once_and_a_bad_one_not_at_all(alpha: TenantDB) -> None:
    with alpha.atomic():
        assert suppress_pattern(alpha, pattern="%@Example.net", source="test", actor=OPERATOR, now=NOON)
        assert not suppress_pattern(alpha, pattern="%%@example.net", source="test", actor=OPERATOR, now=NOON)
        with pytest.raises(PatternWrong):
            suppress_pattern(alpha, pattern="%", source="test", actor=OPERATOR, now=NOON)
    assert reason_for(alpha, "x@example.net", 7) == "blacklisted"


def test_a_crowd_is_judged_by_position(alpha: TenantDB) -> None:
    people = [f"person{number}@example.com" for number in range(2_500)]
    for number in (0, 999, 1_000, 2_499):
        stop(alpha, OPTOUT, people[number], list_id=3)
    with alpha.atomic():
        suppress_pattern(alpha, pattern="person77@%", source="test", actor=OPERATOR, now=NOON)
    blocked = blocked_many(alpha, [key_of(alpha, email) for email in people], people, 3)
    assert blocked == {0: "opted_out", 77: "blacklisted", 999: "opted_out", 1_000: "opted_out", 2_499: "opted_out"}
    assert blocked_many(alpha, [], [], 3) == {}


def test_an_own_double_opt_in_lifts_opt_outs_and_nothing_else(alpha: TenantDB) -> None:
    for kind in (OPTOUT, COMPLAINT, BLACKLIST, RETAINED, EXCLUSION):
        stop(alpha, kind)
        stop(alpha, kind, list_id=1)
    stop(alpha, OPTOUT, list_id=2)
    with alpha.atomic():
        lifted = lift_opt_out(alpha, key_of(alpha, ANN), [1], other_lists=[1, 2, 3], actor=OPERATOR, now=NOON)
    left = [(entry.kind, entry.list_id) for entry in check(alpha, ANN)]
    assert lifted == 2
    assert sorted((kind, one) for kind, one in left if kind == OPTOUT) == [(OPTOUT, 2), (OPTOUT, 3)]
    assert {kind for kind, _one in left} == {OPTOUT, COMPLAINT, BLACKLIST, RETAINED, EXCLUSION}


def test_lifting_nothing_writes_nothing(alpha: TenantDB) -> None:
    with alpha.atomic():
        assert lift_opt_out(alpha, key_of(alpha, ANN), [1], other_lists=[1, 2], actor=OPERATOR, now=NOON) == 0
    assert entries(alpha, act="suppression.lifted") == []


LINES = ["E-Mail;Name", "\ufeffann@example.org;Ann", "", "# note", '"bob@example.com"', "BOB@example.com", "nonsense", "%@example.net", "%"]


def test_a_blacklist_file_takes_addresses_and_patterns_and_counts_the_rest(alpha: TenantDB) -> None:
    file = SuppressionFile(kind=BLACKLIST, source="file")
    result = import_entries(alpha, LINES, file, actor=OPERATOR, now=NOON)
    assert (result.rows, result.added, result.unchanged) == (6, 3, 1)
    assert result.refused == {"email_invalid": 1, "pattern_wrong": 1}
    assert reason_for(alpha, "bob@example.com", None) == "blacklisted"
    assert reason_for(alpha, "zoe@example.net", None) == "blacklisted"
    again = import_entries(alpha, LINES, file, actor=OPERATOR, now=NOON + timedelta(days=1))
    assert (again.added, again.unchanged) == (0, 4)


def test_other_files_take_no_patterns(alpha: TenantDB) -> None:
    result = import_entries(alpha, ["%@example.net"], SuppressionFile(kind=OPTOUT, source="file"), actor=OPERATOR, now=NOON)
    assert (result.added, result.refused) == (0, {"pattern_outside_blacklist": 1})
    assert reason_for(alpha, "zoe@example.net", None) == ""


def test_the_log_of_an_import_knows_numbers_and_no_address(alpha: TenantDB) -> None:
    import_entries(alpha, LINES, SuppressionFile(kind=BLACKLIST, source="file"), actor=OPERATOR, now=NOON)
    (entry,) = entries(alpha, act="suppression.imported")
    assert entry["details"] == {"kind": "blacklist", "source": "file", "list": None, "rows": 6, "added": 3}


CASES = [
    ("%@example.org", "a@EXAMPLE.org"),
    ("a_b@%", "axb@x.test"),
    ("a_b@%", "A_b@x.test"),
    ("x%y\\z%@q.test", "xxy\\z1@q.test"),
    ("%a%", "b@c.test"),
]


@pytest.mark.parametrize("entry, address", CASES)
def test_the_database_reads_a_pattern_as_we_do(alpha: TenantDB, entry: str, address: str) -> None:
    with alpha.atomic():
        suppress_pattern(alpha, pattern=entry, source="test", actor=OPERATOR, now=NOON)
    with alpha.cursor() as cursor:
        cursor.execute(r"SELECT COUNT(*) FROM consent_suppression WHERE pattern <> '' AND LOWER(%s) LIKE pattern ESCAPE '\'", [address])
        assert bool(cursor.fetchone()[0]) == (reason_for(alpha, address, None) == "blacklisted")


def replaced(tenant: TenantDB, lines: list[str], kind: str = BLACKLIST) -> SuppressionImport:
    return import_entries(tenant, lines, SuppressionFile(kind=kind, source="file", replaces=True), actor=OPERATOR, now=NOON)


@pytest.mark.parametrize("kind", [BLACKLIST, EXCLUSION])
def test_a_file_takes_the_place_of_what_was_there(alpha: TenantDB, kind: str) -> None:
    stop(alpha, kind)
    stop(alpha, COMPLAINT, "zoe@example.org")
    stop(alpha, kind, "ben@example.org")
    pattern = ["*.gone.example"] if kind == BLACKLIST else []
    import_entries(alpha, pattern, SuppressionFile(kind=kind, source="file"), actor=OPERATOR, now=NOON)
    found = replaced(alpha, ["ben@example.org", "carl@example.org"], kind)
    assert (found.added, found.unchanged, found.removed) == (1, 1, 1 + len(pattern))
    assert reason_for(alpha, ANN, None) == reason_for(alpha, "x@a.gone.example", None) == ""
    assert reason_for(alpha, "ben@example.org", None) and reason_for(alpha, "carl@example.org", None)
    assert reason_for(alpha, "zoe@example.org", None) == "complained"
    assert replaced(alpha, ["ben@example.org", "carl@example.org"], kind).removed == 0


@pytest.mark.parametrize(
    ("lines", "kind"),
    [([], BLACKLIST), (["# nobody"], BLACKLIST), (["ben@example.org", "no address"], BLACKLIST), (["ben@example.org", "*"], BLACKLIST),
     (["ben@example.org"], OPTOUT), (["ben@example.org"], COMPLAINT)],
)  # fmt: skip
def test_nothing_is_taken_away_by_a_file_that_is_not_sound_or_of_what_people_said(alpha: TenantDB, lines: list[str], kind: str) -> None:
    stop(alpha, kind)
    with pytest.raises(ReplaceRefused):
        replaced(alpha, lines, kind)
    assert reason_for(alpha, ANN, None) and reason_for(alpha, "ben@example.org", None) == ""
