"""All routes of mailings in one list."""

from siegelpost.web.pages import (
    mailing_edit,
    mailing_preview,
    mailing_progress,
    mailing_recipients,
    mailing_send,
    mailing_spam,
    mailing_steer,
    mailing_test,
    mailings,
)

ROUTES = [
    *mailings.ROUTES,
    *mailing_edit.ROUTES,
    *mailing_preview.ROUTES,
    *mailing_spam.ROUTES,
    *mailing_test.ROUTES,
    *mailing_send.ROUTES,
    *mailing_progress.ROUTES,
    *mailing_steer.ROUTES,
    *mailing_recipients.ROUTES,
]
