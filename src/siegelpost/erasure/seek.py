"""Looks for what should be gone. A program of its own: it imports nothing of ours, and knows neither our tables nor our keys.

Reads one JSON document from standard input and writes one to standard output:

    {"root": folder, "skip": [folders and files], "needles": [text, …], "postgres": [{"place": name, "conninfo": text}, …]}
    {"files": n, "bytes": n, "tables": n, "hits": [{"needle": n, "place": path or name, "tables": [name, …]}, …]}

Every file below the root is read byte by byte, whatever it is called; upper and lower case are the same, and a text is also looked for
as JSON writes it. Where a SQLite file holds one, its tables are read, too, to say whether a row holds it or forgotten bytes.
"""

import json
import os
import sqlite3
import sys
from collections.abc import Iterator
from typing import Any

import psycopg

PIECE = 4 << 20
SQLITE = b"SQLite format 3\x00"


def spellings(text: str) -> set[bytes]:
    """The bytes of a text as files may hold it, with small letters from A to Z."""
    cases = (text, text.lower(), text.upper())  # bytes beyond ASCII have no small letters of their own
    return {one.encode("utf-8", "surrogatepass").lower() for case in cases for one in (case, json.dumps(case)[1:-1])}


def files(root: str, skip: set[str]) -> Iterator[str]:
    """Every file below the root."""
    for folder, below, names in os.walk(root):
        below[:] = sorted(one for one in below if os.path.join(folder, one) not in skip)
        for name in sorted(names):
            path = os.path.join(folder, name)
            if path not in skip and os.path.isfile(path) and not os.path.islink(path):
                yield path


def search_file(path: str, wanted: list[set[bytes]]) -> tuple[int, set[int]]:
    """Bytes read, and which of the texts a file holds."""
    longest = max((len(one) for several in wanted for one in several), default=0)
    found: set[int] = set()
    size, before = 0, b""
    with open(path, "rb") as file:
        while piece := file.read(PIECE):
            size += len(piece)
            hay = before + piece.lower()
            found |= {at for at, several in enumerate(wanted) if at not in found and any(one in hay for one in several)}
            before = hay[-longest:]
    return size, found


def tables_of_file(path: str, wanted: list[set[bytes]], asked: set[int]) -> tuple[int, dict[int, set[str]]]:
    """How many tables a SQLite file has, and which of them hold which of the texts in a row. A damaged file has none that tell."""
    found: dict[int, set[str]] = {at: set() for at in asked}
    database = sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=20)
    database.text_factory = bytes
    try:
        names = [name.decode() for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for name in names:
            for row in database.execute(f'SELECT * FROM "{name}"'):  # noqa: S608 - a name of the database's own
                hay = b"\n".join(one.lower() for one in row if isinstance(one, bytes))
                for at in asked:
                    if any(one in hay for one in wanted[at]):
                        found[at].add(name)
    finally:
        database.close()
    return len(names), found


def search_postgres(conninfo: str, needles: list[str]) -> tuple[int, dict[int, set[str]]]:
    """How many tables the role may read, and which of them hold which of the texts in a row, in text or in bytes."""
    found: dict[int, set[str]] = {}
    wanted = [(one.lower(), one.encode().hex()) for one in needles]
    with psycopg.connect(conninfo) as server:
        server.read_only = True
        names = server.execute(
            "SELECT quote_ident(schemaname) || '.' || quote_ident(tablename), tablename FROM pg_tables "
            "WHERE schemaname NOT IN ('pg_catalog', 'information_schema') AND has_schema_privilege(schemaname, 'USAGE') "
            "AND has_table_privilege(quote_ident(schemaname) || '.' || quote_ident(tablename), 'SELECT')"
        ).fetchall()
        for full, name in names:
            for hay in rows_as_text(server, full):
                for at, several in enumerate(wanted):
                    if any(one in hay for one in several):
                        found.setdefault(at, set()).add(name)
    return len(names), found


def rows_as_text(server: psycopg.Connection[tuple[str, ...]], table: str) -> Iterator[str]:
    """The rows of a table as the server writes them, in small letters, some megabytes at a time."""
    with server.cursor(name="rows") as cursor:
        cursor.execute(f"SELECT lower(t::text) FROM {table} AS t")  # noqa: S608 - a name of the database's own
        hay, size = list[str](), 0
        for (row,) in cursor:
            hay.append(row)
            size += len(row)
            if size > PIECE:
                yield "\n".join(hay)
                hay, size = [], 0
        yield "\n".join(hay)


def search(order: dict[str, Any]) -> dict[str, Any]:
    """Do what the document asks for."""
    wanted = [spellings(one) for one in order["needles"]]
    looked, size, tables = 0, 0, 0
    hits: list[dict[str, Any]] = []
    for path in files(order["root"], set(order["skip"])):
        try:
            read, found = search_file(path, wanted)
        except FileNotFoundError:  # somebody has just removed it
            continue
        looked, size = looked + 1, size + read
        if not found:
            continue
        base = path.removesuffix("-wal")
        with open(base, "rb") as file:
            is_database = file.read(len(SQLITE)) == SQLITE
        within: dict[int, set[str]] = {}
        if is_database:
            more, within = tables_of_file(base, wanted, found)
            tables += more
        place = os.path.relpath(base, order["root"])
        hits += [{"needle": at, "place": place, "tables": sorted(within.get(at, ()))} for at in sorted(found)]
    for one in order["postgres"]:
        more, within = search_postgres(one["conninfo"], order["needles"])
        tables += more
        hits += [{"needle": at, "place": one["place"], "tables": sorted(names)} for at, names in sorted(within.items())]
    return {"files": looked, "bytes": size, "tables": tables, "hits": hits}


if __name__ == "__main__":
    json.dump(search(json.load(sys.stdin)), sys.stdout)
