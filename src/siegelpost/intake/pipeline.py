"""One import from the first byte to the last: survey, headings, judge, write, refuse. The file streams through."""

import errno
import gc
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, islice
from pathlib import Path
from typing import BinaryIO, Final, TextIO

from django.db import DatabaseError

from siegelpost.audience.errors import ListUnknown
from siegelpost.audience.fieldtypes import FieldType, field_type
from siegelpost.audience.reads import fields_of, list_by_id
from siegelpost.audience.reserved import guard
from siegelpost.base.i18n import marked as _
from siegelpost.base.i18n import translate
from siegelpost.intake import jobs
from siegelpost.intake.charset import Survey, check_name, survey
from siegelpost.intake.errors import FileBinary, FileEmpty, FileUnreadable, ImportStopped
from siegelpost.intake.headings import Mapped, map_columns
from siegelpost.intake.judging import judge_rows
from siegelpost.intake.orders import ImportOrder, ImportResult, check_order
from siegelpost.intake.refused import RefusedRows, check_target, sealed_path
from siegelpost.intake.rows import open_text, records
from siegelpost.intake.writing import BatchWriter
from siegelpost.tenancy.handle import TenantDB

Progress = Callable[[int], None]
"""Is told how many bytes of the file are done."""

_HEADINGS_LIMIT: Final = 1_000  # columns


@dataclass(frozen=True, slots=True)
class Opened:
    """A file whose headings are understood."""

    found: Survey
    separator: str
    headings: list[str]
    columns: Mapped
    types: Mapping[str, FieldType]
    records: Iterator[tuple[int, list[str], str]]
    text: TextIO
    """Kept so that the file stays open for as long as this lives."""
    file: BinaryIO


def run(
    tenant: TenantDB, path: Path, order: ImportOrder, *, folder: Path, actor: str = "", now: datetime, progress: Progress | None = None
) -> ImportResult:
    """Import the file at `path` into a list of the tenant.

    folder  the tenant's own, for the sealed file of refused rows
    actor   who imports, as in the log

    Everything that is wrong with the file or the order as a whole is raised before anything is written (see `errors`;
    ListUnknown).
    Rows are committed in batches; the same file again finds them unchanged. Raises ImportStopped for a fault half-way.
    """
    check_order(order)
    list_by_id(tenant, order.list_id)
    if order.refused_to:
        check_target(order.refused_to, path)
    try:
        if path.is_fifo():  # it cannot be read twice, and may never end
            raise OSError(errno.ESPIPE, os.strerror(errno.ESPIPE))
        file = path.open("rb")
    except OSError as reason:
        raise FileUnreadable(why=reason.strerror or "?") from reason
    with closing(file):
        opened = open_file(tenant, file, order)
        check_name(path.name)
        job_id = jobs.begin(tenant, order, file_name=path.name, digest=opened.found.digest, actor=actor, now=now)
        with jobs.locked(folder, job_id):
            return run_job(tenant, opened, order, job_id, folder=folder, now=now, progress=progress)


def run_job(
    tenant: TenantDB, opened: Opened, order: ImportOrder, job_id: int, *, folder: Path, now: datetime, progress: Progress | None = None
) -> ImportResult:
    """Import the rows of an opened file for a job that is noted as running; whoever calls holds its lock. Raises ImportStopped."""
    target = order.refused_to or sealed_path(folder, job_id)
    key = None if order.refused_to else tenant.keys.files
    refused = RefusedRows(target, opened.headings, opened.separator, key=key)
    writer = BatchWriter(tenant, order, job_id, now, actor=jobs.actor_of(tenant, job_id))
    tell = progress or (lambda _done: None)
    _import_all(tenant, opened, writer, refused, lambda: tell(opened.file.tell()))
    result = ImportResult(
        id=job_id,
        tally=writer.tally,
        refused_file=str(target) if refused.made else "",
        ignored_columns=opened.columns.ignored,
    )
    jobs.end(tenant, job_id, jobs.DONE, result.refused_file, now=now)
    return result


def open_file(tenant: TenantDB, file: BinaryIO, order: ImportOrder, known: Survey | None = None) -> Opened:
    """Find out how the file is written and what its columns hold. Raises the errors of the whole file.

    known  what an earlier look at the same bytes found, to spare a second one
    """
    try:
        found = known or survey(file)
    except OSError as reason:  # a folder opens, but does not read
        raise FileUnreadable(why=reason.strerror or "?") from reason
    text, dialect = open_text(file, found)
    rows = records(text, dialect)
    headings = read_headings(rows)
    fields = fields_of(tenant)
    columns = order.columns or map_columns(headings, {field.alias: field.name for field in fields}, order.email_column)
    first = next(rows, None)
    if first is None:
        raise FileEmpty
    types = {field.alias: field_type(field.kind, tenant.language, field.options) for field in fields}
    return Opened(found, dialect.separator, headings, columns, types, chain([first], rows), text, file)


def read_headings(rows: Iterator[tuple[int, list[str], str]]) -> list[str]:
    """Take the first record. Raises FileBinary where it is too long for one."""
    _line, headings, fault = next(rows, (0, [], ""))
    if fault or len(headings) > _HEADINGS_LIMIT:
        raise FileBinary(kind=translate(_("one endless line")))
    return headings


def _import_all(tenant: TenantDB, opened: Opened, writer: BatchWriter, refused: RefusedRows, tell: Callable[[], None]) -> None:
    judged = judge_rows(opened.records, opened.headings, opened.columns, opened.types, tenant.keys.addresses, guard(tenant))
    line = 1
    gc.freeze()  # a full collection over all of Django's objects takes 50 ms, and would take them inside a transaction
    try:
        while batch := list(islice(judged, writer.size.rows)):
            bad = writer.write(batch)
            line = batch[-1].line
            refused.write(bad)
            tell()
        refused.close()
    except (DatabaseError, OSError, KeyboardInterrupt, ListUnknown) as reason:  # the list may be deleted meanwhile
        raise _stopped(tenant, writer, refused, line, reason) from reason
    finally:
        gc.unfreeze()
        refused.drop()


def _stopped(tenant: TenantDB, writer: BatchWriter, refused: RefusedRows, line: int, reason: BaseException) -> ImportStopped:
    """Note the fault where that is still possible, and say what is in. The text of the fault may hold data: only its kind is told."""
    with suppress(OSError):
        refused.close()
    with suppress(DatabaseError):
        jobs.end(tenant, writer.job_id, jobs.FAILED, str(refused.path) if refused.made else "", now=writer.now)
    tally = writer.tally
    return ImportStopped(
        id=writer.job_id,
        line=line,
        why=type(reason).__name__,
        rows=tally.rows,
        added=tally.added,
        updated=tally.updated,
        unchanged=tally.unchanged,
        refused=sum(tally.refused.values()),
    )
