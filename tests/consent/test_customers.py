"""The ground of existing customers: how it is meant, and the notice that each mail to them carries."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siegelpost.consent.customers import Conditions, has_objection, is_about_customers

WORDS = st.text(min_size=1, max_size=20).filter(lambda text: bool(text.strip()))


@pytest.mark.parametrize(
    "ground",
    ["Existing customers, § 7(3) UWG", "Bestandskunden, § 7 Abs. 3 UWG", "§7 Abs.3 UWG", "unsere BESTANDSKUNDEN", "§ 7 Absatz 3 Nr. 1 UWG"],
)
def test_the_ground_is_known_however_it_is_written(ground: str) -> None:
    assert is_about_customers(ground)


@pytest.mark.parametrize("ground", ["Double-Opt-in, Shop 2025", "§ 7 Abs. 2 UWG", "consent in writing", "customers who agreed at the fair"])
def test_other_grounds_are_no_such(ground: str) -> None:
    assert not is_about_customers(ground)


@given(WORDS, WORDS, WORDS, st.sampled_from(("sale", "goods", "told", "not_objected")))
def test_all_four_conditions_or_none(sale: str, goods: str, told: str, without: str) -> None:
    whole: dict[str, Any] = {"sale": sale, "goods": goods, "told": told, "not_objected": True}
    assert Conditions(**whole).missing == ()
    assert Conditions(**{**whole, without: type(whole[without])()}).missing == (without,)


@pytest.mark.parametrize(
    "source",
    [
        "Sie können der Verwendung Ihrer Adresse jederzeit widersprechen.",
        "<p>You can <b>object</b> at any time</p>",
        "Ihr Widerspruchsrecht",
    ],
)
def test_the_notice_is_found(source: str) -> None:
    assert has_objection(source)


@pytest.mark.parametrize(
    "source",
    [
        "Abmelden: {{ unsubscribe_url }}",
        "<!-- widersprechen -->",
        '<img alt="" title="object">',
        "<style>.widerspruch{}</style>",
        "an objective",
    ],
)
def test_what_nobody_reads_is_no_notice(source: str) -> None:
    assert not has_objection(source)
