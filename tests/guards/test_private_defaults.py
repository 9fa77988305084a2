"""Every setting stands in the file of private defaults, and none is less private in the code than it stands there."""

import inspect
from dataclasses import MISSING, fields
from typing import Any

import pytest
from django.db.models import Model
from django.db.models.fields import NOT_PROVIDED

from siegelpost.audience.models import SubscriberList
from siegelpost.base.settings import Settings, read_settings
from siegelpost.consent.models import Form
from siegelpost.flows.export_list import export_list
from siegelpost.governance.defaults.manifest import of_scope
from siegelpost.intake.orders import ImportOrder
from siegelpost.mailings.models import Mailing
from siegelpost.tenancy.models import Tenant

OF_NO_ROW = {
    "tenant": {
        "measuring",
        "estimates",
        "input_log",
        "weaker_hand_overs",
        "unscanned_uploads",
        "bulk_limit",
        "proof_above",
        "opt_out_days",
    },
    "list": {"measuring"},
}
"""Settings that are kept beside the row."""
MODELS: dict[str, type[Model]] = {"tenant": Tenant, "list": SubscriberList, "mailing": Mailing, "form": Form}
HINT = "name it in governance/defaults/manifest.toml with its ranks, or say there why it is neutral"


def columns(model: type[Model]) -> dict[str, Any]:
    return {one.name: one.get_default() if one.default is not NOT_PROVIDED else None for one in model._meta.concrete_fields}


@pytest.mark.parametrize("scope", MODELS)
def test_every_column_is_named_and_none_is_less_private_than_the_file_says(scope: str) -> None:
    there, named = columns(MODELS[scope]), {one.name: one for one in of_scope(scope)}
    assert set(there) == set(named) - OF_NO_ROW.get(scope, set()), HINT
    assert not [name for name, value in there.items() if named[name].is_less_private(value)]


def test_every_setting_of_the_installation_is_named_and_as_private() -> None:
    begins, named = read_settings({}), {one.name: one for one in of_scope("installation")}
    assert {one.name for one in fields(Settings)} == set(named), HINT
    assert not [name for name, one in named.items() if one.is_less_private(getattr(begins, name))]


def test_imports_and_exports_suppose_nothing() -> None:
    named = {one.name: one for one in of_scope("import")}
    begins = {one.name: None if one.default is MISSING else one.default for one in fields(ImportOrder)}
    assert set(begins) == set(named), HINT
    assert not [name for name, value in begins.items() if named[name].is_less_private(value)]
    assert set(inspect.signature(export_list).parameters) == {one.name for one in of_scope("export")}, HINT
