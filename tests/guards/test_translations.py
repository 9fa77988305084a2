"""Whatever we say in English, we say in German too, in the room that says it."""

import re
from collections import defaultdict

from tests.guards import messages
from tests.guards.sources import rooms, shown


def test_every_message_is_translated() -> None:
    assert messages.missing() == []


def test_every_marked_message_is_a_plain_text() -> None:
    faults = []
    for room in rooms():
        for path in room.rglob("*.py"):
            faults += [f"{shown(path)}:{line}" for line, text in messages.in_code(path) if text is None]
    assert faults == []


def test_no_translation_is_empty_or_doubtful() -> None:
    faults = [
        f"{room.name}: {message.id!r}" for room, message in messages.entries() if message.fuzzy or not all(messages.texts(message.string))
    ]
    assert faults == []


def test_no_translation_is_left_over() -> None:
    faults = []
    for room in rooms():
        said = messages.said_by(room)
        faults += [
            f"{room.name}: {message.id!r}" for message in messages.catalogue(room) if message.id and messages.key_of(message) not in said
        ]
    assert faults == []


def test_translations_keep_the_facts() -> None:
    faults = []
    for room, message in messages.entries():
        wanted = set().union(*(messages.placeholders(text) for text in messages.texts(message.id)))
        got = set().union(*(messages.placeholders(text) for text in messages.texts(message.string)))
        if wanted != got:
            faults.append(f"{room.name}: {message.id!r}: {sorted(wanted ^ got)}")
    assert faults == []


def test_the_same_words_mean_the_same_everywhere() -> None:
    """All catalogues are merged at run time; two translations of one text would hide one another."""
    known: dict[messages.Key, set[str]] = defaultdict(set)
    for _room, message in messages.entries():
        known[messages.key_of(message)].add("|".join(messages.texts(message.string)))
    assert {key: found for key, found in known.items() if len(found) > 1} == {}


def test_german_says_sie() -> None:
    familiar = re.compile(r"\b(du|dich|dir|dein|deine|deinen|deiner|deinem|deines)\b", re.IGNORECASE)
    faults = [
        f"{room.name}: {message.string!r}"
        for room, message in messages.entries()
        if familiar.search(" ".join(messages.texts(message.string)))
    ]
    assert faults == []
