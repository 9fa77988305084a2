"""Subscribers: read a page or one, add, change, unsubscribe, take off a list. What leaves is in the disclosure register."""

from datetime import UTC, datetime

from django.http import HttpRequest

from siegelpost.accounts.approval_rules import WAITING
from siegelpost.api.gate import Call, Token, call_of
from siegelpost.api.ninja import Query, Router, Slug, Status
from siegelpost.api.shapes import Added, Asked, AskToRead, ByAddress, Change, Changed, NewPerson, People, Person, WhichPeople, Why, a_person
from siegelpost.base.settings import process_settings
from siegelpost.flows.add_subscriber import NewSubscriber, add_subscriber
from siegelpost.flows.approved_export import reading_wish
from siegelpost.flows.approving import ask_for_program
from siegelpost.flows.change_subscriber import change_subscriber
from siegelpost.flows.field_values import read_values
from siegelpost.flows.leave import take_off_known, unsubscribe_known
from siegelpost.flows.read_people import Reader, read_by_address, read_one, read_page

router = Router(tags=["subscribers"])
_SEE, _EDIT = Token("subscribers.see", limited=True), Token("subscribers.edit", limited=True)


@router.get("/subscribers", auth=Token("subscribers.export", limited=True), response=People, operation_id="subscribers")
def subscribers(request: HttpRequest, slug: Slug, which: Query[WhichPeople]) -> People:
    """A page of subscribers by number, of one list or of all."""
    call = call_of(request)
    found = read_page(call.tenant, which.after, list_id=which.list, limit=which.limit, reader=_reader(call, which.reason), now=call.at)
    return People(subscribers=[a_person(one) for one in found], next=found[-1].id if len(found) == which.limit else None)


@router.get("/subscribers/{int:person_id}", auth=_SEE, response=Person, operation_id="subscriber")
def subscriber(request: HttpRequest, slug: Slug, person_id: int, why: Query[Why]) -> Person:
    """One subscriber."""
    call = call_of(request)
    return a_person(read_one(call.tenant, person_id, reader=_reader(call, why.reason), now=call.at))


@router.post("/subscribers/find", auth=_SEE, response=Person, operation_id="subscriber_find")
def find(request: HttpRequest, slug: Slug, who: ByAddress) -> Person:
    """The subscriber with an address."""
    call = call_of(request)
    return a_person(read_by_address(call.tenant, who.email, reader=_reader(call, who.reason), now=call.at))


@router.post("/subscribers/ask", auth=Token("subscribers.export"), response={202: Asked}, operation_id="subscribers_ask")
def ask(request: HttpRequest, slug: Slug, wanted: AskToRead) -> Status[Asked]:
    """Ask for a second person before many are read: in the name of the token's owner, for this day."""
    call, url = call_of(request), process_settings().staff_url
    wish = reading_wish(call.token.id, call.token.name, wanted.people, now=call.at)
    number = ask_for_program(call.tenant, wish, wanted.reason, token=call.token.id, staff_url=url, now=call.at)
    return Status(202, Asked(approval=number, state=WAITING))


@router.post("/subscribers", auth=Token("subscribers.create", limited=True), response={201: Added}, operation_id="subscriber_add")
def add(request: HttpRequest, slug: Slug, new: NewPerson) -> Status[Added]:
    """Add somebody to a list, with ground and source; whoever has unsubscribed is refused."""
    call = call_of(request)
    person = NewSubscriber(
        email=new.email, list_id=new.list, ground=new.ground, source=new.source, fields=read_values(call.tenant, new.fields)
    )
    added = add_subscriber(call.tenant, person, actor=call.actor, now=call.at)
    return Status(201, Added(id=added.subscriber_id, known=added.known))


@router.patch("/subscribers/{int:person_id}", auth=_EDIT, response=Changed, operation_id="subscriber_change")
def change(request: HttpRequest, slug: Slug, person_id: int, new: Change) -> Changed:
    """Change fields."""
    call = call_of(request)
    seen = _moment(new.seen) if new.seen is not None else None
    return Changed(changed=change_subscriber(call.tenant, person_id, new.fields, seen=seen, actor=call.actor, now=call.at))


@router.post("/lists/{int:list_id}/subscribers/{int:person_id}/unsubscribe", auth=_EDIT, response=Changed, operation_id="unsubscribe")
def unsubscribe(request: HttpRequest, slug: Slug, list_id: int, person_id: int) -> Changed:
    """Unsubscribe somebody who asked for it: the consent ends, and nobody else can bring them back."""
    call = call_of(request)
    return Changed(changed=unsubscribe_known(call.tenant, person_id, list_id, actor=call.actor, now=call.at))


@router.delete("/lists/{int:list_id}/subscribers/{int:person_id}", auth=_EDIT, response=Changed, operation_id="list_take_off")
def take_off(request: HttpRequest, slug: Slug, list_id: int, person_id: int) -> Changed:
    """Take somebody off a list where it was a mistake that they are on it; with a good ground they may be added again."""
    call = call_of(request)
    return Changed(changed=take_off_known(call.tenant, person_id, list_id, actor=call.actor, now=call.at))


def _reader(call: Call, reason: str) -> Reader:
    return Reader(call.actor, call.token.name, reason)


def _moment(text: str) -> datetime:
    """What was read; a damaged value fits nothing that is stored."""
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError):
        return datetime.min.replace(tzinfo=UTC)
