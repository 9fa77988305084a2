"""A mailing that goes the whole way: imported, sent by the engine to a relay, opened and clicked by those who got it.

The installation is one of environment "production" in a folder of its own. One connection to the relay and people who
ask right after their own message arrived, one after the other: nothing better can happen to whoever compares the order
of deliveries with the order of requests.
"""

import json
import random
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import siegelpost
from mailcatcher.letters import Letter, read_letter
from tests.delivery.installation import Installation
from tests.edge.live import live
from tests.journeys.living import ask, serving
from tests.journeys.processes import wait_for
from tests.measure.loot import LOG, Person
from tests.patience import PATIENCE
from tests.ports import free_port
from tests.tools import catcher

N, OPENERS, CLICKERS = 400, 200, 80
LINK = "https://example.com/offer"
SOURCE = f"# Hello {{{{ first_name }}}}\n\n[Offer]({LINK})\n\n[Leave]({{{{ unsubscribe_url }}}})\n\n{{{{ imprint }}}}\n"
SENDER = "News <news@example.org>"
AGENTS = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/130.0 Safari/537.36",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148",
    "Mozilla/5.0 (iPad; CPU OS 18_0 like Mac OS X) AppleWebKit/605.1.15",
    "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)",
)
KEEPS_WHAT_WAS_ASKED_FOR = """

def _keep(self, target, environ, _person):
    with (process_settings().home / "spool" / "e1-490000-1.spool").open("a") as spool:
        spool.write("h {} {} {} ".format(*target) + environ["QUERY_STRING"] + "\\n")


Edge._count = _keep
"""
SECONDS_PER_MESSAGE = 0.02  # the relay's; 400 messages take 8 s and more, so that seconds of deliveries differ


@dataclass(frozen=True)
class Planted:
    """Who did what, and the message that each of them got."""

    people: list[Person]
    openers: frozenset[int]
    clickers: frozenset[int]
    letters: dict[int, Letter]

    def asked_for(self) -> Iterator[tuple[Person, str]]:
        """Person and measured address of each request, in the order of arrival."""
        known = {person.subscriber_id: person for person in self.people}
        for person_id, letter in self.letters.items():
            for url in self._wanted(person_id, letter):
                yield known[person_id], url

    def _wanted(self, person_id: int, letter: Letter) -> tuple[str, ...]:
        return letter.pixels[:1] * (person_id in self.openers) + letter.links[:1] * (person_id in self.clickers)


@dataclass
class House:
    """A running installation of its own."""

    place: Installation
    mails: catcher.Running
    serve: int
    """Process id of `siegelpost serve`."""

    @property
    def home(self) -> Path:
        return self.place.home

    def send(self) -> int:
        """A measured mailing to everybody, on its way when this returns."""
        file = self.place.folder / "news.md"
        file.write_text(SOURCE, encoding="utf-8")
        words = ("--subject", "News for {{ first_name }}", "--sender", SENDER, "--list", "Letter", "--measure", "anonymous")
        mailing = int(self.place.json("mailing", "create", "own", "--file", str(file), *words)["id"])
        self.place.run("mailing", "send", "own", str(mailing))
        return mailing

    def arrivals(self) -> Iterator[tuple[str, Letter]]:
        """Each recipient's address and message as soon as the relay has it."""
        for number in range(1, N + 1):
            envelope = self.mails.folder / "messages" / f"{number // 1000:05d}" / f"{number:08d}.json"
            wait_for(envelope.exists, f"message {number} arrives")
            (recipient,) = json.loads(envelope.read_bytes())["recipients"]
            yield recipient, read_letter(envelope.with_suffix(".eml").read_bytes())

    def people(self) -> list[Person]:
        """Everybody who was imported, each with a network address and a mail program."""
        with closing(sqlite3.connect(self.home / "tenants" / "own" / "tenant.sqlite3", timeout=PATIENCE)) as data:
            rows = data.execute("SELECT id, email FROM audience_subscriber ORDER BY id").fetchall()
        chance = random.Random(7)
        return [
            Person(number, email, f"198.51.{100 + place // 100}.{100 + place % 100}", chance.choice(AGENTS))
            for place, (number, email) in enumerate(rows)
        ]


@contextmanager
def house(folder: Path) -> Iterator[House]:
    """Relay and `siegelpost serve` of a new installation, with people; what it prints goes into the home folder, too."""
    with catcher.running(folder / "relay", "--delay-after-dot", str(SECONDS_PER_MESSAGE)) as mails:
        ports = (free_port(), free_port())
        more = {"ENVIRONMENT": "production", "PUBLIC_URL": f"http://localhost:{ports[0]}", "SENDERS": "1", "CONNECTIONS": "1"}
        place = Installation(folder, mails.port, {f"SIEGELPOST_{name}": value for name, value in more.items()})
        place.set_up(N)
        with serving(place.environ, place.home / f"serve{LOG}", ports) as process:
            yield House(place, mails, process.pid)


def plant(there: House, chance: random.Random) -> Planted:
    """Send the mailing, and let those whom the lot names open and click, each as soon as the own message is there."""
    people = there.people()
    known = {person.email: person for person in people}
    openers = chance.sample(sorted(person.subscriber_id for person in people), OPENERS)
    made = Planted(people, frozenset(openers), frozenset(chance.sample(openers, CLICKERS)), {})
    mailing = there.send()
    for email, letter in there.arrivals():
        arrived = Planted(people, made.openers, made.clickers, {known[email].subscriber_id: letter})
        for person, url in arrived.asked_for():
            answer = ask(url, X_Forwarded_For=person.address, User_Agent=person.agent)
            assert answer.status in (200, 302)
            assert answer.headers.get("location", LINK) == LINK
        made.letters.update(arrived.letters)
    wait_for(lambda: there.place.state(mailing)[0] == "finished", "the mailing is finished")
    return made


def ask_by_name(planted: Planted, home: Path, folder: Path) -> None:
    """The same people ask again, of a product whose addresses are per person and whose spool says which was asked for.

    home    a copy, into which this product writes
    folder  for its program
    """
    program = Path(shutil.copytree(Path(siegelpost.__file__).parent, folder / "siegelpost"))
    with (program / "public" / "edge.py").open("a", encoding="utf-8") as edge:
        edge.write(KEEPS_WHAT_WAS_ASKED_FOR)
    for left in (home / "spool").iterdir():
        left.unlink()
    environ = {"SIEGELPOST_HOME": str(home), "SIEGELPOST_ENVIRONMENT": "production", "PYTHONPATH": str(folder)}
    with live(folder, tls=None, **environ) as server:
        for person, url in planted.asked_for():
            own = planted.letters[person.subscriber_id].one_click.rpartition("/")[2]
            headers = {"User-Agent": person.agent, "X-Forwarded-For": person.address}
            assert server.ask(f"{urlsplit(url).path}?to={own}", headers=headers).status in (200, 302)
