"""`make demo`: the main job as a newcomer would do it, with real commands, real mail and a mail catcher of its own.

`python -m siegelpost.workbench.demo [--no-serve]`; run it in a checkout, whose `examples` and `tools` it uses.
"""

import json
import shutil
import sys
import time
from pathlib import Path
from typing import Any, Final

from siegelpost.base.i18n import current_language
from siegelpost.base.i18n import marked as _
from siegelpost.base.i18n import translate as t
from siegelpost.workbench.stage import OneAtATime, Stage, StageTaken

ROOT: Final = Path.cwd()
FOLDER: Final = ROOT / "var" / "demo"
OPERATOR: Final = "betrieb@example.org"
TENANT: Final = "werkhof"
LIST: Final = "Frühlingsbrief"
SENDER: Final = "Werkhof Musterstadt <brief@werkhof.example>"
IMPRINT: Final = "Werkhof Musterstadt e. V., Musterweg 1, 00000 Musterstadt, werkhof@example.org"
NAME: Final = "Die Tore gehen wieder auf"
SUBJECT: Final = "{{ first_name | default: 'Hallo' }}, die Tore gehen wieder auf"
QUIET_SECONDS: Final = 2.0
QUIET_AT_MOST: Final = 30.0


def main(serve_on: bool) -> int:
    """Run the demo; exit code 0 when everything adds up, 1 when it does not, 2 and 3 where it cannot run here or now."""
    if not (ROOT / "examples" / "subscribers.csv").exists():
        tell(_("Run this in a checkout of the repository: it needs the folders examples and tools."))
        return 2
    try:
        with OneAtATime(FOLDER.with_suffix(".lock")):
            return _perform(serve_on)
    except StageTaken:
        tell(_("Another demo runs in this folder: end it first, with Ctrl-C where it was started. Nothing was changed."))
        return 3


def _perform(serve_on: bool) -> int:
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    played = False
    try:
        with Stage(FOLDER, ROOT / "tools" / "mailcatcher") as stage:
            summary = _play(stage)
            faults = _faults(summary)
            _show(summary, faults)
            played = True
            if serve_on and not faults:
                _invite(stage)
    except KeyboardInterrupt:
        tell(_("The demo is over."))
        return 0 if played else 130
    return 1 if faults else 0


def _play(stage: Stage) -> dict[str, Any]:
    tell(_("The demo runs as environment “test”: figures refresh at once, mail goes to a catcher on this machine only."))
    stage.run("init", "--operator-email", OPERATOR)
    stage.run("tenant", "create", TENANT, "--name", "Werkhof Musterstadt", "--own", "--imprint", IMPRINT)
    stage.run("measuring", "choose", TENANT, "--mode", "anonymous", "--people")
    stage.run("list", "create", TENANT, LIST)
    stage.run("sender", "add", TENANT, SENDER, "--unverified-ok", first=2)
    origin = ("--ground", "double opt-in on paper", "--source", "open day")
    stage.run("import", TENANT, "examples/subscribers.csv", "--list", LIST, *origin, "--refused", "var/demo/refused.csv")
    stage.serve()
    _sign_up(stage)
    words = ("--name", NAME, "--subject", SUBJECT, "--sender", SENDER, "--list", LIST)
    made = stage.json("mailing", "create", TENANT, "--file", "examples/newsletter.mjml", *words)
    mailing = str(made["id"])
    tell(_("The mailing to the list is written: examples/newsletter.mjml."))
    stage.run("mailing", "check", TENANT, mailing)
    stage.run("mailing", "send", TENANT, mailing, "--wait")
    tell(_("The recipients open, click, leave, bounce and complain …"))
    counted = stage.play_recipients()
    report = _settled(stage, mailing, counted)
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


def _settled(stage: Stage, mailing: str, counted: dict[str, int]) -> dict[str, Any]:
    """The report once it no longer changes: bounces come in by mail, opens through the spool, on a busy machine late."""
    last: dict[str, Any] = {}
    start = quiet_since = time.monotonic()
    while True:
        found = stage.json("report", TENANT, mailing)
        found.pop("as_of", None)
        if found != last:
            last, quiet_since = found, time.monotonic()
        complete = (found["opens"], found["clicks"]) == (counted["opens"], counted["clicks"])
        if time.monotonic() - quiet_since > (QUIET_SECONDS if complete else QUIET_AT_MOST) or time.monotonic() - start > 2 * QUIET_AT_MOST:
            return last
        time.sleep(0.5)


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
        "unsubscribes": (report["unsubscribes"], caught["one_click"] + caught["mailto"]),
        "opens": (report["opens"], caught["opens"]),
        "clicks": (report["clicks"], caught["clicks"]),
        "somebody bounced, complained and left": (min(caught["hard_bounces"], caught["complaints"], caught["one_click"]) > 0, True),
        "twice, broken or failed": (caught["duplicates"] + caught["faults"] + caught["failed_acts"], 0),
    }
    return [f"{name}: {ours} ≠ {theirs}" for name, (ours, theirs) in pairs.items() if ours != theirs]


def _show(summary: dict[str, Any], faults: list[str]) -> None:
    """Our figures beside those of the catcher."""
    status, report, caught = summary["status"], summary["report"], summary["catcher"]
    rows = (
        (_("messages"), status["sent"], caught["messages"]),
        (_("different recipients"), status["sent"], caught["recipients"]),
        (_("opens"), report["opens"], caught["opens"]),
        (_("clicks"), report["clicks"], caught["clicks"]),
        (_("people who left"), report["unsubscribes"], caught["one_click"] + caught["mailto"]),
        (_("complaints"), report["complaints"], caught["complaints"]),
        (_("hard bounces"), report["bounces"]["hard"], caught["hard_bounces"]),
    )
    tell(_("Our figures beside those that the mail catcher, which knows nothing of us, counted from its files:"))
    width = max(len(t(name)) for name, _ours, _theirs in rows)
    sys.stdout.write(f"  {'':<{width}}  {t(_('ours')):>6}  {t(_('theirs')):>6}\n")
    for name, ours, theirs in rows:
        sys.stdout.write(f"  {t(name):<{width}}  {_number(ours or 0):>6}  {_number(theirs):>6}\n")
    if faults:
        tell(_("This does not add up: {faults}"), faults="; ".join(faults))
    else:
        tell(_("Everything adds up. Summary: {file}"), file="var/demo/summary.json")


def _number(value: int) -> str:
    """Thousands apart, as the reader's language writes them."""
    return f"{value:,}".replace(",", "." if current_language() == "de" else ",")


def _invite(stage: Stage) -> None:
    """Say where to look while everything runs, and how to log in."""
    login, pages = stage.json("staff", "link", OPERATOR)["link"], stage.personal_pages()
    tell(_("Look around; everything runs until Ctrl-C."))
    for name, place in (
        (_("Log in as staff (works once, within a day)"), login),
        (_("Staff's pages"), f"{stage.staff_url}/t/{TENANT}/"),
        (_("One person's mail in the browser"), pages["w"]),
        (_("Her settings"), pages["p"]),
        (_("How she leaves"), pages["u"]),
        (_("Sign-up form"), f"{stage.public_url}/f/{TENANT}/anmeldung"),
        (_("All mails as files"), stage.caught / "messages"),
    ):
        sys.stdout.write(f"  {t(name)}: {place}\n")
    words = "SIEGELPOST_HOME=var/demo/home SIEGELPOST_ENVIRONMENT=test .venv/bin/siegelpost staff link " + OPERATOR
    tell(_("Another login link: {command}"), command=words)
    stage.wait()


def tell(text: str, **facts: object) -> None:
    """One line to the newcomer, apart from the output of the commands."""
    sys.stdout.write("\n" + (t(text).format(**facts) if facts else t(text)) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main("--no-serve" not in sys.argv))
