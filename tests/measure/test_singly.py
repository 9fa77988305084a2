"""Single people who agreed are measured, nobody else, and for as long as key, instruction and consent say so."""

from datetime import timedelta

import pytest

from siegelpost.audience.models import Subscriber
from siegelpost.consent.purposes import MEASURING
from siegelpost.delivery.personal import key_of, made_personal
from siegelpost.evidence.reads import entries
from siegelpost.flows.erase_person import erase_person
from siegelpost.flows.instructions import end_instruction
from siegelpost.flows.measuring import choose_measuring
from siegelpost.flows.preferences import choose_purpose
from siegelpost.flows.report import report
from siegelpost.flows.singly import heed_singly, sweep_singly, turn_anonymous
from siegelpost.measure.models import Counter, Link
from siegelpost.measure.reads import decided
from siegelpost.measure.singly import folding
from siegelpost.measure.singly.certificates import certificates
from siegelpost.measure.singly.models import Event
from siegelpost.measure.singly.openings import opening
from siegelpost.measure.singly.reads import history, stored, totals
from siegelpost.measure.singly.rules import KEEP
from siegelpost.sign.tokens import make_token
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.home import home
from tests.delivery.support import launched
from tests.measure.singling import CONTENT, HOST, NOW, Singly, agrees, gone_out, opened, withdraws

ANN, BOB, CAT = "p0@example.net", "p1@example.net", "p2@example.net"
SCANNER = "Mozilla/5.0 (compatible; Barracuda Sentinel (EE))"
SOON = NOW + timedelta(minutes=5)


def opens(one: Singly, email: str, **more: object) -> None:
    """That person opens, and follows the first link."""
    pixel = next(path for path in one.links[email] if path.startswith("/o/"))
    click = next(path for path in one.links[email] if path.startswith("/c/"))
    assert one.knock(pixel, at=SOON, **more)[0].startswith("200")  # type: ignore[arg-type]
    status, headers = one.knock(click, at=SOON, **more)  # type: ignore[arg-type]
    assert status.startswith("302") and headers["Location"] == "https://example.com/offer"


def counted(tenant: TenantDB) -> int:
    """What stands in the totals."""
    return sum(tenant.objects(Counter).values_list("n", flat=True))


def test_who_agreed_gets_links_of_their_own_and_all_others_the_same(alpha: TenantDB) -> None:
    one = gone_out(alpha)
    shared = {tuple(one.links[email]) for email in one.people if email not in (ANN, BOB)}
    assert len(shared) == 1 and len(one.links[ANN]) == len(next(iter(shared))) == 3
    assert not set(one.links[ANN]) & set(one.links[BOB]) and not set(one.links[ANN]) & set(next(iter(shared)))
    assert made_personal(alpha, one.mailing) == 2
    opens(one, ANN)
    opens(one, CAT)
    one.take_in()
    assert [(did.url, did.n) for did in history(alpha, one.people[ANN])] == [("", 1), ("https://example.com/offer", 1)]
    assert one.shared.hits == 2, "whoever did not agree is one of the crowd"
    assert set(alpha.objects(Event).values_list("subscriber_id", flat=True)) == {one.people[ANN]}
    found = report(alpha, one.mailing, now=SOON, environment="test")
    assert found["measure"] == "personalised" and found["measured"] == 23
    assert found["personal"] == {"people": 2, "openers": 1, "opens": 1, "clickers": 1, "clicks": 1, "refused": 0}


@pytest.mark.parametrize(("figures", "kinds"), [(["opens"], {"o"}), (["clicks"], {"c"})])
def test_only_the_figures_of_the_instruction_are_personal(alpha: TenantDB, figures: list[str], kinds: set[str]) -> None:
    opened(alpha, figures=figures)
    mailing = launched(alpha, [ANN, BOB], content=CONTENT, at=NOW, measure=f"named-{figures[0]}")
    one = Singly(alpha, mailing, dict(alpha.objects(Subscriber).values_list("email", "pk")))
    agrees(alpha, one.people[ANN], at=NOW - timedelta(days=1))
    one.compose()
    assert {path[1] for path in one.links[ANN]} == kinds and one.links[BOB] == [], "two people are too few for shared addresses"


def test_consent_is_asked_at_the_claim_and_again_at_the_event(alpha: TenantDB) -> None:
    one = gone_out(alpha, agreed=3)
    withdraws(alpha, one.people[BOB], now=NOW)
    opens(one, ANN)
    opens(one, BOB)
    withdraws(alpha, one.people[CAT], now=NOW)
    agrees(alpha, one.people[CAT], at=SOON + timedelta(hours=1))
    opens(one, CAT)
    one.take_in()
    assert set(alpha.objects(Event).values_list("subscriber_id", flat=True)) == {one.people[ANN]}
    assert totals(alpha, one.mailing).refused == 4, "what lies between withdrawing and agreeing again is nobody's"


def test_forged_foreign_and_old_links_count_nothing_and_look_like_others(alpha: TenantDB, beta: TenantDB) -> None:
    one = gone_out(alpha)
    click = next(path for path in one.links[ANN] if path.startswith("/c/"))
    token, key = click[3:], alpha.keys.tokens
    forged = f"/c/{token[:-3]}{'AAA' if token[-3:] != 'AAA' else 'BBB'}"
    variant = alpha.objects(Link).filter(mailing_id=one.mailing).values_list("variant_id", flat=True)[0]
    foreign = f"/c/{make_token('c', beta.number, (variant, 1), beta.keys.tokens, extra=b'x' * 16)}"
    short = f"/c/{make_token('c', alpha.number, (variant, 1), key, extra=b'x' * 9)}"
    answers = {one.knock(path, at=SOON)[0] for path in (forged, foreign, short)}
    assert answers == {"404 Not Found"}
    made_up = f"/c/{make_token('c', alpha.number, (variant, 1), key, extra=b'x' * 16)}"  # as of a key that is gone
    assert one.knock(made_up, at=SOON) == one.knock(click, at=SOON)
    one.take_in()
    assert stored(alpha) == 1 and totals(alpha, one.mailing).refused == 1 and one.shared.hits == 0


def test_machines_are_no_people_and_a_burst_is_one_row(alpha: TenantDB) -> None:
    one = gone_out(alpha)
    opens(one, ANN, agent=SCANNER)
    one.take_in()
    assert stored(alpha) == 0
    pixel = next(path for path in one.links[ANN] if path.startswith("/o/"))
    token = pixel[3:].removesuffix(".gif")
    target, block = one.targets.pixel(token), one.targets.person("o", token)
    assert target is not None
    for _each in range(50_000):
        one.spool.write(target, block, SOON.timestamp())
    one.take_in()
    assert stored(alpha) == 1 and alpha.objects(Event).get(position=0).n == 50_000


def test_a_full_disk_stands_in_nobodys_way(alpha: TenantDB, monkeypatch: pytest.MonkeyPatch) -> None:
    one = gone_out(alpha)
    full = one.spool
    monkeypatch.setattr(full, "_folder", home().root / "control.sqlite3" / "no")  # what cannot be made stands for what cannot be written
    opens(one, ANN)
    assert one.take_in() == 0 and stored(alpha) == 0


def test_a_file_that_was_taken_in_and_not_removed_counts_once(alpha: TenantDB) -> None:
    one = gone_out(alpha)
    opens(one, ANN)
    one.spool.hand_over()
    (path,) = (home().root / "spool").glob("*.singly")
    content = path.read_bytes()
    one.take_in()
    path.write_bytes(content)  # killed between the two
    one.take_in()
    assert totals(alpha, one.mailing).opens == 1 and not path.exists()


def test_withdrawing_on_the_page_folds_at_once_into_totals_of_twenty_others(alpha: TenantDB) -> None:
    one = gone_out(alpha)
    opens(one, ANN)
    opens(one, BOB)
    one.take_in()
    choose_purpose(alpha, one.people[ANN], MEASURING, on=False, language="de", now=SOON)
    assert history(alpha, one.people[ANN]) == [] and stored(alpha) == 2 and counted(alpha) == 2
    opens(one, ANN)
    one.take_in()
    assert stored(alpha) == 2 and counted(alpha) == 2


def test_of_a_small_crowd_nothing_is_folded_into_the_totals(alpha: TenantDB) -> None:
    one = gone_out(alpha, many=21)
    opens(one, ANN)
    one.take_in()
    withdraws(alpha, one.people[ANN], now=SOON)
    sweep_singly(alpha, now=SOON)
    assert stored(alpha) == 0 and counted(alpha) == 0, "nineteen others are too few"


def test_whoever_is_erased_or_old_leaves_a_number_at_most(alpha: TenantDB) -> None:
    one = gone_out(alpha)
    opens(one, ANN)
    opens(one, BOB)
    one.take_in()
    erase_person(alpha, ANN, actor=HOST, now=SOON)
    assert set(alpha.objects(Event).values_list("subscriber_id", flat=True)) == {one.people[BOB]} and counted(alpha) == 2
    folding.fold_old(alpha, before=SOON + KEEP + timedelta(days=1) - KEEP)
    assert stored(alpha) == 0 and counted(alpha) == 4


def test_an_instruction_that_ends_in_mid_mailing_ends_personal_links(alpha: TenantDB) -> None:
    one = gone_out(alpha)
    found = opening(alpha)
    assert found is not None
    opens(one, ANN)
    one.take_in()
    end_instruction(alpha, found.instruction_id, actor=HOST, now=NOW + timedelta(minutes=1))
    opens(one, ANN)  # five minutes later
    one.take_in()
    assert totals(alpha, one.mailing).opens == 1 and totals(alpha, one.mailing).refused == 2 and opening(alpha) is None
    key = key_of(alpha, one.mailing)
    assert key is not None and key.until <= SOON.timestamp()


def test_turning_anonymous_folds_everything_for_good_with_a_certificate(alpha: TenantDB) -> None:
    one = gone_out(alpha)
    opens(one, ANN)
    one.take_in()
    choose_measuring(alpha, "anonymous", actor=HOST, now=SOON)
    (said,) = certificates(alpha)
    assert (said["rows_before"], said["rows_after"], said["keys_destroyed"]) == (2, 0, 1)
    (entry,) = entries(alpha, act="measure.folded")
    assert entry["details"] == said and key_of(alpha, one.mailing) is None and opening(alpha) is None
    opens(one, ANN)  # the link still leads where it led
    one.take_in()
    assert stored(alpha) == 0 and turn_anonymous(alpha, actor=HOST, now=SOON) is None


def test_a_folding_that_was_killed_goes_on_and_is_certified_once(alpha: TenantDB, monkeypatch: pytest.MonkeyPatch) -> None:
    one = gone_out(alpha)
    opens(one, ANN)
    opens(one, BOB)
    one.take_in()
    monkeypatch.setattr(folding, "PART", 1)
    whole, calls = folding._fold, 0

    def dies(tenant: TenantDB, numbers: object, done: object) -> None:
        nonlocal calls
        calls += 1
        if calls == 3:
            raise KeyboardInterrupt
        whole(tenant, numbers, done)  # type: ignore[arg-type]

    monkeypatch.setattr(folding, "_fold", dies)
    with pytest.raises(KeyboardInterrupt):
        turn_anonymous(alpha, actor=HOST, now=SOON)
    assert stored(alpha) == 2 and counted(alpha) == 2 and certificates(alpha) == []
    sweep_singly(alpha, now=SOON)
    assert stored(alpha) == 0 and counted(alpha) == 4 and len(certificates(alpha)) == 1


def test_the_other_way_never_touches_the_past(alpha: TenantDB) -> None:
    past = launched(alpha, [f"q{n}@example.net" for n in range(25)], content=CONTENT, at=NOW, measure="anonymous")
    opened(alpha)
    heed_singly(alpha, now=NOW)
    found = decided(alpha, past)
    assert found is not None and found.mode == "anonymous" and key_of(alpha, past) is None
