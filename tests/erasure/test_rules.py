"""What stays for how long, what is looked for, what a hit means."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from siegelpost.consent.rules import like_pattern, spells
from siegelpost.erasure.rules import Hit, Needle, judge, kept_until, needles, not_reached, receipt, too_short

DATA, LINES = "tenants/alpha/tenant.sqlite3", "exports/list.csv"
WANTED = [Needle("ann@example.org", shared=False), Needle("Tuchscherer", shared=True)]
OTHERS = frozenset({"mailings_sender"})


@given(st.datetimes(timezones=st.just(UTC)).filter(lambda at: at.year < 9_000))
def test_a_proof_stays_for_three_full_calendar_years_after_this_one(now: datetime) -> None:
    until = kept_until(now)
    assert (until.month, until.day, until.year - now.year) == (1, 1, 4)


@given(st.binary(min_size=16, max_size=16), st.binary(min_size=16, max_size=16))
def test_a_receipt_names_one_person_and_says_nothing_without_the_key(one: bytes, other: bytes) -> None:
    at, secret = datetime(2026, 5, 4, tzinfo=UTC), b"s" * 32
    assert (receipt(secret, one, at) == receipt(secret, other, at)) == (one == other)
    assert len(receipt(secret, one, at)) == 19 and receipt(secret, one, at) != receipt(b"t" * 32, one, at)


def test_what_is_looked_for_is_the_address_and_each_text_that_is_no_chance() -> None:
    values = ["Tuchscherer", "Ann", "Tuchscherer", 7, True, "", "Köln/O"]
    assert needles("ann@example.org", values) == [*WANTED, Needle("Köln/O", shared=True)]
    assert too_short(values) == 1


def test_bytes_in_no_row_are_stale_and_an_address_in_a_row_is_live() -> None:
    def judged(*hits: Hit) -> tuple[object, ...]:
        found = judge(hits, WANTED, databases=frozenset({DATA}), others=OTHERS)
        return found.live, found.stale, found.lying, found.elsewhere

    nothing = frozenset[str]()
    assert judged() == (nothing, nothing, nothing, nothing)
    assert judged(Hit(0, DATA, ())) == (nothing, {DATA}, nothing, nothing)
    assert judged(Hit(1, DATA, ())) == (nothing, {DATA}, nothing, nothing)
    assert judged(Hit(0, DATA, ("audience_subscriber", "mailings_sender"))) == ({0}, nothing, nothing, nothing)
    assert judged(Hit(0, DATA, ("mailings_sender",))) == (nothing, {DATA}, nothing, {"mailings_sender"})
    assert judged(Hit(1, DATA, ("audience_subscriber",))) == (nothing, nothing, nothing, nothing)  # somebody else's name, too
    assert judged(Hit(1, LINES, ())) == (nothing, nothing, {LINES}, nothing)


def test_where_it_does_not_reach_is_said_with_its_end() -> None:
    now = datetime(2026, 5, 4, tzinfo=UTC)
    said = {one["what"]: one["until"] for one in not_reached(now, "sqlite")}
    assert said["relay_queue"] == "2026-05-09T00:00:00+00:00" and said["backups"] is None
    assert {one["what"] for one in not_reached(now, "postgresql")} == {*said, "server"}


def test_a_pattern_names_one_person_where_it_spells_the_whole_address() -> None:
    assert spells(like_pattern("%Ann_Lee@Example.org%"), "ann_lee@example.org")
    assert not spells(like_pattern("%@example.org"), "ann_lee@example.org")
    assert not spells(like_pattern("ann%@example.org"), "ann_lee@example.org")
