"""One file per message (`messages/…/N.eml`, its envelope beside it in `N.json`) and one per act of a recipient (`acts/N-ACT.json`).

Whatever is counted is counted from these files.
"""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

ACTS = ("open", "click", "one_click", "mailto", "hard_bounce", "complaint")


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """What the sender said about one message.

    number      1, 2, 3 … in the order of arrival
    sender      of MAIL FROM, "" for a bounce
    recipients  of RCPT TO, those that were accepted
    at          seconds since 1970 when the final dot arrived
    connection  number of the connection, 1, 2, 3 …
    faults      what breaks RFC 5321/5322: "bare newline", "long line"
    """

    number: int
    sender: str
    recipients: list[str]
    at: float
    connection: int
    helo: str = ""
    options: str = ""
    faults: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """What one recipient did with one message.

    act      one of ACTS
    done     the other side took it
    outcome  its answer: "200", "302", "250 …", or why it was not even tried
    """

    message: int
    act: str
    address: str
    done: bool
    outcome: str
    at: float


class Store:
    """A folder with messages and acts."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._messages = folder / "messages"
        self._acts = folder / "acts"
        self._messages.mkdir(parents=True, exist_ok=True)
        self._acts.mkdir(exist_ok=True)
        self._last = max((envelope.number for envelope in self.envelopes()), default=0)

    def next_number(self) -> int:
        """Return the number of the next message."""
        self._last += 1
        return self._last

    def put(self, envelope: Envelope, content: bytes) -> None:
        """File one message; it counts from the moment in which its envelope has its final name."""
        place = self._place(envelope.number)
        if envelope.number % 1000 in (0, 1) or not place.parent.exists():
            place.parent.mkdir(exist_ok=True)
        place.with_suffix(".eml").write_bytes(content)
        _write_json(place.with_suffix(".json"), asdict(envelope))

    def content(self, number: int) -> bytes:
        """Return message `number` as it came in, dots unstuffed. Raises FileNotFoundError."""
        return self._place(number).with_suffix(".eml").read_bytes()

    def envelopes(self) -> Iterator[Envelope]:
        """All envelopes in the order of arrival."""
        for path in sorted(self._messages.glob("*/*.json")):
            yield Envelope(**json.loads(path.read_bytes()))

    def put_act(self, act: Act) -> None:
        """File one act; the same act on the same message again replaces it."""
        _write_json(self._acts / f"{act.message:08d}-{act.act}.json", asdict(act))

    def acts(self) -> list[Act]:
        """All acts, by message."""
        return [Act(**json.loads(path.read_bytes())) for path in sorted(self._acts.glob("*.json"))]

    def counts(self) -> dict[str, Any]:
        """Count the files.

        automatic   accepted system mails (Auto-Submitted, RFC 3834): confirmations, notices; not counted below
        messages    all others that were accepted
        recipients  different addresses among them, upper and lower case being the same
        duplicates  recipients beyond the first under the same Message-ID
        faults      messages that break RFC 5321/5322
        and the acts that the other side took: opens, clicks, one_click, mailto, hard_bounces, complaints; failed_acts the others.
        """
        addresses: set[str] = set()
        seen: set[tuple[str, str]] = set()
        automatic = messages = faults = duplicates = 0
        for envelope in self.envelopes():
            headers = _headers(self.content(envelope.number))
            if headers.get("auto-submitted", "no").lower() != "no":
                automatic += 1
                continue
            messages += 1
            faults += bool(envelope.faults)
            message_id = headers.get("message-id", "")
            for address in envelope.recipients:
                key = (message_id, address.lower())
                duplicates += bool(message_id) and key in seen
                seen.add(key)
                addresses.add(address.lower())
        acts = self.acts()
        done = {name: sum(act.done for act in acts if act.act == name) for name in ACTS}
        return {
            "automatic": automatic,
            "messages": messages,
            "recipients": len(addresses),
            "duplicates": duplicates,
            "faults": faults,
            "opens": done["open"],
            "clicks": done["click"],
            "one_click": done["one_click"],
            "mailto": done["mailto"],
            "hard_bounces": done["hard_bounce"],
            "complaints": done["complaint"],
            "failed_acts": sum(not act.done for act in acts),
        }

    def _place(self, number: int) -> Path:
        return self._messages / f"{number // 1000:05d}" / f"{number:08d}"


def _headers(content: bytes) -> dict[str, str]:
    """Names in small letters; of several headers with the same name the last."""
    head = content.partition(b"\r\n\r\n")[0].replace(b"\r\n ", b" ").replace(b"\r\n\t", b" ")
    pairs = (line.decode("ascii", "replace").partition(":") for line in head.split(b"\r\n"))
    return {name.lower(): value.strip() for name, _colon, value in pairs}


def _write_json(path: Path, value: dict[str, Any]) -> None:
    """Write under another name first: whoever counts meanwhile must not meet half a file."""
    half = path.with_suffix(".new")
    half.write_bytes(json.dumps(value, ensure_ascii=False).encode())
    half.replace(path)
