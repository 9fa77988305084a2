"""The rows that were not imported, with the reasons, in a file for whoever mends them."""

import csv
import io
import os
import secrets
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO, Final

from siegelpost.audience.csvcells import defuse_all
from siegelpost.base.i18n import marked as _
from siegelpost.base.i18n import translate
from siegelpost.intake.errors import RefusedFileUnusable
from siegelpost.intake.judging import Row
from siegelpost.intake.reasons import explain
from siegelpost.sign.files import SealedWriter, sealed_reader

SEALED_FOLDER: Final = "imports"
LINE: Final = _("Line")
REASON: Final = _("Reason")
EXPLANATION: Final = _("Explanation")


class RefusedRows:
    """Writes refused rows; makes its file with the first of them, so that an import without any leaves none."""

    def __init__(self, path: Path, headings: Sequence[str], separator: str, *, key: bytes | None) -> None:
        """
        path  of the file that shall be there when the import is done
        key   of the tenant's files (TenantKeys.files), to seal it; None leaves it in clear, readable for its owner only
        """
        self.path = path
        self.made = False
        self._headings = headings
        self._separator = separator
        self._key = key
        self._part: Path | None = None
        self._text: io.TextIOWrapper | None = None
        self._raw: BinaryIO | None = None
        self._rows: Any = None

    def write(self, rows: Iterable[Row]) -> None:
        """Add rows: line, code, sentence, then the cells as they came, defused for spreadsheets."""
        for row in rows:
            if self._text is None:
                self._begin()
            self._rows.writerow([row.line, row.reason, explain(row.reason, row.column), *defuse_all(row.cells)])

    def _begin(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, name = tempfile.mkstemp(prefix=f".{self.path.name}.", dir=self.path.parent)  # mode 0600
        self._part = Path(name)
        self._raw = os.fdopen(handle, "wb")
        sink: Any = self._raw if self._key is None else SealedWriter(self._raw, self._key, secrets.token_bytes)
        self._text = io.TextIOWrapper(io.BufferedWriter(sink) if self._key else sink, encoding="utf-8-sig", newline="")
        self._rows = csv.writer(self._text, delimiter=self._separator)
        self._rows.writerow([translate(LINE), translate(REASON), translate(EXPLANATION), *defuse_all(self._headings)])

    def close(self) -> None:
        """Complete the file, if there is one, and put it in its place; `made` is true from then on."""
        if self._part is not None and self._text is not None and self._raw is not None:
            self._text.close()
            self._raw.close()
            os.replace(self._part, self.path)
            self._part = None
            self.made = True

    def drop(self) -> None:
        """Remove what was begun and not completed: it may be in clear text."""
        if self._part is not None and self._text is not None and self._raw is not None:
            with suppress(OSError, ValueError):  # whatever stopped the import may stop this too
                self._text.close()
            with suppress(OSError):
                self._raw.close()
            self._part.unlink(missing_ok=True)
            self._part = None


def sealed_path(folder: Path, import_id: int) -> Path:
    """Where the refused rows of one import lie; `folder` is the tenant's own."""
    return folder / SEALED_FOLDER / f"{import_id}.refused.csv.sealed"


def check_target(path: Path, source: Path) -> None:
    """Raise RefusedFileUnusable where `path` cannot be written or is the imported file itself."""
    try:
        if path.exists() and (not path.is_file() or path.samefile(source)):
            raise RefusedFileUnusable(why=path.name)
        if not os.access(path.parent, os.W_OK | os.X_OK):
            raise RefusedFileUnusable(why=path.parent)
    except OSError as reason:
        raise RefusedFileUnusable(why=reason.strerror or path.name) from reason


@contextmanager
def open_refused(folder: Path, import_id: int, key: bytes) -> Iterator[BinaryIO]:
    """Open the sealed file of one import for reading, as the CSV that it holds. Raises FileNotFoundError, FileRefused."""
    with sealed_path(folder, import_id).open("rb") as file:
        yield sealed_reader(file, key)
