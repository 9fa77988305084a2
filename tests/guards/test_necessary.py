"""Events about single people without their consent are a closed list: a new kind fails here until somebody says why and for how long."""

from siegelpost.base.privacy import SUBSCRIBER, Holding
from siegelpost.consent.rules import COMPLAINT
from siegelpost.feedback import rules
from siegelpost.feedback.services import UNSUBSCRIBE
from siegelpost.flows.necessary import ABOUT_DEEDS, BY_CONSENT, NECESSARY
from tests.guards.test_privacy import declarations

NO_DEEDS = {
    *("audience.Subscriber", "audience.Membership", "consent.Consent", "consent.ConfirmationSent", "consent.PurposeConsent"),
    *("consent.Suppression", "consent.Unmeasured", "signups.SignUpBlock", "delivery.Outgoing", "delivery.Attachment"),
    *("erasure.Erasure", "erasure.Kept", "evidence.Input", "disclosures.Disclosure", "disclosures.Marks", "intake.ImportJob"),
    *("evidence.Entry", "evidence.InputEntry", "feedback.MailingBrake", "delivery.Hold", "hooks.Post"),
    *("consent.OptOutAddress", "consent.OptOutNotice", "consent.LeavingAsked", "consent.RenewalAsk"),
    *("feedback.BounceCount", "feedback.ReturnedText", "feedback.Reply", "intake.SampledPerson"),
}
"""Tables about subscribers that say who they are, what they agreed to and what keeps them from being written to, or belong to an event."""


def test_every_kind_of_event_is_named_with_reason_ground_and_period() -> None:
    written = {one.value for one in rules.BOUNCES} | {COMPLAINT, UNSUBSCRIBE}
    assert {one.code for one in NECESSARY if one.store == "feedback.Event"} == written
    assert all((one.name, one.why, one.ground.startswith("Art. "), one.keep) for one in NECESSARY)


def test_a_new_table_about_what_people_did_is_named_or_needs_their_consent() -> None:
    held = {one.model for one in declarations() if isinstance(one, Holding) and one.of == SUBSCRIBER}
    assert held - ABOUT_DEEDS - NO_DEEDS == set(), "name it in flows/necessary.py, or in NO_DEEDS where nobody did it"
    assert held >= ABOUT_DEEDS and BY_CONSENT.isdisjoint(one.store for one in NECESSARY)
