"""Whether the DNS holds the public halves of our keys (RFC 6376 section 3.6, RFC 8301, RFC 8463). Pure."""

import base64
import binascii
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from siegelpost.mailings.domain_answers import Answer
from siegelpost.mailings.domain_findings import ADVICE, BLOCK, OK, UNCHECKED, WARN, Finding, finding
from siegelpost.mailings.domain_records import Record
from siegelpost.mailings.domain_slots import key_at, pointer

SIGNS: Final = "signs"
NEXT: Final = "next"
FORMER: Final = "former"
SPARE: Final = "spare"
_KINDS: Final = {"rsa": "RSA", "ed25519": "Ed25519"}


@dataclass(frozen=True, slots=True)
class PublicKey:
    """One of our keys as it should be published.

    record  as it stands in the owner's own zone
    role    SIGNS, NEXT, FORMER, or SPARE for a name that waits for a key
    needed  False where nothing is signed with it (SIEGELPOST_SIGNATURES)
    until   of FORMER: until when mail on its way may need it
    target  where the key stands if the owner's name shall only lead there, "" otherwise
    """

    record: Record
    role: str
    needed: bool = True
    until: datetime | None = None
    target: str = ""

    @property
    def records(self) -> tuple[Record, ...]:
        """All that should be published for it."""
        if not self.target:
            return (self.record,)
        leads = pointer(self.record.name, self.target)
        return (leads,) if self.role == SPARE else (leads, key_at(self.target, self.record.value))

    def missing(self, answer: Answer) -> tuple[Record, ...]:
        """What is still to be published where the answer does not hold the key: nothing of the owner's if their name leads to it."""
        return self.records[1:] if self.target and answer.alias == self.target else self.records

    @property
    def kind(self) -> str:
        """rsa or ed25519."""
        return tags(self.record.value).get("k", "rsa")


def judge_key(key: PublicKey, answer: Answer, now: datetime) -> Finding:
    """What the answer to the TXT question at a selector says about one key."""
    if key.role == SPARE or (key.role == FORMER and key.target and key.until is not None and now >= key.until):
        return _spare(key, answer)
    facts = {"kind": _KINDS[key.kind], "name": key.record.name}
    code, why = _fault(key, answer)
    if key.role == SIGNS:
        return _signing(key, answer, code, why, facts)
    if key.role == NEXT:
        return _coming(key, answer, code, facts)
    return _leaving(key, answer, code, facts, now)


def tags(record: str) -> dict[str, str]:
    """The tags of a key record, values without spaces; {} where it is no such list or a tag stands twice (section 3.2)."""
    found: dict[str, str] = {}
    for part in record.split(";"):
        if part.strip():
            name, equals, value = part.partition("=")
            if not equals or name.strip() in found:
                return {}
            found[name.strip()] = "".join(value.split())
    return found


def _fault(key: PublicKey, answer: Answer) -> tuple[str, str]:
    """The last part of the finding's code, "" where the key fits; and why it is broken."""
    if answer.failed:
        return UNCHECKED, ""
    if not answer.values:
        return "dangling" if answer.alias else "missing", ""
    if len(answer.values) > 1:
        return "several", ""
    seen, ours = tags(answer.values[0]), tags(key.record.value)
    if why := _unusable(answer.values[0], seen):
        return "broken", why
    if not seen["p"]:
        return "revoked", ""
    if (seen.get("k", "rsa"), _bytes(seen["p"])) != (ours["k"], _bytes(ours["p"])):
        return "mismatch", ""
    return "", ""


def _unusable(text: str, seen: dict[str, str]) -> str:
    """Why a verifier would throw the record away, "" where it would not."""
    if not seen:
        return "tags"
    if "v" in seen and (seen["v"] != "DKIM1" or not text.lstrip().startswith("v")):
        return "version"
    if "p" not in seen or (seen["p"] and _bytes(seen["p"]) is None):
        return "key"
    if "sha256" not in seen.get("h", "sha256").split(":"):
        return "hash"
    return "" if {"*", "email"} & set(seen.get("s", "*").split(":")) else "service"


def _bytes(text: str) -> bytes | None:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None


def _signing(key: PublicKey, answer: Answer, code: str, why: str, facts: dict[str, str]) -> Finding:
    worst = BLOCK if key.needed else ADVICE
    if code == UNCHECKED:
        return finding("dkim.unchecked", worst, _asked(key, answer), publish=key.missing(answer))
    if code:
        return finding(
            f"dkim.{code}", worst, {**facts, "alias": answer.alias, "why": why}, published=answer.values, publish=key.missing(answer)
        )
    if "y" in tags(answer.values[0]).get("t", "").split(":"):
        return finding("dkim.testing", WARN if key.needed else ADVICE, facts, published=answer.values, publish=key.missing(answer))
    return finding("dkim.delegated" if answer.alias else "dkim.ok", OK, {**facts, "alias": answer.alias}, published=answer.values)


def _coming(key: PublicKey, answer: Answer, code: str, facts: dict[str, str]) -> Finding:
    if code == UNCHECKED:
        return finding("dkim.next_unchecked", ADVICE, _asked(key, answer), publish=key.missing(answer))
    if code:
        return finding("dkim.next_missing", ADVICE, facts, published=answer.values, publish=key.missing(answer))
    return finding("dkim.next_seen", OK, facts, published=answer.values)


def _leaving(key: PublicKey, answer: Answer, code: str, facts: dict[str, str], now: datetime) -> Finding:
    if code == UNCHECKED:
        return finding("dkim.old_unchecked", ADVICE, _asked(key, answer))
    if key.until is None or now >= key.until:
        gone = code in ("missing", "dangling", "revoked")
        return finding("dkim.old_removed", OK, facts) if gone else finding("dkim.old_removable", ADVICE, facts, published=answer.values)
    until = f"{key.until:%Y-%m-%d}"
    if code:
        return finding("dkim.old_gone", WARN, {**facts, "until": until}, published=answer.values, publish=key.missing(answer))
    return finding("dkim.old_kept", OK, {**facts, "until": until}, published=answer.values)


def _spare(key: PublicKey, answer: Answer) -> Finding:
    """A name that leads to the operator's zone already, so that the next key needs nothing from the owner."""
    facts = {"name": key.record.name, "target": key.target}
    if answer.failed:
        return finding("dkim.spare_unchecked", ADVICE, _asked(key, answer))
    if answer.alias != key.target:
        return finding("dkim.spare_missing", ADVICE, facts, published=answer.values, publish=[pointer(key.record.name, key.target)])
    return finding("dkim.spare_ok", OK, facts)


def _asked(key: PublicKey, answer: Answer) -> dict[str, str]:
    return {"asked": f"{key.record.name} TXT", "reason": answer.reason}
