"""Everything of a tenant in one encrypted file: nothing forgotten, nothing secret, whole or not at all, and in the register."""

import hashlib
import io
import json
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO, cast

import pyrage
import pytest
from django.apps import apps
from django.db.models import ForeignKey, Model
from hypothesis import given
from hypothesis import strategies as st

from siegelpost.accounts.models import Person
from siegelpost.audience.models import Subscriber
from siegelpost.base.actor import Actor
from siegelpost.base.privacy import Holding
from siegelpost.evidence.reads import entries
from siegelpost.evidence.verify import verify
from siegelpost.flows import export_tenant as flow
from siegelpost.flows.staff import let_in
from siegelpost.governance.departure import contents, tables
from siegelpost.governance.departure.archive import Archive
from siegelpost.governance.departure.errors import ExportDamaged, ExportUnusable, NotThisExport, RecipientWrong
from siegelpost.governance.departure.opening import look_through, read_members
from siegelpost.governance.disclosures.handed_out import balance
from siegelpost.governance.disclosures.models import Disclosure
from siegelpost.governance.handover.age_lock import new_pair
from siegelpost.mailings.models import SenderDomain
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.snapshot import snapshot
from tests.delivery.support import a_list, people
from tests.erasure.scene import ADDRESS, NAMES, Scene, a_scene
from tests.guards.test_privacy import declarations

NOW = datetime(2026, 5, 4, 12, 0, 7, tzinfo=UTC)
WHO = Actor.operator()
OF_THE_OPERATOR = {"operator", "default"}


@pytest.fixture
def scene(alpha: TenantDB, tmp_path: Path) -> Scene:
    let_in(alpha, "boss@example.org", ["admin"], name="Bea Boss", actor=WHO, now=NOW)
    return a_scene(alpha, tmp_path)


def opened(path: Path, secret: str) -> zipfile.ZipFile:
    """As somebody opens it who has never seen this system: with age and unzip."""
    clear = pyrage.decrypt(path.read_bytes(), [pyrage.x25519.Identity.from_str(secret)])
    return zipfile.ZipFile(io.BytesIO(clear))


def lines(archive: zipfile.ZipFile, name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in archive.read(name).decode().splitlines()]


@pytest.mark.slow
def test_the_file_holds_people_consents_texts_logs_and_files_and_says_so(alpha: TenantDB, scene: Scene, tmp_path: Path) -> None:
    done = flow.export_tenant(alpha, tmp_path / "alpha.age", actor=WHO, now=NOW)
    archive = opened(tmp_path / "alpha.age", done.secret)
    assert archive.testzip() is None and done.opened and done.people == 2
    table = archive.read("people.csv").decode("utf-8-sig")
    assert ADDRESS in table and NAMES["last_name"] in table and "Offers" in table
    proof = next(one for one in lines(archive, "consents.jsonl") if one["email"] == ADDRESS)
    assert proof["ground"] and proof["granted_at"].endswith("+00:00") and {"text", "digest", "snapshot", "withdrawn_at"} <= set(proof)
    assert any(b"unsubscribe_url" in archive.read(name) for name in archive.namelist() if name.startswith("mailings/"))
    assert json.loads(archive.read(f"reports/{scene.mailing}.json"))["mailing"] == scene.mailing
    assert b"Please, no more." in archive.read("tables/feedback.Reply.jsonl")
    assert any(b"nobody" in archive.read(name) for name in archive.namelist() if name.startswith("files/"))
    assert [one["email"] for one in lines(archive, "sign-ups/signups.SignUp.jsonl")] == [ADDRESS]
    assert [one["email"] for one in lines(archive, "operator/accounts.Person.jsonl")] == ["boss@example.org"]
    assert any("boss@example.org" in one["email"] for one in json.loads(archive.read("staff/names.json")).values())
    words = archive.read("README.txt").decode()
    assert "Alles von Alpha GmbH" in words and "Everything of Alpha GmbH" in words
    log = verify(io.BytesIO(archive.read("evidence/log.jsonl")), [])
    assert not log.counts and log.entries and log.signed


@pytest.mark.slow
def test_every_count_and_hash_of_the_manifest_is_that_of_the_file(alpha: TenantDB, scene: Scene, tmp_path: Path) -> None:
    done = flow.export_tenant(alpha, tmp_path / "alpha.age", actor=WHO, now=NOW)
    archive = opened(tmp_path / "alpha.age", done.secret)
    manifest = json.loads(archive.read("manifest.json"))
    pairs = (line.split("  ") for line in archive.read("SHA256SUMS").decode().splitlines())
    sums = {name: digest for digest, name in pairs}
    assert {name for name in archive.namelist() if name not in ("manifest.json", "SHA256SUMS")} == set(sums)
    assert all(hashlib.sha256(archive.read(name)).hexdigest() == digest for name, digest in sums.items())
    assert manifest["tables"]["audience.Subscriber"] == alpha.objects(Subscriber).count() == 2
    assert sum(manifest["tables"].values()) == done.rows


@pytest.mark.slow
def test_it_leaves_by_register_log_and_counted_door_before_it_has_its_name(alpha: TenantDB, scene: Scene, tmp_path: Path) -> None:
    done = flow.export_tenant(alpha, tmp_path / "alpha.age", actor=WHO, now=datetime.now(UTC))
    entry = alpha.objects(Disclosure).get(act=flow.ACT)
    assert (entry.digest, entry.size, entry.records, entry.people) == (done.digest, done.size, 2, "everybody")
    (made,) = entries(alpha, act=flow.ACT)
    assert made["details"]["hash"] == done.digest and made["details"]["disclosure"] == entry.pk
    found = balance(alpha, now=datetime.now(UTC))
    assert (found.unknown, found.more) == (0, 0) and found.left.size >= done.size
    latest = flow.latest_export(alpha)
    assert latest is not None and latest.opened and latest.digest == done.digest
    assert done.secret not in json.dumps(entries(alpha), default=str)


@pytest.mark.slow
def test_no_secret_of_the_system_is_in_it(alpha: TenantDB, scene: Scene, tmp_path: Path) -> None:
    done = flow.export_tenant(alpha, tmp_path / "alpha.age", actor=WHO, now=NOW)
    archive = opened(tmp_path / "alpha.age", done.secret)
    everything = b"".join(archive.read(name) for name in archive.namelist())
    keys = alpha.keys
    secrets = [keys.root, keys.tokens, keys.message_ids, keys.files, keys.wrapping, keys.checkpoints, keys.handover]
    secrets += [bytes(one) for one in alpha.objects(SenderDomain).values_list("rsa_key", flat=True)]
    assert secrets and not [one for one in secrets if one in everything or one.hex().encode() in everything]
    assert not [one for one in Person.objects.values_list("password", flat=True) if one and one.encode() in everything]
    assert keys.addresses.hex() in archive.read("keys.json").decode(), "opt-outs are asked with it"


@pytest.mark.slow
def test_a_file_that_was_changed_or_cut_off_is_not_looked_at(alpha: TenantDB, scene: Scene, tmp_path: Path) -> None:
    secret, public = new_pair()
    key, path = tmp_path / "key.txt", tmp_path / "alpha.age"
    key.write_text(f"# mine\n{secret}\n", encoding="utf-8")
    done = flow.export_tenant(alpha, path, recipient=public, actor=WHO, now=NOW)
    latest = flow.latest_export(alpha)
    assert not done.secret and not done.opened and latest is not None and not latest.opened
    whole = path.read_bytes()
    for broken in (whole[:-1], whole[: len(whole) // 2], whole[:-20] + bytes([whole[-20] ^ 1]) + whole[-19:], b"", b"PK\x03\x04"):
        path.write_bytes(broken)
        with pytest.raises(ExportDamaged):
            flow.look_at_export(alpha, path, key, actor=WHO, now=NOW)
    path.write_bytes(whole)
    assert flow.look_at_export(alpha, path, key, actor=WHO, now=NOW).entries
    latest = flow.latest_export(alpha)
    assert latest is not None and latest.opened


@pytest.mark.touches_beta
@pytest.mark.slow
def test_an_export_of_another_tenant_is_none_of_this_one(alpha: TenantDB, beta: TenantDB, tmp_path: Path) -> None:
    done = flow.export_tenant(beta, tmp_path / "beta.age", actor=WHO, now=NOW)
    (tmp_path / "key").write_text(done.secret, encoding="utf-8")
    with pytest.raises(NotThisExport):
        flow.look_at_export(alpha, tmp_path / "beta.age", tmp_path / "key", actor=WHO, now=NOW)


def test_what_cannot_be_written_leaves_neither_file_nor_entry(alpha: TenantDB, tmp_path: Path) -> None:
    for path, recipient, error in ((tmp_path / "no" / "x.age", "", ExportUnusable), (tmp_path / "x.age", "age1nobody", RecipientWrong)):
        with pytest.raises(error):
            flow.export_tenant(alpha, path, recipient=recipient, actor=WHO, now=NOW)
    assert entries(alpha, act=flow.ACT) == [] and list(tmp_path.iterdir()) == []


def test_what_is_written_meanwhile_is_not_in_a_snapshot_and_nothing_is_written_by_it(alpha: TenantDB) -> None:
    people(alpha, 3, a_list(alpha))
    with snapshot(alpha) as still:
        people(alpha, ["late@example.org"], a_list(alpha))
        assert (still.objects(Subscriber).count(), alpha.objects(Subscriber).count()) == (3, 4)
        with pytest.raises(Exception, match="read"), still.atomic():
            still.objects(Subscriber).all().delete()
    assert alpha.objects(Subscriber).count() == 4


def _leads_to_a_tenant(model: type[Model]) -> bool:
    fields = model._meta.concrete_fields
    names = {one.name for one in fields}
    parents = [one.related_model for one in fields if isinstance(one, ForeignKey) and one.related_model is not model]
    return "tenant_number" in names or any(map(_leads_to_a_tenant, parents))


def test_no_table_and_no_holding_is_forgotten(alpha: TenantDB) -> None:
    inside = {one._meta.label for alias in ("t_x", "s_x") for one in tables.models_of(alias)}
    control = {one._meta.label for one in tables.models_of("default")} - inside
    known = inside | set(contents.CONTROL)
    leading = {label for label in control if _leads_to_a_tenant(apps.get_model(label))}
    assert leading - known - set(contents.NOT_OF_A_TENANT) == set(), "say in departure/contents.py how its rows are found, or why they stay"
    held = {one.model for one in declarations() if isinstance(one, Holding) and one.model != "mfa.Authenticator"} - control
    assert held - known == set(), "a holding that no export has"
    assert set(contents.ELSEWHERE) <= inside and {label for label, _name in (*contents.WITHHELD, *contents.SEALED)} <= known


@pytest.mark.slow
def test_every_field_of_every_table_is_in_it_or_is_named_as_withheld(alpha: TenantDB, scene: Scene, tmp_path: Path) -> None:
    done = flow.export_tenant(alpha, tmp_path / "alpha.age", actor=WHO, now=NOW)
    archive, missing = opened(tmp_path / "alpha.age", done.secret), list[str]()
    for name in (one for one in archive.namelist() if one.endswith(".jsonl") and "/" in one and "." in Path(one).stem):
        label, rows = Path(name).stem, lines(archive, name)
        wanted = {one.attname for one in apps.get_model(label)._meta.concrete_fields if (label, one.name) not in contents.WITHHELD}
        missing += [f"{label}.{one}" for row in rows[:1] for one in wanted - set(row)]
    written = {Path(name).stem for name in archive.namelist()}
    models = {one._meta.label for alias in ("t_x", "s_x") for one in tables.models_of(alias)} | set(contents.CONTROL)
    assert missing == [] and models - set(contents.ELSEWHERE) - written == set()
    assert all(place in archive.namelist() for place in contents.ELSEWHERE.values())


@pytest.mark.parametrize("key", ["sha256", "bytes", "rows", "name"])
def test_a_member_that_is_not_as_the_manifest_says_is_seen(key: str) -> None:
    out = io.BytesIO()
    archive = Archive(out, at=NOW)
    with archive.member("tables/x.jsonl", counted=True) as member:
        member.row({"a": 1})
    archive.members[0][key] = {"sha256": "0" * 64, "bytes": 1, "rows": 2, "name": "y"}[key]
    archive.close({})
    with pytest.raises(ExportDamaged):
        look_through(io.BytesIO(out.getvalue()))


class _Slowly(io.RawIOBase):
    """Gives as little at a time as a pipe may."""

    def __init__(self, data: bytes, step: int) -> None:
        self._data, self._step = io.BytesIO(data), step

    def read(self, size: int = -1) -> bytes:
        return self._data.read(min(size, self._step) if size > 0 else self._step)


@given(st.lists(st.binary(max_size=3_000), max_size=4), st.integers(1, 700))
@pytest.mark.slow
def test_the_archive_is_read_back_as_it_was_written_in_whatever_pieces_it_comes(parts: list[bytes], step: int) -> None:
    out = io.BytesIO()
    archive = Archive(out, at=NOW)
    for number, data in enumerate(parts):
        archive.put(f"{number}.bin", data)
    archive.close({})
    found: Iterator[tuple[str, bytes]] = (
        (name, b"".join(pieces)) for name, pieces in read_members(cast("BinaryIO", _Slowly(out.getvalue(), step)))
    )
    assert [one for one in found if one[0].endswith(".bin")] == [(f"{number}.bin", data) for number, data in enumerate(parts)]
