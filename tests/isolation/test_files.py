"""Whatever is done with people's data, no file of the data folder but the databases has any of it in clear; who may gets it in clear."""

import os
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final

import pytest

from siegelpost.audience.reads import list_by_id
from siegelpost.base import clock
from siegelpost.flows import hand_over
from siegelpost.flows.export_list import export_list
from siegelpost.flows.instructions import record_instruction
from siegelpost.governance.handover.services import Content
from siegelpost.governance.instructions.reads import document
from siegelpost.governance.instructions.services import NewInstruction
from siegelpost.intake.kept import is_kept
from siegelpost.sign.files import MAGIC, FileRefused, open_sealed
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.home import home
from siegelpost.web.uploads import ToHome
from tests.delivery.support import WHO, until
from tests.governance.handing import CSV, ORDER, borne, encrypted
from tests.governance.watching import seen
from tests.shell import Shell
from tests.web.uploading import MIXED, choices, ended, letter, uploaded
from tests.web.visiting import visitor

pytestmark = pytest.mark.slow

PEOPLE: Final = (b"ann@example.org", b"kein Mensch", b"anna@example.org", b"bob@example.org", b"Muster;K-")
"""Of the files that these tests send in."""


def in_clear() -> Iterator[str]:
    """Files of the data folder, named or not, in which one of them can be read."""
    paths = [path for path in home().root.rglob("*") if path.is_file() and ".sqlite3" not in path.name]
    for path in paths:
        if any(one in path.read_bytes() for one in PEOPLE):
            yield str(path)


def sealed(tenant: TenantDB) -> list[bytes]:
    """All files of a tenant that are no databases; each of them is encrypted."""
    found = [path.read_bytes() for path in home().tenant(tenant.slug).rglob("*") if path.is_file() and ".sqlite3" not in path.name]
    whole = [one for one in found if one]  # the lock of an import is empty
    assert all(one.startswith(MAGIC) for one in whole)
    return whole


def test_nothing_of_an_import_lies_in_clear_and_page_and_command_give_out_what_was_refused(
    alpha: TenantDB, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    client, on = visitor(alpha), letter(alpha)
    number = uploaded(client, MIXED)
    assert len(sealed(alpha)) == 1 and list(in_clear()) == []
    client.send(f"imports/{number}/columns", choices(on))
    client.send(f"imports/{number}/sample")
    assert ended(alpha, number).refused
    until(lambda: not is_kept(home().tenant("alpha"), number), 5, "the upload is gone")
    assert len(sealed(alpha)) == 1 and list(in_clear()) == [], "the refused rows are kept"
    refused = client.get(f"{client.start}imports/{number}/refused").getvalue()
    assert b"kein Mensch" in refused
    shell, file = Shell(capsys, "refused", "alpha"), tmp_path / "refused.csv"
    assert shell.json(str(number), str(file)) == {"file": str(file), "bytes": len(refused)} and file.read_bytes() == refused
    assert file.stat().st_mode & 0o077 == 0 and seen("2.1-01", alpha, now=clock.now()).evidence["acts_without_entry"] == 0
    clean = uploaded(client)
    assert "import.refused_missing" in shell(str(clean), str(file))[2] and file.read_bytes() == refused


def test_nothing_of_a_hand_over_an_export_or_an_instruction_lies_in_clear(alpha: TenantDB, tmp_path: Path) -> None:
    borne(alpha)
    number = hand_over.prepare(alpha, ORDER, Content("kunden.csv", CSV), actor=WHO, now=clock.now())
    instruction = record_instruction(
        alpha, NewInstruction(kind="other", document=b"About ann@example.org", given_by="Eva"), actor=WHO, now=clock.now()
    )
    assert len(sealed(alpha)) >= 2 and list(in_clear()) == []
    encrypted(alpha)
    assert len(sealed(alpha)) >= 3 and list(in_clear()) == []
    assert number and document(alpha, instruction, folder=home().tenant(alpha.slug)) == b"About ann@example.org"
    assert export_list(alpha, list_by_id(alpha, letter(alpha)), tmp_path / "out.csv", actor=WHO, now=clock.now()) == 0
    assert list(in_clear()) == [] and seen("1.4-02").evidence["files_in_clear"] == 0


def test_the_key_of_one_tenant_opens_no_file_of_another(alpha: TenantDB, beta: TenantDB) -> None:
    uploaded(visitor(alpha), MIXED)
    (file,) = sealed(alpha)
    assert b"ann@example.org" in open_sealed(alpha.keys.files, file)
    with pytest.raises(FileRefused):
        open_sealed(beta.keys.files, file)


def test_while_an_upload_arrives_the_disk_has_nothing_of_it_in_clear() -> None:
    """Its file has no name, but what is written stays on a disk for as long as nothing is written over it."""
    view = SimpleNamespace(takes_file=True)
    request: Any = SimpleNamespace(resolver_match=SimpleNamespace(func=view), user=SimpleNamespace(is_authenticated=True))
    handler = ToHome(request)
    handler.new_file("file", "people.csv", "text/csv", None)
    handler.receive_data_chunk(MIXED.encode(), 0)
    arrived: Any = handler.file_complete(len(MIXED))
    disk = _open_below(home().root)
    assert arrived.read() == MIXED.encode() and arrived.seek(3) == 3 and arrived.read(4) == MIXED.encode()[3:7]
    assert sum(len(one) for one in disk) >= len(MIXED) and not any(person in one for one in disk for person in PEOPLE)
    arrived.close()


def _open_below(folder: Any) -> list[bytes]:
    """What stands in the files without a name that this process has open below a folder."""
    found = []
    for number in os.listdir("/proc/self/fd"):
        try:
            target = os.readlink(f"/proc/self/fd/{number}")
        except OSError:
            continue
        if target.startswith(str(folder)) and target.endswith(" (deleted)"):
            with open(f"/proc/self/fd/{number}", "rb") as file:
                found.append(file.read())
    return found
