"""Whatever gives out a file is known: either the disclosure register has it, or it holds nobody's data."""

import importlib
import inspect
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, get_args, get_type_hints

from django.urls import URLPattern, URLResolver

from siegelpost.api import urls as interface
from siegelpost.api.outflows import ACTS as OUT
from siegelpost.api.outflows import NOBODYS as NOBODY_OUT
from siegelpost.cli.main import COMMANDS
from siegelpost.evidence import export as evidence_export
from siegelpost.flows import (
    access_log,
    consent_file,
    disclosed,
    export_list,
    export_tenant,
    input_log,
    opt_out_file,
    recipients,
    refused_rows,
    tell_person,
)
from siegelpost.flows.controls.disclosed import GIVES_OUT
from siegelpost.governance.handover.rules import TAKING_ACTS
from siegelpost.web.outflows import ACTS, NOBODYS
from siegelpost.web.urls import TENANT
from tests.guards.sources import PACKAGE

A_FILE = re.compile(r"attachment|FileResponse|StreamingHttpResponse")
NOBODY = "holds nobody's data"
READ_ONLY = "is read, not written"

ROUTES = {**ACTS, **dict.fromkeys(NOBODYS, NOBODY)}
"""Each route that answers with a file."""
COMMANDS_WITH_FILES = {
    "export FILE": export_list.ACT,
    "import FILE": READ_ONLY,
    "proof record FILE": READ_ONLY,
    "import REFUSED": refused_rows.ACT,
    "refused FILE": refused_rows.ACT,
    "mailing create FILE": READ_ONLY,
    "mailing recipients CSV": recipients.ACT,
    "handover prepare FILE": READ_ONLY,
    "handover take FOLDER": TAKING_ACTS[0],
    "disclosure record PEOPLE": READ_ONLY,
    "disclosures CSV": disclosed.EXPORTED,
    "log input CSV": input_log.EXPORTED,
    "log access CSV": access_log.EXPORTED,
    "tenant export FILE": export_tenant.ACT,
    "tenant erased PDF": NOBODY,
    "pseudonymise FILE": NOBODY,
    "testdata FILE": READ_ONLY,
    "tenant look-at FILE": READ_ONLY,
    "tenant look-at KEY_FILE": READ_ONLY,
    "evidence export FILE": evidence_export.EXPORTED,
    "evidence verify FILE": READ_ONLY,
    "evidence verify CHECKPOINT": READ_ONLY,
    "evidence verify TSA": READ_ONLY,
    "instruction record TEXT_FILE": READ_ONLY,
    "release record MANIFEST": READ_ONLY,
    "release record SIGNATURE": READ_ONLY,
    "release record SBOM": READ_ONLY,
    "release record KEY": READ_ONLY,
    "subscriber consent FILE": consent_file.ACT,
    "subscriber export FILE": tell_person.ACT,
    "opt-out export FILE": opt_out_file.ACT,
    "suppression import FILE": READ_ONLY,
    "suppression ask-lift DOCUMENT": READ_ONLY,
    "suppression lift DOCUMENT": READ_ONLY,
    "host bring CHAIN_FILE": READ_ONLY,
    "host bring KEY_FILE": READ_ONLY,
    "webhook add SECRET_FILE": READ_ONLY,
    "webhook certificate FILE": READ_ONLY,
    "doctor PROXY_CONFIG": READ_ONLY,
}
"""Each command that names a file of the caller's."""


def test_every_route_that_gives_out_a_file_is_in_the_register_or_holds_nobody() -> None:
    found = {str(one.name) for one in _flat(TENANT) if A_FILE.search(_source(inspect.unwrap(one.callback)))}
    assert found == set(ROUTES), "say of a new route by which act of the register its file leaves, or why it holds nobody's data"


def test_every_command_that_names_a_file_is_in_the_register_or_holds_nobody() -> None:
    assert set(_files()) == set(COMMANDS_WITH_FILES), "say of a new command by which act of the register its file leaves"


def test_every_operation_of_the_interface_is_in_the_register_or_holds_nobody() -> None:
    described = interface.api.get_openapi_schema(path_prefix=interface.ROOT)["paths"].items()
    found = [f"{method.upper()} {path.partition('{slug}/')[2]}" for path, methods in described for method in methods]
    assert sorted(found) == sorted([*OUT, *NOBODY_OUT]), "say of a new operation by which act its answers leave, or that they hold nobody"


def test_the_check_of_the_register_knows_each_of_these_acts() -> None:
    acts = {act for act in (*ROUTES.values(), *COMMANDS_WITH_FILES.values(), *OUT.values()) if act not in (NOBODY, READ_ONLY)}
    assert acts <= set(GIVES_OUT)


def _source(view: Any) -> str:
    """Of a view, with those functions of its file that it names: a helper may make the file."""
    beside = [one for name, one in inspect.getmembers(inspect.getmodule(view), inspect.isfunction) if name in view.__code__.co_names]
    return "".join(inspect.getsource(inspect.unwrap(one)) for one in (view, *beside))


def _flat(routes: Sequence[URLPattern | URLResolver]) -> Iterator[URLPattern]:
    for one in routes:
        if isinstance(one, URLResolver):
            yield from _flat(one.url_patterns)
        else:
            yield one


def _files() -> Iterator[str]:
    for word, (file, _about) in COMMANDS.items():
        for command in _commands(importlib.import_module(f"siegelpost.cli.{file}")):
            hints = get_type_hints(command.callback)
            for name, kind in hints.items():
                if kind is Path or Path in get_args(kind):
                    own = command.name or command.callback.__name__.replace("_", "-")
                    yield f"{word} {name.upper()}" if own == word else f"{word} {own} {name.upper()}"


def _commands(module: Any) -> list[Any]:
    return list(module.app.registered_commands) if hasattr(module, "app") else []


def test_every_file_of_a_command_is_counted() -> None:
    """`whole_file` makes files of the system's own, and those of callers where `handing_out` counts them."""
    users = {one.relative_to(PACKAGE).as_posix() for one in PACKAGE.rglob("*.py") if "import whole_file" in one.read_text("utf-8")}
    assert users == {
        "flows/handing_out.py",
        "evidence/export.py",  # counted by flows/evidence_file.py
        "flows/release.py",  # manifest and bill, as they were brought
        "flows/input_log.py",  # signature and proof beside the file
        "governance/handover/files.py",
        "governance/instructions/documents.py",
        "intake/proof_files.py",
        "flows/pseudonymise.py",  # made-up people: figures, and what chance makes of them
        "flows/erased_tenants.py",  # the certificate of a tenant that is gone
        "tenancy/environment.py",  # one word about the home folder
    }
