"""`make demo`: the main job as a newcomer would do it, with real commands, real mail and a mail catcher of its own.

`python -m siegelpost.workbench.demo [--no-serve]`; run it in a checkout, whose `examples` and `tools` it uses.
"""

import json
import shutil
import sys
import time
from pathlib import Path
from typing import Any, Final

from siegelpost.base.i18n import marked as _
from siegelpost.base.i18n import translate as t
from siegelpost.workbench.stage import Stage

ROOT: Final = Path.cwd()
FOLDER: Final = ROOT / "var" / "demo"
TENANT: Final = "werkhof"
LIST: Final = "Frühlingsbrief"
SENDER: Final = "Werkhof Musterstadt <brief@werkhof.example.org>"
IMPRINT: Final = "Werkhof Musterstadt e. V., Musterweg 1, 00000 Musterstadt, werkhof@example.org"
SUBJECT: Final = "{{ first_name | default: 'Hallo' }}, die Tore gehen wieder auf"
QUIET_SECONDS: Final = 3.0


def main(serve_on: bool) -> int:
    """Run the demo; exit code 0 when everything adds up, 1 when it does not."""
    if not (ROOT / "examples" / "subscribers.csv").exists():
        tell(_("Run this in a checkout of the repository: it needs the folders examples and tools."))
        return 2
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    with Stage(FOLDER, ROOT / "tools" / "mailcatcher") as stage:
        summary = _play(stage)
        faults = _faults(summary)
        _show(summary, faults)
        if serve_on and not faults:
            tell(_("Public pages: {url}. The mails lie in {folder}."), url=stage.public_url, folder=stage.caught)
            tell(_("A staff login comes with the staff's pages. Ctrl-C ends the demo."))
            stage.wait()
    return 1 if faults else 0


def _play(stage: Stage) -> dict[str, Any]:
    tell(_("The demo runs as environment “test”: figures refresh at once, mail goes to a catcher on this machine only."))
    stage.run("init", "--operator-email", "betrieb@example.org")
    stage.run("tenant", "create", TENANT, "--name", "Werkhof Musterstadt", "--own", "--imprint", IMPRINT)
    stage.run("list", "create", TENANT, LIST)
    stage.run("sender", "add", TENANT, SENDER, "--unverified-ok")
    stage.run("import", TENANT, "examples/subscribers.csv", "--list", LIST, "--ground", "double opt-in on paper", "--source", "open day")
    stage.serve()
    _sign_up(stage)
    made = stage.json(
        "mailing", "create", TENANT, "--file", "examples/newsletter.mjml", "--subject", SUBJECT, "--sender", SENDER, "--list", LIST
    )  # fmt: skip
    mailing = str(made["id"])
    stage.run("mailing", "check", TENANT, mailing)
    stage.run("mailing", "send", TENANT, mailing, "--wait")
    tell(_("The recipients open, click, leave, bounce and complain …"))
    counted = stage.play_recipients()
    report = _settled(stage, mailing)
    stage.run("mailing", "status", TENANT, mailing)
    stage.run("report", TENANT, mailing)
    status = stage.json("mailing", "status", TENANT, mailing)
    summary = {"tenant": TENANT, "mailing": int(mailing), "catcher": counted, "status": status, "report": report}
    (FOLDER / "summary.json").write_text(json.dumps(summary, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return summary


def _sign_up(stage: Stage) -> None:
    """One person comes by the form and confirms the mail: double opt-in from end to end."""
    words = ("form", "create", TENANT, "Anmeldung", "--list", LIST, "--language", "de")
    form = stage.json(*words)
    tell(_("Sign-up form: {url}. Somebody fills it in and confirms by the link in the mail."), url=form["url"])
    stage.sign_up(form["url"], "neu.hier@example.org")


def _settled(stage: Stage, mailing: str) -> dict[str, Any]:
    """The report once it no longer changes: bounces come in by mail, opens through the spool."""
    last: dict[str, Any] = {}
    quiet_since = time.monotonic()
    while time.monotonic() - quiet_since < QUIET_SECONDS:
        found = stage.json("report", TENANT, mailing, quiet=True)
        found.pop("as_of", None)
        if found != last:
            last, quiet_since = found, time.monotonic()
        time.sleep(0.5)
    return last


def _faults(summary: dict[str, Any]) -> list[str]:
    """What does not reconcile between our figures and those of the catcher, which counted its files."""
    status, report, caught = summary["status"], summary["report"], summary["catcher"]
    states = ("due", "claimed", "sent", "retry", "bounced", "blocked", "withdrawn", "expired", "unsure", "cancelled")
    pairs = {
        "conservation law": (status["audience"], sum(status["excluded"].values()) + sum(status[state] for state in states)),
        "finished": (status["state"], "finished"),
        "messages": (caught["messages"], status["sent"]),
        "recipients": (caught["recipients"], status["sent"]),
        "more than 1,000": (status["sent"] > 1000, True),
        "hard bounces": (report["bounces"]["hard"], caught["hard_bounces"]),
        "complaints": (report["complaints"], caught["complaints"]),
        "unsubscribes": (report["unsubscribes"] >= caught["one_click"], True),
        "somebody bounced, complained and left": (min(caught["hard_bounces"], caught["complaints"], caught["one_click"]) > 0, True),
        "opens and clicks": (bool(report["opens"]) and bool(report["clicks"]), True),
    }
    return [f"{name}: {ours} ≠ {theirs}" for name, (ours, theirs) in pairs.items() if ours != theirs]


def _show(summary: dict[str, Any], faults: list[str]) -> None:
    tell(_("What the catcher counted from its files: {counts}"), counts=json.dumps(summary["catcher"], ensure_ascii=False))
    if faults:
        tell(_("This does not add up: {faults}"), faults="; ".join(faults))
    else:
        tell(_("Everything adds up: our figures are those of the catcher. Summary: var/demo/summary.json"))


def tell(text: str, **facts: object) -> None:
    """One line to the newcomer, apart from the output of the commands."""
    sys.stdout.write("\n" + (t(text).format(**facts) if facts else t(text)) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main("--no-serve" not in sys.argv))
