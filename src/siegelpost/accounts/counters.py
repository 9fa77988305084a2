"""Passkeys count their signatures: one whose count goes back exists twice. The rule is pure, the count lies beside the public key."""

from allauth.mfa.models import Authenticator

from siegelpost.tenancy.handle import control_store


def goes_on(before: int, now: int) -> bool:
    """Whether a count may follow another; both 0: an authenticator that does not count (WebAuthn Level 2 sections 6.1.1, 7.2 step 21)."""
    return now > before or now == before == 0


def count_on(passkey: Authenticator, counter: int) -> bool:
    """Keep the count that a passkey has signed; False, and nothing is kept, where it went back or stood still.

    Of two who bring the same answer at the same moment one is refused.
    """
    with control_store.atomic():
        row = Authenticator.objects.select_for_update().get(pk=passkey.pk)
        if not goes_on(int(row.data.get("counter", row.wrap().authenticator_data.counter)), counter):
            return False
        row.data = {**row.data, "counter": counter}
        row.save(update_fields=["data"])
    passkey.data = row.data
    return True
