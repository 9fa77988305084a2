"""The sketch counts different people within a few percent, and forgets who they were."""

from hashlib import blake2b

import pytest

from siegelpost.measure.devices import Kind
from siegelpost.measure.sketch import Sketch, rounded
from siegelpost.measure.uniques import Uniques


def digest_of(number: int) -> int:
    return int.from_bytes(blake2b(str(number).encode(), digest_size=8).digest(), "big")


@pytest.mark.parametrize("many", [1, 12, 65, 400, 3_000, 12_000, 60_000])
def test_the_estimate_lies_within_three_standard_errors(many: int) -> None:
    sketch = Sketch()
    for number in range(many):
        sketch.add(digest_of(number))
        sketch.add(digest_of(number))
    assert sketch.estimate() == pytest.approx(many, rel=0.05, abs=1)


def test_an_empty_sketch_has_seen_nobody() -> None:
    assert Sketch().estimate() == 0


@pytest.mark.parametrize("exact, told", [(0.2, 0), (0.9, 1), (7.2, 7), (98.7, 99), (123.4, 120), (1_234, 1_200), (99_900, 100_000)])
def test_two_digits_are_told(exact: float, told: int) -> None:
    assert rounded(exact) == told


def test_the_same_person_counts_once_per_variant_and_link() -> None:
    uniques = Uniques(lambda size: b"s" * size)
    for _twice in range(2):
        uniques.saw((1, 5, 1), "192.0.2.7", Kind("desktop"), estimated=True)
        uniques.saw((1, 5, 2), "192.0.2.7", Kind("desktop"), estimated=True)
        uniques.saw((1, 5, 2), "192.0.2.8", Kind("desktop"), estimated=True)
    assert dict(uniques.news()) == {(1, 5, -1): 2, (1, 5, 1): 1, (1, 5, 2): 2}
    assert uniques.news() == []


def test_each_variant_draws_a_salt_of_its_own() -> None:
    drawn: list[int] = []

    def random(size: int) -> bytes:
        drawn.append(size)
        return len(drawn).to_bytes(size, "big")

    uniques = Uniques(random)
    for variant in (5, 6, 5, 6):
        uniques.saw((1, variant, 0), "192.0.2.7", Kind("desktop"), estimated=True)
    assert drawn == [32, 32]


def test_a_class_of_device_is_named_only_when_twenty_people_use_it() -> None:
    uniques = Uniques(lambda size: b"s" * size)
    kind = Kind("tablet", "apple")
    told = [uniques.saw((1, 5, 0), f"192.0.2.{number}", kind, estimated=False) for number in [0, 0, *range(25)]]
    assert told == [Kind("unknown", "other")] * 21 + [kind] * 6
    assert uniques.saw((1, 6, 0), "192.0.2.1", kind, estimated=False) == Kind()
    assert uniques.news() == []


def test_a_kind_of_machine_is_named_only_when_twenty_of_it_came() -> None:
    uniques = Uniques(lambda size: b"s" * size)
    told = [uniques.saw((1, 5, 0), f"192.0.2.{number}", Kind(machine="privacy"), estimated=True).machine for number in range(21)]
    assert told == ["other"] * 19 + ["privacy"] * 2
    assert uniques.news() == []
