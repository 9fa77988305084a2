"""A program that tries to find out who opened and who clicked, with everything that lies in a home folder.

It has every byte of every file, every row of every table, the master key, the source code (so it knows each layout and
each hash), and it knows each recipient: address, id, network address, mail program, and the second of the delivery.
Each tactic gives every person a score; whoever has the highest scores is accused. Where a tactic sees nothing, its
scores are equal, and the accusation is a lottery.
"""

import random
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from itertools import pairwise

from siegelpost.measure.devices import kind_of
from siegelpost.measure.spool import SUFFIX
from tests.measure.clues import digests, likely_authors, numbers_of, occurrences, salts_of, windows
from tests.measure.loot import Loot, Person, Scores


def by_ids(loot: Loot, people: list[Person]) -> Scores:
    """A column of what requests left whose values are ids of recipients, or of their deliveries."""
    owners = {str(row["id"]): int(str(row["subscriber_id"])) for row in loot.rows("delivery_delivery")}
    known = [{str(person.subscriber_id): person.subscriber_id for person in people}, owners]
    best: list[int] = []
    for _name, column in loot.traces():
        for ids in known:
            hits = [ids[word] for word in column if word in ids]
            if len(hits) == len([word for word in column if word]) and len(set(hits)) > len(set(best)):
                best = hits
    return _counted(best)


SLIP = 0.05
_TOKENS = re.compile(rb"(?<![\w-])[\w-]{20,120}(?![\w-])")


def by_tokens(loot: Loot, people: list[Person]) -> Scores:
    """Tokens anywhere in the folder that name a recipient; the layout of tokens is public."""
    ids = {person.subscriber_id for person in people}
    named: list[int] = []
    for path in loot.files():
        for text in _TOKENS.findall(path.read_bytes()):
            named += [number for number in set(numbers_of(text)) if number in ids]
    return _counted(named)


def by_addresses(loot: Loot, people: list[Person]) -> Scores:
    """E-mail or network addresses in spool, logs and measuring tables, in clear."""
    found = Counter(
        re.findall(r"[\w.+-]+@[\w.-]+|\d{1,3}(?:\.\d{1,3}){3}", "\n".join(word for _name, column in loot.traces() for word in column))
    )
    return {person.subscriber_id: float(found[person.email] + found[person.address]) for person in people}


def by_bytes(loot: Loot, people: list[Person]) -> Scores:
    """Whose addresses stand most often in all bytes: files, pages of the databases in use or given back, logs of commits."""
    words = {each.subscriber_id: (each.email.encode(), each.address.encode()) for each in people}
    found = occurrences(loot.bytes(), {word for both in words.values() for word in both})
    return {person_id: float(found[email] + found[address]) for person_id, (email, address) in words.items()}


def by_rows(loot: Loot, people: list[Person]) -> Scores:
    """Whom the most rows of all tables name."""
    return _counted(int(str(row["subscriber_id"])) for row in loot.all_rows() if row.get("subscriber_id") is not None)


def by_marks(loot: Loot, people: list[Person]) -> Scores:
    """Whose rows differ from what most rows of the same table say in the same column."""
    scores: Scores = defaultdict(float)
    for name, rows in loot.tables.items():
        whose = "id" if name.endswith(".audience_subscriber") else "subscriber_id"
        for column in rows[0] if rows and whose in rows[0] else ():
            usual, many = Counter(str(row[column]) for row in rows).most_common(1)[0]
            if many >= len(people) / 2:
                for row in rows:
                    scores[int(str(row[whose]))] += str(row[column]) != usual
    return scores


def by_hashes(loot: Loot, people: list[Person]) -> Scores:
    """Hashes of what is known about each person, with each salt and key that lies in the folder, looked for in all bytes."""
    haystack = loot.bytes()
    haystack += b"\n".join(bytes(value) for row in loot.all_rows() for value in row.values() if isinstance(value, bytes | memoryview))
    seen = windows(haystack)
    scores: Scores = dict.fromkeys((person.subscriber_id for person in people), 0.0)
    for salt in sorted(salts_of(loot)):
        for person in people:
            for digest in digests(salt, person):
                if digest[:8] in seen or digest.hex()[:16].encode() in seen:
                    scores[person.subscriber_id] += 1
    return scores


def by_hours(loot: Loot, people: list[Person]) -> Scores:
    """Who got the mail in or just before an hour with many requests."""
    asked: Counter[int] = Counter()
    for row in loot.rows("measure_counter"):
        asked[int(str(row["hour"]))] += int(str(row["n"]))
    for path in loot.files():
        if path.suffix == SUFFIX:
            asked[int(path.name.split("-")[1])] += path.read_bytes().count(b"\nh ") + 1
    delivered = {person_id: int(moment) // 3600 for person_id, moment in loot.delivered().items()}
    cohort = Counter(delivered.values())
    return {person_id: asked[hour] / cohort[hour] for person_id, hour in delivered.items()}


def by_order(loot: Loot, people: list[Person]) -> Scores:
    """The n-th request is by the person at the same place of the order of deliveries."""
    order = loot.order()
    lines = [line for line in loot.spool_lines() if line.startswith("h ")] or [str(row) for row in loot.rows("measure_counter")]
    if not lines or not order:
        return {}
    return _counted(order[place * len(order) // len(lines)] for place in range(len(lines)))


def by_order_of_devices(loot: Loot, people: list[Person]) -> Scores:
    """Requests come in the order of deliveries; who fits by place and class of device is likely to have opened."""
    return {person_id: opened for person_id, (opened, _clicked) in _authors(loot, people).items()}


def by_order_of_devices_that_click(loot: Loot, people: list[Person]) -> Scores:
    """The same for an open that is followed by a click."""
    return {person_id: clicked for person_id, (_opened, clicked) in _authors(loot, people).items()}


def by_file_times(loot: Loot, people: list[Person]) -> Scores:
    """Who got the mail right before a file or folder was last touched."""
    return {
        person_id: float(sum(0 <= moment - delivered < 2 for moment in loot.touched)) for person_id, delivered in loot.delivered().items()
    }


def by_journal(loot: Loot, people: list[Person]) -> Scores:
    """SQLite's write-ahead log keeps the order of commits: who was delivered to right before a counter rose?"""
    scores: Scores = defaultdict(float)
    last: set[int] = set()
    for (sent_before, asked_before), (sent, asked) in pairwise(loot.history()):
        last = sent - sent_before or last
        for person_id in last if asked > asked_before else ():
            scores[person_id] += (asked - asked_before) / len(last)
    return scores


def by_devices(loot: Loot, people: list[Person]) -> Scores:
    """Who uses a class of device that opened more than the others."""
    opened: Counter[str] = Counter()
    for row in loot.rows("measure_classcounter"):
        opened[str(row["name"])] += int(str(row["n"]))
    for line in loot.spool_lines():
        if line.startswith("c "):
            opened[line.split(" ")[4]] += int(line.split(" ")[5])
    owned = Counter(_device_of(person.agent) for person in people)
    return {person.subscriber_id: opened[_device_of(person.agent)] / owned[_device_of(person.agent)] for person in people}


Tactic = Callable[[Loot, list[Person]], Scores]
TACTICS: tuple[Tactic, ...] = (
    *(by_ids, by_tokens, by_addresses, by_bytes, by_hashes, by_rows, by_marks, by_hours, by_journal, by_file_times),
    *(by_devices, by_order, by_order_of_devices, by_order_of_devices_that_click),
)


def suspect(loot: Loot, people: list[Person]) -> dict[str, Scores]:
    """What each tactic makes of the loot."""
    return {tactic.__name__: tactic(loot, people) for tactic in TACTICS}


def accuse(suspected: dict[str, Scores], people: list[Person], many: int, chance: random.Random) -> dict[str, set[int]]:
    """Name `many` people by each tactic; ties are drawn by lot."""
    accused = {}
    for tactic, scores in suspected.items():
        lots = [person.subscriber_id for person in people]
        chance.shuffle(lots)
        accused[tactic] = set(sorted(lots, key=lambda person_id: -scores.get(person_id, 0))[:many])
    return accused


def _authors(loot: Loot, people: list[Person]) -> dict[int, tuple[float, float]]:
    owned = {person.subscriber_id: _device_of(person.agent) for person in people}
    words = [line.split(" ") for line in loot.spool_lines() if line.startswith("h ")]
    asked = [(each[4] if len(each) > 4 else "unknown", each[3] == "0") for each in words]
    followed = [*asked[1:], ("", True)]
    opens = [(device, not next_opens) for (device, is_open), (_device, next_opens) in zip(asked, followed, strict=False) if is_open]
    order = loot.order()
    if not opens or not len(opens) < len(order):
        return {}
    marked = min(max(sum(clicks for _device, clicks in opens) / len(opens), 0.01), 0.99)
    found = likely_authors([owned[person_id] for person_id in order], opens, len(opens) / len(order), marked, SLIP)
    return dict(zip(order, found, strict=True))


def _device_of(agent: str) -> str:
    return kind_of(agent, {}).device


def _counted(found: Iterable[int]) -> Scores:
    return {person_id: float(n) for person_id, n in Counter(found).items()}
