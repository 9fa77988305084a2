"""The example file is messy on purpose, and more than 1,200 made-up people come out of it."""

import re
from pathlib import Path

import pytest

from siegelpost.audience.models import Subscriber
from siegelpost.audience.reads import find_by_email
from siegelpost.tenancy.handle import TenantDB
from tests.intake.files import imported
from tools import make_examples

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "subscribers.csv"


def test_the_committed_file_is_what_the_script_makes() -> None:
    assert EXAMPLE.read_bytes() == make_examples.content()


def test_everybody_in_it_is_made_up() -> None:
    domains = set(re.findall(r"@([\w.-]+)", EXAMPLE.read_text("cp1252", "replace").lower()))
    real = {domain for domain in domains if "." in domain.strip(".") and not re.search(r"(^|\.)example(\.com|\.org|\.net)?y*$", domain)}
    assert real <= {"-example.org", "example..org"}


@pytest.mark.slow
def test_more_than_1200_come_in_and_each_kind_of_fault_is_found(alpha: TenantDB, beta: TenantDB) -> None:
    result = imported(alpha, EXAMPLE)
    assert result.tally.added == make_examples.PEOPLE > 1_200
    assert result.tally.refused == {
        "characters_lost": 1,
        "duplicate": 3,
        "email_invalid": 14,
        "email_missing": 2,
        "email_too_long": 2,
        "too_few_cells": 1,
        "too_many_cells": 1,
        "value_too_long": 1,
    }
    assert result.ignored_columns == ("Kundennummer", "Ort", "Bemerkung")
    assert alpha.objects(Subscriber).filter(email__contains="@xn--bcher-kva.example").count() > 100
    person = find_by_email(alpha, make_examples.person(3)[3])
    assert person is not None
    assert tuple(person.fields[alias] for alias in ("salutation", "first_name", "last_name")) == make_examples.person(3)[:3]
