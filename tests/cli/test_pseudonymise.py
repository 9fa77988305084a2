"""From a production system to a test system: nobody real is in the file, nobody is found again, and no other file is taken."""

import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest

from siegelpost.audience.models import Membership, Subscriber
from siegelpost.audience.reads import fields_of, lists_of
from siegelpost.audience.services import FieldSpec, create_field
from siegelpost.base.actor import Actor
from siegelpost.base.settings import process_settings
from siegelpost.consent.models import Consent, Suppression
from siegelpost.consent.suppression import suppress
from siegelpost.evidence.reads import entries
from siegelpost.flows.made_up_file import NotMadeUp, SignerUnknown
from siegelpost.flows.pseudonymise import ACT, TooFewPeople, WhyMissing, pseudonymise
from siegelpost.flows.take_in import take_in
from siegelpost.governance.disclosures.handed_out import balance
from siegelpost.sign.addresses import address_key
from siegelpost.tenancy.handle import TenantDB
from tests.accounts.operators import foreign
from tests.cli.typed import Typed
from tests.delivery.support import a_list, people
from tests.templates import Template

pytestmark = pytest.mark.slow

WHO = Actor.operator()
NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
WHY = "To try the new import"
CITIES = ("Quakenbrück", "Wuppertal-Vohwinkel", "Zella-Mehlis")


@pytest.fixture
def typed(_two_tenants: Template, capsys: pytest.CaptureFixture[str]) -> Typed:
    return Typed(_two_tenants, capsys)


@pytest.fixture
def crowd(alpha: TenantDB) -> TenantDB:
    """300 people on three lists, with a field of each kind; 7 of them share what nobody else has."""
    letter = a_list(alpha)
    for name, alias, kind, options in (
        ("City", "city", "text", ()), ("Tariff", "tariff", "choice", ("gold-nugget", "silver-coin", "lead-pipe")),
        ("Balance", "balance", "number", ()), ("Birthday", "birthday", "date", ()), ("Member", "member", "boolean", ()),
    ):  # fmt: skip
        create_field(alpha, FieldSpec(name=name, alias=alias, kind=kind, purpose="Test", options=options), actor=WHO, now=NOW)
    chance = Random(5)
    for n in range(300):
        tariff = "lead-pipe" if n < 7 else "gold-nugget" if n % 3 else "silver-coin"
        fields = {
            "first_name": f"Wilhelmina{n}", "city": CITIES[n % 3], "tariff": tariff, "balance": 1_000_003 + 7_919 * n, "member": n % 2 == 0,
            "birthday": f"{1950 + n % 50}-{1 + n % 12:02d}-{1 + n % 28:02d}",
        }  # fmt: skip
        host = "kleinbetrieb-tuchscherer.example.org" if n < 7 else chance.choice(("example.org", "example.net"))
        people(alpha, [f"wilhelmina{n}@{host}"], letter, consent=n % 5 != 0, **fields)
    people(alpha, [f"wilhelmina{n}@example.org" for n in range(300, 340)], a_list(alpha, "Tuchscherer-Kunden"))
    with alpha.atomic():
        for n in range(30):
            key = address_key(f"wilhelmina{n + 300}@example.org", alpha.keys.addresses)
            suppress(alpha, kind="complaint", key=key, source="arf", actor=WHO, now=NOW)
    return alpha


def drawn(tenant: TenantDB, folder: Path) -> tuple[Path, str]:
    done = pseudonymise(tenant, folder / "people.jsonl", WHY, actor=WHO, now=NOW)
    return folder / "people.jsonl", done.signer


def rows(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()[1:-1]]


def test_no_address_no_name_and_no_text_of_anybody_is_in_the_file(crowd: TenantDB, tmp_path: Path) -> None:
    path, _signer = drawn(crowd, tmp_path)
    said = path.read_bytes().lower()
    wanted = {
        "wilhelmina",
        "tuchscherer",
        "@example.org",
        "@example.net",
        "gold-nugget",
        "silver-coin",
        "lead-pipe",
        "letter",
        "tariff",
        "alpha",
    }
    wanted |= {one.lower() for one in CITIES} | {str(1_000_003 + 7_919 * n) for n in range(300)}
    wanted |= {bytes(one).hex() for one in crowd.objects(Subscriber).values_list("address_key", flat=True)}
    assert not [one for one in wanted if one.encode() in said]
    assert crowd.keys.root.hex().encode() not in said and b"unsubscribe" not in said


def test_shapes_stay_and_what_few_have_is_put_together(crowd: TenantDB, tmp_path: Path) -> None:
    found = rows(drawn(crowd, tmp_path)[0])
    assert len(found) == 340 and len({one["email"] for one in found}) == 340
    tariffs = Counter(one["fields"].get("field_2") for one in found)  # type: ignore[attr-defined]
    assert set(tariffs) <= {"option-1", "option-2", None} and tariffs["option-1"] + tariffs["option-2"] > 220
    assert {one["email"].rpartition("@")[2] for one in found} <= {f"group-{n}.example" for n in range(4)}  # type: ignore[attr-defined]
    lists = Counter(name for one in found for name in one["lists"])  # type: ignore[attr-defined]
    assert len(lists) == 2 and 20 <= min(lists.values()) <= 65 and max(lists.values()) > 260
    assert 10 <= sum(one["suppressed"] == "complaint" for one in found) <= 55


def test_nobody_is_found_again_by_what_is_known_of_them(crowd: TenantDB, tmp_path: Path) -> None:
    """An attacker who knows birthday month, tariff, membership and balance of everybody links no better than chance."""
    found = rows(drawn(crowd, tmp_path)[0])
    real = {
        (str(one.fields["birthday"])[:7], one.fields["member"], int(one.fields["balance"]) // 50_000)
        for one in crowd.objects(Subscriber) if "balance" in one.fields
    }  # fmt: skip
    made = [(str(f.get("field_4"))[:7], f.get("field_5"), int(f.get("field_3") or 0) // 50_000) for f in (one["fields"] for one in found)]  # type: ignore[attr-defined]
    hits = sum(one in real for one in made)
    by_chance = len(real) / (600 * 2 * 50)
    assert hits <= 340 * by_chance + 25, "what belongs together in a person does not come together in the file"
    order = [crowd.objects(Subscriber).filter(email=one["email"]).exists() for one in found]
    assert not any(order)


def test_the_test_system_takes_it_in_and_its_guard_lets_it(crowd: TenantDB, beta: TenantDB, typed: Typed, tmp_path: Path) -> None:
    path, signer = drawn(crowd, tmp_path)
    before = crowd.objects(Subscriber).count()
    code, said = typed("testdata", "alpha", "--from", path, "--signer", signer)
    assert (code, said) == (0, {"people": 340, "known": 0})
    new = crowd.objects(Subscriber).filter(email__contains="@group-")
    assert new.count() == 340 and crowd.objects(Subscriber).count() == before + 340
    lists = {one.name: one.members for one in lists_of(crowd)}
    assert len([name for name in lists if name.startswith("Test list-")]) == 2
    assert {"field_1", "field_2", "field_5"} <= {one.alias for one in fields_of(crowd)}
    assert crowd.objects(Membership).filter(subscriber__in=new).count() > 300
    assert crowd.objects(Consent).filter(source="siegelpost pseudonymise").exists()
    assert crowd.objects(Suppression).filter(source="siegelpost pseudonymise", kind="complaint").exists()
    assert typed("testdata", "alpha", "--from", path, "--signer", signer)[1] == {"people": 0, "known": 340}


def test_a_changed_file_a_cut_one_another_signer_and_a_plain_export_are_refused(crowd: TenantDB, typed: Typed, tmp_path: Path) -> None:
    path, signer = drawn(crowd, tmp_path)
    whole, settings = path.read_bytes(), process_settings()
    other = signer.replace(signer[-8:], "AAAAAAAA")
    with pytest.raises(SignerUnknown):
        take_in(crowd, path, other, settings, actor=WHO, now=NOW)
    broken = (
        whole.replace(b"@group-1.example", b"@gmail.com", 1), whole.replace(b"@group-1.example", b"@group-2.example", 1),
        whole.replace(b'"people":340', b'"people":341', 1), whole[:-1], whole[: len(whole) // 2], b"", whole.split(b"\n", 1)[1],
    )  # fmt: skip
    for data in broken:
        path.write_bytes(data)
        with pytest.raises(NotMadeUp):
            take_in(crowd, path, signer, settings, actor=WHO, now=NOW)
    assert typed("export", "alpha", tmp_path / "plain.csv", "--list", "Letter")[0] == 0
    assert typed.refused("testdata", "alpha", "--from", tmp_path / "plain.csv", "--signer", signer) == (4, "testdata.file_wrong")
    assert typed("tenant", "export", "alpha", tmp_path / "alpha.age")[0] == 0
    assert typed.refused("testdata", "alpha", "--from", tmp_path / "alpha.age", "--signer", signer) == (4, "testdata.file_wrong")


def test_it_needs_access_a_reason_and_a_crowd_and_leaves_an_entry(crowd: TenantDB, beta: TenantDB, typed: Typed, tmp_path: Path) -> None:
    drawn(crowd, tmp_path)
    (entry,) = entries(crowd, act=ACT)
    assert entry["details"] == {"people": 340, "reason": WHY}
    assert balance(crowd, now=NOW).unknown == 0, "it is nobody's data"
    with pytest.raises(WhyMissing):
        pseudonymise(crowd, tmp_path / "x", "no", actor=WHO, now=NOW)
    with pytest.raises(TooFewPeople):
        pseudonymise(beta, tmp_path / "x", WHY, actor=WHO, now=NOW)
    assert not (tmp_path / "x").exists()
    foreign(crowd)
    code, said = typed("pseudonymise", "alpha", tmp_path / "x", "--reason", WHY)
    assert (code, said["error"]["code"]) == (3, "access.not_open")
