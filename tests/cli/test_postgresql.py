"""The whole main job on PostgreSQL, from `init` to a finished mailing, as the operator types it."""

import json
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from tests.cli.shell import ROOT, Shell
from tests.postgres import postgres_cluster, postgres_missing
from tests.tools.catcher import running

pytestmark = [pytest.mark.wire, pytest.mark.slow]

STATES = ("due", "claimed", "sent", "retry", "bounced", "blocked", "withdrawn", "expired", "unsure", "cancelled")
SENDER = "News <news@example.org>"


@pytest.mark.skipif(bool(postgres_missing()), reason=postgres_missing() or "PostgreSQL is there")
def test_a_mailing_goes_out_from_a_database_server(tmp_path: Path) -> None:
    cluster, control = postgres_cluster(), "command_line"
    with psycopg.connect(cluster.url_superuser, autocommit=True) as server:
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(control)))
    with running(tmp_path / "mail") as catcher:
        relay = f"smtp://127.0.0.1:{catcher.port}?tls=off"
        shell = Shell(tmp_path / "home", {"SIEGELPOST_DATABASE_URL": cluster.url(control), "SIEGELPOST_RELAY_URL": relay})
        assert shell("init", "--operator-email", "post@example.org").code == 0
        shell.json("tenant", "create", "works", "--name", "Works GmbH", "--imprint", "Works GmbH, Weg 1", "--own")
        shell.json("list", "create", "works", "News")
        shell.json("sender", "add", "works", SENDER, "--unverified-ok")
        ground = ("--ground", "double opt-in", "--source", "examples")
        found = shell.json("import", "works", ROOT / "examples" / "subscribers.csv", "--list", "News", *ground)
        assert found["added"] > 1000
        file = ROOT / "examples" / "newsletter.mjml"
        allowed = ("--allow-host", "images.example.org")
        made = shell.json("mailing", "create", "works", "--file", file, "--subject", "May", "--sender", SENDER, "--list", "News", *allowed)
        number = str(made["id"])
        assert shell.json("mailing", "check", "works", number)["sendable"]
        said = shell("mailing", "send", "works", number, "--wait", "--json")
        assert said.code == 0, said
        caught = catcher.counts()
    status = json.loads(said.out)
    assert status["state"] == "finished"
    assert status["audience"] == sum(status["excluded"].values()) + sum(status[state] for state in STATES)
    assert status["sent"] > 1000
    assert caught["messages"] == status["sent"]
    assert not list((tmp_path / "home").rglob("*.sqlite3")), "nothing is kept in files beside the server"
