"""People who log in, and their role in each tenant."""

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models

from siegelpost.accounts.leaving_models import Leaving, LeavingPlan, LeavingTask

__all__ = [
    "EntryRule",
    "Identity",
    "Invitation",
    "Leaving",
    "LeavingPlan",
    "LeavingTask",
    "PasswordReset",
    "Person",
    "Role",
    "Seat",
    "Session",
    "Token",
]


class Person(AbstractBaseUser):
    """Somebody of the staff. Known by the address; a password is optional, a one-time link opens the door without."""

    email = models.EmailField(max_length=254, unique=True)
    """Lower case."""
    name = models.CharField(max_length=100, blank=True)
    language = models.CharField(max_length=2, default="de")
    is_active = models.BooleanField(default=True)
    blocked_at = models.DateTimeField(null=True)
    """The last time; one-time links from before open nothing, also for somebody who was let in again."""
    operator = models.BooleanField(default=False)
    """Runs the installation; is an operator in every tenant of the operator's own."""
    password_rule = models.PositiveSmallIntegerField(default=0)
    """Version of `password_rules` that the password was judged by; 0 for one from before, and for none."""
    password_least = models.PositiveSmallIntegerField(default=0)
    """Characters that were asked of it then."""
    dormant_told_at = models.DateTimeField(null=True)
    """When its person was told that it is unused and will be blocked."""
    created_at = models.DateTimeField()

    objects = BaseUserManager["Person"]()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"

    class Meta:
        app_label = "accounts"


class Role(models.Model):
    """A role that a tenant made for itself."""

    tenant_number = models.BigIntegerField()
    name = models.CharField(max_length=60)
    rights = models.TextField()
    """Words of the catalogue with a space between. A word that a later release no longer knows allows nothing."""
    limits = models.JSONField(default=dict)
    """How far they reach, as `limits.Limits` writes itself; {} for everywhere."""
    created_at = models.DateTimeField()

    class Meta:
        app_label = "accounts"
        constraints = (models.UniqueConstraint(fields=("tenant_number", "name"), name="accounts_role_named_once"),)


class Seat(models.Model):
    """One role of a person in one tenant; somebody may have several."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="seats")
    tenant_number = models.BigIntegerField()
    role = models.CharField(max_length=30)
    """One that exists everywhere, or "role-" and the number of one that the tenant made."""
    created_at = models.DateTimeField()

    class Meta:
        app_label = "accounts"
        constraints = (models.UniqueConstraint(fields=("person", "tenant_number", "role"), name="accounts_seat_once"),)


class Session(AbstractBaseSession):
    """Somebody who is logged in at one browser, or a stranger who looks at the login."""

    person_id = models.BigIntegerField(null=True, db_index=True)
    """Null for strangers. Django's own table holds the person only inside the signed data: nobody's sessions could be found."""
    began_at = models.DateTimeField(null=True)
    """First page after the login; null before it."""
    seen_at = models.DateTimeField(null=True)
    """Last sign of its person, to half a minute."""
    locked_at = models.DateTimeField(null=True)
    """Null where it is open."""
    network = models.CharField(max_length=50, blank=True, default="")
    browser = models.CharField(max_length=60, blank=True, default="")
    agent = models.CharField(max_length=16, blank=True, default="")
    """See `stay_rules.Trace`."""

    class Meta:
        app_label = "accounts"

    def save(self, *args: Any, force_update: bool = False, **kwargs: Any) -> None:
        """Django's store knows its own fields only and would empty the others."""
        if force_update:
            kwargs["update_fields"] = ("session_data", "expire_date", "person_id")
        super().save(*args, force_update=force_update, **kwargs)


class EntryRule(models.Model):
    """What a tenant asks of its staff at the door, beyond what always holds."""

    tenant_number = models.BigIntegerField(primary_key=True)
    second_factor = models.JSONField(default=list)
    """Roles that need a second factor."""
    idle_minutes = models.PositiveSmallIntegerField(null=True)
    """After which a session is locked; null takes what always holds."""
    changed_at = models.DateTimeField()

    class Meta:
        app_label = "accounts"


class Token(models.Model):
    """A key with which a program uses the interface, in one tenant, for a while. The key itself is shown once and kept nowhere."""

    tenant_number = models.BigIntegerField(db_index=True)
    name = models.CharField(max_length=100)
    """What it is for, in the words of whoever made it."""
    rights = models.JSONField(default=list)
    limits = models.JSONField(default=dict)
    """How far they reach at most, as `limits.Limits` writes itself; {} for as far as the owner's."""
    areas = models.JSONField(default=list)
    """Areas of the catalogue that they are kept to; [] for all."""
    owner = models.ForeignKey(Person, on_delete=models.CASCADE, null=True, related_name="tokens")
    """Whose rights it can never exceed; null for one that was made on the host without naming anybody."""
    digest = models.CharField(max_length=64, unique=True)
    """SHA-256 of the key in hex: of 256 random bits, so nobody can try them out."""
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    """Up to an hour before the last call: not each call costs a write."""
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "accounts"


class Identity(models.Model):
    """Who somebody is at an identity provider."""

    issuer = models.CharField(max_length=255)
    subject = models.CharField(max_length=255)
    """Their name there; never given to anybody else (OpenID Connect Core section 8)."""
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="identities")
    sealed = models.TextField(blank=True, default="")
    """What the provider is asked with, locked with the operator's key; "" where it gave nothing."""
    linked_at = models.DateTimeField()
    checked_at = models.DateTimeField()

    class Meta:
        app_label = "accounts"
        constraints = (
            models.UniqueConstraint(fields=("issuer", "subject"), name="accounts_identity_once"),
            models.UniqueConstraint(fields=("issuer", "person"), name="accounts_identity_of_one"),
        )


class PasswordReset(models.Model):
    """Somebody has typed an address at the login because the password is forgotten. Gone when it was used, and after 15 minutes."""

    person_id = models.BigIntegerField(null=True)
    """Null where no password can be set for the address: such a request costs the same, and the worker throws it away."""
    digest = models.CharField(max_length=64, blank=True, default="")
    """SHA-256 in hex of what the link holds and of who the person was then; "" until the worker has sent it."""
    until = models.DateTimeField()
    """When the link ends; before it is sent, when nobody waits for it any more."""

    class Meta:
        app_label = "accounts"
        indexes = (models.Index(fields=("digest",), name="accounts_reset_found"),)


class Invitation(models.Model):
    """Somebody was invited into a tenant by mail. Gone when they came, when it was taken back, and after three days."""

    tenant_number = models.BigIntegerField()
    email = models.EmailField(max_length=254)
    """As it was typed, in lower case; whether an account has it is not asked before the link is opened."""
    name = models.CharField(max_length=100, blank=True, default="")
    roles = models.JSONField()
    last_day = models.DateField(null=True)
    above = models.BooleanField(default=False)
    """Whether the account above names its first administrator."""
    by = models.CharField(max_length=40)
    """Who invites, as the log names them: whoever accepts gets no more than they could give at that moment."""
    approval = models.BigIntegerField(null=True)
    digest = models.CharField(max_length=64, unique=True)
    """SHA-256 in hex of what the link holds."""
    until = models.DateTimeField()
    created_at = models.DateTimeField()

    class Meta:
        app_label = "accounts"
        constraints = (models.UniqueConstraint(fields=("tenant_number", "email"), name="accounts_invited_once"),)
