"""The file of the input log as whoever keeps it meets it: taken by command, judged by command and by tools that are not ours."""

import base64
import csv
import io
import re
import subprocess
import sys
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from siegelpost.evidence import notes, seal
from siegelpost.evidence.input_switch import switch
from siegelpost.evidence.models import Leaf
from siegelpost.flows.input_log import clean
from siegelpost.tenancy.handle import TenantDB
from tests.cli.typed import Typed
from tests.evidence.logs import WHO, exported, past_the_system, write
from tests.evidence.test_input_log import now
from tests.journeys.processes import plain_environ
from tests.patience import PATIENCE
from tests.templates import Template
from tests.web.townsfolk import a_list, a_person

RUNS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What makes a cell a formula in some spreadsheet, also in its full-width form."""


@pytest.fixture
def typed(_two_tenants: Template, capsys: pytest.CaptureFixture[str]) -> Typed:
    return Typed(_two_tenants, capsys)


@pytest.fixture
def on(alpha: TenantDB) -> TenantDB:
    switch(alpha, True, instruction_id=1, actor=WHO, now=now())
    a_person(alpha, "eve@example.org", a_list(alpha))
    return alpha


def taken(typed: Typed, file: Path) -> Path:
    """The file of the last two days, as the command writes it."""
    first, last = (now().date() - timedelta(days=1)).isoformat(), now().date().isoformat()
    code, answer = typed("log", "input", "alpha", "--from", first, "--to", last, "--csv", file)
    assert (code, answer["file"], answer["on"]) == (0, str(file), True)
    assert {Path(answer[name]).name for name in ("signature", "proof")} == {f"{file.name}.sig", f"{file.name}.proof"}
    return file


def verified(typed: Typed, file: Path, *old: Path) -> set[str]:
    """Kinds of fault that `evidence verify` names; it ends with 4 where there is one."""
    code, answer = typed("evidence", "verify", file, *(word for one in old for word in ("--checkpoint", one)))
    assert (code, answer["valid"]) == ((4, False) if answer["faults"] else (0, True))
    return {one["kind"] for one in answer["faults"]}


def test_more_than_three_months_or_an_end_before_the_beginning_is_refused_and_no_file_is_there(
    on: TenantDB, typed: Typed, tmp_path: Path
) -> None:
    for first, last in (("2026-01-01", "2026-04-03"), ("2025-01-01", "2026-01-01"), ("2026-02-02", "2026-02-01")):
        words = ("log", "input", "alpha", "--from", first, "--to", last, "--csv", tmp_path / "log.csv")
        assert typed.refused(*words) == (4, "evidence.period_wrong")
    assert list(tmp_path.iterdir()) == []
    code, _answer = typed("log", "input", "alpha", "--from", "2026-07-01", "--to", "2026-09-30", "--csv", tmp_path / "log.csv")
    assert code == 0


@pytest.mark.slow
def test_it_verifies_without_a_data_folder_and_says_which_entry_it_is(on: TenantDB, typed: Typed, tmp_path: Path) -> None:
    file = taken(typed, tmp_path / "log.csv")
    environ = {**plain_environ(), "SIEGELPOST_HOME": str(tmp_path / "nothing")}
    command = [sys.executable, "-m", "siegelpost.cli", "evidence", "verify", str(file)]
    kept = [*command, "--checkpoint", str(tmp_path / "log.csv.proof")]
    done = subprocess.run(kept, env=environ, capture_output=True, text=True, timeout=PATIENCE)
    assert "with the same key: 1. That no entry changed in between" in done.stdout, "what it does not prove is said"
    assert done.returncode == 0 and f"It is entry {on.objects(Leaf).count()} of the log." in done.stdout, done.stderr
    assert "No proof lies beside it" not in done.stdout
    (tmp_path / "log.csv.proof").unlink()
    alone = subprocess.run(command, env=environ, capture_output=True, text=True, timeout=PATIENCE)
    assert alone.returncode == 0 and "No proof lies beside it (.proof)" in alone.stdout and "of the log" not in alone.stdout
    assert not (tmp_path / "nothing").exists()


def test_its_signature_is_one_that_openssl_and_any_library_can_check(on: TenantDB, typed: Typed, tmp_path: Path) -> None:
    file = taken(typed, tmp_path / "log.csv")
    head, *body, empty, signed, end = (tmp_path / "log.csv.sig").read_text(encoding="utf-8").split("\n")
    key = Ed25519PublicKey.from_public_bytes(base64.b64decode(head.split("+", 2)[2])[1:])
    text = "\n".join([*body, ""]).encode()
    signature = base64.b64decode(signed.rpartition(" ")[2])[4:]
    key.verify(signature, text)
    with pytest.raises(InvalidSignature):
        key.verify(signature, text + b"x")
    assert (empty, end) == ("", "") and base64.b64decode(body[2]) == sha256(file.read_bytes()).digest()
    assert body[1] == str(file.stat().st_size)
    (tmp_path / "key.pem").write_bytes(key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    (tmp_path / "signature").write_bytes(signature)
    (tmp_path / "text").write_bytes(text)
    options = ("-pubin", "-inkey", "key.pem", "-rawin", "-in", "text", "-sigfile", "signature")
    said = subprocess.run(("openssl", "pkeyutl", "-verify", *options), cwd=tmp_path, capture_output=True, text=True, timeout=30)
    assert said.returncode == 0 and "Verified Successfully" in said.stdout


def test_the_proof_beside_it_leads_to_a_root_that_a_few_lines_can_work_out(on: TenantDB, typed: Typed, tmp_path: Path) -> None:
    """What anybody can write from RFC 9162, section 2.1.3.2, without our code."""
    write(on, 40)
    file = taken(typed, tmp_path / "log.csv")
    head, _empty, checkpoint = (tmp_path / "log.csv.proof").read_text(encoding="utf-8").partition("\n\n")
    _version, extra, index, *path = head.split("\n")
    leaf = base64.b64decode(extra.split(" ")[1])
    assert sha256(file.read_bytes()).hexdigest().encode() in leaf and b'"act":"evidence.input_log_exported"' in leaf
    place, last = int(index.split(" ")[1]), int(checkpoint.split("\n")[1]) - 1
    found = sha256(b"\x00" + leaf).digest()
    for one in map(base64.b64decode, path):
        left = place % 2 == 1 or place == last
        found = sha256(b"\x01" + (one + found if left else found + one)).digest()
        while left and place % 2 == 0 and place:
            place, last = place // 2, last // 2
        place, last = place // 2, last // 2
    assert (last, base64.b64encode(found).decode()) == (0, checkpoint.split("\n")[2])


@pytest.mark.slow
def test_a_file_of_which_a_byte_a_proof_or_the_log_was_exchanged_is_found(on: TenantDB, typed: Typed, tmp_path: Path) -> None:
    file, other = taken(typed, tmp_path / "log.csv"), taken(typed, tmp_path / "other.csv")
    proof = tmp_path / "log.csv.proof"
    content, own = file.read_bytes(), proof.read_bytes()
    assert verified(typed, file) == set()
    file.write_bytes(content.replace(b"create", b"delete", 1))
    assert verified(typed, file) == {"changed"}
    file.write_bytes(content)
    assert other.read_bytes() == content  # the same days, so the same lines: either proof is right
    a_person(on, "ann@example.org")
    proof.write_bytes(Path(f"{taken(typed, tmp_path / 'third.csv')}.proof").read_bytes())
    assert verified(typed, file) == {"not_logged"}
    for broken in (own[:-9], b"", own.replace(b"index ", b"index 1"), b"\xff"):
        proof.write_bytes(broken)
        assert verified(typed, file) == ({"proof"} if broken else set())  # an empty one is none
    proof.write_bytes(own)
    assert verified(typed, file) == set()


@pytest.mark.slow
def test_the_proof_is_a_checkpoint_to_keep_and_finds_a_log_that_was_written_anew(on: TenantDB, typed: Typed, tmp_path: Path) -> None:
    file = taken(typed, tmp_path / "log.csv")
    proof = tmp_path / "log.csv.proof"
    exported(on, tmp_path / "log")
    code, answer = typed("evidence", "verify", tmp_path / "log", "--checkpoint", proof)
    assert (code, answer["witnessed"]) == (0, 1)
    past_the_system(on, "DELETE FROM evidence_leaf", "DELETE FROM evidence_checkpoint", "UPDATE evidence_entry SET actor = 'staff:9'")
    anew = tmp_path / "anew"
    anew.write_text(seal.seal(on, now=now()), encoding="utf-8")
    exported(on, tmp_path / "log")
    assert typed("evidence", "verify", tmp_path / "log", "--checkpoint", proof)[1]["counts"].keys() == {"rewritten"}
    own = notes.read(notes.found_in(proof.read_text(encoding="utf-8"))[0])
    same_length = tmp_path / "same"
    same_length.write_text(notes.sign(notes.Note(own.origin, own.size, bytes(32), own.at), on.keys.checkpoints), encoding="utf-8")
    assert verified(typed, file, same_length) == {"rewritten"}


def test_a_kept_checkpoint_says_whose_key_it_is(on: TenantDB, beta: TenantDB, typed: Typed, tmp_path: Path) -> None:
    file, kept, foreign = taken(typed, tmp_path / "log.csv"), tmp_path / "kept", tmp_path / "foreign"
    kept.write_text(seal.seal(on, now=now()), encoding="utf-8")
    own = notes.read(kept.read_text(encoding="utf-8"))
    foreign.write_text(notes.sign(own, beta.keys.checkpoints), encoding="utf-8")
    assert verified(typed, file, kept) == set()
    assert verified(typed, file, foreign) == {"other_key"}
    foreign.write_text(notes.sign(notes.Note("siegelpost/0/beta", 1, own.root, own.at), on.keys.checkpoints), encoding="utf-8")
    assert verified(typed, file, foreign) == {"other_key"}


@pytest.mark.slow
def test_names_of_fields_that_a_spreadsheet_would_run_are_text_in_the_file(on: TenantDB, typed: Typed, tmp_path: Path) -> None:
    for sign in RUNS:
        name = f"\\u{ord(sign):04x}cmd|' /C calc'!A0"
        a_person(on, f"{ord(sign)}@example.org")
        keys = ('{"' + name + '": "x"}').replace("'", "''")
        past_the_system(on, f"UPDATE audience_subscriber SET fields = '{keys}' WHERE email = '{ord(sign)}@example.org'")
    content = taken(typed, tmp_path / "log.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbftime;activity;subscriber_id;fields;actor;act\r\n") and b"@example" not in content
    cells = [cell for row in csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";", strict=True) for cell in row]
    assert sum("calc" in cell for cell in cells) == len(RUNS)
    assert not [cell for cell in cells if harmful(cell)]
    assert not set(content.decode()) & set(map(chr, [*range(10), 11, 12, *range(14, 32), 127]))


def harmful(cell: str) -> bool:
    """Whether a spreadsheet would take the cell for more than a text or a number."""
    return cell.startswith(RUNS) and re.fullmatch(r"[+-]?[0-9.,\s]*[0-9]", cell) is None


@given(st.one_of(st.text(), st.text(alphabet="".join(RUNS) + "a1'\" ", max_size=6)))
def test_no_cell_runs_whatever_stands_in_it(cell: str) -> None:
    shown = clean(cell)
    assert not harmful(shown) and (shown.isprintable() or not shown)
