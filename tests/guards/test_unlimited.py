"""Where limits are stepped out of: each place is known here, with why nobody sees anything by it that they may not."""

import ast
from collections import Counter

from django.apps import apps

from siegelpost.tenancy.narrowing import how_of
from tests.guards.sources import PACKAGE, nodes, python_files

KNOWN = {
    "tenancy/handle.py": "the handle itself, and what proves the transaction at its end",
    "audience/scoping.py": "works out the limits",
    "audience/fields.py": "an alias that somebody does not see is taken, too; an option that others have stays",
    "audience/leaving.py": "holds lists that were seen until the transaction ends",
    "consent/forms.py": "an address of a form that somebody does not see is taken, too",
    "intake/plans.py": "judges the rows of somebody's own file for a list that was seen",
    "web/pages/bounces.py": "counts of the address of a person who was seen",
    "web/pages/signup_forms.py": "names of the fields that a form asks for",
    "web/pages/signup_preview.py": "a form as people see it",
    "audience/growth.py": "counts who joined a list that was seen",
    "consent/reads.py": "consents to purposes of a person who was seen",
    "consent/people.py": "statements that carry the limits themselves; patterns need whole addresses",
    "consent/suppression.py": "entries about one person who was seen, of lists within the limits",
    "consent/listed/gate.py": "asks of lists of others how old they are",
    "measure/singly/openings.py": "whether single people may be measured: nothing about anybody",
    "delivery/browse.py": "recipients of a mailing that was seen; addresses as the handle shows them",
    "evidence/services.py": "writes the log",
    "evidence/inputs.py": "writes the input log",
    "governance/disclosures/services.py": "writes the register",
    "governance/disclosures/handed_out.py": "counts what leaves",
    "flows/approving.py": "whether a second person agreed",
    "flows/approved_export.py": "whether a second person agreed to what a program reads on this day",
    "flows/add_subscriber.py": "adds to a list that was seen; the answer tells of nobody else",
    "flows/consent_file.py": "confirmation mails and entries of the log of consents that were seen within the limits",
    "flows/first_mail.py": "whether anybody was imported into the lists of a mailing that was seen",
    "flows/import_proof.py": "draws for all imports that count together; whoever looks at who was drawn has no limits",
    "flows/sampled.py": "addresses of who was drawn; the page is closed to whoever has limits",
    "flows/purposes.py": "what lists of a mailing that was seen are for",
    "flows/overview.py": "reports of mailings that were seen, in figures",
    "web/pages/dashboard.py": "the overview of somebody from whom fields are hidden, and no list: it shows no field of anybody",
    "flows/leave.py": "takes people who were seen off a list that was seen",
    "flows/recipients.py": "recipients of a mailing that was seen; addresses as the handle shows them",
    "flows/test_mail.py": "sends what was made within the limits",
    "api/within.py": "figures of a mailing that was seen, and its sending",
    "web/pages/mailing_edit.py": "checks of a mailing that was seen",
    "web/pages/mailing_recipients.py": "how many of a mailing that was seen can be sent again",
    "web/pages/rights.py": "the log of roles; its places are named within the limits",
}


def test_limits_are_stepped_out_of_at_known_places_only() -> None:
    found = Counter[str]()
    for path in python_files("src"):
        for node in nodes(path):
            if isinstance(node, ast.Attribute) and node.attr == "unlimited" and isinstance(node.ctx, ast.Load):
                found[str(path.relative_to(PACKAGE))] += 1
    assert set(found) == set(KNOWN), "a place that steps out of limits says here why it may"


def test_every_model_says_how_it_is_narrowed_or_is_closed() -> None:
    """A model that says nothing is closed; this list is what somebody with limits can reach at all."""
    open_to_them = {one._meta.label for one in apps.get_models() if how_of(one)}
    assert open_to_them == {
        *("audience.Folder", "audience.SubscriberList", "audience.LeavingList", "audience.Field", "audience.Subscriber"),
        *("audience.Membership", "consent.ConsentText", "consent.Consent", "consent.Form", "mailings.SenderDomain"),
        *("mailings.DialogMailing", "mailings.DialogVersion"),
        *("mailings.DomainCheck", "mailings.Sender", "mailings.Mailing", "mailings.Variant", "delivery.Tally", "delivery.Delivery"),
        *("delivery.Launch", "feedback.Event", "feedback.ReturnedText", "feedback.Reply", "intake.ImportJob"),
        *("approvals.Rule", "approvals.BulkReading", "measure.Choice", "measure.ListMode"),
    }
