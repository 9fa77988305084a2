"""Types commands and reads what they say, as people and scripts do."""

import json
from typing import Any

import pytest

from siegelpost.cli.main import main


class Shell:
    """One with the words that each of its commands begins with."""

    def __init__(self, capsys: pytest.CaptureFixture[str], *first: str) -> None:
        self.capsys, self.first = capsys, first

    def __call__(self, *words: str) -> tuple[int, str, str]:
        """Exit code, output, errors."""
        with pytest.raises(SystemExit) as end:
            main((*self.first, *words))
        said = self.capsys.readouterr()
        return int(end.value.code or 0), said.out, said.err

    def json(self, *words: str) -> Any:
        """What it answers to programs; fails where the command does."""
        code, out, err = self(*words, "--json")
        assert code == 0, err
        return json.loads(out)
