"""Whoever complained is written to again only where they ask for it, an officer passes that on, and a second person agrees."""

import io
from datetime import timedelta
from pathlib import Path

import pytest

from siegelpost.accounts.errors import RightMissing
from siegelpost.accounts.models import Person, Seat
from siegelpost.base.actor import Actor
from siegelpost.consent.blacklist import lift_address, lift_retained
from siegelpost.consent.rules import BLACKLIST, COMPLAINT
from siegelpost.consent.suppression import check, suppress
from siegelpost.evidence.reads import entries
from siegelpost.evidence.services import append
from siegelpost.flows.errors import ComplaintMissing, LiftNotAsked, NotTheSecond
from siegelpost.flows.lift_complaint import ask, lift
from siegelpost.sign.addresses import address_key
from siegelpost.tenancy.handle import TenantDB
from tests.shell import Shell
from tests.web.visiting import NOON, colleague

ANN = "ann@example.org"
LETTER = b"Please write to me again. Ann"
WHO = Actor.operator()
LATER = NOON + timedelta(days=1)


def key_of(tenant: TenantDB) -> bytes:
    return address_key(ANN, tenant.keys.addresses)


def complain(tenant: TenantDB, at: object = NOON) -> None:
    with tenant.atomic():
        for kind in (COMPLAINT, BLACKLIST):
            suppress(tenant, kind=kind, key=key_of(tenant), source="arf", actor=WHO, now=at)  # type: ignore[arg-type]


@pytest.fixture
def people(alpha: TenantDB) -> dict[str, Person]:
    """Two privacy officers of the operator, one who runs the installation, an administrator, and an officer's second account."""
    complain(alpha)
    found = {name: colleague(alpha, "privacy", f"{name}@staff.example") for name in ("ida", "eva", "ida+2")}
    return found | {"odo": colleague(None, "operator", "odo@staff.example"), "ada": colleague(alpha, "admin", "ada@staff.example")}


def blocks(tenant: TenantDB) -> set[str]:
    return {one.kind for one in check(tenant, ANN)}


@pytest.mark.parametrize("second", ["eva", "odo"])
def test_an_officer_asks_and_a_second_person_lifts_the_complaint_and_nothing_else(
    alpha: TenantDB, people: dict[str, Person], second: str
) -> None:
    ask(alpha, key_of(alpha), LETTER, asker=people["ida"], now=NOON)
    assert blocks(alpha) == {COMPLAINT, BLACKLIST}
    lift(alpha, key_of(alpha), LETTER, by=people[second], proved_at=LATER, now=LATER)
    assert blocks(alpha) == {BLACKLIST}
    told = [(one["act"], one["actor"]) for one in entries(alpha) if one["act"].startswith("suppression.lift")]
    assert told == [("suppression.lifted", f"staff:{people[second].pk}"), ("suppression.lift_asked", f"staff:{people['ida'].pk}")]
    assert ANN not in repr(entries(alpha)) and "Please" not in repr(entries(alpha))
    with pytest.raises(ComplaintMissing):
        lift(alpha, key_of(alpha), LETTER, by=people[second], proved_at=LATER, now=LATER)


@pytest.mark.parametrize("who", ["ada", "odo", "stranger", "blocked"])
def test_nobody_but_the_operators_privacy_officer_asks(alpha: TenantDB, beta: TenantDB, people: dict[str, Person], who: str) -> None:
    people["stranger"] = colleague(None, "privacy", "stranger@staff.example")
    Person.objects.filter(pk=people["eva"].pk).update(is_active=False)
    people["blocked"] = Person.objects.get(pk=people["eva"].pk)
    with pytest.raises(RightMissing):
        ask(alpha, key_of(alpha), LETTER, asker=people[who], now=NOON)


@pytest.mark.parametrize("who", ["ida", "ida+2", "ada", "newcomer", "helped", "helped before"])
def test_whoever_cannot_be_the_second_person_lifts_nothing(alpha: TenantDB, people: dict[str, Person], who: str) -> None:
    ask(alpha, key_of(alpha), LETTER, asker=people["ida"], now=NOON)
    people["newcomer"] = colleague(alpha, "privacy", "new@staff.example")
    Seat.objects.filter(person=people["newcomer"]).update(created_at=LATER)
    people["helped"] = people["helped before"] = people["eva"]
    if who.startswith("helped"):
        at = NOON + timedelta(hours=1 if who == "helped" else -23)
        with alpha.atomic():
            subject = f"staff:{people['eva'].pk}"
            append(alpha, "staff.link_made", subject=subject, actor=Actor.staff(people["ida"].pk), at=at)
    with pytest.raises(NotTheSecond):
        lift(alpha, key_of(alpha), LETTER, by=people[who], proved_at=LATER, now=LATER)
    assert blocks(alpha) == {COMPLAINT, BLACKLIST}


@pytest.mark.parametrize("fault", ["nobody asked", "another letter", "eight days", "complained again", "officer gone"])
def test_without_a_request_that_holds_nothing_is_lifted(alpha: TenantDB, people: dict[str, Person], fault: str) -> None:
    if fault != "nobody asked":
        ask(alpha, key_of(alpha), LETTER, asker=people["ida"], now=NOON)
    if fault == "complained again":
        with alpha.atomic():
            suppress(alpha, kind=COMPLAINT, key=key_of(alpha), source="webhook", actor=WHO, now=NOON + timedelta(hours=1), list_id=1)
    if fault == "officer gone":
        Seat.objects.filter(person=people["ida"]).delete()
    letter = b"Another one" if fault == "another letter" else LETTER
    now = NOON + timedelta(days=8) if fault == "eight days" else LATER
    with pytest.raises(LiftNotAsked):
        lift(alpha, key_of(alpha), letter, by=people["eva"], proved_at=now, now=now)
    assert COMPLAINT in blocks(alpha)


def test_what_lifts_other_blocks_lifts_no_complaint(alpha: TenantDB, people: dict[str, Person]) -> None:
    with alpha.atomic():
        assert lift_address(alpha, key_of(alpha), actor=WHO, now=NOON) and not lift_retained(alpha, key_of(alpha), actor=WHO, now=NOON)
    assert blocks(alpha) == {COMPLAINT}


def test_both_prove_who_they_are_at_the_command_line(
    alpha: TenantDB, people: dict[str, Person], tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    file, shell = tmp_path / "letter.txt", Shell(capsys, "suppression")
    file.write_bytes(LETTER)
    for name in ("ida", "eva"):
        people[name].set_password("Vier Wörter, 3 Zahlen")
        people[name].save()

    def says(verb: str, who: str, password: str = "Vier Wörter, 3 Zahlen") -> int:
        monkeypatch.setattr("sys.stdin", io.StringIO(f"{who}@staff.example\n{password}\n"))
        return shell(verb, "alpha", ANN, "--request", str(file), "--json")[0]

    assert [says("ask-lift", "ida", "wrong"), says("lift", "eva"), says("ask-lift", "ida"), says("lift", "ida")] == [3, 3, 0, 3]
    assert COMPLAINT in blocks(alpha)
    assert says("lift", "eva") == 0 and blocks(alpha) == {BLACKLIST}
