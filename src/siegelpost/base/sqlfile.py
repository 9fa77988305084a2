"""Hot statements live in `.sql` files beside the room that owns them, one per database engine."""

from functools import cache
from pathlib import Path


@cache
def sql(room: str, name: str, vendor: str) -> str:
    """Return the text of `src/siegelpost/<room>/sql/<vendor>/<name>.sql` without its comment lines.

    room    folder of the room, "delivery"
    name    of the statement, "claim"
    vendor  "sqlite" or "postgresql", as Django's connections name it

    Parameters stand in the file as %(name)s or %s. Raises FileNotFoundError for an unknown name.
    """
    path = Path(__file__).resolve().parent.parent / room / "sql" / vendor / f"{name}.sql"
    lines = path.read_text(encoding="utf-8").splitlines()
    return "\n".join(line for line in lines if not line.lstrip().startswith("--")).strip().rstrip(";")
