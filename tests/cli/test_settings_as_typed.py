"""Settings that come to stand in headers, as the environment or a file says them: what breaks a line starts nothing."""

from pathlib import Path

import pytest

from tests.cli.shell import Shell

pytestmark = [pytest.mark.wire, pytest.mark.slow]

GOOD = {"PUBLIC_URL": "https://mail.example.org", "BOUNCE_DOMAIN": "bounce.example.org", "COMPLAINT_ADDRESS": "abuse@example.org"}
BREAKS = ("\r\n", "\r", "\x1b", "\x85", "\u2028")


@pytest.mark.parametrize("name", GOOD)
def test_a_setting_that_would_break_a_header_is_refused_and_nothing_is_set_up(tmp_path: Path, name: str) -> None:
    value, shell = GOOD[name], Shell(tmp_path / "home")
    file = tmp_path / "value"
    file.write_text(f"{value[:14]}\x00{value[14:]}", encoding="utf-8")  # the environment itself cannot hold it
    wrong = [{f"SIEGELPOST_{name}": f"{value[:14]}{bad}Bcc: b@x{value[14:]}"} for bad in BREAKS]
    wrong.append({f"SIEGELPOST_{name}_FILE": str(file)})
    for variables in wrong:
        said = Shell(shell.home, variables)("init")
        assert said.code == 2, variables
        assert said.err.startswith(f"settings.wrong: The settings cannot be used: SIEGELPOST_{name} holds control characters.")
        assert "Nothing was started." in said.err
        assert "Bcc" not in said.err
    assert not shell.home.exists()
    assert Shell(shell.home, {f"SIEGELPOST_{name}": value})("init").code == 0
