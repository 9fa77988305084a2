"""All tables of a tenant into an archive, row by row: those of its database, its sign-ups, and its rows in the operator's database."""

import base64
import json
from collections.abc import Callable
from datetime import date, datetime
from typing import Any, Final

from django.apps import apps
from django.db.models import BinaryField, Model, QuerySet

from siegelpost.governance.departure.archive import Archive
from siegelpost.governance.departure.contents import CONTROL, ELSEWHERE, OF_OTHERS, SEALED, WITHHELD, member_of
from siegelpost.sign.files import open_sealed
from siegelpost.tenancy.handle import Store, TenantDB, control_store
from siegelpost.tenancy.router import CONTROL as CONTROL_ALIAS
from siegelpost.tenancy.router import fits

AT_ONCE: Final = 2_000
"""Rows that are in memory at a time."""
TABLES, SIGN_UPS, OPERATOR = "tables", "sign-ups", "operator"

Heard = Callable[[int], None]


def models_of(alias: str) -> list[type[Model]]:
    """Every table that lies in the database with this alias, by name."""
    ours = (one for one in apps.get_models() if one.__module__.startswith("siegelpost.") and not one._meta.proxy)
    return sorted((one for one in ours if fits(alias, one._meta.app_label)), key=lambda one: one._meta.label)


def write_tables(archive: Archive, store: Store, keys: TenantDB, heard: Heard) -> dict[str, int]:
    """Every table of a store; returns rows by table. `heard` is told of so many rows more, now and then."""
    place = SIGN_UPS if fits(store.alias, "signups") else TABLES
    models = [one for one in models_of(store.alias) if one._meta.label not in ELSEWHERE]
    return {one._meta.label: _write(archive, place, one, _all_rows(store, one), keys, heard) for one in models}


def count_tables(store: Store) -> dict[str, int]:
    """Rows of every table of a store."""
    return {one._meta.label: one._base_manager.using(store.alias).count() for one in models_of(store.alias)}


def write_control(archive: Archive, tenant: TenantDB, heard: Heard) -> dict[str, int]:
    """What the operator's database holds of this tenant."""
    done = {}
    for model in (one for one in models_of(CONTROL_ALIAS) if one._meta.label in CONTROL):
        rows = control_store.objects(model).filter(**{CONTROL[model._meta.label]: tenant.number}).order_by("pk").distinct()
        done[model._meta.label] = _write(archive, OPERATOR, model, rows, tenant, heard)
    return done


def _all_rows(store: Store, model: type[Model]) -> QuerySet[Any]:
    """Also those that the model's own manager hides, such as lists that are going."""
    rows = model._base_manager.using(store.alias).order_by("pk")
    others = OF_OTHERS.get(model._meta.label)
    return rows.exclude(**others) if others else rows


def _write(archive: Archive, place: str, model: type[Model], rows: QuerySet[Any], keys: TenantDB, heard: Heard) -> int:
    label = model._meta.label
    fields = [one for one in model._meta.concrete_fields if (label, one.name) not in WITHHELD]
    opened = {one.attname: _opener(label, one.name, keys) for one in fields if isinstance(one, BinaryField)}
    with archive.member(member_of(label, place), counted=True) as member:
        for number, row in enumerate(rows.values(*(one.attname for one in fields)).iterator(chunk_size=AT_ONCE), 1):
            member.row({name: opened[name](value) if name in opened else plain(value) for name, value in row.items()})
            if number % AT_ONCE == 0:
                heard(AT_ONCE)
        heard((member.rows or 0) % AT_ONCE)
        return member.rows or 0


def _opener(label: str, name: str, keys: TenantDB) -> Callable[[Any], Any]:
    if (label, name) in SEALED:
        return lambda value: _text(open_sealed(keys.keys.files, bytes(value))) if value else None
    return lambda value: None if value is None else bytes(value).hex()


def _text(data: bytes) -> Any:
    """JSON as JSON, text as text, the rest as base64."""
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(data).decode()}
    try:
        found = json.loads(text)
    except ValueError:
        return text
    return found if isinstance(found, dict) else text


def plain(value: Any) -> Any:
    """A value as JSON has it: times in ISO 8601, UTC."""
    return value.isoformat() if isinstance(value, datetime | date) else value
