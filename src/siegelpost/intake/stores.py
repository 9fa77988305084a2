"""How this room shows and removes what it holds of a person: rows of imported files, sealed in the tenant's folder."""

import io
import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from siegelpost.audience.addresses import spellings
from siegelpost.base.i18n import marked as _
from siegelpost.base.privacy import Store, Subject
from siegelpost.intake.models import SampledPerson
from siegelpost.intake.refused import SEALED_FOLDER
from siegelpost.intake.sample_rules import GONE, OPEN
from siegelpost.sign.files import SealedWriter, sealed_reader
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.home import home

REFUSED: Final = "refused.csv"
UPLOAD: Final = "upload"


def _files(tenant: TenantDB, kind: str) -> list[Path]:
    return sorted((home().tenant(tenant.slug) / SEALED_FOLDER).glob(f"*.{kind}.sealed"))


@contextmanager
def _opened(tenant: TenantDB, path: Path) -> Iterator[io.TextIOWrapper]:
    """As lines with their ends; an upload may be in another character set, in which addresses look the same."""
    with path.open("rb") as file:
        yield io.TextIOWrapper(sealed_reader(file, tenant.keys.files), encoding="utf-8-sig", errors="surrogateescape", newline="")


def _rows(text: io.TextIOWrapper) -> Iterator[str]:
    """Each row as it stands there, with its end; a cell may hold line breaks between quotes."""
    row, quotes = "", 0
    for line in text:
        row, quotes = row + line, quotes + line.count('"')
        if quotes % 2 == 0:
            yield row
            row, quotes = "", 0
    if row:
        yield row


def _names(who: Subject, row: str) -> bool:
    """Whether a row holds the address, in whatever case, its domain as it is stored or as people write it."""
    text = row.lower()
    return any(spelling in text for spelling in spellings(who.email))


def _refused(tenant: TenantDB, who: Subject) -> list[dict[str, Any]]:
    found = []
    for path in _files(tenant, REFUSED):
        with _opened(tenant, path) as text:
            found += [{"import": _number(path), "row": row.rstrip("\r\n")} for row in _rows(text) if _names(who, row)]
    return found


def _uploaded(tenant: TenantDB, who: Subject) -> list[dict[str, Any]]:
    found = []
    for path in _files(tenant, UPLOAD):
        with _opened(tenant, path) as text:
            found += [{"import": _number(path), "row": line.rstrip("\r\n")} for line in text if _names(who, line)]
    return found


def _number(path: Path) -> int:
    return int(path.name.partition(".")[0])


def _cut(tenant: TenantDB, who: Subject, now: datetime) -> int:
    """Write each file that holds the person anew, without those rows, in the place of the old one."""
    files = {found["import"] for found in _refused(tenant, who)}
    return sum(_without(tenant, who, path) for path in _files(tenant, REFUSED) if _number(path) in files)


def _without(tenant: TenantDB, who: Subject, path: Path) -> int:
    cut = 0
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)  # mode 0600
    try:
        with os.fdopen(handle, "wb") as out, SealedWriter(out, tenant.keys.files, secrets.token_bytes) as sink:
            sink.write("\ufeff".encode())
            with _opened(tenant, path) as text:
                for row in _rows(text):
                    if _names(who, row):
                        cut += 1
                    else:
                        sink.write(row.encode("utf-8", "surrogateescape"))
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return cut


def _drawn(tenant: TenantDB, who: Subject) -> list[dict[str, Any]]:
    rows = tenant.objects(SampledPerson).filter(subscriber_id__in=who.numbers).order_by("id")
    return [dict(row) for row in rows.values("sample_id", "number", "state", "digest", "at")]


def _cut_out(tenant: TenantDB, who: Subject, now: datetime) -> int:
    """Whoever is still open makes way for somebody else; what was decided stays decided."""
    rows = tenant.objects(SampledPerson).filter(subscriber_id__in=who.numbers)
    rows.filter(state=OPEN).update(state=GONE)
    return rows.update(subscriber_id=None)


STORES: Final = (
    Store(
        models=("intake.SampledPerson",),
        name=_("Drawn to have consent shown"),
        tell=_drawn,
        remove=_cut_out,
        kept=_("The document that was shown stays sealed as long as the import is kept: it proves the consents of all who were drawn."),
    ),
    Store(models=("intake.ImportJob",), name=_("Refused rows of imports"), tell=_refused, remove=_cut, outside=True),
    Store(
        models=("intake.ImportJob",),
        part="upload",
        name=_("Uploaded files that wait"),
        tell=_uploaded,
        kept=_("Encrypted, and removed after the import or within a day; the import refuses the address by its keyed hash."),
        outside=True,
    ),
)
