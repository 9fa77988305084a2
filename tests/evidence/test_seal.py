"""Every entry gets one place in the log, in an order that stays, and checkpoints are signed over all of them."""

from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import DatabaseError

from siegelpost.evidence import notes, seal
from siegelpost.evidence.errors import LogBroken
from siegelpost.evidence.lines import read_leaf
from siegelpost.evidence.merkle import Tree, leaf_hash
from siegelpost.evidence.models import Checkpoint, Entry, Leaf
from siegelpost.evidence.verify import verify
from siegelpost.tenancy.handle import TenantDB
from tests.evidence.logs import NOW, TABLES, exported, past_the_system, write


def sealed(tenant: TenantDB) -> notes.Note:
    return notes.opened(seal.seal(tenant, now=NOW), notes.public_key(tenant.keys.checkpoints))


def test_every_entry_has_a_place_and_the_checkpoint_stands_over_all(alpha: TenantDB) -> None:
    write(alpha, 250)
    note, entries = sealed(alpha), list(alpha.objects(Entry).order_by("id"))
    leaves = list(alpha.objects(Leaf).order_by("id"))
    tree = Tree()
    for leaf, entry in zip(leaves, entries, strict=True):
        assert (leaf.id, leaf.entry_id) == (tree.size + 1, entry.pk)
        tree.append(leaf_hash(seal.line_of(entry, bytes(leaf.salt))))
    assert (note.size, note.root, note.at) == (len(entries), tree.root(), NOW)


def test_where_nothing_was_logged_nothing_is_signed_again(alpha: TenantDB) -> None:
    write(alpha, 3)
    first = seal.seal(alpha, now=NOW)
    assert seal.seal(alpha, now=NOW + timedelta(hours=1)) == first
    assert alpha.objects(Checkpoint).count() == 1


def test_salts_differ_where_entries_do_not(alpha: TenantDB) -> None:
    write(alpha, 1)
    write(alpha, 1)
    sealed(alpha)
    last = list(alpha.objects(Leaf).order_by("-id")[:2])
    assert last[0].salt != last[1].salt and last[0].hash != last[1].hash


def test_an_entry_whose_transaction_took_longer_gets_its_place_later(alpha: TenantDB) -> None:
    """On PostgreSQL a lower number can be committed after a higher one."""
    write(alpha, 2)
    past_the_system(alpha, "UPDATE evidence_entry SET id = id + 50 WHERE id = (SELECT MAX(id) FROM evidence_entry)")
    before = sealed(alpha)
    highest = alpha.objects(Entry).order_by("-id").values_list("id", flat=True)[0]
    with alpha.atomic():
        Entry(id=highest - 7, at=NOW, actor="operator", act="list.created").save(using=alpha.alias, force_insert=True)
    assert sealed(alpha).size == before.size + 1
    assert alpha.objects(Leaf).order_by("-id").values_list("entry_id", flat=True)[0] == highest - 7


def test_entries_of_days_long_past_are_not_looked_at_again(alpha: TenantDB) -> None:
    write(alpha, 5)
    sealed(alpha)
    write(alpha, 2)
    later = NOW + timedelta(days=2)
    seal.seal(alpha, now=later)
    assert alpha.objects(Checkpoint).order_by("size").first().through < alpha.objects(Entry).order_by("-id").first().pk  # type: ignore[union-attr]
    assert not seal.unsealed(alpha).exists()


def test_leaves_and_checkpoints_are_neither_changed_nor_removed(alpha: TenantDB) -> None:
    write(alpha)
    sealed(alpha)
    refused = 0
    for table in TABLES:
        for statement in (f"UPDATE {table} SET id = 900", f"DELETE FROM {table}"):
            with suppress(DatabaseError), alpha.atomic(), alpha.cursor() as cursor:
                cursor.execute(statement)
                refused -= 1
            refused += 1
    assert refused == 2 * len(TABLES)


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM evidence_leaf WHERE id = 2",
        "DELETE FROM evidence_leaf WHERE id > 2",
        "UPDATE evidence_checkpoint SET size = size + 1",
        "UPDATE evidence_checkpoint SET note = REPLACE(note, 'alpha', 'beta')",
        "UPDATE evidence_checkpoint SET peaks = (SELECT hash FROM evidence_leaf WHERE id = 1)",
    ],
)
def test_no_checkpoint_is_signed_over_a_log_that_does_not_go_on_from_the_last(alpha: TenantDB, statement: str) -> None:
    write(alpha, 4)
    sealed(alpha)
    if "= 2" in statement:  # a gap is seen where a tree is grown over it
        past_the_system(alpha, "DELETE FROM evidence_checkpoint")
    past_the_system(alpha, statement)
    write(alpha, 1)
    before = alpha.objects(Checkpoint).count()
    with pytest.raises(LogBroken):
        seal.seal(alpha, now=NOW)
    assert alpha.objects(Checkpoint).count() == before


def test_the_file_holds_what_the_log_holds(alpha: TenantDB, tmp_path: Path) -> None:
    write(alpha, 30)
    lines = exported(alpha, tmp_path / "log").splitlines(keepends=True)
    found = verify(lines)
    assert (found.counts, found.entries, found.signed) == ({}, alpha.objects(Leaf).count(), 1)
    leaf, _hash = read_leaf(lines[-1])
    assert leaf is not None and b'"act":"evidence.exported"' in leaf
