"""In whatever order people sign up, leave, object, are imported and anonymised: nobody is written to whose last word was no."""

from datetime import timedelta
from itertools import count
from pathlib import Path

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from siegelpost.audience.reads import find_by_email
from siegelpost.base.actor import Actor
from siegelpost.consent import sign_ups
from siegelpost.consent.opt_outs import anonymise
from siegelpost.flows import confirm, preferences
from siegelpost.flows.import_subscribers import import_subscribers
from siegelpost.flows.leave import unsubscribe_for
from siegelpost.flows.objections import Objections, enter_objections
from siegelpost.flows.unsubscribe import unsubscribe
from siegelpost.intake.orders import ImportOrder
from siegelpost.sign.addresses import address_key
from siegelpost.tenancy.handle import TenantDB
from tests.public.world import NOW, OPERATOR, World, make_world

SUBJECT = Actor.subject()
_numbers = count()


class Life:
    """One made-up person. Each act returns what they said by it: yes, no, or nothing."""

    def __init__(self, world: World, folder: Path) -> None:
        self.world, self.tenant, self.folder, self.now = world, world.tenant, folder, NOW
        self.email = f"person{next(_numbers)}@example.org"

    @property
    def number(self) -> int:
        found = find_by_email(self.tenant, self.email)
        return found.id if found else 0

    def sendable(self) -> bool:
        """By the rule that launch and claim ask."""
        asked = "SELECT COUNT(*) FROM consent_verdict WHERE subscriber_id = %s AND list_id = %s AND reason IS NULL"
        with self.tenant.cursor() as cursor:
            cursor.execute(asked, [self.number, self.world.news])
            return bool(cursor.fetchone()[0])

    def sign_up(self) -> str:
        form = self.world.form
        draft = sign_ups.SignUpDraft(
            form_slug=form.slug, email=self.email, key=address_key(self.email, self.tenant.keys.addresses), fields={},
            list_ids=form.list_ids, language="en", text_id=form.text_id, snapshot={},
        )  # fmt: skip
        confirm.confirm(self.tenant, sign_ups.create(self.tenant, draft, now=self.now) or "", now=self.now)
        return "yes"

    def leave(self) -> str:
        return self._unsubscribe(self.world.mailing)

    def leave_everything(self) -> str:
        return self._unsubscribe(0)

    def _unsubscribe(self, mailing: int) -> str:
        unsubscribe(self.tenant, self.number, mailing, how="page", actor=SUBJECT, now=self.now)
        return "no" if self.number else ""

    def object(self) -> str:
        return self._object((self.world.news,))

    def object_to_everything(self) -> str:
        return self._object(None)

    def _object(self, lists: tuple[int, ...] | None) -> str:
        said = Objections(lines=[self.email], list_ids=lists, way="letter", received_on=self.now.date())
        enter_objections(self.tenant, said, today=self.now.date(), actor=OPERATOR, now=self.now)
        return "no"

    def switch_on(self) -> str:
        return self._switch({self.world.news}, "yes")

    def switch_off(self) -> str:
        return self._switch(set(), "no")

    def _switch(self, on: set[int], word: str) -> str:
        choice = preferences.Choice(on=on, nothing=False, mailing_id=self.world.mailing, language="en")
        before = preferences.show(self.tenant, self.number, language="en").lists
        preferences.change(self.tenant, self.number, choice, now=self.now)
        news = next((one for one in before if one.id == self.world.news), None)
        return word if news and (word == "yes" or news.on) else ""

    def told_the_staff(self) -> str:
        return "no" if unsubscribe_for(self.tenant, [self.number], self.world.news, actor=OPERATOR, now=self.now) else ""

    def imported(self) -> str:
        file = self.folder / "people.csv"
        file.write_text(f"email\n{self.email}\n", encoding="utf-8")
        order = ImportOrder(list_id=self.world.news, ground="fair", source="fair", mode="update_add")
        import_subscribers(self.tenant, file, order, actor=OPERATOR, now=self.now)
        return ""

    def anonymised(self) -> str:
        anonymise(self.tenant, actor=OPERATOR, now=self.now)
        return ""


ACTS = sorted(name for name in vars(Life) if not name.startswith("_") and name not in ("number", "sendable"))


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=st.lists(st.sampled_from(ACTS), min_size=2, max_size=7))
@example(acts=["object", "anonymised", "imported"])
@example(acts=["imported", "leave", "anonymised", "imported", "sign_up", "leave_everything", "imported"])
@example(acts=["sign_up", "switch_off", "imported", "switch_on"])
def test_nobody_is_written_to_whose_last_word_was_no(alpha: TenantDB, tmp_path: Path, acts: list[str]) -> None:
    life, word = Life(_world(alpha), tmp_path), ""
    for act in acts:
        life.now += timedelta(days=3)
        word = getattr(life, act)() or word
        assert not (life.sendable() and word == "no"), acts
        assert life.sendable() or word != "yes", acts


_worlds: dict[int, World] = {}


def _world(tenant: TenantDB) -> World:
    """One for all examples of a test."""
    if id(tenant) not in _worlds:
        _worlds.clear()
        _worlds[id(tenant)] = make_world(tenant)
    return _worlds[id(tenant)]
