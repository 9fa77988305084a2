"""Imports through the pages, step by step."""

import re
import time
from io import BytesIO
from typing import Any
from zipfile import ZipFile

from siegelpost.audience.services import create_list, ensure_standard_fields
from siegelpost.base.actor import Actor
from siegelpost.intake.reads import ImportView, import_by_id
from siegelpost.tenancy.handle import TenantDB
from tests.patience import PATIENCE
from tests.web.visiting import NOON, Visitor

GOOD = "E-Mail;Vorname;Nachname;Kundennummer\nann@example.org;Ann;Muster;K-1\nbob@example.org;Bob;Muster;K-2\n"
MIXED = GOOD + "kein Mensch;Cara;Muster;K-3\nANN@example.org;Ann;Muster;K-1\n=cmd@example;Dora;Muster;K-4\n"


def archive(member: str = "people.csv") -> bytes:
    """A ZIP archive; with a member like that of a workbook it is one."""
    out = BytesIO()
    with ZipFile(out, "w") as file:
        file.writestr(member, "E-Mail\nann@example.org\n")
    return out.getvalue()


def upload(client: Visitor, content: str | bytes, name: str = "people.csv", status: int = 303) -> Any:
    """The first step."""
    file = BytesIO(content.encode() if isinstance(content, str) else content)
    file.name = name
    return client.send("imports/new", {"file": file}, status=status)


def uploaded(client: Visitor, content: str | bytes = GOOD, name: str = "people.csv") -> int:
    """The number of the import that an upload may become."""
    found = re.search(r"/imports/(\d+)/columns", upload(client, content, name).headers["location"])
    assert found
    return int(found[1])


def letter(tenant: TenantDB, name: str = "Brief") -> int:
    """A list in a tenant with the standard fields."""
    ensure_standard_fields(tenant, NOON)
    return create_list(tenant, name, actor=Actor.operator(), now=NOON)


def choices(on: int, **changes: str) -> dict[str, str]:
    """The second step as most people fill it in."""
    columns = {"column-0": "email", "column-1": "first_name", "column-2": "last_name", "column-3": ""}
    order = {"list_id": str(on), "mode": "update_add", "ground": "Consent in writing", "source": "fair of 2026"}
    return {**columns, **order, **{name.replace("_at_", "-"): value for name, value in changes.items()}}


def ended(tenant: TenantDB, import_id: int, seconds: float = PATIENCE) -> ImportView:
    """Wait until an import has ended."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        job = import_by_id(tenant, import_id)
        if job.state != "running":
            return job
        time.sleep(0.05)
    raise AssertionError(f"import {import_id} still runs")
