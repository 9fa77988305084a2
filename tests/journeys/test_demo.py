"""`make demo`, played twice as a newcomer does: what it says, what it leaves, and that nothing of it stays behind."""

import json
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from siegelpost.base.i18n import translate
from siegelpost.workbench import demo as program
from tests.guards import messages
from tests.journeys.letters import Caught
from tests.journeys.playing import USUAL_PORTS, Played, Result
from tests.journeys.processes import ROOT, descendants, kill_rest, listens, plain_environ, still_there, wait_for
from tests.patience import PATIENCE

pytestmark = [pytest.mark.wire, pytest.mark.slow]

STATES = ("due", "claimed", "sent", "retry", "bounced", "blocked", "withdrawn", "expired", "unsure", "cancelled")


@pytest.fixture
def summary(result: Result) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(result.summary)
    return found


def test_it_ends_well_both_times(demo: Played) -> None:
    for run in (demo.first, demo.second):
        assert run.code == 0, run.said
        assert "Traceback" not in run.said


def test_its_summary_has_the_promised_keys(summary: dict[str, Any]) -> None:
    assert set(summary) == {"tenant", "mailing", "catcher", "status", "report"}
    assert set(summary["catcher"]) >= {"messages", "recipients", "hard_bounces", "complaints", "one_click"}
    assert set(summary["status"]) >= {"id", "state", "audience", "excluded", *STATES}
    figures = {"measure", "delivered", "opens", "unique_opens", "clicks", "unique_clicks"}
    assert set(summary["report"]) >= figures | {"links", "unsubscribes", "complaints", "bounces"}
    assert set(summary["report"]["bounces"]) == {"hard", "soft"}


def test_each_person_of_the_audience_is_in_exactly_one_place(summary: dict[str, Any]) -> None:
    status = summary["status"]
    assert status["state"] == "finished"
    assert status["audience"] == sum(status["excluded"].values()) + sum(status[state] for state in STATES)
    assert status["sent"] > 1000


def test_the_files_of_the_catcher_say_the_same(summary: dict[str, Any], letters: list[Caught]) -> None:
    assert len(letters) == len({letter.recipient for letter in letters}) == summary["status"]["sent"]
    assert summary["catcher"]["messages"] == summary["catcher"]["recipients"] == len(letters)


def test_what_the_recipients_did_arrived(summary: dict[str, Any], result: Result) -> None:
    acts = [json.loads(path.read_bytes()) for path in Path(result.folder).glob("mails/acts/*.json")]
    done = {kind: sum(act["act"] == kind and act["done"] for act in acts) for kind in {act["act"] for act in acts}}
    report = summary["report"]
    assert min(done.values()) >= 1
    assert all(act["done"] for act in acts)
    assert report["bounces"] == {"hard": done["hard_bounce"], "soft": 0}
    assert report["complaints"] == done["complaint"]
    assert report["unsubscribes"] == done["one_click"] + done["mailto"]
    assert (report["opens"], report["clicks"]) == (done["open"], done["click"])
    assert sum(link["clicks"] for link in report["links"]) == report["clicks"]
    assert abs(report["unique_opens"] - done["open"]) < 0.1 * done["open"]


def test_the_summary_of_both_runs_is_the_same_but_for_the_estimates(demo: Played) -> None:
    first, second = json.loads(demo.first.summary), json.loads(demo.second.summary)
    for one in (first, second):
        one["report"].pop("unique_opens")
        one["report"].pop("unique_clicks")
    assert first == second


def test_it_says_that_it_is_a_test_system_and_shows_the_conservation_law(result: Result, summary: dict[str, Any]) -> None:
    audience = f"{summary['status']['audience']:,}"
    assert "environment “test”" in result.said
    assert f"{audience} = {audience} sent" in result.said
    assert "Everything adds up" in result.said


def test_in_german_it_says_nothing_of_its_own_in_english(demo: Played) -> None:
    said = " ".join(demo.first.said.split())
    own = [text for _line, text in messages.in_code(Path(program.__file__)) if text]
    assert translate("Everything adds up. Summary: {file}", "de").partition("{")[0].strip() in said
    assert [text for text in own if " " in text and text.partition("{")[0].strip() and text.partition("{")[0].strip() in said] == []


def test_where_the_usual_ports_are_in_use_others_are_taken(result: Result, letters: list[Caught]) -> None:
    said = (Path(result.folder) / "processes.log").read_text()
    for port in USUAL_PORTS:
        assert f":{port}\n" not in said
        assert f":{port})" not in said
    assert all(f"http://localhost:{USUAL_PORTS[0]}/" not in url for url in letters[0].urls)


def test_the_printed_link_logs_in_and_shows_the_mailing(demo: Played) -> None:
    pages, report = demo.second.pages, json.loads(demo.second.summary)["report"]
    assert pages["address"].endswith("/t/werkhof/")
    assert "Die Tore gehen wieder auf" in pages["start"]
    delivered = f"{report['delivered']:,}"
    assert delivered in pages["start"] or delivered.replace(",", ".") in pages["start"]  # the operator's language is that of the shell
    assert 'id="hours"' in pages["report"]


def test_whoever_does_not_stay_gets_no_link(demo: Played) -> None:
    assert "/link/" not in demo.first.said
    assert demo.first.pages == {}


def test_no_process_is_left(demo: Played) -> None:
    assert demo.first.left == []
    assert demo.second.left == []


def test_a_second_demo_in_the_same_folder_is_refused_and_harms_nothing(demo: Played) -> None:
    code, said = demo.first.refused
    assert code == 3
    assert "Another demo runs in this folder" in said
    assert demo.first.code == 0


STAGE = """
import sys
from pathlib import Path
from siegelpost.workbench.stage import Stage

with Stage(Path(sys.argv[1]), Path(sys.argv[2])) as stage:
    stage.run("init", "--operator-email", "operator@example.org")
    stage.serve()
    print("serving", stage.public_port, flush=True)
    stage.run("worker")
"""
"""What the demo does, cut short: a catcher, a serving system, and a command in the foreground that takes long."""
MEMBERS = ("mailcatcher", "web.server", "public.server", "siegelpost.inbound", "worker_process", "cli worker", "sender_process")


def test_a_killed_demo_takes_all_its_children_along(tmp_path: Path) -> None:
    said = tmp_path / "said"
    with said.open("wb") as output:
        words = [sys.executable, "-c", STAGE, str(tmp_path), str(ROOT / "tools" / "mailcatcher")]
        process = subprocess.Popen(words, env=plain_environ(), stdin=subprocess.DEVNULL, stdout=output, stderr=output)
    family: dict[int, str] = {}

    def complete() -> bool:
        family.update(descendants(process.pid))
        return all(any(name in line for line in family.values()) for name in MEMBERS)

    try:
        wait_for(complete, "the stage is set", 90, alive=process)
        port = int(re.findall(r"serving (\d+)", said.read_text())[0])
        assert listens(port)
        process.send_signal(signal.SIGKILL)
        process.wait(PATIENCE)
        wait_for(lambda: not still_there(family), "all children end with their killed parent", 10)
        assert not listens(port)
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
        kill_rest(family)
