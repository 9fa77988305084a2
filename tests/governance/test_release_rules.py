"""Bills, manifests, versions, severities and entries of OSV: the rules, without a database."""

import json
import re
import zipfile
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siegelpost.evidence.notes import public_key
from siegelpost.governance.release.bill import BillDamaged, bill, parts_of
from siegelpost.governance.release.copy import look
from siegelpost.governance.release.holes import is_affected
from siegelpost.governance.release.manifest import Manifest, ManifestDamaged, differences, proven, signed
from siegelpost.governance.release.parts import NPM, PYPI, Part, order_of
from siegelpost.governance.release.severity import base_score, grade_of
from tests.guards.sources import ROOT

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
SEED, OTHER = bytes(32), bytes([1]) * 32
MANIFEST = Manifest(
    version="1.2.3", commit="ab" * 20, wheel=("a.whl", "0" * 64), sbom=("a.cdx.json", "1" * 64),
    files={"siegelpost/a.py": sha256(b"a").hexdigest(), "siegelpost/b c.html": sha256(b"b").hexdigest()},
)  # fmt: skip


def entry(number: str = "GHSA-x", name: str = "library", **more: Any) -> dict[str, Any]:
    """An entry of OSV: all versions before 2.0, critical, changed now."""
    events = more.pop("events", [{"introduced": "0"}, {"fixed": "2.0"}])
    affected = {"package": {"ecosystem": more.pop("ecosystem", PYPI), "name": name}, "ranges": [{"type": "ECOSYSTEM", "events": events}]}
    return {"id": number, "modified": NOW.isoformat(), "affected": [affected], "database_specific": {"severity": "CRITICAL"}, **more}


def test_the_bill_names_all_that_is_pinned_with_hashes_and_package_urls() -> None:
    requirements = (ROOT / "requirements" / "run.txt").read_text("utf-8")
    lock = (ROOT / "assets" / "package-lock.json").read_text("utf-8")
    text = bill("1.2.3", requirements, lock)
    found = json.loads(text)
    assert (found["bomFormat"], found["specVersion"], found["metadata"]["component"]["version"]) == ("CycloneDX", "1.6", "1.2.3")
    urls = {one["purl"] for one in found["components"]}
    assert len(urls) == len(found["components"]) and all(one["hashes"] for one in found["components"])
    assert sum(url.startswith("pkg:pypi/") for url in urls) == len(re.findall(r"^[a-z]\S*==", requirements, re.MULTILINE))
    assert any(url.startswith("pkg:npm/%40tabler/core@") for url in urls)
    assert text == bill("1.2.3", requirements, lock) != bill("1.2.4", requirements, lock)
    assert {part.purl for part in parts_of(text)} == urls
    for wrong in ("", "[]", "{}", '{"bomFormat": "CycloneDX"}', '{"bomFormat": "SPDX", "components": []}'):
        with pytest.raises(BillDamaged):
            parts_of(wrong)


def test_a_manifest_is_proven_by_its_key_and_by_no_other() -> None:
    text = MANIFEST.text()
    note = signed(text, SEED, NOW)
    assert proven(text, note, public_key(SEED)) == MANIFEST
    with pytest.raises(ManifestDamaged):
        proven(text, note, public_key(OTHER))
    with pytest.raises(ManifestDamaged):
        proven(text, signed(text, OTHER, NOW), public_key(SEED))


@given(st.integers(0, len(MANIFEST.text()) - 1), st.sampled_from("0x \n"))
def test_a_sign_that_was_changed_breaks_it(place: int, sign: str) -> None:
    text = MANIFEST.text()
    changed = text[:place] + sign + text[place + 1 :]
    note = signed(text, SEED, NOW)
    if changed != text:
        with pytest.raises(ManifestDamaged):
            proven(changed, note, public_key(SEED))


def test_differences_are_told_by_kind() -> None:
    assert differences(MANIFEST, [("siegelpost/a.py", b"a"), ("siegelpost/b c.html", b"b")]) == ([], [], [])
    assert differences(MANIFEST, [("siegelpost/a.py", b"x"), ("siegelpost/new.py", b"")]) == (
        ["siegelpost/a.py"], ["siegelpost/b c.html"], ["siegelpost/new.py"],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("vector", "score"),
    [  # from the examples of CVSS v3.1
        ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", 9.8), ("CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N", 6.1),
        ("CVSS:3.0/AV:N/AC:L/PR:L/UI:N/S:C/C:L/I:L/A:N", 6.4), ("CVSS:3.1/AV:L/AC:L/PR:H/UI:N/S:U/C:L/I:L/A:L", 4.2),
        ("CVSS:3.1/AV:P/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N", 0.0), ("CVSS:3.1/AV:N/AC:H/PR:N/UI:R/S:U/C:L/I:N/A:N", 3.1),
    ],
)  # fmt: skip
def test_a_vector_is_scored_as_its_specification_says(vector: str, score: float) -> None:
    assert base_score(vector) == score


@pytest.mark.parametrize(
    ("said", "grade"),
    [
        ({"database_specific": {"severity": "MODERATE"}}, "medium"),
        ({"severity": [{"type": "CVSS_V3", "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}]}, "critical"),
        ({"database_specific": {"severity": "LOW"}, "affected": [{"database_specific": {"severity": "HIGH"}}]}, "high"),
        ({"severity": [{"type": "CVSS_V4", "score": "CVSS:4.0/AV:N"}]}, "high"),
        ({}, "high"),
    ],
)
def test_what_nobody_graded_counts_as_high(said: dict[str, Any], grade: str) -> None:
    assert grade_of(said) == grade


@pytest.mark.parametrize(
    ("events", "inside", "outside"),
    [
        ([{"introduced": "0"}, {"fixed": "2.0"}], ["0.1.dev0", "1.9", "2.0rc1"], ["2.0", "2.0.post1", "10"]),
        ([{"introduced": "1.2"}, {"last_affected": "1.4"}], ["1.2", "1.4"], ["1.1", "1.4.1"]),
        ([{"introduced": "0"}, {"fixed": "1.1"}, {"introduced": "2.0"}, {"fixed": "2.1"}], ["1.0", "2.0.5"], ["1.1", "1.9", "2.1"]),
    ],
)
def test_a_version_is_held_against_ranges(events: list[dict[str, str]], inside: list[str], outside: list[str]) -> None:
    one = entry(events=events)["affected"][0]
    assert [version for version in (*inside, *outside) if is_affected(one, Part(PYPI, "library", version))] == inside


def test_a_version_that_cannot_be_put_in_order_counts_as_affected() -> None:
    assert is_affected(entry()["affected"][0], Part(PYPI, "library", "not a version"))
    assert is_affected({"versions": ["3.0"]}, Part(PYPI, "library", "3.0")) and not is_affected({"versions": ["3.0"]}, Part(PYPI, "x", "3"))


def test_versions_of_npm_are_put_in_order_as_semver_says() -> None:
    early = [f"1.0.0-{one}" for one in ("alpha", "alpha.1", "alpha.beta", "beta.2", "beta.11", "rc.1")]
    versions = [*early, "1.0.0", "1.2.0", "1.10.0"]
    assert sorted(set(versions), key=lambda one: order_of(NPM, one)) == versions


def test_a_copy_is_read_from_folders_and_zip_files_and_what_is_unreadable_is_counted(tmp_path: Path) -> None:
    parts = [Part(PYPI, "my-library", "1.0"), Part(NPM, "@a/b", "1.0.0"), Part(PYPI, "safe", "1.0")]
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.writestr("GHSA-1.json", json.dumps(entry("GHSA-1", "My_Library", aliases=["CVE-1"])))
        archive.writestr("PYSEC-1.json", json.dumps(entry("PYSEC-1", "my-library", aliases=["CVE-1", "GHSA-1"], database_specific={})))
        archive.writestr("GHSA-2.json", json.dumps(entry("GHSA-2", "safe", withdrawn=NOW.isoformat())))
    folder = tmp_path / "npm"
    folder.mkdir()
    (folder / "GHSA-3.json").write_text(
        json.dumps(entry("GHSA-3", "@a/b", ecosystem=NPM, events=[{"introduced": "0"}, {"fixed": "1.0.1"}]))
    )
    for number, wrong in enumerate(
        ("{", "[]", "{}", '{"id": "x", "modified": "yesterday"}', '{"id": 1, "modified": "2026-01-01T00:00:00Z"}')
    ):
        (folder / f"{number}.json").write_text(wrong)
    (tmp_path / "broken.zip").write_bytes(b"PK\x03\x04")
    with zipfile.ZipFile(tmp_path / "spoilt.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("x.json", json.dumps(entry("GHSA-9", "my-library")))
    whole = (tmp_path / "spoilt.zip").read_bytes()
    (tmp_path / "spoilt.zip").write_bytes(whole[:40] + bytes(one ^ 0x5A for one in whole[40:90]) + whole[90:])
    found = look(tmp_path, parts)
    assert [(one.id, one.part.name, one.grade, one.mended) for one in found.holes] == [
        ("GHSA-1", "my-library", "critical", "2.0"), ("GHSA-3", "@a/b", "critical", "1.0.1"),
    ]  # fmt: skip
    assert (found.entries, found.unreadable, found.newest) == (11, 7, NOW)
