"""What a receiver's SPF check says about the envelope sender's domain and one address (RFC 7208). Pure: the answers come in a Book."""

import ipaddress
import re
from dataclasses import dataclass
from typing import Final

from siegelpost.mailings.domain_answers import Answer, Book

MAX_LOOKUPS: Final = 10  # RFC 7208 section 4.6.4
MAX_VOIDS: Final = 2  # the same section
MAX_MX: Final = 10  # hosts of one "mx", the same section
PASS: Final = "pass"  # noqa: S105 - no password, a result
NONE: Final = "none"
PERMERROR: Final = "permerror"
TEMPERROR: Final = "temperror"
NEUTRAL: Final = "neutral"
_RESULTS: Final = {"+": PASS, "-": "fail", "~": "softfail", "?": NEUTRAL}
_TERM: Final = re.compile(
    r"(?P<sign>[+?~-]?)(?P<name>all|include|a|mx|ptr|ip4|ip6|exists)(?P<rest>[:/].*)?"
    r"|(?P<modifier>[a-z][a-z0-9_.-]*)=(?P<value>.*)",
    re.IGNORECASE,
)
_CIDR: Final = re.compile(r"(?::(?P<domain>[^/]+))?(?:/(?P<four>\d{1,2}))?(?://(?P<six>\d{1,3}))?")
_MACRO: Final = re.compile(r"%(?:\{d\}|%|_|-)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Spf:
    """One evaluation.

    result     pass, fail, softfail, neutral, none, permerror or temperror
    record     the domain's own record, "" without one
    lookups    terms that ask the DNS, of at most 10
    voids      those of them that found nothing, of at most 2
    fault      of permerror: several, syntax, include, lookups, voids or mx
    vague      a macro or "ptr" stands in it: what it says differs from mail to mail, here it never matches
    open       it lets every address through (+all)
    place      the domain at which a fault or a failed look-up was met
    reason     of temperror: why the look-up failed
    """

    result: str
    record: str = ""
    lookups: int = 0
    voids: int = 0
    fault: str = ""
    vague: bool = False
    open: bool = False
    place: str = ""
    reason: str = ""


def evaluate(domain: str, address: str, book: Book) -> Spf:
    """Evaluate the SPF record of a domain.

    address  IPv4 or IPv6; "" matches no mechanism but "all", so that every term is counted
    """
    walk = _Walk(book, address)
    try:
        result, fault = walk.host(domain), ""
    except _Ended as end:
        result, fault = end.result, end.fault
        walk.place, walk.reason = end.place, end.reason
    return Spf(
        result=result,
        record=walk.record,
        lookups=walk.lookups,
        voids=walk.voids,
        fault=fault,
        vague=walk.vague,
        open=walk.open,
        place=walk.place,
        reason=walk.reason,
    )


def spf_records(answer: Answer) -> tuple[str, ...]:
    """Those texts among the TXT records that are SPF (RFC 7208 section 4.5)."""
    return tuple(one for one in answer.values if one.lower() == "v=spf1" or one.lower().startswith("v=spf1 "))


def with_term(record: str, term: str) -> str:
    """An SPF record that also names `term`, before what ends it."""
    words = record.split()
    ends = [place for place, word in enumerate(words) if re.fullmatch(r"[+?~-]?all|redirect=.*", word, re.IGNORECASE)]
    place = ends[0] if ends else len(words)
    return " ".join([*words[:place], term, *words[place:]])


class _Ended(Exception):
    """Ends an evaluation from any depth."""

    def __init__(self, result: str, place: str, *, fault: str = "", reason: str = "") -> None:
        self.result, self.place, self.fault, self.reason = result, place, fault, reason
        super().__init__(result)


@dataclass(slots=True)
class _Term:
    """One mechanism; `domain` is what follows its colon, `four` and `six` are lengths of prefixes."""

    sign: str
    name: str
    domain: str = ""
    four: int = 32
    six: int = 128


class _Walk:
    """One evaluation under way; counts over all included records."""

    def __init__(self, book: Book, address: str) -> None:
        self._book = book
        self._address = ipaddress.ip_address(address) if address else None
        self.lookups = self.voids = 0
        self.vague = self.open = False
        self.record = self.place = self.reason = ""

    def host(self, domain: str, *, inner: bool = False) -> str:
        """The function check_host() of section 4."""
        answer = self._look(domain, "TXT", counts=False)
        records = spf_records(answer)
        if len(records) > 1:
            raise _Ended(PERMERROR, domain, fault="several")
        if not records:
            return NONE
        if not inner:
            self.record = records[0]
        terms, redirect = _parsed(records[0], domain)
        for term in terms:
            if self._matches(term, domain):
                if term.name == "all" and term.sign == "+":
                    self.open = True
                return _RESULTS[term.sign]
        if redirect:
            return self._redirected(redirect, domain)
        return NEUTRAL

    def _redirected(self, target: str, domain: str) -> str:
        self._count(domain)
        name = self._expanded(target, domain)
        if not name:
            return NEUTRAL
        result = self.host(name, inner=True)
        if result == NONE and not self._book.missing:
            raise _Ended(PERMERROR, name, fault="include")
        return result

    def _matches(self, term: _Term, domain: str) -> bool:
        if term.name == "all":
            return True
        if term.name in ("ip4", "ip6"):
            return self._in(term.domain)
        self._count(domain)
        if term.name == "ptr":
            self.vague = True  # section 5.5: should not be published, and many receivers ignore it
            return False
        name = self._expanded(term.domain, domain) if term.domain else domain
        if not name:
            return False
        if term.name == "include":
            return self._included(name)
        if term.name == "exists":
            return bool(self._look(name, "A").values) and self._address is not None
        return self._a(term, name) if term.name == "a" else self._mx(term, name)

    def _included(self, name: str) -> bool:
        result = self.host(name, inner=True)
        if result == NONE and not self._book.missing:
            raise _Ended(PERMERROR, name, fault="include")
        return result == PASS and self._address is not None

    def _a(self, term: _Term, name: str, *, counts: bool = True) -> bool:
        if self._address is None:  # a receiver asks for one of the two, by the address that connected
            four, six = self._look(name, "A", counts=False), self._look(name, "AAAA", counts=False)
            self._void(counts and four.nothing and six.nothing, name)
            return False
        answer = self._look(name, "A" if self._address.version == 4 else "AAAA", counts=counts)
        length = term.four if self._address.version == 4 else term.six
        return any(self._in(f"{one}/{length}") for one in answer.values)

    def _mx(self, term: _Term, name: str) -> bool:
        hosts = [value.partition(" ")[2] for value in self._look(name, "MX").values]
        if len(hosts) > MAX_MX:
            raise _Ended(PERMERROR, name, fault="mx")
        found = [self._a(term, host, counts=False) for host in hosts if host] if self._address else []
        return any(found)

    def _in(self, network: str) -> bool:
        return self._address is not None and self._address in ipaddress.ip_network(network, strict=False)

    def _look(self, name: str, kind: str, *, counts: bool = True) -> Answer:
        answer = self._book.ask(name, kind)
        if answer.failed:
            raise _Ended(TEMPERROR, f"{name} {kind}", reason=answer.reason)
        self._void(counts and answer.nothing, name)
        return answer

    def _void(self, found_nothing: bool, name: str) -> None:
        self.voids += found_nothing
        if self.voids > MAX_VOIDS:
            raise _Ended(PERMERROR, name, fault="voids")

    def _count(self, domain: str) -> None:
        self.lookups += 1
        if self.lookups > MAX_LOOKUPS:
            raise _Ended(PERMERROR, domain, fault="lookups")

    def _expanded(self, text: str, domain: str) -> str:
        """A domain-spec; "" where it holds a macro that only a mail can fill in (section 7)."""
        signs = {"%%": "%", "%_": " ", "%-": "%20"}
        filled = _MACRO.sub(lambda found: signs.get(found[0], domain), text)
        if "%{" in filled:
            self.vague = True
            return ""
        return filled


def _parsed(record: str, domain: str) -> tuple[list[_Term], str]:
    """Terms up to "all", and the target of redirect=, which "all" makes void. A fault anywhere is a fault (section 4.6)."""
    terms: list[_Term] = []
    redirects: list[str] = []
    for word in record.split(" ")[1:]:
        if word:
            found = _TERM.fullmatch(word)
            if found is None:
                raise _Ended(PERMERROR, domain, fault="syntax")
            if found["name"]:
                terms.append(_term(found, domain))
            elif found["modifier"].lower() == "redirect":
                redirects.append(found["value"])
    if len(redirects) > 1 or "" in redirects:
        raise _Ended(PERMERROR, domain, fault="syntax")
    last = next((place for place, one in enumerate(terms) if one.name == "all"), None)
    return (terms, redirects[0] if redirects else "") if last is None else (terms[: last + 1], "")


def _term(found: "re.Match[str]", domain: str) -> _Term:
    name, rest = found["name"].lower(), found["rest"] or ""
    term = _Term(found["sign"] or "+", name)
    if name in ("a", "mx"):
        parts = _CIDR.fullmatch(rest)
        if parts is None or int(parts["four"] or 0) > 32 or int(parts["six"] or 0) > 128:
            raise _Ended(PERMERROR, domain, fault="syntax")
        term.domain, term.four, term.six = parts["domain"] or "", int(parts["four"] or 32), int(parts["six"] or 128)
        return term
    term.domain = rest[1:] if rest.startswith(":") else ""
    needs, takes = name in ("include", "ip4", "ip6", "exists"), name != "all"
    is_network = name not in ("ip4", "ip6") or _is_network(term.domain, int(name[-1]))
    if not is_network or (needs and not term.domain) or (rest and not (takes and term.domain)):
        raise _Ended(PERMERROR, domain, fault="syntax")
    return term


def _is_network(text: str, version: int) -> bool:
    try:
        return ipaddress.ip_network(text, strict=False).version == version
    except ValueError:
        return False
