"""Every field of every table is declared: why we keep it and for how long, or that it says nothing about a person."""

import importlib
from collections import defaultdict

from django.apps import apps
from django.db.models import AutoField, Model

from siegelpost.base.privacy import SUBSCRIBER, Declaration, Holding
from siegelpost.flows.person_stores import STORES
from tests.guards.sources import PACKAGE

THEIRS = ("mfa.Authenticator",)


def declarations() -> list[Declaration]:
    """What all rooms declare."""
    found: list[Declaration] = []
    for path in sorted(PACKAGE.glob("**/privacy.py")):
        if path.parent.name != "base":
            name = ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts)
            found += importlib.import_module(name).PERSONAL_DATA
    return found


def our_models() -> list[type[Model]]:
    """All models of this package, and those of libraries in which we keep something about people."""
    return [model for model in apps.get_models() if model.__module__.startswith("siegelpost.") or model._meta.label in THEIRS]


def _declared() -> dict[str, set[str]]:
    """Field names by model; "*" for the rest of a model."""
    declared: dict[str, set[str]] = defaultdict(set)
    for one in declarations():
        declared[one.model] |= set(one.fields or ("*",))
    return declared


def test_every_field_is_declared() -> None:
    declared, faults = _declared(), []
    for model in our_models():
        names = declared.get(model._meta.label, set())
        for field in model._meta.local_fields:
            if isinstance(field, AutoField):
                continue  # a running number of its own says nothing; what it leads to is declared
            if not {"*", field.name, field.attname} & names:
                faults.append(f"{model._meta.label}.{field.name} is not declared. Say why we keep it and for how long, or do not keep it.")
    assert faults == []


def test_no_declaration_speaks_of_what_is_gone() -> None:
    fields = {
        model._meta.label: {name for field in model._meta.local_fields for name in (field.name, field.attname)} for model in our_models()
    }
    faults = [
        f"{label}: {sorted(names - {'*'} - fields.get(label, set()))}"
        for label, names in _declared().items()
        if names - {"*"} - fields.get(label, set())
    ]
    assert faults + [label for label in _declared() if label not in fields] == []


def test_every_holding_names_purpose_ground_period_and_end() -> None:
    faults = [
        one.model for one in declarations() if isinstance(one, Holding) and not all((one.about, one.why, one.ground, one.keep, one.then))
    ]
    assert faults == []


def test_every_ground_is_an_article_or_a_section() -> None:
    grounds = {one.ground for one in declarations() if isinstance(one, Holding)}
    assert {ground for ground in grounds if not ("Art. " in ground or "ection " in ground or "§" in ground)} == set()


def test_whatever_a_subscriber_has_here_is_told_and_removed_or_kept_for_a_reason() -> None:
    """The stores are what an export and an erasure go through: a holding without one would be forgotten by both."""
    held = {one.model for one in declarations() if isinstance(one, Holding) and one.of == SUBSCRIBER}
    told = {model for store in STORES for model in store.models}
    assert held - told == set(), "say in the room's stores.py how a person is told of this and how it is removed, or why it stays"
    assert told - held == set(), "this store answers for a model that holds nothing of a subscriber"
    assert [store.code for store in STORES if store.remove is None and not store.kept] == []
