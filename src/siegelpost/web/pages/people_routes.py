"""The routes of everything about people."""

from siegelpost.web.pages import (
    bounces,
    erasures,
    fields,
    folders,
    list_delete,
    list_export,
    lists,
    outside_lists,
    replies,
    subscriber,
    subscriber_acts,
    subscriber_consent,
    subscriber_erase,
    subscriber_new,
    subscribers,
    suppression,
)

ROUTES = [
    *subscribers.ROUTES,
    *subscriber_new.ROUTES,
    *subscriber.ROUTES,
    *subscriber_acts.ROUTES,
    *subscriber_consent.ROUTES,
    *subscriber_erase.ROUTES,
    *erasures.ROUTES,
    *lists.ROUTES,
    *list_delete.ROUTES,
    *list_export.ROUTES,
    *folders.ROUTES,
    *fields.ROUTES,
    *suppression.ROUTES,
    *outside_lists.ROUTES,
    *bounces.ROUTES,
    *replies.ROUTES,
]
