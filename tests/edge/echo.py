"""A small site behind our real server, that says what reached it: `python -m tests.edge.echo [PARENT] HOST PORT`."""

import sys
from collections.abc import Iterable, Iterator
from typing import Any

from siegelpost.flows.http_server import Site, main


class Echo:
    def __call__(self, environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        start("200 OK", [("Content-Type", "text/plain")])
        if environ["PATH_INFO"] == "/endless":
            return endless()
        try:
            body = environ["wsgi.input"].read()
        except OSError:
            note("broken")
            raise
        note(f"whole {len(body)}")
        return [f"{environ.get('HTTP_X_FORWARDED_FOR', '')}|{environ.get('HTTP_COOKIE', '')}|{len(body)}".encode()]

    def close(self) -> None:
        note("closed")


def endless() -> Iterator[bytes]:
    try:
        while True:
            yield b"x" * 100_000
    finally:
        note("nobody reads")


def note(text: str) -> None:
    print(text, flush=True)


application = Echo()

if __name__ == "__main__":
    main(Site("tests.edge.echo", lambda settings: settings.public_url, threads=2), sys.argv[1:])
