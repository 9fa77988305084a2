"""Finds every form that the pages show, with what a browser would send of it; and every address that takes one."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

from django.urls import URLPattern, resolve, reverse

from siegelpost.web import urls
from tests.web.crawl import Seen
from tests.web.visiting import Visitor

TYPED = ("text", "email", "url", "search", "password", "textarea", "tel", "number", "date")


@dataclass
class Input:
    """One field as it was served; `sent` says whether a browser would send it untouched."""

    name: str
    kind: str
    value: str
    sent: bool = True


@dataclass
class Found:
    """A form: the page that shows it, where it goes, its fields."""

    page: str
    action: str
    is_kept: bool
    inputs: list[Input] = field(default_factory=list)

    @property
    def route(self) -> str:
        """Name of the address that it is sent to."""
        return str(resolve(urlsplit(self.action).path).url_name)

    @property
    def typed(self) -> list[str]:
        """Fields in which people type."""
        return [one.name for one in self.inputs if one.kind in TYPED]

    def values(self, text: str, *, everywhere: bool) -> dict[str, list[str]]:
        """As served, but with `text` in every field in which people type, or in each one however it is made."""
        sent: dict[str, list[str]] = {}
        for one in self.inputs:
            if one.kind != "file" and (one.sent or everywhere):
                other = one.kind in TYPED or (everywhere and one.name != "csrfmiddlewaretoken")
                sent.setdefault(one.name, []).append(text if other else one.value)
        return sent


class _Forms(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[Found] = []
        self._page = page
        self._form: Found | None = None
        self._open: Input | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._form = Found(self._page, urljoin(self._page, said.get("action", "")), "data-keep" in said)
            if said.get("method") == "post":
                self.found.append(self._form)
        elif tag == "option" and self._open is not None:
            if "selected" in said or not self._open.sent:
                self._open.value, self._open.sent = said.get("value", ""), True
        elif self._form is not None and said.get("name"):
            kind = said.get("type", "text") if tag in ("input", "button") else tag
            one = Input(said["name"], kind, said.get("value", "on" if kind == "checkbox" else ""))
            one.sent = kind not in ("select", "submit") and (kind not in ("checkbox", "radio") or "checked" in said)
            self._form.inputs.append(one)
            self._open = one if tag in ("select", "textarea") else None

    def handle_data(self, data: str) -> None:
        if self._open is not None and self._open.kind == "textarea":
            self._open.value += data

    def handle_endtag(self, tag: str) -> None:
        if tag in ("select", "textarea"):
            self._open = None
        elif tag == "form":
            self._form = None


def forms_on(pages: Iterable[Seen]) -> Iterator[Found]:
    """Each form once, however many pages show it."""
    known = set()
    for seen in pages:
        answer = seen.answer
        if answer is not None and answer.headers.get("Content-Type", "").startswith("text/html"):
            reader = _Forms(seen.url)
            reader.feed(answer.content.decode())
            for one in reader.found:
                key = (one.route, *sorted({each.name for each in one.inputs}))
                if key not in known:
                    known.add(key)
                    yield one


def taking_forms(client: Visitor) -> set[str]:
    """Names of all addresses that take a form: those that say so (RFC 9110 section 15.5.6) and those that take any method."""
    routes = [*urls.TENANT, *(one for one in (*urls.PAGES, *urls.urlpatterns) if isinstance(one, URLPattern))]
    return {str(one.name) for one in routes if _takes(client, one)}


def _takes(client: Visitor, route: URLPattern) -> bool:
    parts = {name: 1 if type(way).__name__ == "IntConverter" else "x" for name, way in route.pattern.converters.items()}
    if route in urls.TENANT:
        parts["slug"] = client.start.split("/")[2]
    space = "web:" if route in urls.TENANT or route in urls.PAGES else ""
    if not route.name:
        return False
    answer = client.generic("PROPFIND", reverse(f"{space}{route.name}", kwargs=parts))
    return answer.status_code != 405 or "POST" in answer.headers["Allow"]
