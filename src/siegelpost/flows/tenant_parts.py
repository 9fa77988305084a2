"""The parts of a tenant's export that people read: its people, consents, mailings, reports, logs, files, and the keys of its hashes."""

import csv
import io
import json
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from siegelpost.accounts.reads import people
from siegelpost.audience import export
from siegelpost.audience.csvcells import MARK, separator
from siegelpost.consent.reads import all_records
from siegelpost.evidence.access import accesses
from siegelpost.evidence.access_proof import KEPT
from siegelpost.evidence.export import whole_log
from siegelpost.flows.report import report
from siegelpost.flows.rights_at import history_of
from siegelpost.governance.departure.archive import Archive
from siegelpost.governance.departure.opening import LOG
from siegelpost.governance.disclosures.roll import key_of
from siegelpost.mailings.reads import every_mailing, mailing
from siegelpost.sign.files import MAGIC, sealed_reader
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.home import home

Heard = Callable[[int], None]
PIECE: Final = 1 << 18
LINES: Final = 2_000


def write_people(archive: Archive, still: TenantDB, heard: Heard) -> int:
    """people.csv, as a spreadsheet of the tenant's language reads it; returns how many."""
    count = -1  # the headings
    with archive.member("people.csv") as member:
        member.write(MARK.encode())
        text = io.StringIO(newline="")
        writer = csv.writer(text, delimiter=separator(still.language))
        for count, row in enumerate(export.everybody(still)):
            writer.writerow(row)
            if count % LINES == 0:
                member.write(_taken(text))
                heard(LINES)
        member.write(_taken(text))
    return count


def _taken(text: io.StringIO) -> bytes:
    found = text.getvalue().encode()
    text.seek(0)
    text.truncate()
    return found


def write_consents(archive: Archive, still: TenantDB, heard: Heard) -> None:
    """consents.jsonl: each proof by itself, with address and wording."""
    names = export.all_list_names(still)
    with archive.member("consents.jsonl", counted=True) as member:
        for page in all_records(still):
            addresses = export.addresses_of(still, [number for number, _record in page])
            for number, record in page:
                member.row({"email": addresses.get(number), "list": names.get(record.list_id), "subscriber_id": number, **record.as_dict()})
            heard(len(page))


def write_mailings(archive: Archive, still: TenantDB, *, now: datetime, environment: str) -> None:
    """Texts and figures of each mailing."""
    for number in every_mailing(still):
        facts = mailing(still, number)
        for one in facts.variants:
            place = f"mailings/{number}/{one.id}"
            archive.put(f"{place}.{one.format}", one.source.encode())
            if one.text_source:
                archive.put(f"{place}.plain.txt", one.text_source.encode())
        archive.put(f"reports/{number}.json", _json({"name": facts.name, **report(still, number, now=now, environment=environment)}))


def write_log(archive: Archive, still: TenantDB) -> int:
    """The log with its checkpoints, as `evidence verify` reads it; returns its entries."""
    log = whole_log(still)
    with archive.member(LOG) as member:
        for line in log.lines:
            member.write(line)
    return log.entries


def write_accesses(archive: Archive, still: TenantDB, today: date) -> None:
    """The access log, as far as it is kept."""
    with archive.member("evidence/access.csv") as member:
        member.write(b"at,who,area,verb,result\n")
        for one in accesses(still, today - timedelta(days=KEPT.days + 1), today):
            member.write(f"{one.at.isoformat(timespec='milliseconds')},{one.who},{one.area},{one.verb},{one.result}\n".encode())


def write_staff(archive: Archive, still: TenantDB) -> None:
    """Who got or lost which role when, and who the numbers are."""
    told = history_of(still)
    with archive.member("staff/history.jsonl", counted=True) as member:
        for one in told:
            member.row({"entry": one.number, "at": one.at.isoformat(), "by": one.actor, "act": one.act, "to": one.subject, **one.details})
    numbers = {int(text[6:]) for one in told for text in (one.actor, one.subject) if text.startswith("staff:") and text[6:].isdigit()}
    archive.put("staff/names.json", _json({str(n): {"name": name, "email": email} for n, (name, email) in sorted(people(numbers).items())}))


def write_files(archive: Archive, tenant: TenantDB) -> int:
    """Everything that lies encrypted in the tenant's folder, in clear; returns how many files."""
    done = 0
    for path, name in _sealed(home().tenant(tenant.slug)):
        with path.open("rb") as file, archive.member(f"files/{name}") as member:
            reader = sealed_reader(file, tenant.keys.files)
            while piece := reader.read(PIECE):
                member.write(piece)
        done += 1
    return done


def _sealed(folder: Path) -> Iterator[tuple[Path, str]]:
    """Path and the name that it gets."""
    for path in sorted(one for one in folder.rglob("*") if one.is_file()):
        with path.open("rb") as file:
            if file.read(len(MAGIC)) == MAGIC:
                yield path, path.relative_to(folder).as_posix().removesuffix(".sealed")


def write_keys(archive: Archive, tenant: TenantDB) -> None:
    """What the keyed hashes in the tables were made with: without them nobody could ask whether an address opted out."""
    archive.put("keys.json", _json({"addresses": tenant.keys.addresses.hex(), "disclosures": key_of(tenant).hex()}))


def _json(values: Any) -> bytes:
    return json.dumps(values, ensure_ascii=False, indent=1, default=_plain).encode() + b"\n"


def _plain(value: object) -> object:
    if isinstance(value, datetime | date):
        return value.isoformat()
    raise TypeError(type(value).__name__)
