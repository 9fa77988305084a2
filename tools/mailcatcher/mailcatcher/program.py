"""The command line.

python tools/mailcatcher [serve] --folder DIR [--smtp-port 0] [--ready FILE] …
python tools/mailcatcher play --folder DIR --inbound-port N [--script FILE] [--json]
python tools/mailcatcher counts --folder DIR [--json]
"""

import argparse
import asyncio
import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

from mailcatcher.answers import Answers, parse_answer
from mailcatcher.loopback import NotThisMachine, loopback_address
from mailcatcher.people import play
from mailcatcher.script import ScriptWrong, read_script
from mailcatcher.server import Catcher, listen
from mailcatcher.store import Store

COMMANDS = ("serve", "play", "counts")


def main(arguments: list[str]) -> int:
    """Do what the command line says; return the exit code (0 done, 2 wrong usage, 5 some acts failed)."""
    given = arguments if arguments and arguments[0] in (*COMMANDS, "-h", "--help") else ["serve", *arguments]
    options = _parser().parse_args(given)
    try:
        return {"serve": _serve, "play": _play, "counts": _counts}[options.command](options)
    except (NotThisMachine, ScriptWrong, ValueError, OSError) as fault:
        print(f"mailcatcher: {fault}", file=sys.stderr)
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="mailcatcher", description="Takes mail, files it, and plays the people who got it.")
    commands = parser.add_subparsers(dest="command", required=True)
    serve = commands.add_parser("serve", help="take mail until SIGTERM or Ctrl-C")
    serve.add_argument("--folder", type=Path, required=True, help="where the files go")
    serve.add_argument("--host", default="127.0.0.1", help="127.0.0.1 or ::1")
    serve.add_argument("--smtp-port", type=int, default=0, help="0 takes any free one (see --ready)")
    serve.add_argument("--ready", type=Path, metavar="FILE", help="write smtp_port, process_id and folder here once mail is taken")
    serve.add_argument(
        "--reply", action="append", default=[], metavar="RULE", help="'rcpt:*@slow.example=451 4.2.0 Try later', or '…=close'"
    )
    serve.add_argument("--reply-once", action="append", default=[], metavar="RULE", help="the same, the first time for each address")
    serve.add_argument("--delay-after-dot", type=float, default=0.0, metavar="SECONDS", help="between filing and answering")
    serve.add_argument("--until-stdin-closes", action="store_true", help="end with the process that started this one")
    serve.add_argument("--inbound-port", type=int, help="play the recipients while mail comes in; bounces go to this port")
    serve.add_argument("--play-every", type=float, default=1.0, metavar="SECONDS", help="how often the recipients look")
    act = commands.add_parser("play", help="let the recipients do what they have not done yet")
    act.add_argument("--folder", type=Path, required=True, help="with the files")
    act.add_argument("--inbound-port", type=int, required=True, help="where bounces and complaints are taken, on 127.0.0.1")
    count = commands.add_parser("counts", help="count the files")
    count.add_argument("--folder", type=Path, required=True, help="with the files")
    for command in (serve, act):
        command.add_argument("--script", type=Path, metavar="FILE", help="who does what (JSON); without it the usual shares")
    for command in (act, count):
        command.add_argument("--json", action="store_true", help="for programs")
    return parser


def _show(values: dict[str, Any], *, as_json: bool) -> None:
    print(json.dumps(values) if as_json else "\n".join(f"{name.replace('_', ' '):14} {value}" for name, value in values.items()))


def _counts(options: argparse.Namespace) -> int:
    _show(Store(options.folder).counts(), as_json=options.json)
    return 0


def _play(options: argparse.Namespace) -> int:
    store = Store(options.folder)
    play(store, read_script(options.script), options.inbound_port)
    failed = [act for act in store.acts() if not act.done]
    _show(store.counts(), as_json=options.json)
    for act in failed:
        print(f"mailcatcher: {act.act} with message {act.message} failed: {act.outcome}", file=sys.stderr)
    return 5 if failed else 0


def _serve(options: argparse.Namespace) -> int:
    rules = [parse_answer(text) for text in options.reply] + [parse_answer(text, once=True) for text in options.reply_once]
    store = Store(options.folder)
    catcher = Catcher(store=store, answers=Answers(rules), delay_after_dot=options.delay_after_dot)
    asyncio.run(_run(catcher, options))
    return 0


async def _run(catcher: Catcher, options: argparse.Namespace) -> None:
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, ended.set)
    server = await listen(catcher, loopback_address(options.host), options.smtp_port)
    port = server.sockets[0].getsockname()[1]
    if options.ready:
        _write_ready(options.ready, {"smtp_port": port, "process_id": os.getpid(), "folder": str(options.folder.absolute())})
    print(f"mailcatcher: taking mail on {options.host}:{port}", flush=True)
    waits: list[asyncio.Future[Any]] = [asyncio.ensure_future(ended.wait())]
    if options.until_stdin_closes:
        waits.append(asyncio.ensure_future(_stdin_closed()))
    players = asyncio.ensure_future(_play_along(catcher.store, options)) if options.inbound_port else None
    await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    server.close()
    for session in tuple(catcher.open_now):
        session.close()
    for task in (*waits, players):
        if task:
            task.cancel()


async def _stdin_closed() -> None:
    """Return when nobody can write to our standard input any more: the process that started us is gone."""
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while await reader.read(1024):
        pass


async def _play_along(store: Store, options: argparse.Namespace) -> None:
    script = read_script(options.script)
    while True:
        await asyncio.sleep(options.play_every)
        await asyncio.to_thread(play, store, script, options.inbound_port)


def _write_ready(path: Path, value: dict[str, Any]) -> None:
    half = path.with_name(path.name + ".new")
    half.write_text(json.dumps(value), encoding="utf-8")
    half.replace(path)
