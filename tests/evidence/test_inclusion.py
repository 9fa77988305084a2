"""Proofs that an entry is in a log: against the definition of RFC 9162, and against everything that is not the entry."""

import base64
from datetime import UTC, datetime
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siegelpost.evidence import notes
from siegelpost.evidence.lines import entry_line
from siegelpost.evidence.merkle import Tree, climb, inclusion, leaf_hash
from siegelpost.evidence.proof_file import Proof, ProofDamaged, open_proof, write_proof
from siegelpost.evidence.sealed_file import sign_file, verify_file
from tests.evidence.test_merkle import PUBLISHED, by_definition

SEED = bytes(range(32))
KEY = notes.public_key(SEED)
NOW = datetime(2026, 5, 1, tzinfo=UTC)


def by_the_book(index: int, leaves: list[bytes]) -> list[bytes]:
    """PATH of RFC 9162, section 2.1.3.1, word for word."""
    if len(leaves) == 1:
        return []
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    if index < split:
        return [*by_the_book(index, leaves[:split]), by_definition(leaves[split:])]
    return [*by_the_book(index - split, leaves[split:]), by_definition(leaves[:split])]


def logs() -> st.SearchStrategy[tuple[list[bytes], int]]:
    return st.lists(st.binary(max_size=3), min_size=1, max_size=70).flatmap(
        lambda leaves: st.tuples(st.just(leaves), st.integers(0, len(leaves) - 1))
    )


@given(logs())
def test_a_proof_is_that_of_the_definition_and_leads_to_the_root(log: tuple[list[bytes], int]) -> None:
    leaves, index = log
    path = inclusion(index, len(leaves), map(leaf_hash, leaves))
    assert path == by_the_book(index, leaves)
    assert climb(index, len(leaves), leaf_hash(leaves[index]), path) == by_definition(leaves)


@pytest.mark.slow
@given(logs(), st.data())
def test_no_other_entry_place_size_or_path_leads_to_that_root(log: tuple[list[bytes], int], data: st.DataObject) -> None:
    leaves, index = log
    size, root = len(leaves), by_definition(leaves)
    path = inclusion(index, size, map(leaf_hash, leaves))

    def leads(place: int, many: int, leaf: bytes, way: list[bytes]) -> bool:
        try:
            return climb(place, many, leaf, way) == root
        except ValueError:
            return False

    leaf = leaf_hash(leaves[index])
    assert leads(index, size, leaf, path)
    assert not leads(index, size, sha256(b"\x01" + leaves[index]).digest(), path)
    assert not leads(index, size, leaf, [*path, leaf]) and not (path and leads(index, size, leaf, path[:-1]))
    other = data.draw(st.integers(-1, size))
    assert other == index or leads(other, size, leaf, path) is False or leaves[other] == leaves[index]
    if path:
        at = data.draw(st.integers(0, len(path) - 1))
        assert not leads(index, size, leaf, [*path[:at], bytes(32), *path[at + 1 :]])


@pytest.mark.parametrize("size", range(1, len(PUBLISHED) + 1))
def test_every_place_of_the_published_trees_is_proven(size: int) -> None:
    tree = Tree()
    for one in PUBLISHED[:size]:
        tree.append(leaf_hash(one))
    for index in range(size):
        path = inclusion(index, size, map(leaf_hash, PUBLISHED))
        assert climb(index, size, leaf_hash(PUBLISHED[index]), path) == tree.root()


@pytest.mark.parametrize(("index", "size", "there"), [(0, 0, 1), (-1, 3, 3), (3, 3, 3), (1, 4, 3)])
def test_a_place_that_is_not_there_has_no_proof(index: int, size: int, there: int) -> None:
    with pytest.raises(ValueError, match="lea"):
        inclusion(index, size, [bytes(32)] * there)


def proven(leaf: bytes, key: bytes = SEED) -> str:
    """The proof of the third entry of five."""
    hashes = [leaf_hash(one) for one in (b"a", b"b", leaf, b"d", b"e")]
    tree = Tree()
    for one in hashes:
        tree.append(one)
    checkpoint = notes.sign(notes.Note("siegelpost/1/alpha", 5, tree.root(), NOW), key)
    return write_proof(Proof(leaf, 2, inclusion(2, 5, hashes), checkpoint))


LEAF = entry_line({"id": 3, "act": "list.created"}, bytes(16))


def test_the_text_of_a_proof_names_the_entry_and_its_place_and_holds_a_checkpoint_to_keep() -> None:
    text = proven(LEAF)
    place, entry, note = open_proof(text, KEY)
    assert (place, entry["act"], note.size) == (3, "list.created", 5)
    assert text.startswith("c2sp.org/tlog-proof@v1\nextra ") and "\nindex 2\n" in text
    (kept,) = notes.found_in(text)
    assert notes.opened(kept, KEY) == note


def test_a_proof_with_one_sign_changed_opens_no_more() -> None:
    text = proven(LEAF)
    for at, sign in enumerate(text):
        changed = text[:at] + ("A" if sign != "A" else "B") + text[at + 1 :]
        with pytest.raises(ProofDamaged):
            open_proof(changed, KEY)


def test_a_proof_under_another_key_or_of_what_is_no_entry_opens_not() -> None:
    for text in (proven(LEAF, bytes(32)), proven(b"[]"), proven(b"x"), proven(b'{"entry":1}'), "", "c2sp.org/tlog-proof@v1\n\n"):
        with pytest.raises(ProofDamaged):
            open_proof(text, KEY)
    longer = proven(LEAF).replace("index 2\n", f"index 2\n{base64.b64encode(bytes(32)).decode()}\n")
    with pytest.raises(ProofDamaged):
        open_proof(longer, KEY)


@pytest.mark.parametrize(
    ("before", "after"), [("index 2", "index 02"), ("index 2", "index +2"), ("index 2", "index 2 "), ("\nindex", "=\nindex")]
)
def test_a_proof_is_written_in_one_way_only(before: str, after: str) -> None:
    with pytest.raises(ProofDamaged):
        open_proof(proven(LEAF).replace(before, after, 1), KEY)


def vouching(digest: str, act: str = "evidence.input_log_exported", **details: str) -> dict[str, object]:
    """The entry that says that the input log of two days was handed out."""
    return {"id": 3, "act": act, "details": {"from": "2026-05-01", "to": "2026-05-02", "hash": digest, **details}}


def test_only_the_entry_of_its_own_handing_out_vouches_for_a_file() -> None:
    """Else a forged file that was taken over the exchange desk once would be in the log, too."""
    signature, digest = sign_file("siegelpost/1/alpha", "input-log/2026-05-01/2026-05-02", [b"content"], at=NOW, seed=SEED)
    unknown, _same = sign_file("siegelpost/1/alpha", "other/2026-05-01/2026-05-02", [b"content"], at=NOW, seed=SEED)

    def judged(entry: dict[str, object], by: str = signature) -> tuple[tuple[str, ...], int]:
        found = verify_file([b"content"], by.encode(), proof=proven(entry_line(entry, bytes(16))).encode())
        return found.faults, found.entry

    assert judged(vouching(digest)) == ((), 3)
    for other in (
        vouching(digest, "handover.prepared"), vouching(digest, **{"from": "2026-04-01"}), vouching(digest, to="2026-05-03"),
        vouching("00" * 32), {"id": 3, "act": "evidence.input_log_exported"},
    ):  # fmt: skip
        assert judged(other) == (("not_logged",), 0)
    assert judged(vouching(digest), unknown) == (("not_logged",), 0)


def test_an_entry_that_says_two_things_or_is_too_deep_to_be_read_proves_nothing() -> None:
    leaf = entry_line(vouching("aa"), bytes(16))
    twice = leaf.replace(b'"hash":"aa"', b'"hash":"bb","hash":"aa"')
    for wrong in (twice, leaf + b" ", b"[" * 200_000, b'{"entry":{},"salt":1e999}'):
        with pytest.raises(ProofDamaged):
            open_proof(proven(wrong), KEY)


def test_the_mail_with_checkpoints_of_two_logs_is_a_witness_of_the_one_that_the_file_comes_from() -> None:
    signature, _digest = sign_file("siegelpost/1/alpha", "input-log/2026-05-01/2026-05-02", [b"content"], at=NOW, seed=SEED)
    own = notes.sign(notes.Note("siegelpost/1/alpha", 5, bytes(32), NOW), SEED)
    operators = notes.sign(notes.Note("siegelpost/1/operator", 9, bytes(32), NOW), bytes(32))
    found = verify_file([b"content"], signature.encode(), [f"Guten Tag\n\n{own}\nund\n\n{operators}\n".encode()])
    assert (found.faults, found.witnessed) == ((), 1)
    assert verify_file([b"content"], signature.encode(), [operators.encode()]).faults == ("other_key",)
    forged = notes.sign(notes.Note("siegelpost/1/alpha", 5, bytes(32), NOW), bytes(32))
    assert verify_file([b"content"], signature.encode(), [f"{own}\n{forged}".encode()]).faults == ("other_key",)


def test_a_proof_from_another_log_does_not_count_though_it_names_the_file_and_is_signed_with_the_same_key() -> None:
    signature, digest = sign_file("siegelpost/1/alpha", "input-log/2026-05-01/2026-05-02", [b"content"], at=NOW, seed=SEED)
    leaf = entry_line(vouching(digest), bytes(16))
    own = proven(leaf)
    assert verify_file([b"content"], signature.encode(), proof=own.encode()).faults == ()
    hashes = [leaf_hash(leaf)]
    foreign = notes.sign(notes.Note("siegelpost/1/alph", 1, hashes[0], NOW), SEED)
    other = write_proof(Proof(leaf, 0, [], foreign))
    found = verify_file([b"content"], signature.encode(), proof=other.encode())
    assert (found.faults, found.entry) == (("proof",), 0)


@pytest.mark.parametrize("size", [2, 3, 5, 8])
def test_a_hash_on_the_way_is_no_root(size: int) -> None:
    hashes = [leaf_hash(one) for one in PUBLISHED[:size]]
    path = inclusion(0, size, hashes)
    for length in range(len(path)):
        with pytest.raises(ValueError, match="too short"):
            climb(0, size, hashes[0], path[:length])


def test_a_signature_that_names_another_length_is_not_that_of_the_file() -> None:
    what = notes.Note("siegelpost/1/alpha/x", 8, sha256(b"content").digest(), NOW)
    signature = f"{notes.verifier(what.origin, KEY)}\n{notes.sign(what, SEED)}"
    assert verify_file([b"content"], signature.encode()).faults == ("changed",)


def test_a_proof_that_goes_on_above_the_root_is_refused() -> None:
    for size in (1, 2, 5):
        path = inclusion(0, size, [bytes(32)] * size)
        with pytest.raises(ValueError, match="too long"):
            climb(0, size, bytes(32), [*path, bytes(32)])
