"""DMARC aggregate reports: who sent how many messages in a domain's name, and whether they were aligned. Pure.

Read with expat alone: no entity and no document type is ever taken, nesting, text and lines have limits.

Source: RFC 7489 appendix C, RFC 9990.
"""

import ipaddress
from typing import Final
from xml.parsers.expat import ExpatError, ParserCreate, XMLParserType

from siegelpost.feedback.report_facts import Facts, Line, merged, moment, plain

BOTH, DKIM, SPF, NEITHER = "both", "dkim", "spf", "neither"
RESULTS: Final = {(True, True): BOTH, (True, False): DKIM, (False, True): SPF, (False, False): NEITHER}
"""By what a message was aligned with From."""
POLICIES: Final = frozenset({"none", "quarantine", "reject"})
MAX_LINES: Final = 20_000
MAX_DEPTH: Final = 10
MAX_TEXT: Final = 1_000  # characters of one element

_ROW: Final = "feedback/record/row"
_HEAD: Final = ("feedback/report_metadata/", "feedback/policy_published/domain")


class _Refused(Exception):
    """Not what a report looks like."""


def read_dmarc(document: bytes) -> Facts | None:
    """Return what a report says, None if the document is none. Raises nothing."""
    found = _Reading()
    try:
        found.parser.Parse(document, True)
        said = found.head
        begin, end = (moment(int(said[f"feedback/report_metadata/date_range/{name}"])) for name in ("begin", "end"))
        return Facts(
            domain=plain(said["feedback/policy_published/domain"]).lower().rstrip("."),
            reporter=plain(said.get("feedback/report_metadata/org_name", "")),
            number=plain(said["feedback/report_metadata/report_id"]),
            begin=begin,
            end=end,
            lines=merged(found.lines),
        )
    except (_Refused, ExpatError, KeyError, ValueError):
        return None


class _Reading:
    """Elements as they come; only those that matter keep their text."""

    def __init__(self) -> None:
        self.head: dict[str, str] = {}
        self.lines: list[Line] = []
        self._path: list[str] = []
        self._text: list[str] = []
        self._length = 0
        self._row: dict[str, str] = {}
        self.parser: XMLParserType = ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = self.parser.EntityDeclHandler = self._refuse
        self.parser.StartElementHandler = self._start
        self.parser.CharacterDataHandler = self._characters
        self.parser.EndElementHandler = self._end

    def _refuse(self, *_declared: object) -> None:
        raise _Refused

    def _start(self, name: str, _attributes: dict[str, str]) -> None:
        self._path.append(name.rpartition(" ")[2])
        self._text, self._length = [], 0
        if len(self._path) > MAX_DEPTH or len(self.lines) > MAX_LINES:
            raise _Refused
        if "/".join(self._path) == _ROW:
            self._row = {}

    def _characters(self, text: str) -> None:
        self._length += len(text)
        if self._length > MAX_TEXT:
            raise _Refused
        self._text.append(text)

    def _end(self, _name: str) -> None:
        path, text = "/".join(self._path), "".join(self._text).strip()
        self._path.pop()
        self._text, self._length = [], 0
        if path.startswith(_HEAD):
            self.head.setdefault(path, text)
        elif path == _ROW:
            self.lines.append(_line(self._row))
        elif path.startswith(f"{_ROW}/"):
            self._row[path.removeprefix(f"{_ROW}/")] = text


def _line(row: dict[str, str]) -> Line:
    policy = row.get("policy_evaluated/disposition", "").lower()
    aligned = tuple(row.get(f"policy_evaluated/{name}", "").lower() == "pass" for name in ("dkim", "spf"))
    source = str(ipaddress.ip_address(row["source_ip"]))
    return Line(source, RESULTS[aligned[0], aligned[1]], policy if policy in POLICIES else "", int(row["count"]))
