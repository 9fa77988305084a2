"""Which DMARC record holds, and what it says."""

from collections.abc import Mapping

import pytest

from siegelpost.mailings.domain_answers import ABSENT, FAILED, FOUND, Answer, Book, Question
from siegelpost.mailings.domain_dmarc import Dmarc, aligned, discover, tags_of


def found(domain: str, organisation: str, records: Mapping[str, tuple[str, ...]], failing: str = "") -> Dmarc:
    answers: dict[Question, Answer] = {}
    while True:
        book = Book(answers)
        judged = discover(domain, organisation, book)
        if not book.missing:
            return judged
        for one in book.missing:
            values = records.get(one.name.removeprefix("_dmarc."), ())
            answers[one] = Answer(FAILED, reason="server") if one.name == failing else Answer(FOUND, values) if values else Answer(ABSENT)


def test_the_domains_own_record_holds_before_that_of_the_organisation() -> None:
    records = {"news.example.org": ("v=DMARC1; p=reject",), "example.org": ("v=DMARC1; p=none; sp=quarantine",)}
    own = found("news.example.org", "example.org", records)
    inherited = found("shop.example.org", "example.org", records)
    assert (own.place, own.policy) == ("news.example.org", "reject")
    assert (inherited.place, inherited.policy) == ("example.org", "quarantine")


def test_without_sp_the_policy_of_the_organisation_holds_below_it() -> None:
    assert found("a.b.example.org", "example.org", {"example.org": ("v=DMARC1;p=Reject",)}).policy == "reject"


def test_a_record_between_is_found_by_the_walk_and_said_to_be_between() -> None:
    judged = found("a.b.example.org", "example.org", {"b.example.org": ("v=DMARC1; p=quarantine",)})
    assert (judged.place, judged.policy, judged.between) == ("b.example.org", "quarantine", True)
    both = found("a.b.example.org", "example.org", {"b.example.org": ("v=DMARC1; p=none",), "example.org": ("v=DMARC1; p=reject",)})
    assert (both.place, both.policy, both.between) == ("example.org", "reject", False)


@pytest.mark.parametrize("text", ["v=spf1 -all", "v=dmarc1; p=none", "p=none; v=DMARC1", "v=DMARC10; p=none", ""])
def test_other_texts_at_the_name_are_no_record(text: str) -> None:
    assert found("example.org", "example.org", {"example.org": (text,)}).place == ""


def test_several_records_are_as_good_as_none() -> None:
    judged = found("example.org", "example.org", {"example.org": ("v=DMARC1; p=none", "v=DMARC1; p=reject")})
    assert (judged.several, judged.place) == ("example.org", "")


@pytest.mark.parametrize("text", ["v=DMARC1", "v=DMARC1; p=", "v=DMARC1; p=strict", "v=DMARC1; nonsense", "v=DMARC1; p:none"])
def test_a_record_without_a_policy_is_broken(text: str) -> None:
    judged = found("example.org", "example.org", {"example.org": (text,)})
    assert (judged.place, judged.policy) == ("example.org", "")


def test_a_look_up_that_fails_leaves_it_open_even_where_another_record_is_found() -> None:
    judged = found("a.example.org", "example.org", {"example.org": ("v=DMARC1; p=reject",)}, failing="_dmarc.a.example.org")
    assert judged.failed == ("_dmarc.a.example.org", Answer(FAILED, reason="server"))
    assert judged.place == ""


def test_long_names_take_at_most_eight_look_ups() -> None:
    domain = ".".join(f"l{n}" for n in range(30)) + ".example.org"
    book = Book({})
    discover(domain, "example.org", book)
    names = [one.name for one in book.missing]
    assert len(names) == 8
    assert (names[0], names[-1]) == (f"_dmarc.{domain}", "_dmarc.example.org")


@pytest.mark.parametrize(
    "envelope, organisation, aspf, together",
    [
        ("bounce.example.org", "example.org", "r", True),
        ("example.org", "example.org", "s", True),
        ("bounce.example.org", "example.org", "s", False),
        ("bounce.example.net", "example.net", "r", False),
    ],
)
def test_the_envelope_sender_belongs_to_from_by_organisation_or_strictly(
    envelope: str, organisation: str, aspf: str, together: bool
) -> None:
    assert aligned(envelope, "example.org", (organisation, "example.org"), {"aspf": aspf}) == together


def test_tags_are_read_with_spaces_and_the_first_of_two_counts() -> None:
    assert tags_of(" v = DMARC1 ;p=none; p=reject;;") == {"v": "DMARC1", "p": "none"}
