"""One tenant, one sink, a crew of senders: what each test of the matrix begins with and is judged by."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from django.db.models import QuerySet

from siegelpost.audience.models import Subscriber
from siegelpost.base.settings import process_settings
from siegelpost.delivery.journal import ENDING
from siegelpost.delivery.models import Delivery, Slice
from siegelpost.flows import steer
from siegelpost.flows.launch import launch
from siegelpost.mailings.services import Content
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.home import home
from tests.delivery import support
from tests.delivery.kill.crew import LANES, Crew
from tests.delivery.kill.engines import Watch
from tests.delivery.kill.sink import Sink
from tests.delivery.support import CONTENT, WHO, until

FEW, MANY = 40, 220
"""One sender claims 50 at most at first; of two each claims 100, so that there is something for both and a rest."""


def lines_of(journal: Path) -> list[str]:
    """What stands in a journal behind its head; nothing where its sender has settled and removed it meanwhile."""
    try:
        whole = journal.read_text(encoding="ascii")
    except FileNotFoundError:
        return []
    return whole.split("\n")[1:-1]  # behind the last end of a line there may be half of one


@dataclass
class Scene:
    """`mailing` is the one that is being sent; the senders of door 0 are those that suffer."""

    tenant: TenantDB
    sink: Sink
    crew: Crew
    mailing: int = 0
    watch: Watch | None = None
    lists: dict[int, int] = field(default_factory=dict)
    """By how many people are on them."""

    def prepare(self, number: int, content: Content = CONTENT) -> None:
        """A new mailing to `number` people, a draft; from now on the conservation law is watched."""
        if number not in self.lists:
            self.lists[number] = support.a_list(self.tenant, f"Letter {number}")
            support.people(self.tenant, [f"p{n:03d}.{number}@example.org" for n in range(number)], self.lists[number])
        self.mailing = support.draft(self.tenant, self.lists[number], content=content)
        self.watch = Watch(self.tenant, self.mailing)

    def launch(self, number: int, content: Content = CONTENT, now: datetime | None = None) -> None:
        """A new mailing to `number` people, on its way when this returns."""
        self.prepare(number, content)
        launch(self.tenant, self.mailing, settings=process_settings(), actor=WHO, now=now or datetime.now(UTC))

    def man(self, processes: int) -> int:
        """Have so many senders; returns how many people it takes to give each of them work. Only the first one will get any."""
        self.crew.man(processes)
        self.sink.hold("mail", 1)
        return FEW if processes == 1 else MANY

    def until_all_stand(self, stage: str, number: int = 0) -> set[str]:
        """Wait until each lane of a sender stands at a stage of the sink; returns whose messages they are."""
        until(lambda: len(self.sink.standing(stage, number)) == LANES, 20, f"{LANES} connections stand at {stage}")
        return set(self.sink.standing(stage, number))

    def claimed(self, number: int = 0) -> set[int]:
        """Rows that a sender has claimed and not settled."""
        own = self.slices(number).values("pk")
        return set(self.tenant.objects(Delivery).filter(slice_id__in=own, state="claimed").values_list("pk", flat=True))

    def slices(self, number: int) -> QuerySet[Slice]:
        """Open ones of a sender."""
        return self.tenant.objects(Slice).filter(state="open", worker=f"{self.crew.pid(number)}-{number}")

    def journal(self) -> Path:
        """That of the first sender, which has one slice."""
        (name,) = self.slices(0).values_list("journal", flat=True)
        return home().journals / f"{name}{ENDING}"

    def is_open(self, journal: Path) -> bool:
        return self.tenant.objects(Slice).filter(journal=journal.stem, state="open").exists()

    def journal_lines(self, number: int = 0) -> list[str]:
        """What a sender, dead or alive, has written into its journals, without their first lines."""
        lines: list[str] = []
        for name in self.slices(number).values_list("journal", flat=True):
            lines += lines_of(home().journals / f"{name}{ENDING}")
        return lines

    def journals_of(self, process: int) -> list[str]:
        """Slices that a process, dead or alive, has left open."""
        return list(self.tenant.objects(Slice).filter(state="open", worker__startswith=f"{process}-").values_list("journal", flat=True))

    def states_of(self, rows: set[int]) -> set[str]:
        return set(self.tenant.objects(Delivery).filter(pk__in=rows).values_list("state", flat=True))

    def begun(self) -> set[str]:
        """Whose messages have a dot without an answer in any journal."""
        lines = [line.split() for path in home().journals.iterdir() for line in lines_of(path)]
        dots, answers = ({int(line[1]) for line in lines if line[0] == kind} for kind in "DA")
        return {self.address_of(row) for row in dots - answers}

    def lease_until(self) -> int:
        """End of the first sender's lease, CLOCK_BOOTTIME."""
        return max(self.slices(0).values_list("lease_until", flat=True))

    def end_lease(self) -> None:
        """As another sees it whose clock is far ahead."""
        with self.tenant.atomic():
            self.slices(0).update(lease_until=1)

    def answered(self) -> set[str]:
        """Whose messages have an answer in any journal."""
        lines = [line.split() for path in home().journals.iterdir() for line in lines_of(path)]
        return {self.address_of(int(line[1])) for line in lines if line[0] == "A"}

    def journals(self) -> list[Path]:
        return list(home().journals.iterdir())

    def address_of(self, row: int) -> str:
        person = self.tenant.objects(Delivery).get(pk=row).subscriber_id
        return self.tenant.objects(Subscriber).get(pk=person).email

    def until_claimed(self, least: int = 1) -> None:
        until(lambda: len(self.claimed()) >= least, 20, "the first sender has claimed a slice")

    def take_over(self) -> None:
        """The first sender is dead: a new one is started in its place, as the worker does."""
        self.sink.release()
        self.crew.start(0)
        self.until_finished()

    def until_finished(self, seconds: float = 40) -> None:
        until(lambda: support.state_of(self.tenant, self.mailing)[0] == "finished", seconds, "the mailing is finished")

    def until_given_back(self, left: int) -> None:
        """Wait until the first sender, whose mailing was paused, holds only what it has begun."""
        until(lambda: len(self.claimed()) == left, 20, "what was not begun is given back")

    def until_nothing_is_claimed(self) -> None:
        until(lambda: "claimed" not in self.counts(), 20, "what the dead sender had claimed is judged")

    def counts(self) -> dict[str, int]:
        return support.counts(self.tenant, self.mailing)

    def unsure(self) -> set[str]:
        return {address for address, state in support.states(self.tenant, self.mailing).items() if state == "unsure"}

    def resume(self) -> None:
        steer.resume(self.tenant, self.mailing, actor=WHO, now=datetime.now(UTC))

    def pause(self) -> None:
        steer.pause(self.tenant, self.mailing, actor=WHO, now=datetime.now(UTC))

    def judge(self, unsure: set[str], *, arrived: set[str] | None = None) -> None:
        """Lost = 0, doubled = 0, `unsure` are exactly those named, and rows and counters fitted at every moment.

        arrived  which of the unsure ones the sink did take; None where that is open
        """
        self._judge_watch()
        found = support.states(self.tenant, self.mailing)
        kept = self.sink.kept()
        got = Counter(one.recipient for one in kept)
        assert {address for address, n in got.items() if n > 1} == set(), "somebody got it twice"
        assert max(Counter(one.message_id for one in kept).values(), default=1) == 1, "a Message-ID came twice"
        named = self.unsure()
        assert named == unsure, f"unsure, but should not be: {named - unsure}; should be unsure: {unsure - named}"
        sent = {address for address, state in found.items() if state == "sent"}
        assert sent | unsure == set(found), f"lost: {set(found) - sent - unsure}"
        assert sent <= set(got), f"sent, but never arrived: {sent - set(got)}"
        assert set(got) - sent <= unsure, f"arrived, but neither sent nor unsure: {set(got) - sent - unsure}"
        if arrived is not None:
            assert set(got) & unsure == arrived, f"arrived, but should not: {set(got) & unsure - arrived}; should: {arrived - set(got)}"
        assert self.counts()["audience"] == len(found)
        until(lambda: not list(home().journals.iterdir()), 20, "each journal goes after its slice was settled")
        assert not self.tenant.objects(Slice).filter(state="open").exists()

    def _judge_watch(self) -> None:
        if self.watch:
            until(lambda: self.watch is None or self.watch.looks > 9, 20, "somebody looks")  # on a busy machine seldom
            self.watch.end()
            assert self.watch.faults == []
            self.watch = None

    def end(self) -> None:
        """Whatever a test left must not reach the next one."""
        if self.watch:
            self.watch.end()
            self.watch = None
        self.sink.start_anew()
        if not self.mailing or support.state_of(self.tenant, self.mailing)[0] == "finished":
            return
        self.crew.kill_all()
        steer.cancel(self.tenant, self.mailing, actor=WHO, now=datetime.now(UTC))
        for path in home().journals.iterdir():
            path.unlink()
        with self.tenant.atomic():
            self.tenant.objects(Slice).filter(state="open").update(state="lost")
