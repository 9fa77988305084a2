"""Commands typed in this process about the tenant alpha, on whichever engine the tests run: quicker than a process of their own."""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from siegelpost.cli.main import main
from tests.templates import Template

PARTS = {"code", "message", "hint", "nothing"}


@dataclass
class Typed:
    """Types commands, and knows when a row of alpha differs."""

    template: Template
    capsys: pytest.CaptureFixture[str]

    def __call__(self, *words: str | Path) -> tuple[int, Any]:
        """Exit code, and the one document of standard output or, after an error, of standard error."""
        with pytest.raises(SystemExit) as end:
            main([str(word) for word in words] + ["--json"])
        said, complaint = self.capsys.readouterr()
        return int(end.value.code or 0), json.loads(said or complaint)

    def refused(self, *words: str | Path) -> tuple[int, str]:
        """Exit code and code of an error; fails where it has not four parts, or where a row of alpha differs afterwards."""
        before = self.rows()
        exit_code, said = self(*words)
        assert set(said) == {"error"}, f"this was not refused: {words}"
        error = said["error"]
        assert set(error) == PARTS and all(error.values()), words
        assert self.rows() == before, f"this changed something: {words}"
        return exit_code, error["code"]

    def rows(self) -> str:
        """A digest of every row of alpha; numbers that PostgreSQL gave out and took back are no rows."""
        return re.sub(r"\('[^']*_seq', [^)]*\)", "", self.template.fingerprint("alpha"))
