"""What lies beside the data in an export and explains it: in German and in English, for people who have never seen this system. Pure."""

from typing import Final

from siegelpost.base.i18n import marked as _
from siegelpost.base.i18n import translate

NAME: Final = "README.txt"
WIDTH: Final = 72
PARTS: Final = (
    _("Everything of {name}, as it was on {at} UTC"),
    _(
        "This archive holds all data of one controller, in forms that any program reads: text, CSV, JSON. A .jsonl file has one JSON "
        "object in each line. Times are UTC (ISO 8601); some tables count seconds since 1970. Files end their lines with LF and are UTF-8."
    ),
    _(
        "people.csv: everybody who is stored, with all fields and lists. consents.jsonl: every consent, running and withdrawn, with the "
        "exact words, the source and the times, so that each can be proven (Art. 7(1) GDPR). mailings/: the texts of all mailings. "
        "reports/: their figures. files/: whatever lay beside the database, such as instructions, in clear."
    ),
    _(
        "tables/, sign-ups/ and operator/: every table as it is, one file each; operator/ has what the operator keeps about you: settings, "
        "roles, tokens, visits. staff/history.jsonl: who got or lost which role when; staff/names.json says who a number is."
    ),
    _(
        "evidence/log.jsonl: the log of all acts as a Merkle tree with its signed checkpoints. `siegelpost evidence verify log.jsonl` "
        "proves that not one entry was changed; give it the checkpoints that you got by mail. "
        "evidence/access.csv: who was where, as far as kept."
    ),
    _(
        "keys.json: opt-outs, complaints and retained addresses lie as keyed hashes in tables/consent.Suppression.jsonl. For an address: "
        "HMAC-SHA256 with the key `addresses` (hex) over the address in small letters, the first 16 bytes in hex. So the next system can "
        "ask before it writes to anybody. Keep this file as safe as the addresses."
    ),
    _(
        "manifest.json names every file with its SHA-256 and every table with its number of rows; what was left out stands there with the "
        "reason. `sha256sum --check SHA256SUMS` compares all of them."
    ),
    _(
        "This archive holds personal data of many people. From now on you answer for this copy: keep it encrypted, and delete it when it "
        "has served its purpose."
    ),
)


def readme(name: str, at: str) -> bytes:
    """Both languages, one after the other."""
    return "\n".join(_text(language, name, at) for language in ("de", "en")).encode()


def _text(language: str, name: str, at: str) -> str:
    head, *rest = (translate(one, language).format(name=name, at=at) for one in PARTS)
    return "\n\n".join((f"{head}\n{'=' * len(head)}", *map(_wrapped, rest))) + "\n"


def _wrapped(text: str) -> str:
    lines, line = [], ""
    for word in text.split():
        if line and len(line) + 1 + len(word) > WIDTH:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}" if line else word
    return "\n".join([*lines, line])
