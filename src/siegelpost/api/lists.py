"""Lists and fields: what a program needs to know before it hands in people."""

from django.http import HttpRequest

from siegelpost.api.gate import Token, call_of
from siegelpost.api.ninja import Router, Slug
from siegelpost.api.shapes import Fields, List, Lists, a_field, a_list
from siegelpost.audience.reads import fields_of, list_by_id, lists_of

router = Router(tags=["lists"])


@router.get("/lists", auth=Token("lists.see", limited=True), response=Lists, operation_id="lists")
def lists(request: HttpRequest, slug: Slug) -> Lists:
    """All lists by name."""
    return Lists(lists=[a_list(one) for one in lists_of(call_of(request).tenant)])


@router.get("/lists/{int:list_id}", auth=Token("lists.see", limited=True), response=List, operation_id="list")
def one_list(request: HttpRequest, slug: Slug, list_id: int) -> List:
    """One list."""
    return a_list(list_by_id(call_of(request).tenant, list_id))


@router.get("/fields", auth=Token("fields.see", limited=True), response=Fields, operation_id="fields")
def fields(request: HttpRequest, slug: Slug) -> Fields:
    """All fields beside the address."""
    return Fields(fields=[a_field(one) for one in fields_of(call_of(request).tenant)])
