"""Whoever owns the database, and even all keys, cannot change the log without its being found: with the exported file, and with
checkpoints as tenants keep them in their mail.
"""

import json
import os
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path

import pytest

from siegelpost.evidence import notes, seal
from siegelpost.evidence.models import Checkpoint, Leaf
from siegelpost.evidence.sealed_file import sign_file
from siegelpost.tenancy.handle import TenantDB
from tests.cli.typed import Typed
from tests.evidence.logs import NOW, TABLES, exported, past_the_system, write
from tests.templates import Template


@pytest.fixture
def typed(_two_tenants: Template, capsys: pytest.CaptureFixture[str]) -> Typed:
    return Typed(_two_tenants, capsys)


@pytest.fixture
def witness(alpha: TenantDB, tmp_path: Path) -> Path:
    """A checkpoint as a tenant keeps it, over a log with ten entries of ours; after it there are five more."""
    write(alpha, 10)
    mail = EmailMessage()
    mail["Subject"] = "Prüfpunkt"
    mail.set_content(f"Guten Tag,\n\nbitte bewahren Sie diese Nachricht auf.\n\n{seal.seal(alpha, now=NOW)}\nGrüße\n", cte="base64")
    path = tmp_path / "checkpoint.eml"
    path.write_bytes(bytes(mail))
    write(alpha, 5)
    seal.seal(alpha, now=NOW)
    return path


def kinds(typed: Typed, file: Path, *old: Path) -> set[str]:
    """What `evidence verify` finds; it ends with 4 where that is anything."""
    code, answer = typed("evidence", "verify", file, *[word for one in old for word in ("--checkpoint", one)])
    assert (code, answer["valid"]) == ((4, False) if answer["counts"] else (0, True))
    return set(answer["counts"])


def test_a_log_that_only_grew_is_witnessed(alpha: TenantDB, typed: Typed, witness: Path, tmp_path: Path) -> None:
    exported(alpha, tmp_path / "log")
    _code, answer = typed("evidence", "verify", tmp_path / "log", "--checkpoint", witness)
    assert (answer["valid"], answer["witnessed"], answer["faults"]) == (True, 1, [])
    assert answer["entries"] == alpha.objects(Leaf).count() and answer["checkpoints"] == 3


FIRST_SALT = "(SELECT salt FROM evidence_leaf WHERE id = 1)"
ATTACKS = {
    "an entry changed": ("UPDATE evidence_entry SET actor = 'person:9' WHERE id = 5", {"changed"}),
    "an entry moved in time": ("UPDATE evidence_entry SET at = '2026-04-01 12:00:00+00:00' WHERE id = 5", {"changed"}),
    "an entry deleted": ("DELETE FROM evidence_entry WHERE id = 5", {"missing"}),
    "a salt changed": (f"UPDATE evidence_leaf SET salt = {FIRST_SALT} WHERE id = 5", {"changed"}),
    "two entries exchanged": ("UPDATE evidence_leaf SET entry_id = entry_id - 11 WHERE entry_id IN (5, 6)", {"changed"}),
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_the_entry_is_named_that_was_touched(alpha: TenantDB, typed: Typed, witness: Path, tmp_path: Path, attack: str) -> None:
    statement, found = ATTACKS[attack]
    past_the_system(alpha, statement, "UPDATE evidence_leaf SET entry_id = -entry_id WHERE entry_id < 0")  # 5 is -6 is 6
    exported(alpha, tmp_path / "log")
    assert kinds(typed, tmp_path / "log") == found
    _code, answer = typed("evidence", "verify", tmp_path / "log")
    assert {one["entry"] for one in answer["faults"]} <= {5, 6}


def rebuilt(alpha: TenantDB, first: str, *, salts: bool = True) -> None:
    """Change something and write the whole log anew, with the tenant's own key and with the salts that there were."""
    kept = [bytes(salt) for (salt,) in alpha.objects(Leaf).order_by("id").values_list("salt")] if salts else []
    past_the_system(alpha, *first.split(";"), "DELETE FROM evidence_leaf", "DELETE FROM evidence_checkpoint")
    seal.seal(alpha, now=NOW, random=lambda n: kept.pop(0) if kept else os.urandom(n))


COLUMNS = "at, actor, act, subject, details"
PUT_IN = f"INSERT INTO evidence_entry (id, {COLUMNS}) SELECT 5, {COLUMNS} FROM evidence_entry WHERE id = 4"
REBUILT = {
    "an entry changed": ("UPDATE evidence_entry SET actor = 'person:9' WHERE id = 5", "rewritten"),
    "an entry deleted": ("DELETE FROM evidence_entry WHERE id = 5", "rewritten"),
    "an entry put in": (f"UPDATE evidence_entry SET id = id + 99 WHERE id > 4; {PUT_IN}", "rewritten"),
    "entries in another order": ("UPDATE evidence_entry SET id = 1000 - id", "rewritten"),
    "the newest cut off": ("DELETE FROM evidence_entry WHERE id > 5", "cut"),
    "nothing": ("SELECT 1", ""),
}


@pytest.mark.parametrize("attack", REBUILT)
def test_a_log_that_was_written_anew_with_all_keys_is_found_by_the_witness_alone(
    alpha: TenantDB, typed: Typed, witness: Path, tmp_path: Path, attack: str
) -> None:
    statement, found = REBUILT[attack]
    rebuilt(alpha, statement)
    exported(alpha, tmp_path / "log")
    assert kinds(typed, tmp_path / "log") == set()  # the file agrees with itself: that is why witnesses are needed
    assert kinds(typed, tmp_path / "log", witness) == {found} - {""}


def test_other_salts_are_another_log(alpha: TenantDB, typed: Typed, witness: Path, tmp_path: Path) -> None:
    rebuilt(alpha, "SELECT 1", salts=False)
    exported(alpha, tmp_path / "log")
    assert kinds(typed, tmp_path / "log", witness) == {"rewritten"}


def test_a_signature_beside_a_forged_log_proves_nothing_of_it(alpha: TenantDB, typed: Typed, witness: Path, tmp_path: Path) -> None:
    """Whoever owns the key can sign any file; a log is judged as a log."""
    rebuilt(alpha, REBUILT["an entry changed"][0])
    content = exported(alpha, tmp_path / "log").splitlines(keepends=True)
    origin = notes.read(seal.seal(alpha, now=NOW)).origin
    for before in (b"", b"\xef\xbb\xbf", b"\n "):
        (tmp_path / "log").write_bytes(before + b"".join(content))
        for what in ("input-log/2026-01-01/2026-03-31", "export"):
            signature, _digest = sign_file(origin, what, [before, *content], at=NOW, seed=alpha.keys.checkpoints)
            (tmp_path / "log.sig").write_text(signature, encoding="utf-8")
            assert kinds(typed, tmp_path / "log", witness) & {"rewritten", "key"}


def test_a_fork_is_found_by_whoever_saw_the_other_branch(alpha: TenantDB, typed: Typed, witness: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.write_text(seal.seal(alpha, now=NOW), encoding="utf-8")
    size = alpha.objects(Checkpoint).order_by("size").values_list("size", flat=True)[0]
    past_the_system(alpha, *(f"DELETE FROM {table} WHERE {'size' if 'checkpoint' in table else 'id'} > {size}" for table in TABLES))
    write(alpha, 9, "list.renamed")
    exported(alpha, tmp_path / "log")
    assert kinds(typed, tmp_path / "log", witness) == set()  # what both branches share
    assert kinds(typed, tmp_path / "log", witness, other) == {"rewritten"}


def test_a_checkpoint_of_another_tenant_or_key_proves_nothing(alpha: TenantDB, beta: TenantDB, typed: Typed, tmp_path: Path) -> None:
    """Beta's key signs here what looks like alpha's."""
    exported(alpha, tmp_path / "log")
    ours = notes.read(seal.seal(alpha, now=NOW))
    forged, foreign = tmp_path / "forged", tmp_path / "foreign"
    forged.write_text(notes.sign(ours, beta.keys.checkpoints), encoding="utf-8")
    foreign.write_text(notes.sign(notes.Note("siegelpost/0/beta", 1, ours.root, NOW), alpha.keys.checkpoints), encoding="utf-8")
    assert kinds(typed, tmp_path / "log", forged) == {"forged"}
    assert kinds(typed, tmp_path / "log", foreign) == {"other_log"}
    assert kinds(typed, tmp_path / "log", forged, foreign) == {"forged", "other_log"}


FILES: dict[str, tuple[Callable[[list[bytes]], list[bytes]], str]] = {
    "the last entry cut off": (lambda lines: lines[:-1], "cut"),
    "an entry put in twice": (lambda lines: [*lines, lines[-1]], "unsigned"),
    "two entries exchanged": (lambda lines: [*lines[:-2], lines[-1], lines[-2]], "rewritten"),
    "half a line": (lambda lines: [*lines[:-1], lines[-1][:40]], "file"),
    "no key": (lambda lines: lines[1:], "key"),
    "no checkpoint": (lambda lines: [line for line in lines if not line.startswith(b'{"checkpoint"')], "no_checkpoint"),
    "a broken checkpoint": (lambda lines: [line.replace(b"alpha\\n", b"alpha\\n1", 1) for line in lines], "forged"),
    "two keys on one line": (lambda lines: [lines[0].replace(b'{"key"', b'{"key":"another","key"'), *lines[1:]], "key"),
    "a key so deep that nobody reads it": (lambda lines: [b'{"key":' + b"[" * 200_000 + b"\n", *lines[1:]], "key"),
    "other line endings": (lambda lines: [line.replace(b"\n", b"\r\n") for line in lines], "key"),
    "nothing": (lambda lines: [], "key"),
    "something else": (lambda lines: [b"\xff\xfe\n", b"[]\n"], "key"),
}


@pytest.mark.parametrize("attack", FILES)
def test_a_file_that_was_touched_on_its_way_is_found_without_a_witness(
    alpha: TenantDB, typed: Typed, witness: Path, tmp_path: Path, attack: str
) -> None:
    change, found = FILES[attack]
    file = tmp_path / "log"
    file.write_bytes(b"".join(change(exported(alpha, file).splitlines(keepends=True))))
    assert found in kinds(typed, file)


def test_of_many_faults_a_hundred_are_listed_and_all_are_counted(alpha: TenantDB, typed: Typed, tmp_path: Path) -> None:
    write(alpha, 150)
    seal.seal(alpha, now=NOW)
    past_the_system(alpha, "UPDATE evidence_entry SET actor = 'person:9'")
    exported(alpha, tmp_path / "log")
    _code, answer = typed("evidence", "verify", tmp_path / "log")
    assert len(answer["faults"]) == 100 and answer["counts"]["changed"] >= 150
    assert json.dumps(answer["faults"][0]["message"]).startswith('"Entry ')


def test_a_file_that_cannot_be_read_is_an_error_and_no_verdict(typed: Typed, alpha: TenantDB, tmp_path: Path) -> None:
    assert typed.refused("evidence", "verify", tmp_path / "none") == (4, "evidence.file_unreadable")
    assert typed.refused("evidence", "export", "alpha", tmp_path / "none" / "log") == (4, "evidence.file_unusable")
